//! Findings from the audit log: what was not used, and whose creator has left.

use super::{Finding, Severity, listed};
use crate::domain::{
    capability::{Capability, Scope, Verb},
    grants::{Grants, Target, WILDCARD},
    token::ApiToken,
    usage::{Naming, Usage, Verdict},
    when,
};

pub(super) const UNUSED_TOKEN: &str = "unused-token";
pub(super) const UNUSED_RIGHT: &str = "unused-right";
pub(super) const CREATOR_LEFT: &str = "creator-left";

/// How many rights a sentence lists; any more are only counted.
const RIGHTS: usize = 2;

/// The findings about a token that still works.
pub(super) fn check(token: &ApiToken, usage: &Usage, all: &mut Vec<Finding>) {
    let window = usage.window.length();
    let by = usage.naming.label().unwrap_or_default();
    if usage.is_unused(token) {
        all.push(Finding::new(
            Severity::Medium,
            UNUSED_TOKEN,
            format!("was not seen in the log of the last {window} (tokens recognised {by})"),
            "delete it if nothing needs it any more",
        ));
    } else if let Some(narrowed) = usage.narrowed(token) {
        let rights = unused(token, usage, &narrowed);
        all.push(Finding::new(
            Severity::Low,
            UNUSED_RIGHT,
            format!("has rights not used in {window} (tokens recognised {by}): {rights}"),
            "replace it without them",
        ));
    }
    if let (Some(_), Some(event)) = (usage.departed_creator(token), usage.creation(token)) {
        let (deed, date) = (event.action.label(), when::date(event.at));
        all.push(Finding::new(
            Severity::Medium,
            CREATOR_LEFT,
            format!("was {deed} on {date} by {}, who is no longer a user", event.actor),
            "regenerate it: its creator may still have the secret",
        ));
    }
}

/// The codes of the findings that cannot be checked.
#[must_use]
pub fn unchecked(usage: Option<&Usage>) -> Vec<&'static str> {
    let is_named = usage.is_some_and(|usage| usage.naming != Naming::Nobody);
    let mut codes = if is_named { Vec::new() } else { vec![UNUSED_TOKEN, UNUSED_RIGHT] };
    if !usage.is_some_and(Usage::knows_users) {
        codes.push(CREATOR_LEFT);
    }
    codes
}

/// A right that was not used, and where.
struct Unused {
    scope: Scope,
    capability: &'static Capability,
    verb: Verb,
    /// On these datasets or views; none for a right in the organisation.
    names: Vec<String>,
    /// It was used, but only on these.
    beyond: bool,
}

/// The rights that the narrowed token lacks: `query:read on a, b; monitors:delete`.
fn unused(token: &ApiToken, usage: &Usage, narrowed: &Grants) -> String {
    let mut all: Vec<Unused> = Vec::new();
    for right in usage.of(token) {
        let (scope, capability, verb) = (right.target.scope(), right.capability, right.verb);
        if narrowed.verbs(&right.target, capability).has(verb) {
            continue;
        }
        let mut add = |names: Vec<String>, beyond: bool| {
            let is_same = |u: &&mut Unused| {
                u.capability == capability && u.scope == scope && u.verb == verb && !u.beyond
            };
            match all.iter_mut().find(is_same).filter(|_| !beyond) {
                Some(unused) => unused.names.extend(names),
                None => all.push(Unused { scope, capability, verb, names, beyond }),
            }
        };
        match (right.verdict, &right.target) {
            (Verdict::Used { .. }, target) => add(named(narrowed, target, capability, verb), true),
            (_, target) => add(target.name().map(name).into_iter().collect(), false),
        }
    }
    let mut words: Vec<_> = all.iter().take(RIGHTS).map(Unused::words).collect();
    if let Some(more @ 1..) = all.len().checked_sub(RIGHTS) {
        words.push(format!("{more} more"));
    }
    words.join("; ")
}

impl Unused {
    fn words(&self) -> String {
        let right = self.capability.right(self.verb);
        if self.names.is_empty() {
            return right;
        }
        let names: Vec<_> = self.names.iter().map(String::as_str).collect();
        let names = listed(&names);
        match (self.beyond, self.scope) {
            (true, _) => format!("{right} beyond {names}"),
            (false, Scope::View) if names != WILDCARD => format!("{right} on view {names}"),
            (false, scope) if names == WILDCARD => {
                format!("{right} on all {}", scope.label().to_lowercase())
            }
            (false, _) => format!("{right} on {names}"),
        }
    }
}

fn name(name: &crate::domain::SafeText) -> String {
    name.shown().to_owned()
}

/// The datasets or views with this right, except `*`.
fn named(grants: &Grants, all: &Target, capability: &Capability, verb: Verb) -> Vec<String> {
    let rows = grants.rows().filter(|(target, rights)| {
        target.scope() == all.scope() && rights.has(capability, verb) && target != all
    });
    rows.filter_map(|(target, _)| target.name().map(name)).collect()
}

#[cfg(test)]
mod tests;
