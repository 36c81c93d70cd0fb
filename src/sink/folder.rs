//! A folder that takes one new file for each of several secrets. The files are
//! made as any other; this is about the folder, and about their names.

use std::{
    fs::DirBuilder,
    io::ErrorKind,
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
};

use super::{Sink, SinkError, file};

#[cfg(test)]
mod tests;

/// As much of a name or an id as a file's name takes, in bytes.
const LONGEST: usize = 80;

/// The folder that a text means: as for a file, and a `/` at its end is fine.
///
/// # Errors
/// If it names no folder of its own.
pub fn parse(text: &str, home: Option<&Path>) -> Result<PathBuf, SinkError> {
    let text = text.trim();
    file::parse(text.trim_end_matches('/'), home).map_err(|e| match e {
        SinkError::NoPath | SinkError::NotAFile(_) => SinkError::NoFolderNamed,
        e => e,
    })
}

/// Makes the folder, only for its owner, unless there is one; looks whether new
/// files can be made in it.
///
/// # Errors
/// With what is in the way.
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

/// The file for one token: its name for people, its id so that no two are the
/// same. Letters that could mean something in a path or to a shell are left out.
#[must_use]
pub fn sink_for(folder: &Path, name: &str, id: &str) -> Sink {
    let (name, id) = (sanitize(name), sanitize(id));
    let file = match (name.as_str(), id.as_str()) {
        ("", "") => "token".to_owned(),
        ("", one) | (one, "") => one.to_owned(),
        (name, id) => format!("{name}-{id}"),
    };
    Sink::File(folder.join(file))
}

/// ASCII letters, digits, `-`, `_` and `.`; `-` for a run of anything else;
/// neither `.` nor `-` first, so that it is no hidden file and no option.
fn sanitize(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        let c = if c.is_ascii_alphanumeric() || matches!(c, '_' | '.') { c } else { '-' };
        if !(c == '-' && out.ends_with('-')) {
            out.push(c);
        }
        if out.len() == LONGEST {
            break;
        }
    }
    let out = out.trim_start_matches(['.', '-', '_']).trim_end_matches(['.', '-']);
    out.to_owned()
}
