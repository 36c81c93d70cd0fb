//! A bracketed paste: text up to its end mark, whatever it looks like.

use zeroize::Zeroize as _;

const BEGIN: &[u8] = b"\x1b[200~";
const END: &[u8] = b"\x1b[201~";
const ETX: u8 = 0x03;

/// The most that is kept of one paste, in bytes. Fields take much less, and say
/// so; the rest is read and dropped.
pub const MOST: usize = 1 << 20;

/// The most bytes that come at once from a hand, also with a key held down over a
/// line that was stalled for a second or two.
const TYPED: usize = 128;

/// What was pasted so far.
#[derive(Default)]
pub(super) struct Paste {
    text: Vec<u8>,
    /// Bytes of the end mark that have come.
    matched: usize,
    /// The last byte was a Ctrl-C. As text it is followed by something; as a key it
    /// is not.
    is_interrupted: bool,
    /// A paste was cut, and its end mark has not come yet.
    is_cut: bool,
}

impl Paste {
    pub const fn is_interrupted(&self) -> bool {
        self.is_interrupted
    }

    /// Takes a byte; whether the paste is complete.
    pub fn take(&mut self, byte: u8) -> bool {
        self.is_interrupted = byte == ETX;
        if END[self.matched] == byte {
            self.matched += 1;
            return self.matched == END.len();
        }
        // The mark has its first byte once, so only that one can begin it again.
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

    /// Ends the paste: its text, and whether a Ctrl-C came after it. It is cut if
    /// its end mark has not come. A part of that mark is no text.
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

    /// Whether a piece is the rest of a paste that was cut: it has the end mark, or is
    /// more than a hand can type, and no other paste begins before.
    pub fn goes_on_with(&self, piece: &[u8]) -> bool {
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
