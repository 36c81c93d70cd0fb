//! A command line of the matrix while it is typed: the rows that its names match, and how
//! its last word can end.

use std::collections::HashSet;

use super::{Preview, rights_of};
use crate::{
    app::matrix::{Matrix, plan::RowChange},
    domain::{Capability, SafeText, Scope, Target, Verb, Verbs, filter},
};

/// A command line as far as it is typed.
#[derive(Clone, Debug)]
pub struct Typed {
    /// What Enter would do; an error while something is missing or wrong.
    pub preview: Result<Preview, String>,
    /// The rows that change, then the rows that the names match and that stay as they are.
    pub rows: Vec<RowChange>,
    /// The possible ends of the last word, best match first. None if the word is complete.
    pub endings: Vec<Ending>,
}

/// A way to complete the last word of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// The whole line with the completed word.
    pub line: String,
    /// The completed word.
    pub word: String,
    /// What the word stands for; may be empty.
    pub about: &'static str,
}

impl Matrix {
    /// Parses a command line that may be incomplete.
    #[must_use]
    pub fn typed(&self, line: &str) -> Typed {
        let preview = self.command(line.trim());
        let (verb, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let rest = rest.trim_start();
        let names = rest.split_whitespace().next().unwrap_or_default();
        let matched = self.targets(names).map(|(targets, _)| targets).unwrap_or_default();
        let endings = match rest.rsplit_once(char::is_whitespace) {
            None => self.names_for(verb, rest),
            Some(_) if verb == "only" => Vec::new(),
            Some((before, word)) => self.rights_for(before, word, &matched, preview.is_ok()),
        };
        let endings = endings.into_iter().map(|(at, word, about)| {
            let line = format!("{}{word}", &line[..line.len() - at]);
            Ending { line, word, about }
        });
        let endings = endings.collect();
        Typed { rows: self.affected(&preview, matched), preview, endings }
    }

    fn affected(&self, preview: &Result<Preview, String>, matched: Vec<Target>) -> Vec<RowChange> {
        let mut rows = preview.as_ref().map_or_else(|_| Vec::new(), |p| p.plan.rows.clone());
        let changed: HashSet<Target> = rows.iter().map(|row| row.target.clone()).collect();
        rows.extend(matched.into_iter().filter(|target| !changed.contains(target)).map(|target| {
            let before = self.grants().get(&target).cloned().unwrap_or_default();
            RowChange { target, after: before.clone(), before }
        }));
        rows
    }

    /// The ends of the last name; each with the length of what it replaces.
    fn names_for(&self, verb: &str, names: &str) -> Vec<(usize, String, &'static str)> {
        let piece = names.rsplit(',').next().unwrap_or_default();
        let (scope, part) = match piece.strip_prefix("view:") {
            Some(rest) => (Scope::View, rest),
            None => (Scope::Dataset, piece),
        };
        if self.targets(piece).is_ok() || part.contains(['*', '?', '=']) {
            return Vec::new();
        }
        let used: HashSet<&str> = names.split(',').collect();
        let prefix = if scope == Scope::View { "view:" } else { "" };
        let known: Vec<&SafeText> = self.part_of(scope).names().collect();
        let found = filter::matching(part, known.iter().map(|name| name.shown()));
        let words = found.into_iter().filter_map(|i| known.get(i));
        let words = words.map(|name| format!("{prefix}{}", name.raw()));
        let words = words.filter(|word| !used.contains(word.as_str()));
        let mut endings: Vec<_> = words.map(|word| (piece.len(), word, "")).collect();
        if verb != "only" && scope == Scope::Dataset {
            let others = [
                ("org", "the organisation"),
                ("view:", "a view"),
                ("=*", "all datasets, future ones too"),
            ];
            let others = others
                .into_iter()
                .filter(|(word, _)| word.starts_with(part) && !used.contains(word));
            let others = others.map(|(word, about)| (piece.len(), word.to_owned(), about));
            // Without a text to search for, the names come first.
            let at = if part.is_empty() { endings.len() } else { 0 };
            endings.splice(at..at, others);
        }
        endings
    }

    /// The ends of the last right; each with the length of what it replaces.
    fn rights_for(
        &self,
        before: &str,
        word: &str,
        targets: &[Target],
        is_complete: bool,
    ) -> Vec<(usize, String, &'static str)> {
        let scopes: Vec<Scope> = Scope::ALL
            .into_iter()
            .filter(|scope| targets.iter().any(|target| target.scope() == *scope))
            .collect();
        let is_right = |scope: &Scope| rights_of(*scope, &[word], self.columns(*scope)).is_ok();
        if word.is_empty() && is_complete || !word.is_empty() && scopes.iter().all(is_right) {
            return Vec::new();
        }
        let used: HashSet<&str> = before.split_whitespace().skip(1).collect();
        let mut words: Vec<(String, &'static Capability)> = Vec::new();
        for scope in scopes {
            let columns = self.columns(scope);
            let table = if scope == Scope::Org { scope.capabilities() } else { columns };
            words.extend(table.iter().flat_map(|c| rights_like(c, word).map(move |w| (w, c))));
        }
        words.retain(|(word, _)| !used.contains(word.as_str()));
        let mut seen = HashSet::new();
        words.retain(|(word, _)| seen.insert(word.clone()));
        let texts: Vec<String> = words.iter().map(|(w, c)| format!("{w} {}", c.label)).collect();
        let found = filter::matching(word, texts.iter().map(String::as_str));
        let words = found.into_iter().filter_map(|i| words.get(i));
        words.map(|(right, c)| (word.len(), right.clone(), c.about)).collect()
    }
}

/// The rights of a capability that continue `word`: one with each verb, and one with all.
/// After `virtualFields:read+` they have one more verb.
fn rights_like(capability: &'static Capability, word: &str) -> impl Iterator<Item = String> {
    let given = word.split_once(':').and_then(|(_, verbs)| verbs.rsplit_once('+'));
    let given = given.map(|(verbs, _)| verbs.to_owned());
    let has: Verbs = given.iter().flat_map(|v| v.split('+')).filter_map(Verb::parse).collect();
    let all =
        (given.is_none() && capability.verbs.len() > 1).then(|| format!("{}:*", capability.wire));
    let more = capability.verbs.minus(has);
    let one = move |verb: Verb| match &given {
        Some(given) => format!("{}:{given}+{}", capability.wire, verb.wire()),
        None => capability.right(verb),
    };
    more.iter().map(one).chain(all).collect::<Vec<_>>().into_iter()
}
