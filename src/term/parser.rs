//! The parser for terminal input: bytes in, events out. It does no I/O and has no clock. The
//! caller asks [`Parser::waits`] how long incomplete input may wait for another byte, then calls
//! [`Parser::expire`].
//!
//! It is total: every byte is valid in every state, and every waiting state expires, so no input
//! can block it.
//!
//! Chunks do not matter: however the input is split, the events are the same as long as nothing
//! expires in between.

mod csi;
mod event;
mod late;
mod mouse;
mod paste;
#[cfg(test)]
mod tests;
mod timing;

use std::{collections::VecDeque, fmt, time::Duration};

use zeroize::Zeroize as _;

pub use self::event::Event;
use self::{late::Late, paste::Paste};
use super::{background, keyboard, layout};
use crate::input::{Code, Key};

/// How long to hold Esc, which may begin a sequence; likewise Alt-[, Alt-O and a few others.
pub const HOLD: Duration = Duration::from_millis(40);
/// How long a sequence or paste that has certainly begun may pause.
pub const PAUSE: Duration = Duration::from_secs(1);

/// The longest sequence that is kept, in bytes; all known ones are much shorter. The end of a
/// longer one is still found.
const LONGEST: usize = 256;

const ETX: u8 = 0x03;
const BEL: u8 = 0x07;
const CAN: u8 = 0x18;
const SUB: u8 = 0x1a;
const ESC: u8 = 0x1b;

/// The state between two bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Ground,
    /// Inside a UTF-8 character of several bytes.
    Character {
        alt: bool,
    },
    /// After ESC.
    Escape,
    /// After `ESC [`.
    Csi,
    /// After `ESC [ [`, which begins F1 to F5 on the Linux console.
    Console,
    /// After `ESC [ M` with the X10 mouse on: three bytes follow.
    Mouse,
    /// After `ESC O`.
    Ss3,
    /// Inside a string (OSC, DCS and so on) that ESC and this byte began, until ST.
    String(u8),
    /// After ESC in such a string: half of ST, or something new. It is `late` once it has been
    /// held as long as a lone ESC.
    StringEscape {
        kind: u8,
        late: bool,
    },
    Paste,
}

/// The parser; see the module.
#[derive(Default)]
pub struct Parser {
    state: State,
    /// The bytes of the current sequence after its introducer, or of the current character.
    held: Vec<u8>,
    /// The sequence is longer than [`LONGEST`], so it is ignored.
    is_too_long: bool,
    paste: Paste,
    /// What expired while its rest may still arrive.
    late: Option<Late>,
    /// The terminal sends Esc as a sequence, so a plain ESC byte always begins one.
    has_plain_escape: bool,
    /// `ESC [ M` is a mouse report.
    old_mouse: bool,
    events: VecDeque<Event>,
}

impl fmt::Debug for Parser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The held bytes may be part of a secret.
        f.debug_struct("Parser").field("state", &self.state).finish_non_exhaustive()
    }
}

impl Parser {
    /// Sets whether the mouse is on in a terminal that may use the X10 encoding: only then do
    /// three bytes follow `ESC [ M`.
    pub const fn set_old_mouse(&mut self, is_on: bool) {
        self.old_mouse = is_on;
    }

    /// Parses bytes.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.resume(bytes);
        for byte in bytes {
            self.byte(*byte);
        }
    }

    /// Takes the next event.
    pub fn pop(&mut self) -> Option<Event> {
        let next = self.events.front_mut()?;
        // The queue keeps its memory, and the key may be part of a secret: overwrite it.
        let event = std::mem::replace(next, Event::FocusIn);
        self.events.pop_front();
        Some(event)
    }

    fn alone(&mut self, byte: u8) {
        if self.held.is_empty() && !self.is_too_long {
            self.key(Key { alt: true, ..Key::char(char::from(byte)) });
        }
    }

    fn byte(&mut self, byte: u8) {
        if let Some(late) = self.late {
            self.late_byte(late, byte);
            return;
        }
        match self.state {
            State::Ground => self.ground(byte),
            State::Character { alt } => self.character(byte, alt),
            State::Escape => self.byte_after_escape(byte),
            State::Csi => self.csi(byte),
            State::Console => {
                self.state = State::Ground;
                match byte {
                    b'A'..=b'E' => self.key(Key::new(Code::F(byte - b'A' + 1))),
                    _ => self.ground(byte),
                }
            }
            State::Mouse => self.mouse(byte),
            State::Ss3 => self.ss3(byte),
            State::String(kind) => self.string(byte, kind),
            State::StringEscape { kind, .. } if byte == b'\\' => self.end_string(kind),
            State::StringEscape { late, .. } => {
                self.forget();
                self.state = State::Escape;
                if late {
                    self.key(Key::new(Code::Esc));
                    self.state = State::Ground;
                }
                self.byte(byte);
            }
            State::Paste => {
                if self.paste.take(byte) {
                    self.end_paste(false);
                }
            }
        }
    }

    fn ground(&mut self, byte: u8) {
        match byte {
            ESC => self.state = State::Escape,
            0x20..=0x7e => self.key(Key::char(char::from(byte))),
            0x80.. => {
                self.state = State::Character { alt: false };
                self.character(byte, false);
            }
            _ => self.key(keyboard::control(byte)),
        }
    }

    fn byte_after_escape(&mut self, byte: u8) {
        self.state = State::Ground;
        match byte {
            b'[' => self.state = State::Csi,
            b'O' => self.state = State::Ss3,
            b']' | b'P' | b'_' | b'^' | b'X' => self.state = State::String(byte),
            // ESC was a key and this byte is separate. Ctrl-C is one of these: it must work in
            // every state.
            ETX | CAN | SUB | ESC => {
                self.key(Key::new(Code::Esc));
                self.ground(byte);
            }
            0x20..=0x7e => self.key(Key { alt: true, ..Key::char(char::from(byte)) }),
            0x80.. => {
                self.state = State::Character { alt: true };
                self.character(byte, true);
            }
            _ => self.key(Key { alt: true, ..keyboard::control(byte) }),
        }
    }

    /// Handles a byte of a multi-byte character. Invalid UTF-8 is dropped.
    fn character(&mut self, byte: u8, alt: bool) {
        let is_next = matches!(byte, 0x80..=0xbf) != self.held.is_empty();
        if byte < 0x80 || !is_next {
            let is_lone = self.held.is_empty();
            self.forget();
            self.state = State::Ground;
            // An invalid first byte would come back here.
            if !is_lone {
                self.ground(byte);
            }
            return;
        }
        self.held.push(byte);
        match std::str::from_utf8(&self.held).map(|text| text.chars().next()) {
            Ok(c) => {
                self.forget();
                self.state = State::Ground;
                // Two-byte control characters are not keys.
                if let Some(c) = c.filter(|c| !c.is_control()) {
                    let c = if alt { layout::latin(c).unwrap_or(c) } else { c };
                    self.key(Key { alt, ..Key::char(c) });
                }
            }
            Err(e) if e.error_len().is_none() => {}
            Err(_) => {
                self.forget();
                self.state = State::Ground;
            }
        }
    }

    fn csi(&mut self, byte: u8) {
        match byte {
            b'[' if self.held.is_empty() => self.state = State::Console,
            b'M' if self.held.is_empty() && self.old_mouse => self.state = State::Mouse,
            0x20..=0x3f => {
                self.hold(byte);
                if csi::is_shifted_of_rxvt(&self.held) {
                    self.end_csi(b'$');
                }
            }
            0x40..=0x7e => self.end_csi(byte),
            _ => {
                self.alone(b'[');
                self.abort(byte);
            }
        }
    }

    fn end_csi(&mut self, end: u8) {
        self.state = State::Ground;
        if end == b'~' && self.held == b"200" {
            self.state = State::Paste;
        } else if !self.is_too_long {
            if csi::is_escape(&self.held, end) {
                self.has_plain_escape = true;
            }
            let event = csi::event(&self.held, end);
            self.events.extend(event);
        }
        self.forget();
    }

    fn mouse(&mut self, byte: u8) {
        if byte < 0x20 {
            self.abort(byte);
            return;
        }
        self.held.push(byte);
        if let [button, x, y] = self.held[..] {
            self.state = State::Ground;
            self.events.extend(mouse::x10(button, x, y).map(Event::Pointer));
            self.forget();
        }
    }

    fn ss3(&mut self, byte: u8) {
        match byte {
            b'0'..=b';' => self.hold(byte),
            0x40..=0x7e => {
                self.state = State::Ground;
                let key = if self.is_too_long { None } else { csi::ss3(&self.held, byte) };
                self.events.extend(key.map(Event::Key));
                self.forget();
            }
            _ => {
                self.alone(b'O');
                self.abort(byte);
            }
        }
    }

    fn string(&mut self, byte: u8, kind: u8) {
        match byte {
            ESC => self.state = State::StringEscape { kind, late: false },
            BEL if kind == b']' => self.end_string(kind),
            ETX | CAN | SUB => {
                self.alone(kind);
                self.abort(byte);
            }
            0x00..=0x1f | 0x7f if self.held.is_empty() && !self.is_too_long => {
                self.alone(kind);
                self.abort(byte);
            }
            _ => self.hold(byte),
        }
    }

    fn end_string(&mut self, kind: u8) {
        self.state = State::Ground;
        if kind == b']' && !self.is_too_long {
            let background = background::of(&self.held);
            self.events.extend(background.map(Event::Background));
        }
        self.forget();
    }

    /// Ends an invalid sequence; the byte counts as new input. CAN and SUB only abort.
    fn abort(&mut self, byte: u8) {
        self.forget();
        self.state = State::Ground;
        if !matches!(byte, CAN | SUB) {
            self.ground(byte);
        }
    }

    /// Ends a paste; returns whether its last byte was a Ctrl-C.
    fn end_paste(&mut self, is_cut: bool) -> bool {
        self.state = State::Ground;
        let (text, is_interrupted) = self.paste.end(is_cut);
        if !text.is_empty() {
            self.events.push_back(Event::Paste(text));
        }
        is_interrupted
    }

    fn hold(&mut self, byte: u8) {
        if self.held.len() < LONGEST {
            self.held.push(byte);
        } else {
            self.is_too_long = true;
        }
    }

    fn forget(&mut self) {
        self.held.zeroize();
        self.is_too_long = false;
    }

    fn key(&mut self, key: Key) {
        self.events.push_back(Event::Key(key));
    }
}
