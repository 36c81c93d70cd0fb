//! The words of a filter: which texts match them, how well, and where.

use std::{borrow::Cow, cell::RefCell, ops::Range};

use nucleo_matcher::{
    Config, Matcher, Utf32Str,
    pattern::{AtomKind, CaseMatching, Normalization, Pattern},
};

use super::fuzzy_part;

/// Words that a text must all contain, ignoring case.
#[derive(Debug)]
pub enum Words {
    /// As they are, in lower case.
    Exact(Vec<String>),
    /// With other letters between theirs.
    Fuzzy(Box<Fuzzy>),
}

/// A fuzzy search. The matcher is kept, because creating one allocates 100 kB.
#[derive(Debug)]
pub struct Fuzzy {
    pattern: Pattern,
    matcher: RefCell<Matcher>,
}

impl Words {
    /// The words of a text; fuzzy if it begins with `~`.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        match fuzzy_part(text) {
            Some(text) => Self::fuzzy(&[text]),
            None => Self::exact(text.split_whitespace()),
        }
    }

    pub(super) fn exact<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        let mut words: Vec<String> = words.into_iter().map(str::to_lowercase).collect();
        // A paste can repeat one word a thousand times; search for it once.
        words.sort_unstable();
        words.dedup();
        Self::Exact(words)
    }

    pub(super) fn fuzzy(words: &[&str]) -> Self {
        let (case, marks) = (CaseMatching::Ignore, Normalization::Smart);
        let pattern = Pattern::new(&words.join(" "), case, marks, AtomKind::Fuzzy);
        let matcher = RefCell::new(Matcher::new(Config::DEFAULT));
        Self::Fuzzy(Box::new(Fuzzy { pattern, matcher }))
    }

    /// How well the texts match; `None` if one of the words is in none of them. The first
    /// text is the name and weighs more. In the others the match must start a word, since
    /// prose contains short words everywhere, such as "ci" in "incident"; a fuzzy search is in
    /// the name only.
    #[must_use]
    pub fn score(&self, texts: &[&str]) -> Option<u32> {
        let words = match self {
            Self::Exact(words) => words,
            Self::Fuzzy(fuzzy) => return fuzzy.score(texts.first()?),
        };
        let texts: Vec<_> = texts.iter().map(|text| folded(text)).collect();
        let mut score = 0;
        for word in words {
            let mut found = None;
            for (text, (weight, least)) in texts.iter().zip([(8, 1), (1, 2)]) {
                let place = places(text, word).map(|(_, place)| place).max();
                found = found.max(place.filter(|p| *p >= least).map(|place| place * weight));
            }
            score += found?;
        }
        Some(score)
    }

    /// The parts of a text that match, as ranges of bytes in order. `is_name` as for
    /// [`score`](Self::score).
    #[must_use]
    pub fn found_in(&self, text: &str, is_name: bool) -> Vec<Range<usize>> {
        let words = match self {
            Self::Exact(words) => words,
            Self::Fuzzy(fuzzy) if is_name => return fuzzy.found_in(text),
            Self::Fuzzy(_) => return Vec::new(),
        };
        // Lower case can have another length, so ranges are only known for ASCII.
        if !text.is_ascii() {
            return Vec::new();
        }
        let least = if is_name { 1 } else { 2 };
        let mut found: Vec<_> = words
            .iter()
            .flat_map(|word| {
                let places = places(text, word).filter(move |(_, place)| *place >= least);
                places.map(|(at, _)| at..at + word.len())
            })
            .collect();
        found.sort_unstable_by_key(|range| range.start);
        found
    }
}

impl Fuzzy {
    fn score(&self, text: &str) -> Option<u32> {
        self.pattern.score(letters(text, &mut Vec::new()), &mut self.matcher.borrow_mut())
    }

    fn found_in(&self, text: &str) -> Vec<Range<usize>> {
        let (mut buffer, mut found) = (Vec::new(), Vec::new());
        let letters = letters(text, &mut buffer);
        // With other scripts, the positions are not those of bytes.
        if !text.is_ascii()
            || self.pattern.indices(letters, &mut self.matcher.borrow_mut(), &mut found).is_none()
        {
            return Vec::new();
        }
        found.sort_unstable();
        found.dedup();
        found.into_iter().filter_map(|at| usize::try_from(at).ok()).map(|at| at..at + 1).collect()
    }
}

/// Converts a text for the matcher. Shown text has no line ends, so ASCII needs none of
/// the checks that `Utf32Str::new` makes for them.
fn letters<'a>(text: &'a str, buffer: &'a mut Vec<char>) -> Utf32Str<'a> {
    if text.is_ascii() { Utf32Str::Ascii(text.as_bytes()) } else { Utf32Str::new(text, buffer) }
}

/// The text with letters that a lower-case word can be compared with. Only text that is not
/// ASCII, which is rare, needs a copy.
fn folded(text: &str) -> Cow<'_, str> {
    if text.is_ascii() { Cow::Borrowed(text) } else { Cow::Owned(text.to_lowercase()) }
}

/// Where a text contains a lower-case word, and a rating: 4 if it is the whole text, 3 at the
/// start, 2 at the start of another word, 1 elsewhere.
fn places(text: &str, word: &str) -> impl Iterator<Item = (usize, u32)> {
    let (bytes, wanted) = (text.as_bytes(), word.as_bytes());
    let ends = 0..(bytes.len() + 1).saturating_sub(wanted.len());
    ends.filter_map(move |at| {
        if !bytes[at..at + wanted.len()].eq_ignore_ascii_case(wanted) {
            return None;
        }
        let place = match at.checked_sub(1) {
            None if wanted.len() == bytes.len() => 4,
            None => 3,
            Some(before) if bytes[before].is_ascii() && !bytes[before].is_ascii_alphanumeric() => 2,
            Some(_) => 1,
        };
        Some((at, place))
    })
}
