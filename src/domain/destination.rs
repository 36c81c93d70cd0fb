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
