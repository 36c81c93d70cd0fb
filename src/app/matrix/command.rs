//! The command line of the matrix, for changes to many rows at once:
//!
//! ```text
//! grant prod-* query:read ingest:create
//! revoke tmp-* *
//! only prod-api,prod-auth
//! ```
//!
//! Patterns match datasets. The prefix `view:` matches views, `org` is the organisation,
//! and `=*` is the row for all datasets. `*` and `?` in a pattern match the names that
//! exist now, not future ones.

mod typing;

pub use typing::{Ending, Typed};

use super::{Matrix, Plan};
use crate::domain::{
    Capability, Rights, SafeText, Scope, Target, Verb, Verbs, WILDCARD, pattern::matches,
    preset::grant,
};

/// What a command would change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// The change.
    pub plan: Plan,
    /// The number of rows that the patterns match.
    pub matched: usize,
    /// Whether a pattern has a wildcard, which does not match future names.
    pub today_only: bool,
}

impl Matrix {
    /// Parses a command line.
    ///
    /// # Errors
    /// Returns what is wrong with it, and what to type instead.
    pub fn command(&self, line: &str) -> Result<Preview, String> {
        let mut words = line.split_whitespace();
        let verb = words.next().unwrap_or_default();
        let patterns = words.next();
        let rights: Vec<&str> = words.collect();
        match (verb, patterns, rights.as_slice()) {
            ("grant" | "revoke", Some(patterns), rights @ [_, ..]) => {
                self.change(verb == "grant", patterns, rights)
            }
            ("grant" | "revoke", ..) => {
                Err(format!("usage: {verb} NAMES RIGHTS, such as {verb} prod-* query:read"))
            }
            ("only", Some(patterns), []) => self.only(patterns),
            ("only", ..) => Err("usage: only NAMES, such as only prod-api,prod-auth".to_owned()),
            ("", ..) => Err("use grant, revoke or only".to_owned()),
            (other, ..) => {
                Err(format!("unknown command {}: use grant, revoke or only", SafeText::from(other)))
            }
        }
    }

    fn change(&self, on: bool, patterns: &str, rights: &[&str]) -> Result<Preview, String> {
        let (targets, today_only) = self.targets(patterns)?;
        let mut cells = Vec::new();
        let mut wanted: Vec<(&'static Capability, Verbs)> = Vec::new();
        for scope in Scope::ALL {
            if targets.iter().any(|t| t.scope() == scope) {
                wanted.extend(rights_of(scope, rights, self.columns(scope))?);
            }
        }
        for target in &targets {
            for (capability, _) in wanted.iter().filter(|(c, _)| c.scope == target.scope()) {
                cells.push((target.clone(), *capability));
            }
        }
        let verbs = |capability: &Capability| {
            wanted.iter().find(|(c, _)| *c == capability).map_or(Verbs::NONE, |(_, v)| *v)
        };
        let mut plan = self.plan_cells(&cells, verbs, on);
        let verb = if on { "grant" } else { "revoke" };
        plan.words = format!("{verb} {} on {}", rights.join(" "), counted(targets.len()));
        Ok(Preview { plan, matched: targets.len(), today_only })
    }

    /// Revokes everything on the datasets that are not named, including `*`.
    fn only(&self, patterns: &str) -> Result<Preview, String> {
        let (targets, today_only) = self.targets(patterns)?;
        let all = Target::Dataset(WILDCARD.into());
        let empties_all = self.grants().get(&all).is_some() && !targets.contains(&all);
        let all = if empties_all { "; * (all datasets) loses its rights too" } else { "" };
        let mut plan = Plan {
            words: format!("keep rights on {} only{all}", counted(targets.len())),
            ..Plan::default()
        };
        for (target, rights) in self.grants().rows() {
            if target.scope() == Scope::Dataset && !targets.contains(&target) {
                plan.push(target, rights.clone(), Rights::default());
            }
        }
        Ok(Preview { plan, matched: targets.len(), today_only })
    }

    /// The rows that a list of patterns matches, and whether a pattern has a wildcard.
    fn targets(&self, patterns: &str) -> Result<(Vec<Target>, bool), String> {
        let mut targets = Vec::new();
        let mut today_only = false;
        for pattern in patterns.split(',').filter(|p| !p.is_empty()) {
            if pattern == "org" {
                targets.push(Target::Org);
                continue;
            }
            let (scope, pattern) = match pattern.strip_prefix("view:") {
                Some(rest) => (Scope::View, rest),
                None => (Scope::Dataset, pattern),
            };
            let before = targets.len();
            if let Some(exact) = pattern.strip_prefix('=') {
                let is_there =
                    exact == WILDCARD || self.part_of(scope).names().any(|n| n.raw() == exact);
                targets.extend(is_there.then(|| Target::named(scope, exact.into())).flatten());
            } else {
                today_only |= pattern.contains(['*', '?']);
                let names = self.part_of(scope).names().filter(|n| matches(pattern, n.raw()));
                targets.extend(names.filter_map(|n| Target::named(scope, n.clone())));
            }
            if targets.len() == before {
                return Err(format!("no row matches {}", SafeText::from(pattern)));
            }
        }
        targets.sort_unstable();
        targets.dedup();
        if targets.is_empty() {
            Err("type at least one name".to_owned())
        } else {
            Ok((targets, today_only))
        }
    }
}

fn counted(rows: usize) -> String {
    if rows == 1 { "1 row".to_owned() } else { format!("{rows} rows") }
}

/// Parses rights such as `query:read`, `virtualFields:crud`, `query:*` or `*`.
fn rights_of(
    scope: Scope,
    words: &[&str],
    columns: &'static [Capability],
) -> Result<Vec<(&'static Capability, Verbs)>, String> {
    let table = if scope == Scope::Org { scope.capabilities() } else { columns };
    let mut found: Vec<(&'static Capability, Verbs)> = Vec::new();
    for word in words {
        if *word == "*" {
            found.extend(table.iter().map(|c| (c, c.verbs)));
            continue;
        }
        let unknown = || {
            let hint = grant(&mut Rights::default(), scope, word).err().unwrap_or_default();
            format!("unknown right {}: {hint}", SafeText::from(*word))
        };
        let (wire, verbs) = word.split_once(':').ok_or_else(unknown)?;
        let named = |c: &&Capability| {
            c.wire.eq_ignore_ascii_case(wire) || c.label.eq_ignore_ascii_case(wire)
        };
        let capability = table.iter().find(named).ok_or_else(unknown)?;
        let verbs = verbs_of(verbs, capability).ok_or_else(unknown)?;
        if !verbs.minus(capability.verbs).is_empty() {
            return Err(crate::domain::Impossible { capability }.to_string());
        }
        found.push((capability, verbs));
    }
    Ok(found)
}

/// Parses `read`, `create+read`, letters of `crud`, or `*`.
fn verbs_of(text: &str, capability: &Capability) -> Option<Verbs> {
    match text {
        "*" => return Some(capability.verbs),
        "" => return None,
        _ => {}
    }
    let by_word: Option<Verbs> = text.split('+').map(Verb::parse).collect();
    by_word.or_else(|| {
        let letter = |c| Verb::ALL.into_iter().find(|v| v.letter() == c);
        text.chars().map(letter).collect()
    })
}
