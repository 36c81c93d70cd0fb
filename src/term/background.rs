//! Whether the terminal is light or dark, asked of the terminal itself (OSC 11).
//!
//! Nobody waits for the answer: the first frames are drawn after `COLORFGBG`, and
//! once it is known they are drawn anew. The library that reads events does not
//! know such an answer and makes keys of it, so those are put together again
//! here, before anybody takes them for keys. What turns out to be no answer is
//! handed on as it came, so no key is lost; an answer that never comes is no
//! longer listened for after some keys.

use std::io::{self, Write};

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::domain::Background;

/// Keys after which an answer is no longer expected.
const PATIENCE: usize = 60;
/// What an answer begins with, behind the brace.
const HEAD: &str = "11;rgb:";
/// The longest answer: three numbers of four digits.
const LONGEST: usize = HEAD.len() + 14;

/// Asks the terminal for its background.
///
/// # Errors
/// When the terminal cannot be written to.
pub fn ask(out: &mut impl Write) -> io::Result<()> {
    out.write_all(b"\x1b]11;?\x1b\\")?;
    out.flush()
}

/// What comes out of the listener.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    Event(Event),
    Background(Background),
}

/// Looks for the answer among the events.
#[derive(Debug)]
pub struct Listener {
    /// Keys that are still looked at.
    left: usize,
    /// Events that may be the beginning of an answer.
    held: Vec<Event>,
    /// The same as text, without what begins it.
    text: String,
    after_escape: bool,
}

impl Listener {
    /// Listens only if something was asked.
    #[must_use]
    pub fn new(asked: bool) -> Self {
        let left = if asked { PATIENCE } else { 0 };
        Self { left, held: Vec::new(), text: String::new(), after_escape: false }
    }

    /// Takes an event; says what is to be handed on.
    pub fn take(&mut self, event: Event) -> Vec<Heard> {
        let Event::Key(key) = &event else { return vec![Heard::Event(event)] };
        if key.kind == KeyEventKind::Release || (self.left == 0 && self.held.is_empty()) {
            return vec![Heard::Event(event)];
        }
        self.left = self.left.saturating_sub(1);
        let key = *key;
        if self.held.is_empty() {
            let begins = is(key, ']', KeyModifiers::ALT)
                // The escape came alone, and was handed on.
                || (self.after_escape && is(key, ']', KeyModifiers::NONE));
            self.after_escape = key.code == KeyCode::Esc;
            if begins {
                self.held.push(event);
                return Vec::new();
            }
            return vec![Heard::Event(event)];
        }
        self.held.push(event);
        let ended_by_escape = self.text.ends_with('\x1b');
        let ends = is(key, '\\', KeyModifiers::ALT)
            || is(key, 'g', KeyModifiers::CONTROL)
            || (ended_by_escape && is(key, '\\', KeyModifiers::NONE));
        if ends && let Some(background) = background(self.text.trim_end_matches('\x1b')) {
            *self = Self::new(false);
            return vec![Heard::Background(background)];
        }
        match key.code {
            KeyCode::Char(c) if c.is_ascii() && !ends && !ended_by_escape => self.text.push(c),
            KeyCode::Esc if background(&self.text).is_some() => self.text.push('\x1b'),
            _ => return self.release(),
        }
        let head = self.text.len().min(HEAD.len());
        if self.text[..head] == HEAD[..head] && self.text.len() <= LONGEST + 1 {
            Vec::new()
        } else {
            self.release()
        }
    }

    /// It was no answer.
    fn release(&mut self) -> Vec<Heard> {
        self.text.clear();
        self.after_escape = false;
        std::mem::take(&mut self.held).into_iter().map(Heard::Event).collect()
    }
}

fn is(key: KeyEvent, c: char, modifiers: KeyModifiers) -> bool {
    key.code == KeyCode::Char(c) && key.modifiers == modifiers
}

/// Reads `11;rgb:fbfb/fbfb/f9f9`: light where letters on it have to be dark.
fn background(text: &str) -> Option<Background> {
    let mut parts = text.strip_prefix(HEAD)?.split('/');
    let mut next = || {
        let part = parts.next().filter(|p| (1..=4).contains(&p.len()))?;
        let most = f64::from((1_u32 << (4 * part.len())) - 1);
        Some(f64::from(u32::from_str_radix(part, 16).ok()?) / most)
    };
    let (red, green, blue) = (next()?, next()?, next()?);
    if parts.next().is_some() {
        return None;
    }
    let brightness = 0.299 * red + 0.587 * green + 0.114 * blue;
    Some(if brightness > 0.5 { Background::Light } else { Background::Dark })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes as the library makes events of them, if they come in one piece.
    fn events(bytes: &str) -> Vec<Event> {
        let mut events = Vec::new();
        let mut chars = bytes.chars().peekable();
        while let Some(c) = chars.next() {
            let (code, modifiers) = match c {
                '\x1b' => match chars.next_if(|c| *c != '|') {
                    Some(next) => (KeyCode::Char(next), KeyModifiers::ALT),
                    None => (KeyCode::Esc, KeyModifiers::NONE),
                },
                // Stands for the end of a piece.
                '|' => continue,
                '\x07' => (KeyCode::Char('g'), KeyModifiers::CONTROL),
                c if c.is_ascii_uppercase() => (KeyCode::Char(c), KeyModifiers::SHIFT),
                c => (KeyCode::Char(c), KeyModifiers::NONE),
            };
            events.push(Event::Key(KeyEvent::new(code, modifiers)));
        }
        events
    }

    /// What is heard, and which keys are handed on.
    fn heard(listener: &mut Listener, bytes: &str) -> (Option<Background>, Vec<Event>) {
        let (mut background, mut keys) = (None, Vec::new());
        for event in events(bytes) {
            for heard in listener.take(event) {
                match heard {
                    Heard::Event(event) => keys.push(event),
                    Heard::Background(b) => background = Some(b),
                }
            }
        }
        (background, keys)
    }

    #[test]
    fn an_answer_is_no_key() {
        for (bytes, background) in [
            ("\x1b]11;rgb:0000/0000/0000\x1b\\", Background::Dark),
            ("\x1b]11;rgb:ffff/FFFF/f0f0\x07", Background::Light),
            ("\x1b]11;rgb:fb/fb/f9\x1b\\", Background::Light),
            ("\x1b]11;rgb:1e1e/1e1e/2e2e\x1b|\\", Background::Dark),
        ] {
            let typed = format!("j{bytes}k");
            let (found, keys) = heard(&mut Listener::new(true), &typed);
            assert_eq!(found, Some(background), "{bytes:?}");
            assert_eq!(keys, events("jk"), "{bytes:?}");
        }
    }

    #[test]
    fn one_in_pieces_leaves_an_escape_at_most() {
        let (found, keys) = heard(&mut Listener::new(true), "\x1b|]11;rgb:0/0/0\x07d");
        assert_eq!(found, Some(Background::Dark));
        assert_eq!(keys, events("\x1b|d"));
    }

    #[test]
    fn keys_that_look_like_one_are_handed_on() {
        for typed in [
            "\x1b]d",
            "\x1b]11x",
            "\x1b]11;rgb:zz\x1b\\",
            "\x1b|]q",
            "]11;rgb:0/0/0\x07",
            "\x1b]11;rgb:00000000000000000000000000",
            "\x1b]11;rgb:0/0/0\x1b|j",
        ] {
            let (found, keys) = heard(&mut Listener::new(true), typed);
            assert_eq!((found, keys), (None, events(typed)), "{typed:?}");
        }
    }

    #[test]
    fn who_did_not_ask_does_not_listen() {
        let answer = "\x1b]11;rgb:0/0/0\x07";
        assert_eq!(heard(&mut Listener::new(false), answer), (None, events(answer)));
        // Nor after it was answered, nor for ever.
        let mut listener = Listener::new(true);
        heard(&mut listener, answer);
        assert_eq!(heard(&mut listener, answer), (None, events(answer)));
        let mut listener = Listener::new(true);
        heard(&mut listener, &"j".repeat(PATIENCE));
        assert_eq!(heard(&mut listener, answer), (None, events(answer)));
    }
}
