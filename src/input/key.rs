//! A key press: how it is written in a keymap, and how it is shown.

use std::{fmt, str::FromStr};

/// A key without its modifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// A character, space included.
    Char(char),
    /// Enter or Return.
    Enter,
    /// Escape.
    Esc,
    /// Tab; with `shift` it is back-tab.
    Tab,
    /// Deletes to the left.
    Backspace,
    /// Deletes to the right.
    Delete,
    /// Insert.
    Insert,
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
    /// Home.
    Home,
    /// End.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
    /// A function key, 1 to 24.
    F(u8),
}

/// One key press.
///
/// `shift` is set only on keys without upper and lower case (`shift-tab`); a
/// character is stored in the case that was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// The key itself.
    pub code: Code,
    /// Whether Ctrl was held.
    pub ctrl: bool,
    /// Whether Alt was held.
    pub alt: bool,
    /// Whether Shift was held, for keys other than characters.
    pub shift: bool,
}

impl Key {
    /// A key without modifiers.
    #[must_use]
    pub const fn new(code: Code) -> Self {
        Self { code, ctrl: false, alt: false, shift: false }
    }

    /// A character without modifiers.
    #[must_use]
    pub const fn char(c: char) -> Self {
        Self::new(Code::Char(c))
    }

    /// A character with Ctrl.
    #[must_use]
    pub const fn ctrl(c: char) -> Self {
        Self { ctrl: true, ..Self::char(c) }
    }

    /// The character that this key types into a text field, if any.
    #[must_use]
    pub const fn typed(&self) -> Option<char> {
        match self.code {
            Code::Char(c) if !self.ctrl && !self.alt => Some(c),
            _ => None,
        }
    }

    /// Whether a text field uses this key: printable characters, and the keys that move
    /// and delete as in a shell.
    #[must_use]
    pub const fn edits(&self) -> bool {
        match (self.code, self.ctrl, self.alt) {
            (Code::Char(_), false, false) | (Code::Home | Code::End, ..) => true,
            (Code::Char(c), true, false) => {
                matches!(c, 'a' | 'b' | 'd' | 'e' | 'f' | 'h' | 'k' | 'u' | 'w')
            }
            (Code::Char('b' | 'f'), false, true) | (Code::Delete, false, false) => true,
            (Code::Left | Code::Right, _, false) => true,
            (Code::Backspace, ctrl, alt) => !(ctrl && alt),
            _ => false,
        }
    }
}

const NAMES: [(&str, Code); 16] = [
    ("Enter", Code::Enter),
    ("Esc", Code::Esc),
    ("Tab", Code::Tab),
    ("Backspace", Code::Backspace),
    ("Delete", Code::Delete),
    ("Insert", Code::Insert),
    ("Up", Code::Up),
    ("Down", Code::Down),
    ("Left", Code::Left),
    ("Right", Code::Right),
    ("Home", Code::Home),
    ("End", Code::End),
    ("PageUp", Code::PageUp),
    ("PageDown", Code::PageDown),
    ("Space", Code::Char(' ')),
    ("Minus", Code::Char('-')),
];

/// The error for a text that names no key.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a key: write a character, a name such as Enter or F1, or ctrl-x, alt-x")]
pub struct UnknownKey(pub String);

impl FromStr for Key {
    type Err = UnknownKey;

    fn from_str(text: &str) -> Result<Self, UnknownKey> {
        let unknown = || UnknownKey(text.to_owned());
        let mut key = Self::char('\0');
        let mut rest = text;
        while let Some((modifier, after)) = rest.split_once('-') {
            match modifier.to_ascii_lowercase().as_str() {
                "ctrl" => key.ctrl = true,
                "alt" => key.alt = true,
                "shift" => key.shift = true,
                _ => break,
            }
            rest = after;
        }
        let mut chars = rest.chars();
        key.code = match (chars.next(), chars.next()) {
            (Some(c), None) => Code::Char(c),
            _ => named(rest).ok_or_else(unknown)?,
        };
        if let (true, Code::Char(c)) = (key.ctrl, key.code) {
            // Terminals may report a letter with Ctrl in either case.
            key.code = Code::Char(c.to_ascii_lowercase());
        }
        if key.shift && matches!(key.code, Code::Char(_)) {
            // Shift changes the character: write "G", not "shift-g".
            return Err(unknown());
        }
        Ok(key)
    }
}

fn named(name: &str) -> Option<Code> {
    if let Some((_, code)) = NAMES.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)) {
        return Some(*code);
    }
    let number = name.strip_prefix(['F', 'f'])?.parse().ok()?;
    (1..=24).contains(&number).then_some(Code::F(number))
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (on, name) in [(self.ctrl, "Ctrl-"), (self.alt, "Alt-"), (self.shift, "Shift-")] {
            if on {
                f.write_str(name)?;
            }
        }
        match (NAMES.iter().find(|(_, code)| *code == self.code), self.code) {
            (_, Code::Char('-')) if !self.ctrl && !self.alt => f.write_str("-"),
            (Some((name, _)), _) => f.write_str(name),
            (None, Code::Char(c)) => write!(f, "{c}"),
            (None, Code::F(n)) => write!(f, "F{n}"),
            (None, _) => Ok(()),
        }
    }
}

/// Parses keys separated by spaces, as in a keymap: `g t`.
///
/// # Errors
/// If the text is empty or one of its words is not a key.
pub fn sequence(text: &str) -> Result<Vec<Key>, UnknownKey> {
    let keys: Vec<Key> = text.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
    if keys.is_empty() { Err(UnknownKey(text.to_owned())) } else { Ok(keys) }
}

/// Formats a sequence for display: `g t`.
#[must_use]
pub fn show(keys: &[Key]) -> String {
    keys.iter().map(Key::to_string).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_survive_a_round_trip() {
        for text in ["a", "G", "?", "/", "Ctrl-s", "Alt-x", "Shift-Tab", "F12", "Space", "-", "g t"]
        {
            assert_eq!(show(&sequence(text).unwrap()), text);
        }
        assert_eq!("ctrl-minus".parse(), Ok(Key::ctrl('-')));
        assert_eq!("ctrl--".parse(), Ok(Key::ctrl('-')));
        assert_eq!("Ctrl-G".parse(), Ok(Key::ctrl('g')));
        assert_eq!("pagedown".parse(), Ok(Key::new(Code::PageDown)));
    }

    #[test]
    fn an_invalid_key_is_rejected() {
        for text in ["", "  ", "Entr", "F0", "F25", "shift-g", "hyper-x"] {
            assert!(sequence(text).is_err(), "{text}");
        }
    }

    #[test]
    fn only_plain_characters_type_text() {
        assert_eq!(Key::char('x').typed(), Some('x'));
        assert_eq!(Key::ctrl('x').typed(), None);
        assert_eq!(Key::new(Code::Enter).typed(), None);
    }
}
