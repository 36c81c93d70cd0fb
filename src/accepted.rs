//! The file of accepted findings: beside the journal, its owner's alone, and
//! always whole. Small and seldom written, so it is read anew for each change:
//! several processes may accept.

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

/// The file's name, beside the journal.
pub const FILE: &str = "accepted-findings.json";

/// What is wrong with the file, and what to do. What counts comes first: there is
/// one line for it.
#[derive(Debug, thiserror::Error)]
pub enum AcceptedError {
    #[error("{why}: {}", .file.display())]
    Unreadable { file: PathBuf, why: Unreadable },
    #[error(
        "line {line} cannot be read, nothing was written; fix or move {}",
        .file.display()
    )]
    Damaged { file: PathBuf, line: usize },
    #[error(
        "cannot be written ({kind}); see to the folder's permissions and its free space: {}",
        .file.display()
    )]
    Unwritable { file: PathBuf, kind: io::ErrorKind },
}

/// The whole file. Members of a newer version are not lost without a word: such
/// a file is damaged for this one.
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
    at: Moment,
    reason: String,
}

/// A time as it is written: RFC 3339.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
struct Moment(Timestamp);

impl TryFrom<String> for Moment {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse().map(Self).map_err(|_| "not a time")
    }
}

impl From<Moment> for String {
    fn from(moment: Moment) -> Self {
        moment.0.to_string()
    }
}

impl From<&Acceptance> for Line {
    fn from(a: &Acceptance) -> Self {
        Self {
            organisation: a.org.clone(),
            token: a.token.raw().to_owned(),
            finding: a.code.clone(),
            at: Moment(a.at),
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
            at: line.at.0,
            reason: line.reason.into(),
        }
    }
}

/// All that is accepted; nothing if there is no file.
///
/// # Errors
/// With the file, what is wrong with it, and what to do.
pub fn load(file: &Path) -> Result<Vec<Acceptance>, AcceptedError> {
    let bytes = disk::read(file, disk::BY_HAND)
        .map_err(|why| AcceptedError::Unreadable { file: file.to_owned(), why })?;
    let Some(bytes) = bytes else { return Ok(Vec::new()) };
    // Its text would quote the line.
    let content: Content = serde_json::from_slice(&bytes)
        .map_err(|e| AcceptedError::Damaged { file: file.to_owned(), line: e.line() })?;
    Ok(content.accepted.into_iter().map(Acceptance::from).collect())
}

/// Accepts a finding, or takes that back; says what is accepted then. One that
/// was accepted before gets the new reason.
///
/// # Errors
/// With the file, what is wrong with it, and what to do. It is as it was then.
pub fn set(file: &Path, this: &Acceptance, on: bool) -> Result<Vec<Acceptance>, AcceptedError> {
    let unwritable =
        |e: io::Error| AcceptedError::Unwritable { file: file.to_owned(), kind: e.kind() };
    let folder = file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(unwritable)?;
    // The folder, since the file becomes another one. Some file systems have no
    // locks; there one does without.
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
    // Made with mode 0600.
    let mut new = NamedTempFile::new_in(folder)?;
    serde_json::to_writer_pretty(&mut new, &content)?;
    new.write_all(b"\n")?;
    new.as_file().sync_all()?;
    new.persist(file).map_err(|e| e.error)?;
    Ok(())
}

#[cfg(test)]
mod tests;
