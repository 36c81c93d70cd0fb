//! One line that says what happened.

use jiff::Timestamp;

use crate::domain::SafeText;

/// How a notice is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    Info,
    Warning,
}

/// The line, and until when it stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub kind: NoticeKind,
    pub text: SafeText,
    pub until: Timestamp,
}
