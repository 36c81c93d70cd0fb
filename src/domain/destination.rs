//! Where secrets go instead of the screen, as the user typed it.

use super::SafeText;

/// Where one secret goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// The path of a file that does not exist yet.
    File(String),
    /// A command, which receives the secret on its standard input.
    Command(String),
}

impl Destination {
    /// The predicate of a sentence such as "The secret …".
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::File(path) => {
                format!("goes to the new file {}", SafeText::from(path.as_str()))
            }
            Self::Command(line) => {
                format!("goes to the command {}", SafeText::from(line.as_str()))
            }
        }
    }
}

/// The folder for files with secrets until the user has chosen one.
pub const FOLDER: &str = "~/tokens";

/// How much of a token's name or id goes into a file name, in bytes.
const LONGEST: usize = 80;

/// A token's name or id as part of a file name. Keeps ASCII letters, digits, `-`, `_` and
/// `.`, and replaces each run of other characters with `-`. The result does not begin with
/// `.` or `-`: it must not be a hidden file or look like an option. It may be empty.
#[must_use]
pub fn file_name(text: &str) -> String {
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

/// The folder to propose next time after this file or folder path, as typed. A path without
/// a fixed beginning means another place in another session.
#[must_use]
pub fn folder_of(path: &str, is_file: bool) -> Option<&str> {
    let folder = if is_file { path.rsplit_once('/')?.0 } else { path };
    let folder = folder.trim_end_matches('/');
    let is_fixed = folder.len() > 1 && folder.starts_with(['/', '~']);
    // A secret in the wrong field is not written to a file.
    (is_fixed && !is_secret(folder)).then_some(folder)
}

/// Whether a path seems to be or contain a secret, pasted into the wrong field.
#[must_use]
pub fn is_secret(path: &str) -> bool {
    path.contains("xaat-") || path.contains("xapt-")
}

/// Where the secrets of a bulk run go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BulkDestination {
    /// A folder, which gets one new file for each secret.
    Folder(String),
    /// A command, run once for each secret, which it receives on its standard input.
    Command(String),
}

impl BulkDestination {
    /// The predicate of a sentence such as "The secrets …".
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::Folder(path) => format!("go to {path}, one new file each"),
            Self::Command(line) => format!("go to the command {line}, run once for each"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_remembered_only_if_it_means_the_same_place_later() {
        for (path, folder) in [
            ("~/tokens/ci.token", Some("~/tokens")),
            ("/run/user/0//ci", Some("/run/user/0")),
            ("/ci", None),
            ("ci.token", None),
            ("secrets/ci.token", None),
            ("~/ci", None),
            ("xaat-00000000", None),
            ("~/xaat-00000000/ci.token", None),
        ] {
            assert_eq!(folder_of(path, true), folder, "{path}");
        }
        assert_eq!(folder_of("~/new/", false), Some("~/new"));
        assert_eq!(folder_of("new", false), None);
        assert_eq!(folder_of("", false), None);
    }
}
