//! What happens when no byte comes: how long each state waits, and what it becomes.

use std::time::Duration;

use super::{ETX, HOLD, Late, PAUSE, Parser, State};
use crate::input::{Code, Key};

impl Parser {
    /// How long the parser waits without another byte before it wants to
    /// [`expire`](Self::expire); `None` if it waits for nothing.
    #[must_use]
    pub fn waits(&self) -> Option<Duration> {
        let hold = if self.has_plain_escape { PAUSE } else { HOLD };
        let begun = if self.held.is_empty() && !self.is_too_long { hold } else { PAUSE };
        match self.state {
            State::Ground => {
                let wait = if self.held.is_empty() { PAUSE } else { HOLD };
                self.late.is_some().then_some(wait)
            }
            // Nothing is held back by it.
            State::Character { .. } => None,
            State::Escape => Some(hold),
            State::Csi | State::Ss3 | State::String(_) => Some(begun),
            State::Console | State::StringEscape { late: false, .. } => Some(HOLD),
            State::Mouse | State::StringEscape { late: true, .. } => Some(PAUSE),
            State::Paste if self.paste.is_interrupted() => Some(HOLD),
            State::Paste => Some(PAUSE),
        }
    }

    /// No byte has come for as long as the parser wanted to wait: what has begun is
    /// over.
    pub fn expire(&mut self) {
        if self.late.is_some() {
            self.replay();
            return;
        }
        match std::mem::take(&mut self.state) {
            State::Ground | State::Character { .. } | State::Console | State::Mouse => {}
            State::Escape => {
                self.key(Key::new(Code::Esc));
                // If it was said to be a sequence always, the terminal is another now.
                self.has_plain_escape = false;
                self.late = Some(Late::Escape);
            }
            State::Csi => self.introducer(b'['),
            State::Ss3 => self.introducer(b'O'),
            State::String(kind) => self.introducer(kind),
            State::StringEscape { kind, late: false } => {
                self.state = State::StringEscape { kind, late: true };
                return;
            }
            State::StringEscape { late: true, .. } => self.key(Key::new(Code::Esc)),
            State::Paste => {
                let is_interrupted = self.end_paste(true);
                if is_interrupted {
                    self.ground(ETX);
                }
            }
        }
        self.forget();
    }

    /// What begins a sequence was never followed by one: it was Alt with a key.
    fn introducer(&mut self, byte: u8) {
        if self.held.is_empty() && !self.is_too_long {
            self.alone(byte);
            self.late = Some(Late::Introducer(byte));
        }
    }

    /// If the piece is the rest of a paste that has expired, goes on with that.
    pub(super) fn resume(&mut self, piece: &[u8]) {
        if self.state == State::Ground && self.paste.goes_on_with(piece) {
            self.replay();
            self.state = State::Paste;
        }
    }
}
