//! Why the journal cannot be used, and what to do about it. Errors never quote the file.

use std::{
    io,
    path::{Path, PathBuf},
};

use rustix::io::Errno;

/// Why the journal cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the journal {} cannot be used: {kind}", .file.display())]
pub struct JournalError {
    /// The journal's path.
    pub file: PathBuf,
    /// What is wrong with it.
    pub kind: JournalErrorKind,
}

/// What is wrong with the journal's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JournalErrorKind {
    /// The user may not read or write the file, or not enter its folder.
    #[error("permission denied; make the file and its folder readable and writable for you")]
    Denied,
    /// The disk or the user's quota is full.
    #[error("the disk or your quota is full; free some space and try again")]
    Full,
    /// The file system is read-only.
    #[error("the file system is read-only; set XDG_STATE_HOME to another folder")]
    ReadOnly,
    /// The path is a folder.
    #[error("the path is a folder; move it away")]
    Folder,
    /// The path is a symbolic link, which axtok does not follow.
    #[error("the path is a symbolic link, which axtok does not follow; move it away")]
    Link,
    /// The path is a pipe, a socket or a device.
    #[error("the path is not a regular file; move it away")]
    Special,
    /// A file has the path of the journal's folder.
    #[error("its folder's path is a file; move it away")]
    NoFolder,
    /// Any other error of the operating system.
    #[error("{0}; check its folder and file system")]
    Other(io::ErrorKind),
}

impl JournalError {
    pub(super) fn new(file: &Path, error: &io::Error) -> Self {
        Self { file: file.to_owned(), kind: JournalErrorKind::of(error) }
    }
}

impl JournalErrorKind {
    fn of(error: &io::Error) -> Self {
        use io::ErrorKind as Kind;
        match error.kind() {
            // `ErrorKind` has no stable kind for it yet.
            _ if Errno::from_io_error(error) == Some(Errno::LOOP) => Self::Link,
            Kind::PermissionDenied => Self::Denied,
            Kind::StorageFull | Kind::QuotaExceeded | Kind::FileTooLarge => Self::Full,
            Kind::ReadOnlyFilesystem => Self::ReadOnly,
            Kind::IsADirectory => Self::Folder,
            // Set by `open_or_create` for a file that is not regular.
            Kind::InvalidInput => Self::Special,
            // Creating a folder where a file is reports that it already exists.
            Kind::NotADirectory | Kind::AlreadyExists => Self::NoFolder,
            kind => Self::Other(kind),
        }
    }
}
