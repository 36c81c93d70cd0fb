//! Timeouts: how long each state waits for a byte, and what it becomes without one.

use std::time::Duration;

use super::{ETX, HOLD, Late, PAUSE, Parser, State};
use crate::input::{Code, Key};

impl Parser {
    /// How long to wait for another byte before calling [`expire`](Self::expire); `None` if
    /// nothing is incomplete.
    #[must_use]
    pub fn waits(&self) -> Option<Duration> {
        let hold = if self.has_plain_escape { PAUSE } else { HOLD };
        let begun = if self.held.is_empty() && !self.is_too_long { hold } else { PAUSE };
        match self.state {
            State::Ground => {
                let wait = if self.held.is_empty() { PAUSE } else { HOLD };
                self.late.is_some().then_some(wait)
            }
            // Waiting delays no other input.
            State::Character { .. } => None,
            State::Escape => Some(hold),
            State::Csi | State::Ss3 | State::String(_) => Some(begun),
            State::Console | State::StringEscape { late: false, .. } => Some(HOLD),
            State::Mouse | State::StringEscape { late: true, .. } => Some(PAUSE),
            State::Paste if self.paste.is_interrupted() => Some(HOLD),
            State::Paste => Some(PAUSE),
        }
    }

    /// Ends incomplete input after no byte arrived for as long as [`waits`](Self::waits) said.
    pub fn expire(&mut self) {
        if self.late.is_some() {
            self.replay();
            return;
        }
        match std::mem::take(&mut self.state) {
            State::Ground | State::Character { .. } | State::Console | State::Mouse => {}
            State::Escape => {
                self.key(Key::new(Code::Esc));
                // A terminal that always sends Esc as a sequence would not do this, so another
                // terminal is attached now.
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

    /// An introducer without a sequence was Alt with a key.
    fn introducer(&mut self, byte: u8) {
        if self.held.is_empty() && !self.is_too_long {
            self.alone(byte);
            self.late = Some(Late::Introducer(byte));
        }
    }

    /// Continues an expired paste if these bytes are its rest.
    pub(super) fn resume(&mut self, piece: &[u8]) {
        if self.state == State::Ground && self.paste.continues_with(piece) {
            self.replay();
            self.state = State::Paste;
        }
    }
}
