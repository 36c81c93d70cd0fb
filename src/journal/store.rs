//! The journal's file: opened, read once, then only appended to. Several processes may
//! have it open, so each writes under a lock, and first checks that the path still refers
//! to the file it has open.

use std::{
    collections::HashSet,
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    os::unix::fs::{DirBuilderExt as _, FileExt as _, MetadataExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use rustix::{fs::OFlags, io::Errno};

use super::{
    entry::{Entry, EntryId, Mark, Open},
    error::JournalError,
    history::{History, RecordedChange},
    line,
    process::Process,
    rewrite::{self, MODE, folder, sync_folder},
    rotation::Rotation,
};
use crate::domain::Retention;

/// How often the file is reopened because it seems to have been replaced. Some network
/// file systems report changing inode numbers; after this many tries the file is used.
const TRIES: u32 = 20;

/// The journal, open for writing.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    process: Process,
    /// Entries that a command has reported.
    reported: HashSet<EntryId>,
    /// Entries in the file that this process may mark: its own, and open ones.
    known: HashSet<EntryId>,
}

/// The opened journal and what it contained.
#[derive(Debug)]
pub struct Opened {
    /// The journal, ready for new entries.
    pub journal: Journal,
    /// Unfinished entries of earlier runs, in the order of their requests.
    pub open: Vec<Open>,
    /// Completed regenerations, latest last.
    pub rotations: Vec<Rotation>,
    /// Where the old journal was moved because some lines could not be read. The new one
    /// has all readable lines.
    pub set_aside: Option<PathBuf>,
}

/// What a journal says, by all processes that write to it.
#[derive(Debug, Default)]
pub struct Contents {
    /// Every change, in the order of the requests.
    pub changes: Vec<RecordedChange>,
    /// Completed regenerations, latest last.
    pub rotations: Vec<Rotation>,
    /// Whether lines cannot be read. Their changes are missing.
    pub is_damaged: bool,
}

impl Journal {
    /// Reads the journal without opening it for writing. Empty if there is no file.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn read(file: &Path) -> Result<Contents, JournalError> {
        let bytes = match fs::read(file) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => Vec::new(),
            other => other.map_err(|e| JournalError::new(file, &e))?,
        };
        let history = History::read(&bytes);
        let (rotations, is_damaged) = (history.rotations(), history.is_broken);
        Ok(Contents { changes: history.into_changes(), rotations, is_damaged })
    }

    /// Opens or creates the journal. The open entries include those of this process, but
    /// not those of other running processes. Drops finished entries that are too old.
    ///
    /// # Errors
    /// When the file cannot be opened, locked or read; a message with its path and what to
    /// do.
    pub fn open(file: &Path, retention: &Retention) -> Result<Opened, JournalError> {
        Self::try_open(file, retention).map_err(|e| JournalError::new(file, &e))
    }

    /// Appends an entry and syncs it to disk.
    ///
    /// # Errors
    /// When the file cannot be written. Then the entry is not in the journal.
    pub fn begin(&mut self, entry: &Entry) -> Result<(), JournalError> {
        self.append(line::entry(entry, self.process))?;
        self.known.insert(entry.id.clone());
        Ok(())
    }

    /// Appends a mark of an entry and syncs it to disk. An entry that is not in the journal,
    /// such as one of the demo, gets none.
    ///
    /// # Errors
    /// When the file cannot be written. Then the entry keeps its previous mark.
    pub fn mark(&mut self, entry: &EntryId, mark: &Mark) -> Result<(), JournalError> {
        if !self.known.contains(entry) {
            return Ok(());
        }
        self.append(line::mark(entry, mark, Some(now())))
    }

    /// Allows marking an entry that another process has written.
    pub fn adopt(&mut self, entry: EntryId) {
        self.known.insert(entry);
    }

    /// Whether a command should report this entry: only the first time. Records that it
    /// was reported.
    pub fn mark_reported(&mut self, entry: &EntryId) -> bool {
        let is_new = self.reported.insert(entry.clone());
        if is_new {
            // If this fails, the next run reports the entry again.
            let _ = self.append(line::reported(entry));
        }
        is_new
    }

    fn try_open(path: &Path, retention: &Retention) -> io::Result<Opened> {
        let file = open_or_create(path)?;
        let mut journal = Self {
            path: path.to_owned(),
            file,
            process: Process::this(),
            reported: HashSet::new(),
            known: HashSet::new(),
        };
        let held = journal.hold()?;
        let mut bytes = Vec::new();
        let mut file = held.file;
        file.seek(SeekFrom::Start(0))?;
        file.read_to_end(&mut bytes)?;
        let history = History::read(&bytes);
        let mut set_aside = None;
        if history.is_broken {
            set_aside = Some(rewrite::set_aside(path, history.intact())?);
        } else if let Some(lines) = history.compacted(now(), retention).filter(|_| held.is_locked) {
            // If this fails, the long file still works; the next run tries again.
            let _ = rewrite::replace(path, &lines);
        }
        drop(held);
        let open = history.open(journal.process);
        let rotations = history.rotations();
        journal.reported = history.reported();
        journal.known = open.iter().map(|open| open.entry.id.clone()).collect();
        Ok(Opened { journal, open, rotations, set_aside })
    }

    fn append(&mut self, line: Option<String>) -> Result<(), JournalError> {
        let line = line.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData));
        line.and_then(|line| self.try_append(line)).map_err(|e| JournalError::new(&self.path, &e))
    }

    fn try_append(&mut self, mut line: String) -> io::Result<()> {
        let held = self.hold()?;
        let before = held.file.metadata()?.len();
        if !ends_with_newline(held.file, before)? {
            line.insert_str(0, &format!("\n{}\n", line::cut_before().unwrap_or_default()));
        }
        line.push('\n');
        let mut file = held.file;
        let result = file.write_all(line.as_bytes()).and_then(|()| file.sync_all());
        if result.is_err() && held.is_locked {
            // The caller treats the line as not written, so remove any part of it.
            let _ = file.set_len(before);
        }
        result
    }

    /// Locks the file at the path, reopening it if another process has replaced it.
    fn hold(&mut self) -> io::Result<Held<'_>> {
        let mut tries = 0;
        loop {
            let is_locked = lock(&self.file)?;
            let is_same = is_same(&self.file, &self.path);
            if is_same || tries == TRIES {
                return Ok(Held { file: &self.file, is_locked: is_locked && is_same });
            }
            // Closing the old file also gives up its lock.
            self.file = match open_or_create(&self.path) {
                Ok(file) => file,
                Err(error) => {
                    let _ = self.file.unlock();
                    return Err(error);
                }
            };
            tries += 1;
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "age counts from now, and a mark has its time")]
fn now() -> Timestamp {
    crate::clock::now()
}

/// The file while this process has it locked.
struct Held<'a> {
    file: &'a File,
    /// `false` on network file systems without locks, where axtok writes without one.
    is_locked: bool,
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        let _ = self.file.unlock();
    }
}

/// The errors of file systems without locks.
const NO_LOCKS: [Errno; 4] = [Errno::NOTSUP, Errno::OPNOTSUPP, Errno::NOLCK, Errno::NOSYS];

fn lock(file: &File) -> io::Result<bool> {
    loop {
        match file.lock() {
            Ok(()) => return Ok(true),
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) if Errno::from_io_error(&e).is_some_and(|e| NO_LOCKS.contains(&e)) => {
                return Ok(false);
            }
            Err(e) => return Err(e),
        }
    }
}

fn is_same(file: &File, path: &Path) -> bool {
    let key = |m: fs::Metadata| (m.dev(), m.ino());
    let (Ok(held), Ok(named)) = (file.metadata(), fs::symlink_metadata(path)) else {
        return false;
    };
    key(held) == key(named)
}

fn open_or_create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    // Non-blocking, so that opening a pipe does not wait for a writer.
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits();
    options.read(true).append(true).mode(MODE).custom_flags(flags.cast_signed());
    let file = match options.open(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            let folder = folder(path);
            DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
            let file = options.create(true).open(path)?;
            sync_folder(path);
            sync_folder(folder);
            file
        }
        other => other?,
    };
    if file.metadata()?.is_file() { Ok(file) } else { Err(io::ErrorKind::InvalidInput.into()) }
}

fn ends_with_newline(file: &File, length: u64) -> io::Result<bool> {
    let Some(last) = length.checked_sub(1) else { return Ok(true) };
    let mut byte = [0];
    file.read_exact_at(&mut byte, last)?;
    Ok(byte == *b"\n")
}
