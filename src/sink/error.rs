//! Errors of sinks, with messages that say what to do.

use std::{io::ErrorKind, path::Path};

use super::shown;
use crate::domain::SafeText;

/// Why a sink cannot be used, or did not accept the secret. Never contains the secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SinkError {
    /// The path is empty.
    #[error("a path is required, such as ~/new-token")]
    NoPath,
    /// The text names no folder.
    #[error("a folder is required, such as ~/new-tokens")]
    NoFolderNamed,
    /// The command line is empty.
    #[error("a command is required, such as: pass insert -m axiom/ci")]
    NoCommand,
    /// The text contains a control character.
    #[error("control characters are not allowed: remove them")]
    Control,
    /// The path begins with `~/`, but `HOME` is not set.
    #[error("~ cannot be used because HOME is not set: write the full path")]
    NoHome,
    /// The path begins with `~user`.
    #[error("only ~/ is supported, not another user's ~: write the full path")]
    OtherHome,
    /// The path is that of a folder.
    #[error("{0} is a folder: add a file name")]
    NotAFile(SafeText),
    /// A quote has no end, or a backslash nothing after it.
    #[error("close the quote, or remove the backslash at the end")]
    Unclosed,
    /// The command line uses a shell feature, which the text names.
    #[error("{0} needs a shell, and axtok uses none: put the command into a script, or quote it")]
    NeedsShell(&'static str),

    /// The file exists.
    #[error("{0} already exists and is never overwritten: choose another name")]
    Exists(SafeText),
    /// The folder does not exist.
    #[error("the folder {0} does not exist: create it, or choose another")]
    NoFolder(SafeText),
    /// The folder's path leads to something else.
    #[error("{0} is not a folder: choose another")]
    NotAFolder(SafeText),
    /// The folder's path leads to another folder than at the check.
    #[error("the folder {0} was replaced after it was checked: nothing was written")]
    Swapped(SafeText),
    /// The folder cannot be opened or written to.
    #[error("the folder {folder} cannot be used ({why}): choose another")]
    Folder {
        /// Its path.
        folder: SafeText,
        /// The system's reason.
        why: ErrorKind,
    },
    /// The disk or a quota is full.
    #[error("the disk is full ({at}): {}", leftover_text(*.left))]
    Full {
        /// The file's path.
        at: SafeText,
        /// Whether a part of the file may still exist.
        left: bool,
    },
    /// Writing the file failed.
    #[error("{at} could not be written ({why}): {}", leftover_text(*.left))]
    Write {
        /// The file's path.
        at: SafeText,
        /// The system's reason.
        why: ErrorKind,
        /// Whether a part of the file may still exist.
        left: bool,
    },
    /// The file system ignores permissions, so that others could read the file.
    #[error("others could read {at}, its file system has no permissions: {}", leftover_text(*.left))]
    NotPrivate {
        /// The file's path.
        at: SafeText,
        /// Whether a part of the file may still exist.
        left: bool,
    },

    /// The program is not in `PATH`.
    #[error("`{0}` was not found: install it, or enter its full path")]
    NotFound(SafeText),
    /// The program's file is not executable.
    #[error("`{0}` is not executable: check its path and permissions")]
    NotExecutable(SafeText),
    /// The system did not start the program.
    #[error("`{program}` could not be started ({why})")]
    Start {
        /// The program as it was entered.
        program: SafeText,
        /// The system's reason.
        why: ErrorKind,
    },
    /// The command succeeded without reading its input.
    #[error("`{0}` did not read the secret from its standard input")]
    Unread(SafeText),
    /// The command failed.
    #[error("`{program}` failed with {how}{output}")]
    Ended {
        /// The program as it was entered.
        program: SafeText,
        /// Its exit status or signal, as in "exit 3".
        how: String,
        /// Its own message.
        output: CommandOutput,
    },
    /// The command did not end in time.
    #[error(
        "`{program}` was still running after {seconds} s and was killed; it may have the secret"
    )]
    TimedOut {
        /// The program as it was entered.
        program: SafeText,
        /// The time limit.
        seconds: u64,
    },
    /// The task that delivers ended early.
    #[error("the delivery was interrupted")]
    Interrupted,
}

/// What a failed command wrote to its standard error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommandOutput {
    /// No output.
    Nothing,
    /// The first line.
    Line(SafeText),
    /// Output that may contain a secret and is not kept.
    Hidden,
}

impl std::fmt::Display for CommandOutput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Nothing => Ok(()),
            Self::Line(line) => write!(f, ": {line}"),
            Self::Hidden => f.write_str(" (its message is hidden: it may contain a secret)"),
        }
    }
}

/// Whether a failed write left something behind.
const fn leftover_text(left: bool) -> &'static str {
    if left { "a partial file may remain" } else { "no partial file remains" }
}

impl SinkError {
    /// The message for a caller that still has the secret. The `Display` text does not say so,
    /// because not every caller has one.
    #[must_use]
    pub fn with_secret_kept(&self) -> String {
        match self {
            Self::Full { .. } | Self::Write { .. } | Self::NotPrivate { .. } => {
                format!("{self}; the secret is still here: save it elsewhere")
            }
            Self::Swapped(_) => format!("{self}; the secret is still here: choose again"),
            Self::Start { .. }
            | Self::Unread(_)
            | Self::Ended { .. }
            | Self::TimedOut { .. }
            | Self::Interrupted => format!("{self}; the secret is still here"),
            // Occurs before a secret exists.
            _ => self.to_string(),
        }
    }

    /// The error for a folder that cannot be opened.
    pub(super) fn folder(folder: &Path, why: ErrorKind) -> Self {
        let folder = shown(folder);
        match why {
            ErrorKind::NotFound => Self::NoFolder(folder),
            ErrorKind::NotADirectory => Self::NotAFolder(folder),
            why => Self::Folder { folder, why },
        }
    }

    /// The error for a file that cannot be written.
    pub(super) fn write(at: &Path, why: ErrorKind, left: bool) -> Self {
        let at = shown(at);
        match why {
            // `FileTooLarge` comes from a limit of the process, which is a kind of quota.
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
                Self::Full { at, left }
            }
            why => Self::Write { at, why, left },
        }
    }
}
