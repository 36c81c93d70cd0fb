//! A line while it is typed: how its last word can end.

use std::collections::HashSet;

use super::{Edit, Name, SEPARATOR, Vocabulary, names, needs_names, rights};
use crate::domain::{
    capability::{Capability, Scope},
    filter,
    preset::Preset,
    safe_text::SafeText,
};

/// A way to complete the last word of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// The whole line with the completed word.
    pub line: String,
    /// The completed word.
    pub word: String,
    /// What the word stands for; may be empty.
    pub about: String,
}

/// How a word can end: the bytes that the end replaces, the completed word, and what it stands
/// for.
type End = (usize, String, String);

/// The possible ends of the last word of a single change, best match first; none if the word
/// is complete. `among` has the names of datasets and views.
pub fn endings<'a, I: Iterator<Item = &'a SafeText>>(
    line: &str,
    vocabulary: Vocabulary<'_>,
    among: impl Fn(Scope) -> I,
) -> Vec<Ending> {
    let Some((verb, rest)) = line.split_once(char::is_whitespace) else {
        return ended(line, verbs(line, vocabulary));
    };
    let mut rest = rest.trim_start();
    if verb == "apply" {
        match rest.split_once(char::is_whitespace) {
            None => return ended(line, presets(rest, vocabulary)),
            Some((_, after)) => rest = after.trim_start(),
        }
    }
    let list = rest.split_whitespace().next().unwrap_or_default();
    let ends = match rest.rsplit_once(char::is_whitespace) {
        None => for_names(verb, rest, &among),
        Some(_) if matches!(verb, "only" | "apply") => Vec::new(),
        Some((before, word)) => {
            let names = names::parse(list).unwrap_or_default();
            // A name can be anything as long as the list is not known.
            let is_there = |name: &Name| among(name.scope()).next().is_none();
            let fits = names::targets(&names, &among).1.into_iter().all(is_there);
            let is_complete = fits && Edit::parse(line, vocabulary).is_ok();
            for_rights(before, word, if fits { &names } else { &[] }, is_complete, vocabulary)
        }
    };
    ended(line, ends)
}

fn ended(line: &str, ends: Vec<End>) -> Vec<Ending> {
    let whole = |(at, word, about): End| {
        let line = format!("{}{word}", &line[..line.len() - at]);
        Ending { line, word: word.trim_end().to_owned(), about }
    };
    ends.into_iter().map(whole).collect()
}

/// A word ends with a space if another one follows.
fn verbs(begun: &str, vocabulary: Vocabulary<'_>) -> Vec<End> {
    let fitting = vocabulary.verbs().filter(|(verb, _)| verb.starts_with(begun) && *verb != begun);
    fitting.map(|(verb, about)| (begun.len(), format!("{verb} "), about.to_owned())).collect()
}

fn presets(begun: &str, vocabulary: Vocabulary<'_>) -> Vec<End> {
    let fits = |preset: &&Preset| {
        let id = &preset.id;
        // An id with a space cannot be typed here.
        id.starts_with(begun) && id != begun && !id.contains(char::is_whitespace)
    };
    let fitting = vocabulary.presets.unwrap_or_default().iter().filter(fits);
    let end = |preset: &Preset| {
        let space = if needs_names(preset) { " " } else { "" };
        (begun.len(), format!("{}{space}", preset.id), preset.label.clone())
    };
    fitting.map(end).collect()
}

/// The ends of the last name.
fn for_names<'a, I: Iterator<Item = &'a SafeText>>(
    verb: &str,
    list: &str,
    among: &impl Fn(Scope) -> I,
) -> Vec<End> {
    let piece = list.rsplit(',').next().unwrap_or_default();
    let (scope, part) = match piece.strip_prefix("view:") {
        Some(rest) => (Scope::View, rest),
        None => (Scope::Dataset, piece),
    };
    let is_name = names::parse(piece).is_ok_and(|names| names::targets(&names, among).1.is_empty());
    if is_name || part.contains(['*', '?', '=']) {
        return Vec::new();
    }
    let used: HashSet<&str> = list.split(',').collect();
    let prefix = if scope == Scope::View { "view:" } else { "" };
    let known: Vec<&SafeText> = among(scope).collect();
    let found = filter::matching(part, known.iter().map(|name| name.shown()));
    let words = found.into_iter().filter_map(|i| known.get(i));
    let words = words.map(|name| format!("{prefix}{}", typeable(name.raw())));
    let words = words.filter(|word| !used.contains(word.as_str()));
    let mut ends: Vec<End> = words.map(|word| (piece.len(), word, String::new())).collect();
    if verb != "only" && scope == Scope::Dataset {
        let org = (verb != "apply").then_some(("org", "the organisation"));
        let others =
            org.into_iter().chain([("view:", "a view"), ("=*", "all datasets, future ones too")]);
        let others = others.filter(|(word, _)| word.starts_with(part) && !used.contains(word));
        let others = others.map(|(word, about)| (piece.len(), word.to_owned(), about.to_owned()));
        // Without a text to search for, the names come first.
        let at = if part.is_empty() { ends.len() } else { 0 };
        ends.splice(at..at, others);
    }
    ends
}

/// A name as it can be typed: `?` for a character that separates words, names or changes.
fn typeable(name: &str) -> String {
    let separates = |c: char| c.is_whitespace() || matches!(c, ',' | SEPARATOR);
    name.chars().map(|c| if separates(c) { '?' } else { c }).collect()
}

/// The ends of the last right.
fn for_rights(
    before: &str,
    word: &str,
    names: &[Name],
    is_complete: bool,
    vocabulary: Vocabulary<'_>,
) -> Vec<End> {
    let scopes: Vec<Scope> = Scope::ALL
        .into_iter()
        .filter(|scope| names.iter().any(|name| name.scope() == *scope))
        .collect();
    let is_right = |scope: &Scope| rights::parse(*scope, &[word], vocabulary.table(*scope)).is_ok();
    if word.is_empty() && is_complete || !word.is_empty() && scopes.iter().all(is_right) {
        return Vec::new();
    }
    let used: HashSet<&str> = before.split_whitespace().skip(1).collect();
    let mut words: Vec<(String, &'static Capability)> = Vec::new();
    for scope in scopes {
        let table = vocabulary.table(scope);
        words.extend(table.iter().flat_map(|c| rights::continuing(c, word).map(move |w| (w, c))));
    }
    words.retain(|(word, _)| !used.contains(word.as_str()));
    let mut seen = HashSet::new();
    words.retain(|(word, _)| seen.insert(word.clone()));
    let texts: Vec<String> = words.iter().map(|(w, c)| format!("{w} {}", c.label)).collect();
    let found = filter::matching(word, texts.iter().map(String::as_str));
    let words = found.into_iter().filter_map(|i| words.get(i));
    words.map(|(right, c)| (word.len(), right.clone(), c.about.to_owned())).collect()
}
