//! A field for typing or pasting a secret. It never shows the text and keeps a single
//! copy, in a buffer that does not grow (which would leave copies) and is wiped.

use std::fmt;

use zeroize::{Zeroize as _, Zeroizing};

use crate::{
    domain::{
        Secret,
        pasted::{self, NotAToken},
    },
    input::{Code, Key},
};

/// The size of the buffer, in bytes: about ten times a token.
const CAPACITY: usize = 512;

/// A field for a secret. Only its length is ever shown.
pub struct SecretField(Zeroizing<String>);

impl Default for SecretField {
    fn default() -> Self {
        Self(Zeroizing::new(String::with_capacity(CAPACITY)))
    }
}

impl SecretField {
    /// The number of characters.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.chars().count()
    }

    /// The number of characters without leading and trailing white space.
    #[must_use]
    pub fn letters(&self) -> usize {
        self.0.trim().chars().count()
    }

    /// Whether nothing has been entered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Handles a key. Returns `false` if the field does not use it.
    pub fn key(&mut self, key: Key) -> bool {
        match (key.code, key.ctrl, key.alt) {
            (Code::Char(c), false, false) => self.push(c),
            (Code::Backspace, ..) | (Code::Char('h'), true, false) => drop(self.0.pop()),
            (Code::Char('u' | 'w'), true, false) => self.clear(),
            _ => return false,
        }
        true
    }

    /// Appends pasted text. Line breaks become blanks, so that [`Self::secret`] rejects a
    /// text of several lines.
    pub fn paste(&mut self, text: &str) {
        for c in text.trim().chars() {
            // The pasted text can be megabytes.
            if self.is_full() {
                break;
            }
            self.push(if c.is_control() { ' ' } else { c });
        }
    }

    /// Whether the buffer is full, so that the text may be incomplete.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.0.len() >= CAPACITY
    }

    /// Wipes the text.
    pub fn clear(&mut self) {
        self.0.zeroize();
    }

    /// The secret, without leading and trailing white space.
    ///
    /// # Errors
    /// Returns what is wrong with the text, if it cannot be a token.
    pub fn secret(&self) -> Result<Secret, &'static str> {
        // The end of the pasted text may be missing.
        if self.is_full() {
            return Err("the pasted text is too long for a token: paste only the token");
        }
        pasted::token(&self.0).map_err(|why| match why {
            NotAToken::Nothing => "paste a token first",
            NotAToken::Lines(_) | NotAToken::WhiteSpace => {
                "the pasted text contains white space: paste the token in one piece"
            }
            NotAToken::Quote => {
                "the pasted text has a quotation mark at one end: paste only the token"
            }
            NotAToken::Letters => {
                "the pasted text has characters that no token has: copy the token again"
            }
            NotAToken::Variable => "the pasted text is a variable: paste the token itself",
            NotAToken::Placeholder => "the pasted text is a placeholder: paste the token itself",
            NotAToken::Two => "the pasted text contains two tokens: paste one",
            NotAToken::TooLong => "the pasted text is too long for a token: paste only the token",
        })
    }

    fn push(&mut self, c: char) {
        // A growing buffer would leave a copy behind.
        if self.0.len() + c.len_utf8() <= CAPACITY {
            self.0.push(c);
        } else {
            // Fill the buffer: a shorter character must not fit after a longer one did not.
            let room = CAPACITY.saturating_sub(self.0.len());
            self.0.extend(std::iter::repeat_n(' ', room));
        }
    }
}

impl fmt::Debug for SecretField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretField(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paste_is_trimmed_and_never_shown() {
        let mut field = SecretField::default();
        field.paste("  xapt-canary \r\n");
        assert_eq!(field.secret().unwrap().expose(), "xapt-canary");
        assert!(!format!("{field:?}").contains("canary"));
        field.key(Key::ctrl('u'));
        assert!(field.is_empty());
        assert_eq!(field.secret().unwrap_err(), "paste a token first");
    }

    #[test]
    fn text_that_cannot_be_a_token_is_rejected_with_a_reason() {
        for (text, words) in [
            ("a\nb", "white space"),
            ("xäpt", "characters"),
            (&"x".repeat(600), "too long"),
            // The last character does not fit, and the part that fits looks like a token.
            (&format!("{}ä", "x".repeat(511)), "too long"),
        ] {
            let mut field = SecretField::default();
            field.paste(text);
            assert!(field.secret().unwrap_err().contains(words), "{words}");
        }
    }

    #[test]
    fn the_buffer_never_grows() {
        let mut field = SecretField::default();
        let capacity = field.0.capacity();
        field.paste(&"x".repeat(10_000));
        field.clear();
        field.paste(&"y".repeat(10_000));
        assert_eq!(field.0.capacity(), capacity);
    }
}
