//! The rule for names: a regular expression, as an automaton. That answers a name in one pass over
//! it, and also whether any name can fit.

use std::{
    collections::{HashSet, VecDeque},
    fmt,
};

use regex_automata::{
    Input,
    dfa::{Automaton, StartKind, dense},
    nfa::thompson,
    util::primitives::StateID,
};

use crate::domain::{SafeText, validate};

/// The largest automaton, and the largest that it is made from, in bytes. Far more than a rule for names needs.
const CAP: usize = 2 << 20;

/// A regular expression for names.
#[derive(Clone)]
pub struct NameRule {
    text: SafeText,
    automaton: dense::DFA<Vec<u32>>,
    /// One of the shortest names that fit, unless the search found none that can be typed.
    example: Option<String>,
}

impl NameRule {
    /// Parses a regular expression. It may match anywhere in a name unless it has `^` and `$`.
    ///
    /// # Errors
    /// What is wrong with it, or that no name fits.
    pub fn parse(text: &str) -> Result<Self, String> {
        let config = dense::Config::new()
            .start_kind(StartKind::Unanchored)
            .determinize_size_limit(Some(CAP))
            .dfa_size_limit(Some(CAP));
        let automaton = dense::Builder::new()
            .configure(config)
            .thompson(thompson::Config::new().nfa_size_limit(Some(CAP)))
            .build(text)
            .map_err(|e| reason(&e))?;
        let example = search(&automaton)?;
        Ok(Self { text: text.into(), automaton, example })
    }

    /// Whether this name fits.
    #[must_use]
    pub fn fits(&self, name: &str) -> bool {
        self.automaton.try_search_fwd(&Input::new(name).earliest(true)).is_ok_and(|m| m.is_some())
    }

    /// The expression.
    #[must_use]
    pub const fn text(&self) -> &SafeText {
        &self.text
    }

    /// One of the shortest names that fit.
    #[must_use]
    pub fn example(&self) -> Option<&str> {
        self.example.as_deref()
    }
}

/// The expression and an example: `^ci-, such as ci-`.
impl fmt::Display for NameRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.example() {
            Some(example) => write!(f, "{}, such as {}", self.text, SafeText::from(example)),
            None => self.text.fmt(f),
        }
    }
}

impl fmt::Debug for NameRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("NameRule").field(&self.text).finish()
    }
}

/// What is wrong with an expression: the last line of the innermost error.
fn reason(error: &dense::BuildError) -> String {
    let mut inner: &dyn std::error::Error = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    let words = inner.to_string();
    let last = words.lines().last().unwrap_or_default();
    if error.is_size_limit_exceeded() || last.contains("limit") {
        return "the regular expression is too large".to_owned();
    }
    format!("invalid regular expression: {}", last.trim_start_matches("error: "))
}

/// One of the shortest names that fit; `None` if some do, but none that can be typed.
///
/// # Errors
/// If no name fits.
///
/// Follows the automaton from state to state. Names do not begin or end with a space.
fn search(automaton: &dense::DFA<Vec<u32>>) -> Result<Option<String>, &'static str> {
    let nothing = "no name fits this, so no token could exist";
    let start = automaton.start_state_forward(&Input::new("")).map_err(|_| nothing)?;
    let (mut seen, mut queue) = (HashSet::new(), VecDeque::from([(start, Vec::new())]));
    let mut found = false;
    while let Some((state, name)) = queue.pop_front() {
        if !name.is_empty() && name.last() != Some(&b' ') && fits_here(automaton, state) {
            // Such as a character that is not shown. Another name may still be a good example.
            let name = String::from_utf8(name.clone()).ok();
            let valid = |name: &String| validate::name(name).is_ok_and(|valid| valid == *name);
            if let Some(name) = name.filter(valid) {
                return Ok(Some(name));
            }
            found = true;
        }
        let begun = !name.is_empty();
        for byte in alphabet().filter(|byte| begun || *byte != b' ') {
            let mut longer = name.clone();
            longer.push(byte);
            let next = automaton.next_state(state, byte);
            // The bytes of a character but its first.
            let letters = longer.iter().filter(|byte| **byte & 0xc0 != 0x80).count();
            if letters <= validate::NAME_MAX
                && !automaton.is_dead_state(next)
                && seen.insert((next, byte == b' '))
            {
                queue.push_back((next, longer));
            }
        }
    }
    if found { Ok(None) } else { Err(nothing) }
}

/// Whether a name that ends in this state fits.
fn fits_here(automaton: &dense::DFA<Vec<u32>>, state: StateID) -> bool {
    automaton.is_match_state(state) || automaton.is_match_state(automaton.next_eoi_state(state))
}

/// The bytes of names, the most usual first.
fn alphabet() -> impl Iterator<Item = u8> {
    let usual = (b'a'..=b'z').chain(b'0'..=b'9').chain([b'-', b'_']).chain(b'A'..=b'Z');
    let rest = (b' '..=b'~').filter(|b| !b.is_ascii_alphanumeric() && !b"-_".contains(b));
    usual.chain(rest).chain(0x80..=0xff)
}
