//! A bracketed paste: everything up to the end marker is text.

use zeroize::Zeroize as _;

const BEGIN: &[u8] = b"\x1b[200~";
const END: &[u8] = b"\x1b[201~";
const ETX: u8 = 0x03;

/// The most that is kept of one paste, in bytes. Fields accept much less and say so; the rest is
/// read and dropped.
pub const MOST: usize = 1 << 20;

/// The most bytes that typing can send at once, even with a key held down while the line stalls
/// for a second or two.
const TYPED: usize = 128;

/// The paste so far.
#[derive(Default)]
pub(super) struct Paste {
    text: Vec<u8>,
    /// How many bytes of the end marker have arrived.
    matched: usize,
    /// The last byte was Ctrl-C. If more follows it is text, otherwise a key.
    is_interrupted: bool,
    /// A paste expired before its end marker arrived.
    is_cut: bool,
}

impl Paste {
    pub const fn is_interrupted(&self) -> bool {
        self.is_interrupted
    }

    /// Adds a byte; returns whether the paste is complete.
    pub fn take(&mut self, byte: u8) -> bool {
        self.is_interrupted = byte == ETX;
        if END[self.matched] == byte {
            self.matched += 1;
            return self.matched == END.len();
        }
        // The marker's first byte occurs in it only once, so a match can restart only there.
        let prefix = &END[..std::mem::take(&mut self.matched)];
        for byte in prefix {
            self.push(*byte);
        }
        if END[0] == byte {
            self.matched = 1;
        } else {
            self.push(byte);
        }
        false
    }

    fn push(&mut self, byte: u8) {
        if self.text.len() < MOST {
            self.text.push(byte);
        }
    }

    /// Ends the paste; returns its text, and whether a Ctrl-C key followed. `is_cut` means that
    /// the end marker is missing; a partial marker is not text.
    pub fn end(&mut self, is_cut: bool) -> (String, bool) {
        self.matched = 0;
        self.is_cut = is_cut;
        let is_interrupted = std::mem::take(&mut self.is_interrupted) && is_cut;
        let mut text = std::mem::take(&mut self.text);
        if is_interrupted && text.last() == Some(&ETX) {
            text.pop();
        }
        let text = String::from_utf8(text).unwrap_or_else(|e| {
            let mut bytes = e.into_bytes();
            let text = String::from_utf8_lossy(&bytes).into_owned();
            bytes.zeroize();
            text
        });
        (text, is_interrupted)
    }

    /// Whether these bytes continue a cut paste: they contain the end marker, or are more than
    /// typing can send, and no other paste begins before.
    pub fn continues_with(&self, piece: &[u8]) -> bool {
        if !self.is_cut {
            return false;
        }
        let find = |mark: &[u8]| piece.windows(mark.len()).position(|window| window == mark);
        match (find(END), find(BEGIN)) {
            (Some(end), Some(begin)) => end < begin,
            (Some(_), None) => true,
            (None, Some(_)) => false,
            (None, None) => piece.len() > TYPED,
        }
    }
}
