//! The file of accepted findings, next to the journal: readable only by its owner, and
//! replaced atomically. It is small and rarely written, so each change reads it again, in
//! case another process has changed it.

use std::{
    fs::{DirBuilder, File},
    io::{self, Write as _},
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use crate::{
    disk::{self, Unreadable},
    domain::{TokenId, review::accepted::Acceptance},
};

/// The file's name; it is in the journal's folder.
pub const FILE: &str = "accepted-findings.json";

/// Why the file cannot be used, and what to do. The path comes last, since the message
/// may be cut to one line.
#[derive(Debug, thiserror::Error)]
pub enum AcceptedError {
    /// The file cannot be read.
    #[error("{why}: {}", .file.display())]
    Unreadable {
        /// The file's path.
        file: PathBuf,
        /// Why not.
        why: Unreadable,
    },
    /// The file is not valid, or a newer version wrote it.
    #[error("line {line} is invalid, nothing was written; fix or move {}", .file.display())]
    Damaged {
        /// The file's path.
        file: PathBuf,
        /// The line of the first mistake, from 1.
        line: usize,
    },
    /// The file or its folder cannot be written.
    #[error(
        "cannot be written ({kind}); check the folder's permissions and free space: {}",
        .file.display()
    )]
    Unwritable {
        /// The file's path.
        file: PathBuf,
        /// The error of the operating system.
        kind: io::ErrorKind,
    },
}

/// The whole file. Unknown members are an error, since writing the file would lose them.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    accepted: Vec<Line>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    organisation: String,
    token: String,
    finding: String,
    at: Timestamp,
    reason: String,
}

impl From<&Acceptance> for Line {
    fn from(a: &Acceptance) -> Self {
        Self {
            organisation: a.org.clone(),
            token: a.token.raw().to_owned(),
            finding: a.code.clone(),
            at: a.at,
            reason: a.reason.raw().to_owned(),
        }
    }
}

impl From<Line> for Acceptance {
    fn from(line: Line) -> Self {
        Self {
            org: line.organisation,
            token: TokenId::new(line.token),
            code: line.finding,
            at: line.at,
            reason: line.reason.into(),
        }
    }
}

/// All accepted findings; none if there is no file.
///
/// # Errors
/// When the file cannot be read, or is invalid.
pub fn load(file: &Path) -> Result<Vec<Acceptance>, AcceptedError> {
    let bytes = disk::read(file, disk::BY_HAND)
        .map_err(|why| AcceptedError::Unreadable { file: file.to_owned(), why })?;
    let Some(bytes) = bytes else { return Ok(Vec::new()) };
    // Without the parser's message, which would quote the file.
    let content: Content = serde_json::from_slice(&bytes)
        .map_err(|e| AcceptedError::Damaged { file: file.to_owned(), line: e.line() })?;
    Ok(content.accepted.into_iter().map(Acceptance::from).collect())
}

/// Accepts a finding (`on`) or revokes that, and returns all accepted findings. Accepting
/// a finding again replaces its reason.
///
/// # Errors
/// When the file cannot be read or written, or is invalid. Then it is unchanged.
pub fn set(file: &Path, this: &Acceptance, on: bool) -> Result<Vec<Acceptance>, AcceptedError> {
    let unwritable =
        |e: io::Error| AcceptedError::Unwritable { file: file.to_owned(), kind: e.kind() };
    let folder = file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(unwritable)?;
    // Locks the folder, since the file is replaced. Some file systems have no locks; then
    // the file is written without one.
    let held = File::open(folder).map_err(unwritable)?;
    let _ = held.lock();
    let mut all = load(file)?;
    all.retain(|a| !a.is_about_the_same(this));
    if on {
        all.push(this.clone());
    }
    write(file, folder, &all).map_err(unwritable)?;
    let _ = held.sync_all();
    Ok(all)
}

fn write(file: &Path, folder: &Path, all: &[Acceptance]) -> io::Result<()> {
    let content = Content { accepted: all.iter().map(Line::from).collect() };
    // Created with mode 0600.
    let mut new = NamedTempFile::new_in(folder)?;
    serde_json::to_writer_pretty(&mut new, &content)?;
    new.write_all(b"\n")?;
    new.as_file().sync_all()?;
    new.persist(file).map_err(|e| e.error)?;
    Ok(())
}

#[cfg(test)]
mod tests;
