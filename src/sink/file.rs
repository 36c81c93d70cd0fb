//! A new file that only its owner can read.
//!
//! The folder is opened once and everything is done relative to it, so a rename in between cannot
//! redirect the file. If the path leads to another folder than at the check, nothing is written.

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fs::{File, Permissions},
    io::{self, ErrorKind, Write as _},
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use rustix::{
    fs::{Access, AtFlags, Mode, OFlags},
    io::Errno,
};

use super::{SinkError, shown};

#[cfg(test)]
mod tests;

/// File mode: only the owner can read and write.
const PRIVATE: u32 = 0o600;

/// Parses a path and makes it absolute; `~/` stands for `home`.
pub fn parse(text: &str, home: Option<&Path>) -> Result<PathBuf, SinkError> {
    if text.is_empty() {
        return Err(SinkError::NoPath);
    }
    if text.chars().any(char::is_control) {
        return Err(SinkError::Control);
    }
    let path = match text.strip_prefix('~') {
        None => PathBuf::from(text),
        Some("") => return Err(SinkError::NotAFile(text.into())),
        Some(rest) => {
            let rest = rest.strip_prefix('/').ok_or(SinkError::OtherHome)?;
            home.ok_or(SinkError::NoHome)?.join(rest.trim_start_matches('/'))
        }
    };
    if text.ends_with('/') || text.ends_with("/.") || path.file_name().is_none() {
        return Err(SinkError::NotAFile(text.into()));
    }
    // Messages show the full path.
    std::path::absolute(&path).map_err(|e| SinkError::folder(Path::new("."), e.kind()))
}

/// Checks that new files can be created in a folder, and remembers which folder this is.
pub fn writable(folder: &Path) -> Result<(), SinkError> {
    let failed = |e: Errno| SinkError::folder(folder, e.kind());
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let open = rustix::fs::open(folder, flags, Mode::empty()).map_err(failed)?;
    rustix::fs::accessat(&open, ".", Access::WRITE_OK | Access::EXEC_OK, AtFlags::empty())
        .map_err(failed)?;
    note(folder, &File::from(open))
}

/// The folders that this process has checked: a secret goes only into a folder that was checked.
/// Callers know folders by path, and a path can lead to another folder by the time of the
/// delivery.
static CHECKED: Mutex<BTreeMap<PathBuf, Identity>> = Mutex::new(BTreeMap::new());

/// Identifies a folder regardless of its name: device and inode.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Identity(u64, u64);

impl Identity {
    fn of(folder: &File) -> io::Result<Self> {
        folder.metadata().map(|found| Self(found.dev(), found.ino()))
    }
}

/// Remembers which folder has this path now.
fn note(path: &Path, folder: &File) -> Result<(), SinkError> {
    let identity = Identity::of(folder).map_err(|e| SinkError::folder(path, e.kind()))?;
    CHECKED.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), identity);
    Ok(())
}

/// Whether this is the folder that was checked under this path, or none was.
fn is_as_checked(path: &Path, folder: &File) -> bool {
    let checked = CHECKED.lock().unwrap_or_else(PoisonError::into_inner).get(path).copied();
    checked.is_none_or(|checked| Identity::of(folder).is_ok_and(|now| now == checked))
}

/// Checks that the file can be created, without creating it, and remembers the folder.
pub fn check(path: &Path) -> Result<(), SinkError> {
    let target = NewFile::open(path)?;
    note(target.parent, &target.folder)?;
    let failed = |e: Errno| SinkError::folder(target.parent, e.kind());
    rustix::fs::accessat(&target.folder, ".", Access::WRITE_OK | Access::EXEC_OK, AtFlags::empty())
        .map_err(failed)?;
    // A dangling symbolic link counts as existing.
    match rustix::fs::statat(&target.folder, target.name, AtFlags::SYMLINK_NOFOLLOW) {
        Err(Errno::NOENT) => Ok(()),
        Ok(_) => Err(SinkError::Exists(shown(path))),
        Err(e) => Err(SinkError::write(path, e.kind(), false)),
    }
}

/// Writes the secret and a newline to a new file.
pub fn save(path: &Path, secret: &str) -> Result<(), SinkError> {
    save_with(path, |file| {
        file.write_all(secret.as_bytes())?;
        file.write_all(b"\n")
    })
}

/// Writes a text unchanged to a new file.
pub fn save_text(path: &Path, text: &str) -> Result<(), SinkError> {
    save_with(path, |file| file.write_all(text.as_bytes()))
}

/// Creates the file and has `write` fill it; tests pass one that fails.
fn save_with(
    path: &Path,
    write: impl FnOnce(&mut File) -> io::Result<()>,
) -> Result<(), SinkError> {
    let target = NewFile::open(path)?;
    if !is_as_checked(target.parent, &target.folder) {
        return Err(SinkError::Swapped(shown(target.parent)));
    }
    let mut file = target.create()?;
    // While the file is still empty.
    if !is_made_private(&file) {
        let left = !target.is_removed(&file);
        return Err(SinkError::NotPrivate { at: shown(path), left });
    }
    let written = write(&mut file).and_then(|()| file.sync_all()).and_then(|()| target.sync());
    written.map_err(|e| SinkError::write(path, e.kind(), !target.is_removed(&file)))
}

/// Sets the file's mode, whatever the umask and the folder's default permissions are. Returns
/// false if the file system does not support it.
fn is_made_private(file: &File) -> bool {
    // A file system without permissions may report success, so read the mode back.
    file.set_permissions(Permissions::from_mode(PRIVATE)).is_ok()
        && file.metadata().is_ok_and(|now| now.mode() & 0o777 == PRIVATE)
}

/// A file name in an open folder.
struct NewFile<'a> {
    path: &'a Path,
    parent: &'a Path,
    name: &'a OsStr,
    folder: File,
}

impl<'a> NewFile<'a> {
    fn open(path: &'a Path) -> Result<Self, SinkError> {
        let not_a_file = || SinkError::NotAFile(shown(path));
        let name = path.file_name().ok_or_else(not_a_file)?;
        let parent = path.parent().ok_or_else(not_a_file)?;
        let parent = if parent == Path::new("") { Path::new(".") } else { parent };
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let folder = rustix::fs::open(parent, flags, Mode::empty())
            .map_err(|e| SinkError::folder(parent, e.kind()))?;
        Ok(Self { path, parent, name, folder: File::from(folder) })
    }

    /// Creates the file; fails if it exists.
    fn create(&self) -> Result<File, SinkError> {
        let flags =
            OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let made = rustix::fs::openat(&self.folder, self.name, flags, Mode::RUSR | Mode::WUSR);
        made.map(File::from).map_err(|e| match e.kind() {
            ErrorKind::AlreadyExists => SinkError::Exists(shown(self.path)),
            why => SinkError::write(self.path, why, false),
        })
    }

    /// Flushes the folder, so that the new name survives a crash.
    fn sync(&self) -> io::Result<()> {
        match rustix::fs::fsync(&self.folder) {
            // Some file systems cannot sync folders and do not need to.
            Ok(()) | Err(Errno::INVAL) => Ok(()),
            Err(e) => Err(e.into()),
        }
    }

    /// Empties and removes the partial file. Returns false if it may remain. A file that
    /// someone else has put under the same name is kept.
    fn is_removed(&self, file: &File) -> bool {
        // The file may have been renamed or linked by now.
        let _ = file.set_len(0);
        let there = rustix::fs::statat(&self.folder, self.name, AtFlags::SYMLINK_NOFOLLOW);
        let is_ours = match (rustix::fs::fstat(file), &there) {
            (Ok(ours), Ok(there)) => (ours.st_dev, ours.st_ino) == (there.st_dev, there.st_ino),
            _ => false,
        };
        let unlinked =
            is_ours && rustix::fs::unlinkat(&self.folder, self.name, AtFlags::empty()).is_ok();
        let _ = self.sync();
        unlinked
    }
}
