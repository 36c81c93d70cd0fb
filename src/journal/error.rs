//! Why the journal cannot be used, and what to do about it. Never its contents.

use std::{
    io,
    path::{Path, PathBuf},
};

use rustix::io::Errno;

/// Why the journal cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the journal {} cannot be used: {kind}", .file.display())]
pub struct JournalError {
    pub file: PathBuf,
    pub kind: JournalErrorKind,
}

/// The kinds of trouble that a file can make.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JournalErrorKind {
    #[error("no permission, so make it and its folder readable and writable for yourself")]
    Denied,
    #[error("the disk is full or the quota used up, so make room and try again")]
    Full,
    #[error("its file system is read-only, so set XDG_STATE_HOME to a folder elsewhere")]
    ReadOnly,
    #[error("a folder is in its place, so move that away")]
    Folder,
    #[error("a link is in its place, and links are not followed here, so move that away")]
    Link,
    #[error("something that is no ordinary file is in its place, so move that away")]
    Special,
    #[error("a file is in the place of its folder, so move that away")]
    NoFolder,
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
            // Not a stable kind of error yet.
            _ if Errno::from_io_error(error) == Some(Errno::LOOP) => Self::Link,
            Kind::PermissionDenied => Self::Denied,
            Kind::StorageFull | Kind::QuotaExceeded | Kind::FileTooLarge => Self::Full,
            Kind::ReadOnlyFilesystem => Self::ReadOnly,
            Kind::IsADirectory => Self::Folder,
            // Ours, for a file that is not an ordinary one.
            Kind::InvalidInput => Self::Special,
            // Making folders says that one exists where it is a file.
            Kind::NotADirectory | Kind::AlreadyExists => Self::NoFolder,
            kind => Self::Other(kind),
        }
    }
}
