//! Findings about the rights on datasets and views.

use super::{Finding, Severity, listed};
use crate::domain::{
    capability::{Capability, Scope, Verb, Verbs},
    grants::{Grants, Resources, WILDCARD},
    rights::Rights,
};

pub(super) fn check(grants: &Grants, all: &mut Vec<Finding>) {
    writes_everywhere(grants, all);
    shares(grants, all);
    destroys(grants, all);
    full_rows(&grants.datasets, all);
    two_purposes(&grants.datasets, all);
}

/// `*` with anything beyond reading.
fn writes_everywhere(grants: &Grants, all: &mut Vec<Finding>) {
    for (scope, rows) in grants.named() {
        let (things, code) = match scope {
            Scope::View => ("views", "writes-all-views"),
            _ => ("datasets", "writes-all-datasets"),
        };
        let Some(rights) = rows.wildcard() else { continue };
        let writes: Vec<_> = scope
            .capabilities()
            .iter()
            .filter(|c| !rights.verbs(c).minus(Verbs::R).is_empty())
            .map(|c| c.wire)
            .collect();
        if !writes.is_empty() {
            all.push(Finding::new(
                Severity::High,
                code,
                format!("it writes to all {things}, later ones too ({})", listed(&writes)),
                "name the ones that it needs",
            ));
        }
    }
}

/// Sharing hands data to other organisations.
fn shares(grants: &Grants, all: &mut Vec<Finding>) {
    let can = |verb| {
        grants.named().iter().any(|(scope, rows)| {
            scope.capability("share").is_some_and(|c| rows.iter().any(|(_, r)| r.has(c, verb)))
        })
    };
    if can(Verb::Create) {
        all.push(Finding::new(
            Severity::High,
            "shares-data",
            "it can share data with other organisations",
            "leave share out, or grant share:read",
        ));
    } else if can(Verb::Delete) {
        all.push(Finding::new(
            Severity::Low,
            "ends-sharing",
            "it can take data away from organisations that it is shared with",
            "leave share out, or grant share:read",
        ));
    }
}

/// What is gone is gone.
fn destroys(grants: &Grants, all: &mut Vec<Finding>) {
    let on_datasets = ["data", "trim", "vacuum"].into_iter().filter(|wire| {
        let granted = |c: &Capability| grants.datasets.iter().any(|(_, r)| !r.verbs(c).is_empty());
        Scope::Dataset.capability(wire).is_some_and(granted)
    });
    let whole = Scope::Org.capability("datasets").filter(|c| grants.org.has(c, Verb::Delete));
    let wires: Vec<_> = on_datasets.chain(whole.map(|_| "whole datasets")).collect();
    if !wires.is_empty() {
        all.push(Finding::new(
            Severity::Medium,
            "destroys-data",
            format!("it can destroy stored data ({})", wires.join(", ")),
            "leave it out, or grant it on one dataset and for a short time",
        ));
    }
}

/// Everything that a dataset has to give is seldom what one job needs.
fn full_rows(rows: &Resources, all: &mut Vec<Finding>) {
    let names = names(rows, is_full);
    if !names.is_empty() {
        all.push(Finding::new(
            Severity::Low,
            "full-dataset",
            format!("it has every right on {}, which few jobs need", listed(&names)),
            "start from a preset and add what it uses",
        ));
    }
}

/// A sender that can also read, or a reader that can also send: what leaks
/// from one side opens the other.
fn two_purposes(rows: &Resources, all: &mut Vec<Finding>) {
    let (Some(ingest), Some(query)) =
        (Scope::Dataset.capability("ingest"), Scope::Dataset.capability("query"))
    else {
        return;
    };
    let both = |rights: &Rights| rights.has(ingest, Verb::Create) && rights.has(query, Verb::Read);
    // A full set has its own finding.
    let names = names(rows, |rights| both(rights) && !is_full(rights));
    if !names.is_empty() {
        all.push(Finding::new(
            Severity::Low,
            "two-purposes",
            format!("it serves two purposes: ingest into and query {}", listed(&names)),
            "make one token for each",
        ));
    }
}

fn is_full(rights: &Rights) -> bool {
    rights.bits() == Rights::full(Scope::Dataset).bits()
}

/// The rows whose rights, with those of `*` added, are such; only `*` when it
/// is such by itself.
fn names(rows: &Resources, such: impl Fn(&Rights) -> bool) -> Vec<&str> {
    let everywhere = rows.wildcard().cloned().unwrap_or_default();
    if such(&everywhere) {
        return vec!["all datasets"];
    }
    rows.iter()
        .filter(|(name, rights)| name.raw() != WILDCARD && such(&rights.union(&everywhere)))
        .map(|(name, _)| name.shown())
        .collect()
}
