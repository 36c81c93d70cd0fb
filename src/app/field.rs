//! A single-line text field. Never use it for secrets: the library keeps copies.

use std::fmt;

use tui_input::{Input, InputRequest};

use crate::input::{Code, Key};

/// The longest text that a field accepts, in characters: enough for paths and commands,
/// and short enough to process on every key.
pub const MOST: usize = 4096;

/// A text field.
#[derive(Clone, Default)]
pub struct Field {
    input: Input,
    /// Whether the next typed text replaces this one.
    is_selected: bool,
}

impl Field {
    /// A field with this text and the cursor at its end.
    #[must_use]
    pub fn with(text: &str) -> Self {
        Self { input: Input::new(text.to_owned()), is_selected: false }
    }

    /// A field with a proposed text, which typing replaces.
    #[must_use]
    pub fn proposed(text: &str) -> Self {
        Self { is_selected: true, ..Self::with(text) }
    }

    /// Selects the text: the next typed or pasted text replaces it.
    pub const fn select(&mut self) {
        self.is_selected = true;
    }

    /// Whether the next typed text replaces this one.
    #[must_use]
    pub const fn is_selected(&self) -> bool {
        self.is_selected
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        self.input.value()
    }

    /// Replaces the text and puts the cursor at its end.
    pub fn set(&mut self, text: &str) {
        *self = Self::with(text);
    }

    /// Whether the field has no text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text().is_empty()
    }

    /// The text before the cursor.
    #[must_use]
    pub fn before_cursor(&self) -> &str {
        let text = self.text();
        let end = text.char_indices().nth(self.input.cursor()).map_or(text.len(), |(at, _)| at);
        &text[..end]
    }

    /// Handles a key. Returns the number of characters that did not fit, or `None` if text
    /// fields do not use this key.
    pub fn key(&mut self, key: Key) -> Option<usize> {
        let request = request(key)?;
        let is_replaced = std::mem::take(&mut self.is_selected);
        if is_replaced && matches!(request, InputRequest::InsertChar(_)) {
            self.set("");
        }
        if matches!(request, InputRequest::InsertChar(_)) && self.room() == 0 {
            return Some(1);
        }
        self.input.handle(request);
        Some(0)
    }

    /// Inserts pasted text. Line breaks and tabs become blanks, other control characters are
    /// dropped. Returns the number of characters that did not fit.
    pub fn paste(&mut self, text: &str) -> usize {
        if self.is_selected {
            self.set("");
        }
        let room = self.room();
        let mut pasted = String::new();
        let (mut taken, mut left_out, mut after_return) = (0, 0, false);
        for c in text.trim_end_matches(['\r', '\n']).chars() {
            let is_second_half = c == '\n' && after_return;
            after_return = c == '\r';
            let c = if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c };
            if is_second_half || c.is_control() {
                continue;
            }
            if taken < room {
                pasted.push(c);
                taken += 1;
            } else {
                left_out += 1;
            }
        }
        // Insert everything together: the library moves the following text per character.
        let before = self.before_cursor();
        let text = [before, &pasted, &self.text()[before.len()..]].concat();
        let cursor = self.input.cursor() + taken;
        self.input = Input::new(text).with_cursor(cursor);
        left_out
    }

    /// The number of characters that can be added.
    #[must_use]
    pub fn room(&self) -> usize {
        MOST.saturating_sub(self.text().chars().count())
    }
}

impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Field({:?})", self.text())
    }
}

/// The edit that a key makes: the usual readline keys.
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
    fn a_paste_is_always_text() {
        let mut field = Field::with("a");
        field.paste("b\r\nc\td\u{1b}[Ae\n");
        assert_eq!(field.text(), "ab c d[Ae");
    }

    #[test]
    fn typing_replaces_a_selected_text_and_other_keys_edit_it() {
        let after = |act: fn(&mut Field)| {
            let mut field = Field::proposed("~/a.token");
            act(&mut field);
            assert!(!field.is_selected());
            field.text().to_owned()
        };
        let key = |field: &mut Field, key| assert_eq!(field.key(key), Some(0));
        assert_eq!(after(|field| _ = field.key(Key::char('/'))), "/");
        assert_eq!(after(|field| _ = field.paste("/tmp\n")), "/tmp");
        assert_eq!(after(|field| _ = field.key(Key::new(Code::Backspace))), "~/a.toke");
        assert_eq!(after(|field| _ = field.key(Key::ctrl('w'))), "~/");
        let mut field = Field::proposed("~/a");
        key(&mut field, Key::new(Code::End));
        key(&mut field, Key::char('b'));
        assert_eq!(field.text(), "~/ab", "a movement keeps the text");
        let mut field = Field::proposed(&"a".repeat(MOST));
        assert_eq!(field.key(Key::char('b')), Some(0), "the old text needs no room");
    }

    #[test]
    fn a_paste_is_inserted_at_the_cursor() {
        let mut field = Field::with("añz");
        field.key(Key::new(Code::Left));
        field.paste("b\r\nc\r");
        assert_eq!(field.text(), "añb cz");
        assert_eq!(field.before_cursor(), "añb c");
        field.key(Key::char('!'));
        assert_eq!(field.text(), "añb c!z");
    }

    #[test]
    fn text_that_does_not_fit_is_counted_and_dropped() {
        let mut field = Field::with("ab");
        field.key(Key::new(Code::Left));
        assert_eq!(field.paste(&"é".repeat(MOST - 2)), 0);
        assert_eq!(field.paste("x\u{7}y"), 2);
        assert_eq!(field.key(Key::char('z')), Some(1));
        assert_eq!(field.text().chars().count(), MOST);
        assert!(field.text().starts_with("aé") && field.text().ends_with("éb"));
        // A text set by the program may be longer, and can still be shortened.
        let mut field = Field::with(&"a".repeat(MOST + 10));
        assert_eq!(field.paste("b"), 1);
        assert_eq!(field.key(Key::new(Code::Backspace)), Some(0));
        assert_eq!(field.text().len(), MOST + 9);
    }

    /// The settings use `Key::edits`, since they do not know this type. Both must agree.
    #[test]
    fn edits_agrees_with_what_a_field_handles() {
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
                assert_eq!(key.edits(), Field::default().key(key).is_some(), "{key}");
            }
        }
    }

    #[test]
    fn keys_that_are_not_text_are_not_handled() {
        let mut field = Field::default();
        for key in [Key::new(Code::Enter), Key::new(Code::Tab), Key::new(Code::Esc), Key::ctrl('s')]
        {
            assert_eq!(field.key(key), None);
        }
        assert_eq!(field.key(Key::char('q')), Some(0));
        assert_eq!(field.text(), "q");
    }
}
