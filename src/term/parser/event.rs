//! The parser's events.

use std::fmt;

use crate::{app::mouse::Pointer, domain::Background, input::Key};

/// An event from the terminal.
#[derive(Clone, PartialEq, Eq)]
pub enum Event {
    /// A key was pressed.
    Key(Key),
    /// Text was pasted; control characters in it are text too.
    Paste(String),
    /// The mouse was used.
    Pointer(Pointer),
    /// The window got the focus.
    FocusIn,
    /// The window lost the focus.
    FocusOut,
    /// The response to [`ask`](crate::term::background::ask).
    Background(Background),
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => write!(f, "Key({key})"),
            // It may hold a secret.
            Self::Paste(text) => write!(f, "Paste({} bytes)", text.len()),
            Self::Pointer(pointer) => pointer.fmt(f),
            Self::FocusIn => f.write_str("FocusIn"),
            Self::FocusOut => f.write_str("FocusOut"),
            Self::Background(background) => write!(f, "Background({background:?})"),
        }
    }
}
