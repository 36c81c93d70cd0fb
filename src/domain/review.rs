//! Least-privilege findings: what about a token deserves a second look, why,
//! and what would be narrower.

use jiff::Timestamp;

use super::{
    capability::{Scope, Verb, Verbs},
    expiry::Expiry,
    grants::Grants,
};

const YEAR_DAYS: i64 = 366;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    Low,
    Medium,
    High,
}

impl Severity {
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// Something that deserves a second look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub severity: Severity,
    /// One sentence, without a full stop.
    pub why: String,
    /// What would be narrower.
    pub narrower: &'static str,
}

/// All findings for these grants and this expiry, the worst first.
#[must_use]
pub fn findings(grants: &Grants, expiry: Expiry, now: Timestamp) -> Vec<Finding> {
    let mut all = Vec::new();
    let mut add = |severity, why: String, narrower| all.push(Finding { severity, why, narrower });

    mints_rights(grants, &mut add);
    writes_everywhere(grants, &mut add);
    destroys(grants, &mut add);
    let billing = Scope::Org.capability("billing").map_or(Verbs::NONE, |c| grants.org.verbs(c));
    if billing.has(Verb::Update) {
        add(Severity::High, "it can change billing".to_owned(), "grant billing:read, or nothing");
    }
    match expiry {
        Expiry::Never => add(
            Severity::Medium,
            "it never expires, so a leaked copy works for ever".to_owned(),
            "set an expiry such as 90d and regenerate in time",
        ),
        Expiry::At(_) if !expiry.is_within_days(now, YEAR_DAYS) && !expiry.is_past(now) => add(
            Severity::Low,
            "it lives for more than a year".to_owned(),
            "set an expiry such as 90d and regenerate in time",
        ),
        Expiry::At(_) => {}
    }
    all.sort_by_key(|f| std::cmp::Reverse(f.severity));
    all
}

type Add<'a> = dyn FnMut(Severity, String, &'static str) + 'a;

/// Organisation rights with which a token can give itself any other right.
fn mints_rights(grants: &Grants, add: &mut Add<'_>) {
    for wire in ["apiTokens", "rbac", "users"] {
        let Some(c) = Scope::Org.capability(wire) else { continue };
        let writes = grants.org.verbs(c).minus(Verbs::R);
        if !writes.is_empty() {
            add(
                Severity::High,
                format!("it can {}, and so give itself any right", c.phrase(grants.org.verbs(c))),
                "grant only read, or leave it out",
            );
        }
    }
}

/// `*` with anything beyond reading.
fn writes_everywhere(grants: &Grants, add: &mut Add<'_>) {
    for (scope, rows) in grants.named() {
        let Some(rights) = rows.wildcard() else { continue };
        let writes: Vec<_> = scope
            .capabilities()
            .iter()
            .filter(|c| !rights.verbs(c).minus(Verbs::R).is_empty())
            .map(|c| c.wire)
            .collect();
        if !writes.is_empty() {
            add(
                Severity::High,
                format!("it writes to all of them, later ones too ({})", writes.join(", ")),
                "name the ones that it needs",
            );
        }
    }
}

/// Delete, trim and vacuum on datasets: what is gone is gone.
fn destroys(grants: &Grants, add: &mut Add<'_>) {
    let wires: Vec<_> = ["data", "trim", "vacuum"]
        .into_iter()
        .filter(|wire| {
            Scope::Dataset.capability(wire).is_some_and(|c| {
                grants.datasets.iter().any(|(_, rights)| !rights.verbs(c).is_empty())
            })
        })
        .collect();
    if !wires.is_empty() {
        add(
            Severity::Medium,
            format!("it can destroy stored data ({})", wires.join(", ")),
            "leave it out, or grant it on one dataset and for a short time",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Rights, Target};

    fn now() -> Timestamp {
        "2026-11-23T14:00:00Z".parse().unwrap()
    }

    fn soon() -> Expiry {
        Expiry::parse("30d", now()).unwrap()
    }

    #[test]
    fn a_narrow_token_has_no_finding() {
        let mut grants = Grants::default();
        let query = Scope::Dataset.capability("query").unwrap();
        grants.set(&Target::Dataset("*".into()), query, Verbs::R).unwrap();
        assert_eq!(findings(&grants, soon(), now()), []);
    }

    #[test]
    fn a_full_token_draws_every_finding_and_the_worst_come_first() {
        let mut grants = Grants::default();
        grants.put(&Target::Dataset("*".into()), Rights::full(Scope::Dataset));
        grants.put(&Target::Org, Rights::full(Scope::Org));
        let found = findings(&grants, Expiry::Never, now());
        let whys: Vec<_> = found.iter().map(|f| f.why.as_str()).collect();
        for part in ["API tokens", "access control", "users", "all of them", "billing", "destroy"] {
            assert!(whys.iter().any(|w| w.contains(part)), "{part} in {whys:?}");
        }
        assert!(whys.iter().any(|w| w.contains("never expires")));
        assert!(found.is_sorted_by_key(|f| std::cmp::Reverse(f.severity)));
    }

    #[test]
    fn a_long_life_is_a_small_matter() {
        let mut grants = Grants::default();
        let query = Scope::Dataset.capability("query").unwrap();
        grants.set(&Target::Dataset("a".into()), query, Verbs::R).unwrap();
        let two_years = Expiry::parse("2y", now()).unwrap();
        let found = findings(&grants, two_years, now());
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].severity, Severity::Low);
    }
}
