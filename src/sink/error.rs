//! What can be wrong with a sink, in words that say what to do.

use std::{io::ErrorKind, path::Path};

use super::shown;
use crate::domain::SafeText;

/// Why a sink cannot be used, or did not take the secret. Never holds a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SinkError {
    #[error("a path is needed, such as ~/new-token")]
    NoPath,
    #[error("a folder is needed, such as ~/new-tokens")]
    NoFolderNamed,
    #[error("a command is needed, such as: pass insert -m axiom/ci")]
    NoCommand,
    #[error("there is a control character in it: leave it out")]
    Control,
    #[error("~ means nothing here, since HOME is not set: write the path out")]
    NoHome,
    #[error("of paths with ~ only ~/ is understood: write the path out")]
    OtherHome,
    #[error("{0} names a folder: add a file name")]
    NotAFile(SafeText),
    #[error("a quote or a backslash at the end is not closed")]
    Unclosed,
    #[error(
        "{0} would need a shell, and none is used: put it into a script and name that, or quote it"
    )]
    NeedsShell(&'static str),

    #[error("{0} exists, and nothing is ever written over: choose another name")]
    Exists(SafeText),
    #[error("the folder {0} does not exist: make it, or choose another")]
    NoFolder(SafeText),
    #[error("{0} is not a folder: choose another")]
    NotAFolder(SafeText),
    #[error("the folder {0} is another one now than when it was checked: nothing was written")]
    Swapped(SafeText),
    #[error("the folder {folder} cannot be used ({why}): choose another")]
    Folder { folder: SafeText, why: ErrorKind },
    #[error("the disk with {at} is full: {}", begun(*.left))]
    Full { at: SafeText, left: bool },
    #[error("{at} could not be written ({why}): {}", begun(*.left))]
    Write { at: SafeText, why: ErrorKind, left: bool },
    #[error(
        "{at} would be readable by others, its file system knows no permissions: {}",
        begun(*.left)
    )]
    NotPrivate { at: SafeText, left: bool },

    #[error("`{0}` was not found: install it, or write its full path")]
    NotFound(SafeText),
    #[error("`{0}` cannot be executed: is it a program, and may you run it?")]
    NotExecutable(SafeText),
    #[error("`{program}` could not be started ({why})")]
    Start { program: SafeText, why: ErrorKind },
    #[error("`{0}` did not read the secret from its standard input")]
    Unread(SafeText),
    #[error("`{program}` ended with {how}{output}")]
    Ended { program: SafeText, how: String, output: CommandOutput },
    #[error(
        "`{program}` was still running after {seconds} s and was killed; it may have the secret"
    )]
    TimedOut { program: SafeText, seconds: u64 },
    #[error("it was interrupted")]
    Interrupted,
}

/// What a command said on its standard error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommandOutput {
    Nothing,
    Line(SafeText),
    /// Something that could be a secret.
    Hidden,
}

impl std::fmt::Display for CommandOutput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Nothing => Ok(()),
            Self::Line(line) => write!(f, ": {line}"),
            Self::Hidden => f.write_str(" (its message is not shown: it may hold a secret)"),
        }
    }
}

/// What became of the file.
const fn begun(left: bool) -> &'static str {
    if left { "what was begun may be left there" } else { "nothing is left there" }
}

impl SinkError {
    /// The error for whoever still holds the secret. The error itself does not
    /// say so: where nobody does, that would be wrong.
    #[must_use]
    pub fn with_secret_kept(&self) -> String {
        match self {
            Self::Full { .. } | Self::Write { .. } | Self::NotPrivate { .. } => {
                format!("{self}, and the secret is still here; save it elsewhere")
            }
            Self::Swapped(_) => format!("{self}, and the secret is still here; choose again"),
            Self::Start { .. }
            | Self::Unread(_)
            | Self::Ended { .. }
            | Self::TimedOut { .. }
            | Self::Interrupted => format!("{self}; the secret is still here"),
            // What is said before there is a secret.
            _ => self.to_string(),
        }
    }

    /// A folder that cannot be opened.
    pub(super) fn folder(folder: &Path, why: ErrorKind) -> Self {
        let folder = shown(folder);
        match why {
            ErrorKind::NotFound => Self::NoFolder(folder),
            ErrorKind::NotADirectory => Self::NotAFolder(folder),
            why => Self::Folder { folder, why },
        }
    }

    /// A file that cannot be written.
    pub(super) fn write(at: &Path, why: ErrorKind, left: bool) -> Self {
        let at = shown(at);
        match why {
            // The last is a limit of the process, which is a kind of quota.
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
                Self::Full { at, left }
            }
            why => Self::Write { at, why, left },
        }
    }
}
