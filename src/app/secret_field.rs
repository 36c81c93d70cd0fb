//! A line for a secret: typed or pasted, never shown. It keeps one copy, in
//! memory of a fixed size that is wiped; nothing is left behind by growing.

use std::fmt;

use zeroize::{Zeroize as _, Zeroizing};

use crate::{
    domain::{
        Secret,
        pasted::{self, NotAToken},
    },
    input::{Code, Key},
};

/// Longest secret that is taken, in bytes: ten times a token.
const CAPACITY: usize = 512;

/// The field. Only its length is ever shown.
pub struct SecretField(Zeroizing<String>);

impl Default for SecretField {
    fn default() -> Self {
        Self(Zeroizing::new(String::with_capacity(CAPACITY)))
    }
}

impl SecretField {
    /// How many letters it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.chars().count()
    }

    /// The same without the white space around it, which does not count.
    #[must_use]
    pub fn letters(&self) -> usize {
        self.0.trim().chars().count()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes a key; false if it means nothing here.
    pub fn key(&mut self, key: Key) -> bool {
        match (key.code, key.ctrl, key.alt) {
            (Code::Char(c), false, false) => self.push(c),
            (Code::Backspace, ..) | (Code::Char('h'), true, false) => drop(self.0.pop()),
            (Code::Char('u' | 'w'), true, false) => self.clear(),
            _ => return false,
        }
        true
    }

    /// Takes a pasted text. What stands on several lines is no token: the breaks
    /// stay as blanks, to be seen by [`Self::secret`].
    pub fn paste(&mut self, text: &str) {
        let letters = text.trim().chars();
        letters.for_each(|c| self.push(if c.is_control() { ' ' } else { c }));
    }

    /// Wipes it.
    pub fn clear(&mut self) {
        self.0.zeroize();
    }

    /// The secret, without white space around it, as far as it can be one.
    ///
    /// # Errors
    /// With what is wrong with it.
    pub fn secret(&self) -> Result<Secret, &'static str> {
        // The end of what was pasted may be missing then.
        if self.0.len() >= CAPACITY {
            return Err("what you pasted is too long for a token: paste the token alone");
        }
        pasted::token(&self.0).map_err(|why| match why {
            NotAToken::Nothing => "paste a token first",
            NotAToken::Lines(_) | NotAToken::WhiteSpace => {
                "what you pasted has white space in it: paste the token in one piece"
            }
            NotAToken::Quote => {
                "what you pasted has a quotation mark at one end: paste the token alone"
            }
            NotAToken::Letters => {
                "what you pasted has characters that no token has: copy the token again"
            }
            NotAToken::Variable => "what you pasted names a variable: paste the token itself",
            NotAToken::Placeholder => "what you pasted is a placeholder: paste the token itself",
            NotAToken::Two => "what you pasted holds two tokens: paste one",
            NotAToken::TooLong => "what you pasted is too long for a token: paste the token alone",
        })
    }

    fn push(&mut self, c: char) {
        // Growing would leave a copy behind.
        if self.0.len() + c.len_utf8() <= CAPACITY {
            self.0.push(c);
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
    fn what_cannot_be_a_token_is_refused_in_words() {
        for (text, words) in
            [("a\nb", "white space"), ("xäpt", "characters"), (&"x".repeat(600), "too long")]
        {
            let mut field = SecretField::default();
            field.paste(text);
            assert!(field.secret().unwrap_err().contains(words), "{words}");
        }
    }

    #[test]
    fn it_never_grows() {
        let mut field = SecretField::default();
        let capacity = field.0.capacity();
        field.paste(&"x".repeat(10_000));
        field.clear();
        field.paste(&"y".repeat(10_000));
        assert_eq!(field.0.capacity(), capacity);
    }
}
