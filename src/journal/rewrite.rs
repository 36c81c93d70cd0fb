//! The journal written anew: without old lines, or beside the one that cannot
//! be read. Whoever is killed in between leaves the old one in its place.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    time::SystemTime,
};

use uuid::Uuid;

/// Only its owner may read it: it says who may do what.
pub const MODE: u32 = 0o600;

/// Puts a file of these lines in the journal's place.
pub fn replace(file: &Path, lines: &[&[u8]]) -> io::Result<()> {
    with_new(file, lines, |new| fs::rename(new, file))
}

/// The same, and keeps the old file under another name, which it returns.
pub fn set_aside(file: &Path, lines: &[&[u8]]) -> io::Result<PathBuf> {
    with_new(file, lines, |new| {
        // Not renamed, so that at no moment there is no journal.
        let aside = second_name(file)?;
        fs::rename(new, file)?;
        Ok(aside)
    })
}

fn with_new<T>(
    file: &Path,
    lines: &[&[u8]],
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

fn write_new(new: &Path, lines: &[&[u8]]) -> io::Result<()> {
    let mut to = OpenOptions::new().write(true).create_new(true).mode(MODE).open(new)?;
    let mut text = lines.join(&b'\n');
    if !text.is_empty() {
        text.push(b'\n');
    }
    to.write_all(&text)?;
    to.sync_all()
}

/// Gives the file a second name, `journal.jsonl.broken-<unix seconds>`.
fn second_name(file: &Path) -> io::Result<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "a name for people, which nothing reads back")]
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

/// Some file systems know no second names.
fn copy_unless_there(error: io::Error, file: &Path, aside: &Path) -> io::Result<()> {
    if error.kind() == io::ErrorKind::AlreadyExists {
        return Err(error);
    }
    let mut to = OpenOptions::new().write(true).create_new(true).mode(MODE).open(aside)?;
    io::copy(&mut File::open(file)?, &mut to)?;
    to.sync_all()
}

/// A name is safe on disk only when its folder is; not all systems can.
pub fn sync_folder(file: &Path) {
    drop(File::open(folder(file)).and_then(|folder| folder.sync_all()));
}

pub fn folder(file: &Path) -> &Path {
    file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
