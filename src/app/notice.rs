//! Notices: one-line messages that disappear after a while.

use jiff::Timestamp;

use crate::domain::SafeText;

/// The severity of a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    /// Something worked, or is good to know.
    Info,
    /// Something failed or is not possible.
    Warning,
}

/// A one-line message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its severity.
    pub kind: NoticeKind,
    /// The line.
    pub text: SafeText,
    /// When it disappears.
    pub until: Timestamp,
}
