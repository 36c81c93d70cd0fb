//! Rewrites the journal: without old lines, or without damaged lines while the old file is
//! kept. If axtok is killed meanwhile, the old file stays in place.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    time::SystemTime,
};

use uuid::Uuid;

/// The journal's permissions. Only its owner may read it, since it lists tokens' rights.
pub const MODE: u32 = 0o600;

/// Atomically replaces the journal with a file of these lines.
pub fn replace(file: &Path, lines: &[impl AsRef<[u8]>]) -> io::Result<()> {
    with_new(file, lines, |new| fs::rename(new, file))
}

/// Like [`replace`], but keeps the old file under another name, and returns its path.
pub fn set_aside(file: &Path, lines: &[impl AsRef<[u8]>]) -> io::Result<PathBuf> {
    with_new(file, lines, |new| {
        // A second name instead of a rename, so that there is a journal at all times.
        let aside = second_name(file)?;
        fs::rename(new, file)?;
        Ok(aside)
    })
}

fn with_new<T>(
    file: &Path,
    lines: &[impl AsRef<[u8]>],
    put: impl FnOnce(&Path) -> io::Result<T>,
) -> io::Result<T> {
    let new = folder(file).join(format!(".journal-{}.tmp", Uuid::new_v4().simple()));
    let result = write_new(&new, lines).and_then(|()| put(&new));
    match result {
        Ok(_) => sync_folder(file),
        Err(_) => drop(fs::remove_file(&new)),
    }
    result
}

fn write_new(new: &Path, lines: &[impl AsRef<[u8]>]) -> io::Result<()> {
    let mut to = OpenOptions::new().write(true).create_new(true).mode(MODE).open(new)?;
    let mut text = Vec::new();
    for line in lines {
        text.extend_from_slice(line.as_ref());
        text.push(b'\n');
    }
    to.write_all(&text)?;
    to.sync_all()
}

/// Links or copies the file to `journal.jsonl.broken-<unix seconds>`, and returns that
/// path.
fn second_name(file: &Path) -> io::Result<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "only names a file for people to read")]
    let now = SystemTime::now();
    let seconds = now.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let mut count = 1;
    loop {
        let again = if count == 1 { String::new() } else { format!("-{count}") };
        let aside = file.with_file_name(format!("{name}.broken-{seconds}{again}"));
        match fs::hard_link(file, &aside).or_else(|error| copy_unless_there(error, file, &aside)) {
            Ok(()) => return Ok(aside),
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => count += 1,
            Err(e) => return Err(e),
        }
    }
}

/// Copies the file, for file systems without hard links.
fn copy_unless_there(error: io::Error, file: &Path, aside: &Path) -> io::Result<()> {
    if error.kind() == io::ErrorKind::AlreadyExists {
        return Err(error);
    }
    let mut to = OpenOptions::new().write(true).create_new(true).mode(MODE).open(aside)?;
    io::copy(&mut File::open(file)?, &mut to)?;
    to.sync_all()
}

/// Syncs the folder, so that the file's name is safe on disk. Errors are ignored, since
/// not all systems can sync folders.
pub fn sync_folder(file: &Path) {
    drop(File::open(folder(file)).and_then(|folder| folder.sync_all()));
}

/// The folder of the file; `.` if the path has none.
pub fn folder(file: &Path) -> &Path {
    file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
