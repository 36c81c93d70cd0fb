//! The rest of a sequence that comes too late, over a slow line: its first bytes
//! were taken for a key already. No hand types such a rest within one piece, so it
//! is not taken for keys as well.

/// What was taken for a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Late {
    /// ESC.
    Escape,
    /// ESC and this byte.
    Introducer(u8),
}

impl Late {
    /// Whether a piece is the rest of what began so.
    pub fn goes_on_with(self, piece: &[u8]) -> bool {
        match (self, piece) {
            (Self::Escape, [b'[', rest @ ..]) => is_letter(rest) || is_csi(rest),
            (Self::Escape, [b'O', b'A'..=b'D' | b'F' | b'H' | b'M' | b'P'..=b'S']) => true,
            (Self::Escape, [kind, rest @ ..]) => is_string(*kind, rest),
            (Self::Introducer(b'['), rest) => is_csi(rest),
            (Self::Introducer(kind), rest) => is_string(kind, rest),
            (Self::Escape, []) => false,
        }
    }
}

/// A key or a report without a number, and at most another sequence.
fn is_letter(rest: &[u8]) -> bool {
    let rest = rest.strip_prefix(b"[").unwrap_or(rest);
    matches!(rest, [b'A'..=b'F' | b'H' | b'I' | b'M' | b'O'..=b'S' | b'Z'] | [b'A'..=b'Z', 0x1b, ..])
}

/// Numbers and an end, that cannot be a count with a key: several numbers, a mark
/// before them, or `~` behind.
fn is_csi(rest: &[u8]) -> bool {
    let Some(at) = rest.iter().position(|b| !matches!(b, 0x20..=0x3f)) else { return false };
    let (numbers, end) = (&rest[..at], rest[at]);
    let is_certain = numbers.first().is_some_and(|b| matches!(b, b'<'..=b'?'))
        || numbers.contains(&b';')
        || end == b'~';
    at > 0 && matches!(end, 0x40..=0x7e) && is_certain
}

fn is_string(kind: u8, rest: &[u8]) -> bool {
    match (kind, rest) {
        // The number of a command.
        (b']', [b'0'..=b'9', rest @ ..]) => rest.iter().take(3).any(|b| *b == b';'),
        (b'P', [b'0'..=b'9' | b'>' | b'!' | b'+' | b'$', _, _, ..]) => true,
        (b'_', [b'G', _, ..]) => true,
        _ => false,
    }
}
