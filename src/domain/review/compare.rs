//! Compares two tokens side by side.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{findings, reach::letters};
use crate::domain::{
    capability::{Scope, Verbs},
    grants::{Resources, WILDCARD},
    policy::Policies,
    safe_text::SafeText,
    token::ApiToken,
};

/// One line of the comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What is compared: a property, a dataset, a view or a capability.
    pub label: String,
    /// The first token's value.
    pub left: String,
    /// The second token's value.
    pub right: String,
    /// A section heading, which has no values.
    pub heading: bool,
}

impl Line {
    fn new(label: impl Into<String>, left: impl Into<String>, right: impl Into<String>) -> Self {
        Self { label: label.into(), left: left.into(), right: right.into(), heading: false }
    }

    fn heading(label: &str) -> Self {
        Self { heading: true, ..Self::new(label, "", "") }
    }

    /// Whether the two values differ.
    #[must_use]
    pub fn differs(&self) -> bool {
        self.left != self.right
    }
}

/// Compares properties and rights line by line. A section that is empty for both tokens
/// is left out.
#[must_use]
pub fn compare(
    left: &ApiToken,
    right: &ApiToken,
    policies: &Policies,
    now: Timestamp,
) -> Vec<Line> {
    let both = [left, right];
    let line =
        |label: &str, of: &dyn Fn(&ApiToken) -> String| Line::new(label, of(both[0]), of(both[1]));
    let mut lines = vec![
        line("Id", &|t| t.id.short()),
        line("Type", &|t| t.kind().label().to_owned()),
        line("Expires", &|t| t.expiry.describe(now)),
        line("Description", &|t| t.description.to_string()),
        line("Findings", &|t| {
            let codes: Vec<_> = findings(t, policies, now).iter().map(|f| f.code).collect();
            if codes.is_empty() { "none".to_owned() } else { codes.join(", ") }
        }),
    ];
    for scope in [Scope::Dataset, Scope::View] {
        let rows = |t: &'_ ApiToken| match scope {
            Scope::View => t.grants.views.clone(),
            _ => t.grants.datasets.clone(),
        };
        let (a, b) = (rows(left), rows(right));
        if a.is_empty() && b.is_empty() {
            continue;
        }
        lines.push(Line::heading(scope.label()));
        let mut names: BTreeSet<&SafeText> = a.iter().chain(b.iter()).map(|(n, _)| n).collect();
        let all: Vec<&SafeText> = names.iter().copied().filter(|n| n.raw() == WILDCARD).collect();
        names.retain(|n| n.raw() != WILDCARD);
        for name in all.into_iter().chain(names) {
            let label = match (name.raw() == WILDCARD, scope) {
                (false, _) => name.to_string(),
                (true, Scope::View) => "* all views".to_owned(),
                (true, _) => "* all datasets".to_owned(),
            };
            lines.push(Line::new(label, cell(&a, name, scope), cell(&b, name, scope)));
        }
    }
    if !left.grants.org.is_empty() || !right.grants.org.is_empty() {
        lines.push(Line::heading(Scope::Org.label()));
        for c in Scope::Org.capabilities() {
            let verbs = both.map(|t| t.grants.org.verbs(c));
            if verbs != [Verbs::NONE; 2] {
                let [a, b] = verbs.map(dashed);
                lines.push(Line::new(c.label, a, b));
            }
        }
    }
    if both.iter().any(|t| t.grants.has_unknown()) {
        lines.push(line("Unknown rights", &|t| {
            if t.grants.has_unknown() { "some" } else { "none" }.to_owned()
        }));
    }
    lines
}

/// The row's own rights, and those that `*` adds, in letters; `-` for none.
fn cell(rows: &Resources, name: &SafeText, scope: Scope) -> String {
    let own = rows.get(name.raw()).cloned().unwrap_or_default();
    let everywhere = rows.wildcard().filter(|_| name.raw() != WILDCARD);
    let everywhere = everywhere.cloned().unwrap_or_default();
    let words = letters(scope, &own, &everywhere);
    if words.is_empty() { "-".to_owned() } else { words }
}

fn dashed(verbs: Verbs) -> String {
    if verbs.is_empty() { "-".to_owned() } else { verbs.letters() }
}

#[cfg(test)]
mod tests;
