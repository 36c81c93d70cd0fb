//! A line of text that is edited. Never for secrets: the library keeps copies.

use std::fmt;

use tui_input::{Input, InputRequest};

use crate::input::{Code, Key};

/// A text field.
#[derive(Clone, Default)]
pub struct Field(Input);

impl Field {
    #[must_use]
    pub fn with(text: &str) -> Self {
        Self(Input::new(text.to_owned()))
    }

    #[must_use]
    pub fn text(&self) -> &str {
        self.0.value()
    }

    /// Replaces the text and puts the cursor behind it.
    pub fn set(&mut self, text: &str) {
        self.0 = Input::new(text.to_owned());
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text().is_empty()
    }

    /// The part of the text that the cursor stands behind.
    #[must_use]
    pub fn before_cursor(&self) -> &str {
        let text = self.text();
        let end = text.char_indices().nth(self.0.cursor()).map_or(text.len(), |(at, _)| at);
        &text[..end]
    }

    /// Takes a key; false if it means nothing in a text field.
    pub fn key(&mut self, key: Key) -> bool {
        let Some(request) = request(key) else { return false };
        self.0.handle(request);
        true
    }

    /// Takes pasted text: line breaks and tabs become blanks, other control
    /// characters are dropped.
    pub fn paste(&mut self, text: &str) {
        let text = text.trim_end_matches(['\r', '\n']).replace("\r\n", " ");
        for c in text.chars() {
            match c {
                '\n' | '\r' | '\t' => drop(self.0.handle(InputRequest::InsertChar(' '))),
                c if c.is_control() => {}
                c => drop(self.0.handle(InputRequest::InsertChar(c))),
            }
        }
    }
}

impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Field({:?})", self.text())
    }
}

/// What a key asks of a text field: the readline keys that people have in
/// their fingers.
const fn request(key: Key) -> Option<InputRequest> {
    Some(match (key.code, key.ctrl, key.alt) {
        (Code::Char(c), false, false) => InputRequest::InsertChar(c),
        (Code::Backspace, false, false) | (Code::Char('h'), true, false) => {
            InputRequest::DeletePrevChar
        }
        (Code::Delete, false, false) | (Code::Char('d'), true, false) => {
            InputRequest::DeleteNextChar
        }
        (Code::Left, false, false) | (Code::Char('b'), true, false) => InputRequest::GoToPrevChar,
        (Code::Right, false, false) | (Code::Char('f'), true, false) => InputRequest::GoToNextChar,
        (Code::Left, true, false) | (Code::Char('b'), false, true) => InputRequest::GoToPrevWord,
        (Code::Right, true, false) | (Code::Char('f'), false, true) => InputRequest::GoToNextWord,
        (Code::Home, ..) | (Code::Char('a'), true, false) => InputRequest::GoToStart,
        (Code::End, ..) | (Code::Char('e'), true, false) => InputRequest::GoToEnd,
        (Code::Char('w') | Code::Backspace, true, false) | (Code::Backspace, false, true) => {
            InputRequest::DeletePrevWord
        }
        (Code::Char('u'), true, false) => InputRequest::DeleteFromStart,
        (Code::Char('k'), true, false) => InputRequest::DeleteTillEnd,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paste_is_only_ever_text() {
        let mut field = Field::with("a");
        field.paste("b\r\nc\td\u{1b}[Ae\n");
        assert_eq!(field.text(), "ab c d[Ae");
    }

    /// The settings ask the key, since they know no field.
    #[test]
    fn a_key_knows_whether_a_field_takes_it() {
        let letters = (' '..='~').map(Code::Char);
        let others = [
            Code::Enter,
            Code::Esc,
            Code::Tab,
            Code::Backspace,
            Code::Delete,
            Code::Insert,
            Code::Up,
            Code::Down,
            Code::Left,
            Code::Right,
            Code::Home,
            Code::End,
            Code::PageUp,
            Code::PageDown,
            Code::F(1),
        ];
        for code in letters.chain(others) {
            for (ctrl, alt) in [(false, false), (true, false), (false, true), (true, true)] {
                let key = Key { ctrl, alt, ..Key::new(code) };
                assert_eq!(key.edits(), Field::default().key(key), "{key}");
            }
        }
    }

    #[test]
    fn keys_that_are_not_text_are_left_to_others() {
        let mut field = Field::default();
        for key in [Key::new(Code::Enter), Key::new(Code::Tab), Key::new(Code::Esc), Key::ctrl('s')]
        {
            assert!(!field.key(key));
        }
        assert!(field.key(Key::char('q')));
        assert_eq!(field.text(), "q");
    }
}
