//! What the parser makes of bytes.

use std::fmt;

use crate::{app::mouse::Pointer, domain::Background, input::Key};

/// What the terminal sent.
#[derive(Clone, PartialEq, Eq)]
pub enum Event {
    Key(Key),
    /// Text, whatever it looks like.
    Paste(String),
    Pointer(Pointer),
    FocusIn,
    FocusOut,
    /// The answer to [`ask`](crate::term::background::ask).
    Background(Background),
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => write!(f, "Key({key})"),
            // It may be a secret.
            Self::Paste(text) => write!(f, "Paste({} bytes)", text.len()),
            Self::Pointer(pointer) => pointer.fmt(f),
            Self::FocusIn => f.write_str("FocusIn"),
            Self::FocusOut => f.write_str("FocusOut"),
            Self::Background(background) => write!(f, "Background({background:?})"),
        }
    }
}
