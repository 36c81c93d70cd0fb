//! Findings over all tokens of an organisation: those of each token by itself,
//! and those that show only beside the others, or beside the datasets that
//! there are.

use std::{
    cmp::Reverse,
    collections::{HashMap, HashSet},
};

use jiff::Timestamp;

use super::{Finding, FindingKind, Severity, findings, listed};
use crate::domain::{
    grants::{Resources, WILDCARD},
    org::{Dataset, View},
    token::{ApiToken, State},
};

/// What the organisation has. `None` is not known, or not in whole: then
/// nothing is said to be gone.
#[derive(Clone, Copy, Debug, Default)]
pub struct Inventory<'a> {
    pub datasets: Option<&'a [Dataset]>,
    pub views: Option<&'a [View]>,
}

/// A finding and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Position of the token among those that were looked at.
    pub token: usize,
    pub finding: Finding,
}

/// Every finding, the worst first; those of one kind together, by name.
///
/// Of an expired token only that is told: its rights do nothing any more.
#[must_use]
pub fn survey(tokens: &[ApiToken], inventory: Inventory<'_>, now: Timestamp) -> Vec<Item> {
    let datasets = inventory.datasets.map(|all| all.iter().map(|d| d.name.raw()).collect());
    let views = inventory.views.map(|all| all.iter().map(|v| v.name.raw()).collect());
    let twins = twins(tokens, now);
    let mut items = Vec::new();
    for (token, t) in tokens.iter().enumerate() {
        let mut add = |finding| items.push(Item { token, finding });
        if t.expiry.is_past(now) {
            add(expired(t));
            continue;
        }
        findings(&t.grants, &t.expiry, now).into_iter().for_each(&mut add);
        missing(&t.grants.datasets, datasets.as_ref(), "missing-dataset", "datasets")
            .into_iter()
            .for_each(&mut add);
        missing(&t.grants.views, views.as_ref(), "missing-view", "views")
            .into_iter()
            .for_each(&mut add);
        if twins.contains(&token) {
            add(Finding::new(
                Severity::Low,
                "same-name",
                format!("another token is called {} too", t.name),
                "give each a name of its own, by replacing one of them",
            ));
        }
    }
    items.sort_by_cached_key(|item| {
        let token = &tokens[item.token];
        let rank = FindingKind::rank(item.finding.code);
        (Reverse(item.finding.severity), rank, token.name.shown().to_lowercase(), item.token)
    });
    items
}

fn expired(token: &ApiToken) -> Finding {
    let why = format!(
        "it has expired, and whoever regenerates it has its rights again: {}",
        token.grants.access()
    );
    Finding::new(Severity::Low, "expired", why, "delete it, if nothing needs it any more")
}

/// Whoever makes a dataset of such a name opens it to the token.
fn missing(
    rows: &Resources,
    there: Option<&HashSet<&str>>,
    code: &'static str,
    things: &str,
) -> Option<Finding> {
    let there = there?;
    let gone = |name: &str| name != WILDCARD && !there.contains(name);
    let names: Vec<_> =
        rows.iter().filter(|(n, _)| gone(n.raw())).map(|(n, _)| n.shown()).collect();
    (!names.is_empty()).then(|| {
        let why = format!("it has rights on {things} that are gone: {}", listed(&names));
        Finding::new(Severity::Low, code, why, "leave them out: later ones could have these names")
    })
}

/// Tokens whose name another one has too. The two of a regeneration are meant to
/// be there for a while: one of them ends soon, and what they are for is the same,
/// though their rights may not be.
fn twins(tokens: &[ApiToken], now: Timestamp) -> HashSet<usize> {
    let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
    let lives = |t: &ApiToken| !t.expiry.is_past(now) && !t.name.raw().is_empty();
    for (i, token) in tokens.iter().enumerate().filter(|(_, t)| lives(t)) {
        by_name.entry(token.name.raw()).or_default().push(i);
    }
    let is_rotation = |all: &[usize]| {
        let [a, b] = all else { return false };
        let (a, b) = (&tokens[*a], &tokens[*b]);
        let ends = |t: &ApiToken| t.state(now) == State::Expiring;
        a.description == b.description && ends(a) != ends(b)
    };
    by_name.into_values().filter(|all| all.len() > 1 && !is_rotation(all)).flatten().collect()
}

#[cfg(test)]
mod tests;
