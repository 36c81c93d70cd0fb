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

/// Rights beyond reading on the row `*`, or else the right to query everything.
fn writes_everywhere(grants: &Grants, all: &mut Vec<Finding>) {
    for (scope, rows) in grants.named() {
        let (things, writes_all, queries_all) = match scope {
            Scope::View => ("views", "writes-all-views", "queries-all-views"),
            _ => ("datasets", "writes-all-datasets", "queries-all-datasets"),
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
                writes_all,
                format!("can write to all {things}, future ones too ({})", listed(&writes)),
                "name the ones it needs",
            ));
        } else if scope.capability("query").is_some_and(|c| rights.has(c, Verb::Read)) {
            all.push(Finding::new(
                Severity::Medium,
                queries_all,
                format!("can query all {things}, future ones too"),
                "name the ones it needs",
            ));
        }
    }
}

/// Rights to share data with other organisations, or to stop sharing it.
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
            "can share data with other organisations",
            "remove share, or grant only share:read",
        ));
    } else if can(Verb::Delete) {
        all.push(Finding::new(
            Severity::Low,
            "ends-sharing",
            "can stop sharing data with other organisations",
            "remove share, or grant only share:read",
        ));
    }
}

/// Rights to delete stored data, which cannot be restored.
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
            format!("can destroy stored data ({})", wires.join(", ")),
            "remove it, or grant it on one dataset for a short time",
        ));
    }
}

/// Rows with every right on a dataset, which few jobs need.
fn full_rows(rows: &Resources, all: &mut Vec<Finding>) {
    let names = names(rows, is_full);
    if !names.is_empty() {
        all.push(Finding::new(
            Severity::Low,
            "full-dataset",
            format!("has every right on {}, which few jobs need", listed(&names)),
            "start from a preset and add what it uses",
        ));
    }
}

/// Ingest and query on the same dataset: a secret that leaks from the sender can also
/// read, and one that leaks from the reader can also write.
fn two_purposes(rows: &Resources, all: &mut Vec<Finding>) {
    let (Some(ingest), Some(query)) =
        (Scope::Dataset.capability("ingest"), Scope::Dataset.capability("query"))
    else {
        return;
    };
    let both = |rights: &Rights| rights.has(ingest, Verb::Create) && rights.has(query, Verb::Read);
    // A full set of rights has a finding of its own.
    let names = names(rows, |rights| both(rights) && !is_full(rights));
    if !names.is_empty() {
        all.push(Finding::new(
            Severity::Low,
            "two-purposes",
            format!("serves two purposes: ingest into and query {}", listed(&names)),
            "use one token for each",
        ));
    }
}

fn is_full(rights: &Rights) -> bool {
    rights.bits() == Rights::full(Scope::Dataset).bits()
}

/// The names of the rows whose rights, including those of `*`, match `such`. If `*` alone
/// matches, only `all datasets`.
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
