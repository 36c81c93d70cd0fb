//! Finds a secret in several forms: plain, reversed, in base64 or hex, or with other bytes between
//! its letters, as in UTF-16 and in screen cells.

use base64::{Engine as _, engine::general_purpose::STANDARD};

/// The widest distance between two letters, in bytes.
const STRIDE: usize = 96;

/// How a secret was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    pub how: String,
    pub at: usize,
}

/// A secret, and the forms that are searched for.
pub struct Needle {
    letters: Vec<u8>,
    encoded: Vec<(String, Vec<u8>)>,
}

impl Needle {
    /// `secret` is the unique part of the value: groups separated by `-`.
    pub fn new(secret: &str) -> Self {
        let raw = secret.as_bytes();
        // Drawing a revealed secret over its hidden form skips the cells that are the same in both.
        let group = secret.rsplit('-').next().unwrap_or(secret).as_bytes();
        let mut encoded = vec![
            ("as it is".to_owned(), raw.to_vec()),
            ("its last group".to_owned(), group.to_vec()),
            ("backwards".to_owned(), raw.iter().rev().copied().collect()),
            ("hex".to_owned(), raw.iter().flat_map(|b| format!("{b:02x}").into_bytes()).collect()),
        ];
        for shift in 0..3 {
            // The letters at the edges depend on their neighbours.
            let padded = [vec![b'?'; shift], raw.to_vec()].concat();
            let text = STANDARD.encode(padded);
            let inside = text.as_bytes()[4..text.len() - 4].to_vec();
            encoded.push((format!("base64, {shift} before"), inside));
        }
        Self { letters: raw.to_vec(), encoded }
    }

    /// The number of forms.
    pub fn ways(&self) -> usize {
        self.encoded.len() + STRIDE - 1
    }

    /// The first occurrence of each form in these bytes.
    pub fn find(&self, bytes: &[u8]) -> Vec<Hit> {
        let mut hits = Vec::new();
        for (how, needle) in &self.encoded {
            if let Some(at) = position(bytes, needle) {
                hits.push(Hit { how: how.clone(), at });
            }
        }
        for stride in 2..=STRIDE {
            if let Some(at) = strided(bytes, &self.letters, stride) {
                hits.push(Hit { how: format!("every {stride} bytes"), at });
            }
        }
        hits
    }
}

fn position(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    candidates(bytes, needle[0]).find(|at| bytes[*at..].starts_with(needle))
}

fn strided(bytes: &[u8], letters: &[u8], stride: usize) -> Option<usize> {
    let last = bytes.len().checked_sub((letters.len() - 1) * stride + 1)?;
    candidates(&bytes[..=last], letters[0])
        .find(|at| letters.iter().enumerate().all(|(i, b)| bytes[at + i * stride] == *b))
}

/// The positions of the first letter.
fn candidates(bytes: &[u8], first: u8) -> impl Iterator<Item = usize> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let at = from + bytes[from..].iter().position(|b| *b == first)?;
        from = at + 1;
        Some(at)
    })
}
