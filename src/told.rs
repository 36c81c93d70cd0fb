//! The file of the due tokens that were reported, next to the journal: readable only by its
//! owner, and replaced atomically. A lock in a file of its own lets one process at a time report
//! a token.

use std::{
    collections::HashMap,
    fs::{DirBuilder, File, OpenOptions},
    io,
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    disk::{self, Unreadable, Unreplaced},
    domain::{
        TokenId,
        due::{Batch, DueToken, Reported},
    },
};

/// The file's name; it is in the journal's folder.
pub const FILE: &str = "told.json";
/// The lock's name, in the same folder.
const LOCK: &str = "told.lock";
/// The version of the format.
const VERSION: u64 = 1;

/// Why the file cannot be used, and what to do. The path comes last, since the message may be
/// cut.
#[derive(Debug, thiserror::Error)]
pub enum ToldError {
    /// The file cannot be read.
    #[error("the list of reports {why}: {}", .file.display())]
    Unreadable {
        /// The file's path.
        file: PathBuf,
        /// Why not.
        why: Unreadable,
    },
    /// The file is not valid.
    #[error(
        "line {line} of the list of reports is invalid; fix it, or delete it to report all again: {}",
        .file.display()
    )]
    Damaged {
        /// The file's path.
        file: PathBuf,
        /// The line of the first mistake, from 1.
        line: usize,
    },
    /// A newer version of axtok wrote the file.
    #[error("a newer axtok wrote the list of reports; update this one: {}", .file.display())]
    Newer {
        /// The file's path.
        file: PathBuf,
    },
    /// The file or its folder cannot be written.
    #[error(
        "the list of reports cannot be written ({why}); check the folder's permissions and free \
         space: {}",
        .file.display()
    )]
    Unwritable {
        /// The file's path.
        file: PathBuf,
        /// The error of the operating system, or that another process changed the file.
        why: String,
    },
}

/// The version alone, which a newer format has too.
#[derive(Debug, Deserialize)]
struct Version {
    version: u64,
}

/// The whole file. Unknown members are an error, since writing the file would lose them.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    version: u64,
    told: Vec<Line>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<String>,
    token: String,
    expires: Timestamp,
    at: Timestamp,
}

impl From<&Reported> for Line {
    fn from(reported: &Reported) -> Self {
        Self {
            url: reported.url.clone(),
            organisation: reported.org.clone(),
            token: reported.token.raw().to_owned(),
            expires: reported.expires,
            at: reported.at,
        }
    }
}

impl From<Line> for Reported {
    fn from(line: Line) -> Self {
        Self {
            url: line.url,
            org: line.organisation,
            token: TokenId::new(line.token),
            expires: line.expires,
            at: line.at,
        }
    }
}

/// The file's bytes, and what they say.
type Loaded = (Option<Vec<u8>>, Vec<Reported>);

fn load(file: &Path) -> Result<Loaded, ToldError> {
    let bytes = disk::read(file, disk::BY_HAND)
        .map_err(|why| ToldError::Unreadable { file: file.to_owned(), why })?;
    let Some(bytes) = bytes else { return Ok((None, Vec::new())) };
    // Without the parser's message, which would quote the file.
    let damaged = |e: serde_json::Error| ToldError::Damaged { file: file.into(), line: e.line() };
    let Version { version } = serde_json::from_slice(&bytes).map_err(damaged)?;
    if version > VERSION {
        return Err(ToldError::Newer { file: file.to_owned() });
    }
    let content: Content = serde_json::from_slice(&bytes).map_err(damaged)?;
    Ok((Some(bytes), content.told.into_iter().map(Reported::from).collect()))
}

fn write(file: &Path, old: Option<&[u8]>, all: &[Reported]) -> Result<(), ToldError> {
    let unwritable = |why: String| ToldError::Unwritable { file: file.to_owned(), why };
    let content = Content { version: VERSION, told: all.iter().map(Line::from).collect() };
    let mut new = serde_json::to_vec_pretty(&content).map_err(|e| unwritable(e.to_string()))?;
    new.push(b'\n');
    disk::replace(file, old, &new, Some(0o600)).map_err(|why| match why {
        Unreplaced::Failed(kind) => unwritable(kind.to_string()),
        Unreplaced::Changed => unwritable("another program changed it".to_owned()),
    })
}

fn has(all: &[Reported], batch: &Batch, due: &DueToken) -> bool {
    all.iter().any(|reported| reported.is_about(&batch.place, due))
}

/// The tokens of a batch that were not reported yet.
///
/// # Errors
/// When the file cannot be read, or is invalid.
pub fn unreported(file: &Path, batch: &Batch) -> Result<Vec<DueToken>, ToldError> {
    let (_, all) = load(file)?;
    // With many tokens, comparing each with each would take long.
    let mut by_token: HashMap<&TokenId, Vec<&Reported>> = HashMap::new();
    for reported in &all {
        by_token.entry(&reported.token).or_default().push(reported);
    }
    let is_new = |due: &&DueToken| {
        let reports = by_token.get(&due.id).into_iter().flatten();
        !reports.into_iter().any(|reported| reported.is_about(&batch.place, due))
    };
    Ok(batch.due.iter().filter(is_new).cloned().collect())
}

/// The right to report one token, which no other process has at the same time. Ends when dropped.
#[derive(Debug)]
pub struct Turn {
    file: PathBuf,
    /// Closing it releases the lock. Some file systems have no locks; then there is none.
    _lock: File,
}

impl Turn {
    /// Waits until no other process reports a token. `None` if this token was reported
    /// meanwhile. Writes the file without the tokens that are long past, so that a file that
    /// cannot be written is found before the program runs.
    ///
    /// # Errors
    /// When the file cannot be read or written, or is invalid.
    pub fn take(file: &Path, batch: &Batch, due: &DueToken) -> Result<Option<Self>, ToldError> {
        let unwritable =
            |e: io::Error| ToldError::Unwritable { file: file.into(), why: e.kind().to_string() };
        let path = file.with_file_name(LOCK);
        if let Some(folder) = path.parent() {
            DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(unwritable)?;
        }
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).write(true).mode(0o600);
        let lock = options.open(&path).map_err(unwritable)?;
        let _ = lock.lock();
        let (old, mut all) = load(file)?;
        if has(&all, batch, due) {
            return Ok(None);
        }
        all.retain(|reported| !reported.is_over(batch.now));
        write(file, old.as_deref(), &all)?;
        Ok(Some(Self { file: file.to_owned(), _lock: lock }))
    }

    /// Records that the token was reported.
    ///
    /// # Errors
    /// When the file cannot be read or written, or is invalid.
    pub fn report(self, batch: &Batch, due: &DueToken) -> Result<(), ToldError> {
        let (old, mut all) = load(&self.file)?;
        all.push(Reported::new(batch, due));
        write(&self.file, old.as_deref(), &all)
    }
}

#[cfg(test)]
mod tests;
