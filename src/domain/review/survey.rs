//! Findings for all tokens of an organisation: those of each token on its own, and those
//! that need the other tokens or the list of datasets and views.

use std::{
    cmp::Reverse,
    collections::{HashMap, HashSet},
};

use jiff::Timestamp;

use super::{Finding, FindingKind, Severity, findings, listed, used};
use crate::domain::{
    grants::{Resources, WILDCARD},
    org::{Dataset, View},
    policy::Policies,
    token::{ApiToken, State},
    usage::Usage,
};

/// What is known of the organisation. `None` for datasets and views means unknown or
/// incomplete; then none is reported missing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Inventory<'a> {
    /// Every dataset.
    pub datasets: Option<&'a [Dataset]>,
    /// Every view.
    pub views: Option<&'a [View]>,
    /// What tokens do, if the audit log was queried. Its findings depend on that.
    pub usage: Option<&'a Usage>,
    /// The organisation's own rules.
    pub policies: &'a Policies,
}

/// A finding and its token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The token's position among the surveyed tokens.
    pub token: usize,
    /// The finding.
    pub finding: Finding,
}

/// Every finding, worst first, grouped by kind and sorted by token name.
///
/// An expired token has only the finding that it expired, since its rights have no effect.
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
        findings(t, inventory.policies, now).into_iter().for_each(&mut add);
        missing(&t.grants.datasets, datasets.as_ref(), "missing-dataset", "datasets")
            .into_iter()
            .for_each(&mut add);
        missing(&t.grants.views, views.as_ref(), "missing-view", "views")
            .into_iter()
            .for_each(&mut add);
        if let Some(usage) = inventory.usage {
            let mut about_use = Vec::new();
            used::check(t, usage, &mut about_use);
            about_use.into_iter().for_each(&mut add);
        }
        if twins.contains(&token) {
            add(Finding::new(
                Severity::Low,
                "same-name",
                format!("has the same name as another token: {}", t.name),
                "replace one of them under a different name",
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
    let why =
        format!("has expired; regenerating it restores its rights ({})", token.grants.access());
    Finding::new(Severity::Low, "expired", why, "delete it if it is no longer needed")
}

/// Rows for datasets or views that do not exist: a new one with that name would be open to
/// the token.
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
        let why = format!("has rights on {things} that do not exist: {}", listed(&names));
        Finding::new(Severity::Low, code, why, "remove them: new ones could get these names")
    })
}

/// The positions of tokens that share their name with another. An old and a new token of
/// a regeneration do not count: exactly one of them expires soon, and both have the same
/// description, though not necessarily the same rights.
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
