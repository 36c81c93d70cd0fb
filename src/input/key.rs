//! A key press: how it is written in a keymap, and how it is shown.

use std::{fmt, str::FromStr};

/// What was pressed, without modifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    Char(char),
    Enter,
    Esc,
    Tab,
    Backspace,
    Delete,
    Insert,
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    PageUp,
    PageDown,
    F(u8),
}

/// One key press.
///
/// A printable character carries its case itself, so `shift` is only set on
/// keys that have none (`shift-tab`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    pub code: Code,
    pub ctrl: bool,
    pub alt: bool,
    pub shift: bool,
}

impl Key {
    #[must_use]
    pub const fn new(code: Code) -> Self {
        Self { code, ctrl: false, alt: false, shift: false }
    }

    #[must_use]
    pub const fn char(c: char) -> Self {
        Self::new(Code::Char(c))
    }

    #[must_use]
    pub const fn ctrl(c: char) -> Self {
        Self { ctrl: true, ..Self::char(c) }
    }

    /// The character that this key types into a text field.
    #[must_use]
    pub const fn typed(&self) -> Option<char> {
        match self.code {
            Code::Char(c) if !self.ctrl && !self.alt => Some(c),
            _ => None,
        }
    }

    /// Whether a text field takes this key: what it types, and what moves and
    /// deletes in it as in a shell.
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

/// A key name that is not understood.
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
            // Terminals report letters with Ctrl in either case.
            key.code = Code::Char(c.to_ascii_lowercase());
        }
        if key.shift && matches!(key.code, Code::Char(_)) {
            // A shifted character is another character: "G", not "shift-g".
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

/// Keys one after the other, as a keymap writes them: `g t`.
///
/// # Errors
/// When one of them is not a key.
pub fn sequence(text: &str) -> Result<Vec<Key>, UnknownKey> {
    let keys: Vec<Key> = text.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
    if keys.is_empty() { Err(UnknownKey(text.to_owned())) } else { Ok(keys) }
}

/// A sequence as people read it: `g t`.
#[must_use]
pub fn show(keys: &[Key]) -> String {
    keys.iter().map(Key::to_string).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_read_as_they_are_written() {
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
    fn what_is_not_a_key_is_refused() {
        for text in ["", "  ", "Entr", "F0", "F25", "shift-g", "hyper-x"] {
            assert!(sequence(text).is_err(), "{text}");
        }
    }

    #[test]
    fn only_plain_characters_are_typed() {
        assert_eq!(Key::char('x').typed(), Some('x'));
        assert_eq!(Key::ctrl('x').typed(), None);
        assert_eq!(Key::new(Code::Enter).typed(), None);
    }
}
