//! Parts a list into shorter ones while it comes in, so that the first of its
//! elements can be understood before the last is here, and its text need not be
//! kept. A list has no secret.
//!
//! Where it is parted is guessed from the last bytes alone, since each byte that is
//! looked at keeps the keys waiting: a comma between two braces nearly always stands
//! between two elements. One that does not leaves brackets open before it, so what
//! is parted there cannot be read, and is joined again.

use std::fmt;

/// Bytes from which a piece is worth a task of its own.
const ENOUGH: usize = 128 * 1024;

/// What has come of a list and was not handed on. Whatever is no list stays whole.
#[derive(Default)]
pub struct Pieces {
    /// Begins as the list does.
    text: Vec<u8>,
    /// No comma between elements is before.
    seen: usize,
    /// Memory of pieces that were read.
    spare: Vec<Vec<u8>>,
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
        if self.text.capacity() == 0 {
            self.text = self.room();
        }
        self.text.extend_from_slice(bytes);
        if self.text.len() < ENOUGH || !is_list(&self.text) {
            return None;
        }
        let comma = self.comma();
        // The last byte may be a comma whose neighbour has not come.
        self.seen = self.text.len() - 1;
        let comma = comma?;
        let mut rest = self.room();
        rest.push(b'[');
        rest.extend_from_slice(&self.text[comma + 1..]);
        self.seen = 0;
        let mut piece = std::mem::replace(&mut self.text, rest);
        piece.truncate(comma);
        piece.push(b']');
        Some(piece)
    }

    fn room(&mut self) -> Vec<u8> {
        self.spare.pop().unwrap_or_else(|| Vec::with_capacity(2 * ENOUGH))
    }

    /// The last comma between two braces.
    fn comma(&self) -> Option<usize> {
        let text = &self.text;
        let is_blank = |b: &&u8| b.is_ascii_whitespace();
        let between = |at: &usize| {
            let before = text[..*at].iter().rev().find(|b| !is_blank(b));
            let after = text[at + 1..].iter().find(|b| !is_blank(b));
            (before, after) == (Some(&b'}'), Some(&b'{'))
        };
        (self.seen..text.len()).rev().filter(|at| text[*at] == b',').find(between)
    }

    /// Takes the memory of a piece that was read, for one to come.
    pub fn reuse(&mut self, mut piece: Vec<u8>) {
        piece.clear();
        self.spare.push(piece);
    }

    /// The end of the list, which is one itself if all of it has come.
    pub fn rest(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.text)
    }
}

/// Joins a piece to the one before it.
pub fn join(text: &mut Vec<u8>, piece: &[u8]) {
    if let ([before @ .., b']'], [b'[', rest @ ..]) = (&mut text[..], piece) {
        let length = before.len();
        text.truncate(length);
        text.push(b',');
        text.extend_from_slice(rest);
    }
}

fn is_list(text: &[u8]) -> bool {
    text.iter().find(|b| !b.is_ascii_whitespace()) == Some(&b'[')
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

    fn elements(text: &str) -> Option<Vec<serde_json::Value>> {
        serde_json::from_str(text).ok()
    }

    /// What is in the pieces, those that cannot be read joined to what follows; and
    /// how many could be read.
    fn read(pieces: &[String]) -> (Vec<serde_json::Value>, usize) {
        let (mut found, mut unread, mut readable) = (Vec::new(), Vec::new(), 0);
        for piece in pieces {
            match elements(piece) {
                Some(elements) if unread.is_empty() => {
                    found.extend(elements);
                    readable += 1;
                }
                _ if unread.is_empty() => unread.extend_from_slice(piece.as_bytes()),
                _ => join(&mut unread, piece.as_bytes()),
            }
        }
        if !unread.is_empty() {
            found.extend(elements(std::str::from_utf8(&unread).unwrap()).unwrap());
        }
        (found, readable)
    }

    fn list_of(count: usize, element: impl Fn(usize) -> String) -> String {
        format!(" [{}\n]", (0..count).map(element).collect::<Vec<_>>().join(" , "))
    }

    /// Elements without a list of objects within.
    fn list(count: usize) -> String {
        let element = |n: usize| {
            format!(r#"{{"id": "{n}", "a": {{"b": {{"c": ["x,", "\"]}}"]}}}}, "d": "\\"}}"#)
        };
        list_of(count, element)
    }

    #[test]
    fn the_pieces_have_the_same_elements_in_order() {
        let text = list(20_000);
        for length in [7, 8_192, 100_000, text.len()] {
            let pieces = pieces(&text, length);
            let (parted, readable) = read(&pieces);
            assert_eq!(Some(parted), elements(&text), "{length}");
            assert!(pieces.len() > 3 && readable == pieces.len(), "{length}");
        }
    }

    #[test]
    fn what_was_parted_within_an_element_is_joined_again() {
        let ways: [fn(usize) -> String; 3] = [
            |n| format!(r#"{{"id": "{n}", "a": [{{"b": 1}}, {{"c": 2}}]}}"#),
            |n| format!(r#"{{"id": "{n}", "a": "}},{{"}}"#),
            |n| format!(r#"{{"id": "{n}", "a": "{}"}}"#, if n == 9_000 { "}, {" } else { "" }),
        ];
        for way in ways {
            let text = list_of(20_000, way);
            for length in [7, 8_192, 100_001, text.len()] {
                let pieces = pieces(&text, length);
                assert!(pieces.len() > 1, "{length}");
                assert_eq!(Some(read(&pieces).0), elements(&text), "{length}");
            }
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
