//! Completes a path in a field, as a shell does: what all fitting names have in common is
//! added, and the names are shown while there are several.

use jiff::Timestamp;

use crate::domain::{
    paths::{self, Listing},
    text::common,
};

#[cfg(test)]
mod tests;

/// What the path in a field may lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paths {
    /// A file; folders lead to it.
    Files,
    /// A folder.
    Folders,
}

/// What is known about the path in the focused field, until the next key or click.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Completion {
    /// Nothing: the key has not been pressed.
    #[default]
    Unknown,
    /// The folder of this path is being read, since this time.
    Asked(String, Timestamp),
    /// These names fit; there are several.
    Names(Vec<String>),
    /// The folder is too large to read.
    TooMany,
    /// Nothing can be added, as long as the text stays the same.
    Complete,
}

/// The result for a path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The text to add at the end.
    pub added: String,
    /// What is known about the path with that text.
    pub known: Completion,
}

/// Completes a path with what is in its folder.
#[must_use]
pub fn complete(path: &str, wanted: Paths, listing: Listing) -> Found {
    let (_, begun) = paths::split(path);
    if path == "~" || begun == ".." {
        return Found { added: "/".to_owned(), known: Completion::Unknown };
    }
    let entries = match listing {
        Listing::Read(entries) => entries,
        Listing::TooLong => return Found { known: Completion::TooMany, ..Found::default() },
        Listing::Unreadable => Vec::new(),
    };
    let mut names: Vec<_> = entries
        .into_iter()
        .filter(|e| e.name.starts_with(begun) && paths::is_plain(&e.name))
        .filter(|e| begun.starts_with('.') || !e.name.starts_with('.'))
        .filter(|e| wanted == Paths::Files || e.is_folder)
        .map(|e| e.name + if e.is_folder { "/" } else { "" })
        .collect();
    // Folders first: they lead on, and the list may be cut.
    names.sort_unstable_by(|a, b| (!a.ends_with('/'), a).cmp(&(!b.ends_with('/'), b)));
    let all = names.iter().map(String::as_str).reduce(common).unwrap_or_default();
    let added = all.get(begun.len()..).unwrap_or_default().to_owned();
    let known = match names.len() {
        0 | 1 if added.is_empty() => Completion::Complete,
        0 | 1 => Completion::Unknown,
        _ => Completion::Names(names),
    };
    Found { added, known }
}
