//! Parts a list into shorter ones while it comes in, so that the first of its
//! elements can be understood before the last is here, and its text need not be
//! kept. A list has no secret.

use std::fmt;

/// Bytes from which a piece is worth a task of its own.
const ENOUGH: usize = 512 * 1024;

/// What has come of a list and was not handed on. Whatever is no list stays whole.
#[derive(Default)]
pub struct Pieces {
    /// Begins as the list does.
    text: Vec<u8>,
    /// Bytes of it that were looked at.
    seen: usize,
    /// The last comma between two elements.
    comma: Option<usize>,
    /// Brackets and braces that are open.
    depth: usize,
    in_text: bool,
    escaped: bool,
}

impl fmt::Debug for Pieces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A server's text has no business in a message.
        f.write_str("Pieces")
    }
}

impl Pieces {
    /// Takes what comes next; returns lists of whole elements as there are enough.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Vec<u8>> {
        // Whole megabytes may come at once.
        bytes.chunks(ENOUGH).filter_map(|bytes| self.push_some(bytes)).collect()
    }

    fn push_some(&mut self, bytes: &[u8]) -> Option<Vec<u8>> {
        self.text.extend_from_slice(bytes);
        self.look();
        let comma = self.comma.filter(|at| self.text.len() >= ENOUGH && self.parts(*at))?;
        let mut rest = Vec::with_capacity(2 * ENOUGH);
        rest.push(b'[');
        rest.extend_from_slice(&self.text[comma + 1..]);
        (self.seen, self.comma) = (rest.len(), None);
        let mut piece = std::mem::replace(&mut self.text, rest);
        piece.truncate(comma);
        piece.push(b']');
        Some(piece)
    }

    /// The end of the list, which is one itself if all of it has come.
    #[must_use]
    pub fn rest(self) -> Vec<u8> {
        self.text
    }

    /// Whether elements stand on both sides of a comma: one too many must be seen as
    /// such, and not be lost between two pieces.
    fn parts(&self, comma: usize) -> bool {
        let is_blank = |b: &&u8| b.is_ascii_whitespace();
        let before = self.text[..comma].iter().rev().find(|b| !is_blank(b));
        let after = self.text[comma + 1..].iter().find(|b| !is_blank(b));
        !matches!(before, None | Some(b'[' | b',')) && !matches!(after, None | Some(b']' | b','))
    }

    /// Looks for the commas of the outermost list.
    fn look(&mut self) {
        let is_list = self.text.iter().find(|b| !b.is_ascii_whitespace()) == Some(&b'[');
        // On its own, since every byte goes through here, where the keys are taken.
        let Self { mut depth, mut in_text, mut escaped, mut comma, .. } = *self;
        for (at, byte) in self.text.iter().enumerate().skip(self.seen) {
            if in_text {
                in_text = escaped || *byte != b'"';
                escaped = !escaped && *byte == b'\\';
                continue;
            }
            match *byte {
                b'"' => in_text = true,
                b'[' | b'{' => depth += 1,
                b']' | b'}' => depth = depth.saturating_sub(1),
                b',' if depth == 1 && is_list => comma = Some(at),
                _ => {}
            }
        }
        (self.depth, self.in_text, self.escaped, self.comma) = (depth, in_text, escaped, comma);
        self.seen = self.text.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A list that comes in parts of this length, in pieces.
    fn pieces(text: &str, length: usize) -> Vec<String> {
        let mut pieces = Pieces::default();
        let mut found: Vec<_> =
            text.as_bytes().chunks(length).flat_map(|part| pieces.push(part)).collect();
        found.push(pieces.rest());
        found.iter().map(|piece| String::from_utf8(piece.clone()).unwrap()).collect()
    }

    fn elements(text: &str) -> Vec<serde_json::Value> {
        serde_json::from_str(text).unwrap()
    }

    /// Elements that look as if they ended where they do not.
    fn list(count: usize) -> String {
        let element = |n: usize| {
            format!(r#"{{"id": "{n}", "a": [{{"b": 1}}, {{"c": ["x,", "\"]}}"]}}], "d": "\\"}}"#)
        };
        format!(" [{}\n]", (0..count).map(element).collect::<Vec<_>>().join(" , "))
    }

    #[test]
    fn the_pieces_have_the_same_elements_in_order() {
        let text = list(20_000);
        for length in [7, 8_192, 100_000, text.len()] {
            let pieces = pieces(&text, length);
            let parted: Vec<_> = pieces.iter().flat_map(|piece| elements(piece)).collect();
            assert_eq!(parted, elements(&text), "{length}");
            assert!(pieces.len() > 1 && pieces.iter().all(|p| p.len() < text.len()), "{length}");
        }
    }

    #[test]
    fn what_ends_early_or_goes_on_is_no_list_in_the_end() {
        let text = list(20_000);
        for text in [&text[..text.len() - 1], &text[..text.len() - 9], &format!("{text}, 1]")] {
            let last = pieces(text, 50_000).pop().unwrap();
            assert!(serde_json::from_str::<serde_json::Value>(&last).is_err());
        }
    }

    /// Wherever it is parted, what stands around a comma is still looked at.
    #[test]
    fn a_comma_without_an_element_is_no_list() {
        let long = format!("\"{}\"", "x".repeat(ENOUGH - 4));
        for text in [format!("[{long},]"), format!("[{long} , ]"), format!("[,{long}]")] {
            for length in [ENOUGH, text.len()] {
                let parts = pieces(&text, length);
                let is_list = |p: &String| serde_json::from_str::<serde_json::Value>(p).is_ok();
                assert!(!parts.iter().all(is_list), "{length}");
            }
        }
    }

    #[test]
    fn what_is_no_list_stays_whole() {
        let long = "x".repeat(2 * ENOUGH);
        for text in [format!(r#"{{"a": "{long}", "b": 1}}"#), format!("<p>[1,{long},2]"), long] {
            assert_eq!(pieces(&text, 10_000), [text]);
        }
    }
}
