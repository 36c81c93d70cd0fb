//! Candidates for a value that begins with `word`. Text from a server is offered only if it has
//! no hidden characters: the user reads it on the line before pressing Enter.

use std::collections::{HashMap, HashSet};

use clap_complete::engine::CompletionCandidate;

use crate::{
    domain::{SafeText, Scope, WILDCARD},
    names::Named,
};

fn candidate(value: impl Into<String>, help: &str) -> CompletionCandidate {
    let help = (!help.is_empty()).then(|| help.to_owned().into());
    CompletionCandidate::new(value.into()).help(help)
}

/// Whether a text has no hidden characters and does not look like a flag.
fn is_plain(text: &str) -> bool {
    let shown = SafeText::from(text);
    shown.shown() == text && !text.trim().is_empty() && !text.starts_with('-')
}

/// Tokens by name if the name is plain and unique, otherwise by id. If an id is typed, ids are
/// offered.
pub fn tokens(all: &[Named], word: &str) -> Vec<CompletionCandidate> {
    // Counts the tokens that `commands::find` would match for each name.
    let mut called: HashMap<String, usize> = HashMap::new();
    for named in all {
        let shown = SafeText::from(named.name.as_str());
        let (raw, shown) = (shown.raw().trim(), shown.shown().trim());
        *called.entry(raw.to_owned()).or_default() += 1;
        if raw != shown {
            *called.entry(shown.to_owned()).or_default() += 1;
        }
    }
    let ids: HashSet<&str> = all.iter().filter_map(|named| named.id.as_deref()).collect();
    let speaks = |named: &Named| {
        let name = named.name.trim();
        is_plain(&named.name) && !ids.contains(name) && called.get(name) == Some(&1)
    };
    let mut out = Vec::new();
    for named in all {
        let id = named.id.as_deref().filter(|id| is_plain(id));
        let is_spoken = speaks(named);
        if is_spoken && named.name.starts_with(word) {
            out.push(candidate(named.name.clone(), id.unwrap_or_default()));
        } else if let Some(id) = id.filter(|id| id.starts_with(word))
            && (!is_spoken || !word.is_empty())
        {
            out.push(candidate(id, SafeText::from(named.name.as_str()).shown()));
        }
    }
    out
}

/// The names of datasets or views that can be typed as an argument, then the wildcard for all
/// datasets.
fn plain_names(scope: Scope, all: &[Named]) -> impl Iterator<Item = (&str, &'static str)> {
    let wildcard =
        (scope == Scope::Dataset).then_some((WILDCARD, "all datasets, including new ones"));
    // Commands trim spaces around a name.
    let is_written = |name: &&str| is_plain(name) && name.trim() == *name && *name != WILDCARD;
    let names = all.iter().map(|n| n.name.as_str()).filter(is_written).map(|name| (name, ""));
    names.chain(wildcard)
}

/// Datasets or views without rights.
pub fn things(scope: Scope, all: &[Named], word: &str) -> Vec<CompletionCandidate> {
    let fitting = plain_names(scope, all).filter(|(name, _)| name.starts_with(word));
    fitting.map(|(name, help)| candidate(name, help)).collect()
}

/// Datasets or views, then their rights after `=`; the `=` is optional with a preset.
pub fn rows(scope: Scope, all: &[Named], word: &str, has_preset: bool) -> Vec<CompletionCandidate> {
    let end = if has_preset { "" } else { "=" };
    let fitting = plain_names(scope, all).map(|(name, help)| (format!("{name}{end}"), help));
    let fitting = fitting.filter(|(row, _)| row.starts_with(word) && row != word);
    let mut out: Vec<_> = fitting.map(|(row, help)| candidate(row, help)).collect();
    if let Some((name, list)) = word.rsplit_once('=') {
        out.extend(rights(scope, &format!("{name}="), list));
    }
    out
}

/// A comma-separated list of rights that follows `before`: offers the capability first, then its
/// verbs.
pub fn rights(scope: Scope, before: &str, list: &str) -> Vec<CompletionCandidate> {
    let (said, typed) = list.split_at(list.rfind(',').map_or(0, |comma| comma + 1));
    let mut out = Vec::new();
    for capability in scope.capabilities() {
        let (wire, label) = (capability.wire, capability.label);
        let all: Vec<_> = capability.verbs.iter().map(|verb| capability.right(verb)).collect();
        let is_begun = typed.strip_prefix(wire).is_some_and(|rest| rest.starts_with(':'));
        if all.len() == 1 || is_begun {
            let every = (all.len() > 1).then(|| format!("{wire}:*"));
            let fitting = all.into_iter().chain(every).filter(|right| right.starts_with(typed));
            out.extend(fitting.map(|right| candidate(format!("{before}{said}{right}"), label)));
        } else if wire.starts_with(typed) {
            out.push(candidate(format!("{before}{said}{wire}:"), label));
        }
    }
    out
}

/// Capabilities.
pub fn capabilities(scope: Scope, word: &str) -> Vec<CompletionCandidate> {
    let fitting = scope.capabilities().iter().filter(|c| c.wire.starts_with(word));
    fitting.map(|c| candidate(c.wire, c.label)).collect()
}

/// Deployments.
pub fn deployments(all: &[String], word: &str) -> Vec<CompletionCandidate> {
    let fitting = all.iter().filter(|name| is_plain(name) && name.starts_with(word));
    fitting.map(|name| candidate(name.as_str(), "")).collect()
}

#[cfg(test)]
mod tests;
