//! Notices: messages of one or two lines that disappear after a while.

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

/// A message at the bottom of the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its severity.
    pub kind: NoticeKind,
    /// The text; a long one takes two lines.
    pub text: SafeText,
    /// When it disappears.
    pub until: Timestamp,
}
