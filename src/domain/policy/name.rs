//! The rule for names: a regular expression, as an automaton. That answers a name in one pass over
//! it, and also whether any name can fit.

use std::{
    collections::{HashSet, VecDeque},
    fmt,
};

use regex_automata::{
    Input,
    dfa::{Automaton, StartKind, dense},
    util::primitives::StateID,
};

use crate::domain::{SafeText, validate};

/// The largest automaton, in bytes. Far more than a rule for names needs.
const CAP: usize = 4 << 20;

/// A regular expression for names.
#[derive(Clone)]
pub struct NameRule {
    text: SafeText,
    automaton: dense::DFA<Vec<u32>>,
    /// One of the shortest names that fit.
    example: String,
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
        let automaton =
            dense::Builder::new().configure(config).build(text).map_err(|e| reason(&e))?;
        let example = example(&automaton).ok_or("no name fits this, so no token could exist")?;
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
    pub fn example(&self) -> &str {
        &self.example
    }
}

/// The expression and an example: `^ci-, such as ci-`.
impl fmt::Display for NameRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, such as {}", self.text, SafeText::from(self.example.as_str()))
    }
}

impl fmt::Debug for NameRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("NameRule").field(&self.text).finish()
    }
}

/// What is wrong with an expression: the last line of the innermost error.
fn reason(error: &dense::BuildError) -> String {
    if error.is_size_limit_exceeded() {
        return "the regular expression is too large".to_owned();
    }
    let mut inner: &dyn std::error::Error = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    let words = inner.to_string();
    let last = words.lines().last().unwrap_or_default();
    format!("invalid regular expression: {}", last.trim_start_matches("error: "))
}

/// One of the shortest names that fit; `None` if there is none.
fn example(automaton: &dense::DFA<Vec<u32>>) -> Option<String> {
    let start = automaton.start_state_forward(&Input::new("")).ok()?;
    let (mut seen, mut queue) = (HashSet::from([start]), VecDeque::new());
    queue.push_back((start, Vec::new()));
    while let Some((state, name)) = queue.pop_front() {
        if fits_here(automaton, state)
            && let Ok(name) = String::from_utf8(name.clone())
            && validate::name(&name).is_ok_and(|valid| valid == name)
        {
            return Some(name);
        }
        if name.len() > 4 * validate::NAME_MAX {
            return None;
        }
        for byte in alphabet() {
            let next = automaton.next_state(state, byte);
            if !automaton.is_dead_state(next) && (seen.insert(next) || name.is_empty()) {
                let mut longer = name.clone();
                longer.push(byte);
                queue.push_back((next, longer));
            }
        }
    }
    None
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
