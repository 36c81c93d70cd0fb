//! A path as typed, and the names in its folder that may complete it.

use super::{SafeText, destination::is_secret};

/// Most entries of a folder to read.
pub const MOST: usize = 10_000;

/// A name in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The name itself.
    pub name: String,
    /// Whether it is a folder, or a link to one.
    pub is_folder: bool,
}

/// What reading a folder found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listing {
    /// The names that begin like the last part of the path.
    Read(Vec<Entry>),
    /// More than [`MOST`] entries.
    TooLong,
    /// The folder does not exist, or cannot be read.
    Unreadable,
}

/// The folder of a path, with its `/`, and the beginning of a name in it.
#[must_use]
pub fn split(path: &str) -> (&str, &str) {
    path.split_at(path.rfind('/').map_or(0, |at| at + 1))
}

/// Whether a path may be looked up. Not if it may be a secret in the wrong field, or names
/// the home folder of another user, which no destination accepts.
#[must_use]
pub fn can_be_read(path: &str) -> bool {
    let is_of_other = path.strip_prefix('~').is_some_and(|p| !p.is_empty() && !p.starts_with('/'));
    !path.is_empty() && !is_of_other && !is_secret(path)
}

/// Whether a name may be typed into a field and shown as it is. Other people choose the names
/// in a shared folder: they can contain control sequences, or characters that hide others.
#[must_use]
pub fn is_plain(name: &str) -> bool {
    !name.chars().any(char::is_control) && SafeText::from(name).shown() == name && !is_secret(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_ends_in_the_beginning_of_a_name() {
        assert_eq!(split("~/tokens/ci"), ("~/tokens/", "ci"));
        assert_eq!(split("/etc/"), ("/etc/", ""));
        assert_eq!(split("/"), ("/", ""));
        assert_eq!(split("ci"), ("", "ci"));
    }

    #[test]
    fn secrets_and_other_homes_are_not_looked_up() {
        for path in ["~", "~/", "/", "a", "../b", "/tmp/~x"] {
            assert!(can_be_read(path), "{path}");
        }
        for path in ["", "~root/x", "~x", "xaat-1", "/tmp/xapt-1", "~/xaat-1/x"] {
            assert!(!can_be_read(path), "{path}");
        }
    }

    #[test]
    fn names_with_hidden_or_control_characters_are_not_plain() {
        assert!(is_plain("日本 é.token"));
        for name in ["a\u{1b}[2J", "a\nb", "a\tb", "a\u{202e}b", "a\u{200b}b", "xaat-0"] {
            assert!(!is_plain(name), "{name:?}");
        }
    }
}
