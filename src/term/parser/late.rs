//! Handles the rest of a sequence that arrives too late on a slow line, after its first bytes
//! were already taken for a key. Nobody types such a rest that fast, so it is not taken for keys.

use zeroize::Zeroize as _;

use super::{Parser, State};

/// The key that the expired bytes were taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Late {
    /// ESC.
    Escape,
    /// ESC and this byte: Alt with a key.
    Introducer(u8),
}

/// Whether the bytes are the rest of a sequence.
enum Guess {
    No,
    /// Depends on the next bytes.
    Maybe,
    Yes,
}

impl Late {
    /// Whether the bytes complete what began this way.
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

/// The bytes after `ESC [`. If the bracket was taken for a key (Alt-[), a number and a letter may
/// also be a count and a key.
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

/// The bytes after ESC and the byte that begins a string.
fn string(kind: u8, rest: &[u8]) -> Guess {
    match (kind, rest) {
        (b']' | b'P' | b'_', []) => Guess::Maybe,
        // An OSC command number.
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
    /// Handles a byte that may belong to what has just expired.
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

    /// Parses the held bytes from the current state.
    pub(super) fn replay(&mut self) {
        self.late = None;
        let mut held = std::mem::take(&mut self.held);
        for byte in &held {
            self.byte(*byte);
        }
        held.zeroize();
    }
}
