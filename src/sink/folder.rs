//! A folder that receives one new file per secret. `file` writes the files; this module prepares
//! the folder and chooses the names.

use std::{
    fs::DirBuilder,
    io::ErrorKind,
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
};

use super::{Sink, SinkError, file};
use crate::domain::destination::file_name;

#[cfg(test)]
mod tests;

/// Parses the path of a folder: like that of a file, but it may end in `/`.
///
/// # Errors
/// If the text names no folder, or the root or home folder itself.
pub fn parse(text: &str, home: Option<&Path>) -> Result<PathBuf, SinkError> {
    let text = text.trim();
    file::parse(text.trim_end_matches('/'), home).map_err(|e| match e {
        SinkError::NoPath | SinkError::NotAFile(_) => SinkError::NoFolderNamed,
        e => e,
    })
}

/// Creates the folder for its owner alone unless it exists, and checks that new files can be
/// created in it.
///
/// # Errors
/// If the folder cannot be created or used.
pub fn prepare(folder: &Path) -> Result<(), SinkError> {
    match DirBuilder::new().mode(0o700).create(folder) {
        Ok(()) => {}
        Err(e) if e.kind() == ErrorKind::AlreadyExists => {}
        Err(e) if e.kind() == ErrorKind::NotFound => {
            let parent = folder.parent().unwrap_or(folder);
            return Err(SinkError::folder(parent, ErrorKind::NotFound));
        }
        Err(e) => return Err(SinkError::folder(folder, e.kind())),
    }
    file::writable(folder)
}

/// The file for one token: its name for people, and its id to make it unique. Characters with a
/// meaning in paths or shells are replaced.
#[must_use]
pub fn sink_for(folder: &Path, name: &str, id: &str) -> Sink {
    let (name, id) = (file_name(name), file_name(id));
    let file = match (name.as_str(), id.as_str()) {
        ("", "") => "token".to_owned(),
        ("", one) | (one, "") => one.to_owned(),
        (name, id) => format!("{name}-{id}"),
    };
    Sink::File(folder.join(file))
}
