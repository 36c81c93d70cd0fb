//! Makes sure that only one process of this user rotates tokens at a time.

use std::{
    fs::{DirBuilder, File, OpenOptions, TryLockError},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
};

use super::{SignedIn, Stop};

/// The lock's file, next to the journal.
const FILE: &str = "rotation.lock";

/// The lock; released when dropped. `None` where nothing is recorded, as in the demo.
pub(super) struct Lock(#[expect(dead_code, reason = "closing the file releases the lock")] File);

/// Takes the lock.
pub(super) fn take(signed_in: &SignedIn) -> Result<Option<Lock>, Stop> {
    let Some(journal) = signed_in.journal_file() else { return Ok(None) };
    let path = journal.with_file_name(FILE);
    let unusable = |e: std::io::Error| Stop::Files(format!("{}: {}", path.display(), e.kind()));
    if let Some(folder) = path.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(unusable)?;
    }
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true).mode(0o600);
    let file = options.open(&path).map_err(unusable)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(Lock(file))),
        Err(TryLockError::WouldBlock) => Err(Stop::Busy),
        // A network file system without locks: the journal is written without one too.
        Err(TryLockError::Error(_)) => Ok(Some(Lock(file))),
    }
}
