//! Replaces a file atomically. The folder is opened once and everything happens relative to that
//! descriptor, so swapping the folder for a link meanwhile has no effect.

use std::{
    ffi::{OsStr, OsString},
    fs::{self, DirBuilder, File, TryLockError},
    io::{self, ErrorKind, Read as _, Write as _},
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use rustix::{
    fs::{AtFlags, Mode, OFlags},
    io::Errno,
};
use zeroize::Zeroizing;

/// Suffix of the temporary file. Always the same, so that the next start finds what a killed
/// process left behind.
const SUFFIX: &str = ".axtok-new";

/// How often to wait for another process that is replacing the same file, and how long each time.
const TURNS: u32 = 100;
const TURN: Duration = Duration::from_millis(20);

/// Why a file was not replaced. The file is unchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreplaced {
    /// The system reported an error.
    Failed(ErrorKind),
    /// Another program has changed it since it was read.
    Changed,
}

impl From<io::Error> for Unreplaced {
    fn from(e: io::Error) -> Self {
        Self::Failed(e.kind())
    }
}

impl From<Errno> for Unreplaced {
    fn from(e: Errno) -> Self {
        Self::Failed(e.kind())
    }
}

/// Replaces a file whose content was `old` (`None`: it did not exist). A full disk, a crash or a
/// change by another program leaves the file unchanged. A symbolic link stays a link. The new
/// file's mode is `mode`, else the old file's, else 600.
///
/// # Errors
/// If the file was not replaced.
pub fn replace(
    file: &Path,
    old: Option<&[u8]>,
    new: &[u8],
    mode: Option<u32>,
) -> Result<(), Unreplaced> {
    let real = RealPath::of(file)?;
    DirBuilder::new().recursive(true).mode(0o700).create(&real.parent)?;
    let folder = real.open()?;
    let there = folder.file()?;
    let mode = mode.or(there.as_ref().map(|(_, mode)| *mode)).unwrap_or(0o600);
    let waiting = folder.waiting(new, mode)?;
    // As late as possible, so as not to overwrite another program's changes.
    let now = folder.file()?;
    let is_as_read = now.as_ref().map(|(bytes, _)| bytes.as_slice()) == old;
    if !is_as_read {
        folder.unlink_waiting();
        return Err(Unreplaced::Changed);
    }
    if !folder.is_waiting(&waiting) {
        return Err(Unreplaced::Changed);
    }
    let renamed = rustix::fs::renameat(&folder.open, &folder.waiting, &folder.open, &real.name);
    if let Err(e) = renamed {
        folder.unlink_waiting();
        return Err(e.into());
    }
    drop(waiting);
    // The rename is durable only once the folder is synced; not all systems support that.
    let _ = folder.open.sync_all();
    Ok(())
}

/// Removes the temporary file of a process that was killed while it replaced this file. The
/// temporary file of a running process stays.
pub fn clean_up(file: &Path) {
    let Ok(real) = RealPath::of(file) else { return };
    let waiting = real.parent.join(real.waiting());
    if fs::symlink_metadata(&waiting).is_ok_and(|found| found.is_file())
        && let Ok(folder) = real.open()
    {
        folder.remove_if_left();
    }
}

/// The real location of a file, with links resolved: people link such files into a repository.
struct RealPath {
    parent: PathBuf,
    name: OsString,
}

impl RealPath {
    fn of(file: &Path) -> io::Result<Self> {
        let real = match fs::canonicalize(file) {
            Ok(real) => real,
            Err(e) if e.kind() == ErrorKind::NotFound && super::dangling(file).is_none() => {
                file.to_owned()
            }
            Err(e) => return Err(e),
        };
        let name = real.file_name().ok_or(ErrorKind::InvalidInput)?.to_owned();
        let parent = real.parent().filter(|p| !p.as_os_str().is_empty());
        Ok(Self { parent: parent.unwrap_or(Path::new(".")).to_owned(), name })
    }

    /// The temporary file's name.
    fn waiting(&self) -> OsString {
        let mut name = self.name.clone();
        name.push(SUFFIX);
        name
    }

    fn open(&self) -> io::Result<Folder<'_>> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let open = rustix::fs::open(&self.parent, flags, Mode::empty())?;
        Ok(Folder { open: open.into(), name: &self.name, waiting: self.waiting() })
    }
}

/// A file's content and mode.
type Content = (Zeroizing<Vec<u8>>, u32);

/// A file's folder, as an open descriptor.
struct Folder<'a> {
    open: File,
    name: &'a OsStr,
    waiting: OsString,
}

impl Folder<'_> {
    /// The file's content and mode; `None` if it does not exist.
    fn file(&self) -> Result<Option<Content>, Unreplaced> {
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mut file = match rustix::fs::openat(&self.open, self.name, flags, Mode::empty()) {
            Ok(file) => File::from(file),
            Err(Errno::NOENT) => return Ok(None),
            // It has become a link.
            Err(Errno::LOOP) => return Err(Unreplaced::Changed),
            Err(e) => return Err(e.into()),
        };
        let found = file.metadata()?;
        if !found.is_file() {
            return Err(Unreplaced::Changed);
        }
        let mut bytes = Zeroizing::new(Vec::new());
        (&mut file).take(super::BY_HAND + 1).read_to_end(&mut bytes)?;
        Ok(Some((bytes, found.permissions().mode() & 0o7777)))
    }

    /// A temporary file with this content, written to disk and locked.
    fn waiting(&self, bytes: &[u8], mode: u32) -> Result<File, Unreplaced> {
        if let Some(mut file) = self.nameless() {
            fill(&mut file, bytes, mode)?;
            if self.takes_its_turn(|| self.link(&file))? {
                return Ok(file);
            }
        }
        self.named(bytes, mode)
    }

    /// Creates the temporary file by name, for file systems without nameless files.
    fn named(&self, bytes: &[u8], mode: u32) -> Result<File, Unreplaced> {
        let mut new = None;
        self.takes_its_turn(|| {
            let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
            let private = Mode::RUSR | Mode::WUSR;
            new = Some(File::from(rustix::fs::openat(&self.open, &self.waiting, flags, private)?));
            Ok(true)
        })?;
        let mut file = new.ok_or(Unreplaced::Failed(ErrorKind::Other))?;
        let filled = fill(&mut file, bytes, mode);
        filled.inspect_err(|_| {
            self.unlink_waiting();
        })?;
        Ok(file)
    }

    /// A file without a name, which disappears with the process. Not all file systems support
    /// this.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    fn nameless(&self) -> Option<File> {
        let flags = OFlags::WRONLY | OFlags::TMPFILE | OFlags::CLOEXEC;
        let made = rustix::fs::openat(&self.open, ".", flags, Mode::RUSR | Mode::WUSR);
        made.ok().map(File::from)
    }

    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    #[expect(clippy::unused_self, reason = "same signature as on Linux")]
    const fn nameless(&self) -> Option<File> {
        None
    }

    /// Gives a nameless file the temporary name; false if that is not possible here.
    fn link(&self, file: &File) -> Result<bool, Errno> {
        use std::os::fd::AsRawFd as _;
        let from = format!("/proc/self/fd/{}", file.as_raw_fd());
        let flags = AtFlags::SYMLINK_FOLLOW;
        match rustix::fs::linkat(rustix::fs::CWD, from, &self.open, &self.waiting, flags) {
            Ok(()) => Ok(true),
            Err(Errno::EXIST) => Err(Errno::EXIST),
            Err(_) => Ok(false),
        }
    }

    /// Repeats `attempt` while the temporary name is taken: waits for a running process, and
    /// removes what a killed one left.
    #[expect(clippy::disallowed_methods, reason = "nothing reports when the other process ends")]
    fn takes_its_turn(
        &self,
        mut attempt: impl FnMut() -> Result<bool, Errno>,
    ) -> Result<bool, Unreplaced> {
        for _ in 0..TURNS {
            match attempt() {
                Err(Errno::EXIST) => {
                    if !self.remove_if_left() {
                        thread::sleep(TURN);
                    }
                }
                other => return Ok(other?),
            }
        }
        Err(Unreplaced::Failed(ErrorKind::ResourceBusy))
    }

    /// Removes the temporary file unless a process is using it; whether it was removed.
    fn remove_if_left(&self) -> bool {
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let opened = rustix::fs::openat(&self.open, &self.waiting, flags, Mode::empty());
        let Ok(file) = opened.map(File::from) else { return false };
        let Ok(found) = file.metadata() else { return false };
        if !found.is_file() || found.uid() != rustix::process::geteuid().as_raw() {
            return false;
        }
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => false,
            // We got the lock, so its process is gone. Without lock support we cannot tell and
            // assume the same; if its process is still running, that process fails and leaves
            // the old file.
            Ok(()) | Err(TryLockError::Error(_)) => self.is_waiting(&file) && self.unlink_waiting(),
        }
    }

    /// Whether this file still has the temporary name.
    fn is_waiting(&self, file: &File) -> bool {
        let named = rustix::fs::statat(&self.open, &self.waiting, AtFlags::SYMLINK_NOFOLLOW);
        match (rustix::fs::fstat(file), named) {
            (Ok(ours), Ok(named)) => (ours.st_dev, ours.st_ino) == (named.st_dev, named.st_ino),
            _ => false,
        }
    }

    fn unlink_waiting(&self) -> bool {
        rustix::fs::unlinkat(&self.open, &self.waiting, AtFlags::empty()).is_ok()
    }
}

fn fill(file: &mut File, bytes: &[u8], mode: u32) -> io::Result<()> {
    // Marks the file as in use.
    let _ = file.try_lock();
    file.write_all(bytes)?;
    file.set_permissions(fs::Permissions::from_mode(mode))?;
    file.sync_all()
}

#[cfg(test)]
mod tests;
