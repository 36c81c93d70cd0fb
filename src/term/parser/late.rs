//! The rest of a sequence that comes too late, over a slow line: its first bytes
//! were taken for a key already. No hand types such a rest so fast, so it is not
//! taken for keys as well.

use zeroize::Zeroize as _;

use super::{Parser, State};

/// What was taken for a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Late {
    /// ESC.
    Escape,
    /// ESC and this byte.
    Introducer(u8),
}

/// Whether bytes are the rest of a sequence.
enum Guess {
    No,
    /// It depends on what follows.
    Maybe,
    Yes,
}

impl Late {
    /// Whether bytes are the rest of what began so.
    fn guess(self, rest: &[u8]) -> Guess {
        match (self, rest) {
            (Self::Escape, [b'[', rest @ ..]) => csi(rest, true),
            (Self::Escape, [b'O']) => Guess::Maybe,
            (Self::Escape, [b'O', b'A'..=b'D' | b'F' | b'H' | b'M' | b'P'..=b'S']) => Guess::Yes,
            (Self::Escape, [kind, rest @ ..]) => string(*kind, rest),
            (Self::Escape, []) => Guess::Maybe,
            (Self::Introducer(b'['), rest) => csi(rest, false),
            (Self::Introducer(kind), rest) => string(kind, rest),
        }
    }
}

/// After `ESC [`. Without it, as after Alt-[, a number and a letter can be a count
/// with a key.
fn csi(rest: &[u8], has_bracket: bool) -> Guess {
    let at = rest.iter().position(|b| !matches!(b, 0x20..=0x3f)).unwrap_or(rest.len());
    let (numbers, end) = rest.split_at(at);
    if numbers.contains(&b';') || numbers.first().is_some_and(|b| matches!(b, b'<'..=b'?')) {
        return Guess::Yes;
    }
    match (numbers, end) {
        (_, []) => Guess::Maybe,
        ([], [b'[']) if has_bracket => Guess::Maybe,
        ([], [b'[', b'A'..=b'E']) if has_bracket => Guess::Yes,
        ([], [b'A'..=b'F' | b'H' | b'I' | b'M' | b'O'..=b'S' | b'Z']) if has_bracket => Guess::Yes,
        ([_, ..], [b'~']) => Guess::Yes,
        ([_, ..], [b'u']) if has_bracket => Guess::Yes,
        _ => Guess::No,
    }
}

/// After ESC and the byte that begins a string of a kind.
fn string(kind: u8, rest: &[u8]) -> Guess {
    match (kind, rest) {
        (b']' | b'P' | b'_', []) => Guess::Maybe,
        // The number of a command.
        (b']', [digits @ .., b';']) if digits.iter().all(u8::is_ascii_digit) => Guess::Yes,
        (b']', digits) if digits.len() <= 4 && digits.iter().all(u8::is_ascii_digit) => {
            Guess::Maybe
        }
        (b'P', [b'0'..=b'9' | b'>' | b'!' | b'+' | b'$', more @ ..]) => {
            if more.len() < 2 {
                Guess::Maybe
            } else {
                Guess::Yes
            }
        }
        (b'_', [b'G']) => Guess::Maybe,
        (b'_', [b'G', _]) => Guess::Yes,
        _ => Guess::No,
    }
}

impl Parser {
    /// Takes a byte that may belong to what has just expired.
    pub(super) fn late_byte(&mut self, late: Late, byte: u8) {
        self.held.push(byte);
        match late.guess(&self.held) {
            Guess::Maybe => {}
            Guess::No => self.replay(),
            Guess::Yes => {
                match late {
                    Late::Escape => self.state = State::Escape,
                    Late::Introducer(byte) => self.byte_after_escape(byte),
                }
                self.replay();
            }
        }
    }

    /// Takes the bytes that were held for what they are now.
    pub(super) fn replay(&mut self) {
        self.late = None;
        let mut held = std::mem::take(&mut self.held);
        for byte in &held {
            self.byte(*byte);
        }
        held.zeroize();
    }
}
