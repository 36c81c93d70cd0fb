//! Where secrets go instead of the screen, as it was typed.

use super::SafeText;

/// Where one secret goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// The path of a file that does not exist yet.
    File(String),
    /// A command, which gets it on its standard input.
    Command(String),
}

impl Destination {
    /// As in "its secret …".
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

/// Where the secrets of a run go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BulkDestination {
    /// A folder, which gets a new file for each.
    Folder(String),
    /// A command, which is run for each and gets it on its standard input.
    Command(String),
}

impl BulkDestination {
    /// As in "the secrets …".
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::Folder(path) => format!("go to {path}, a new file for each"),
            Self::Command(line) => format!("go to the command {line}, run for each"),
        }
    }
}
