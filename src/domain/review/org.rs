//! Findings about the rights for the organisation.

use super::{Finding, Severity, listed};
use crate::domain::{
    capability::{Scope, Verb, Verbs},
    rights::Rights,
};

/// Rights with which a token can give itself, or another one, any right.
pub(super) const MINTS: [(&str, &str); 3] =
    [("apiTokens", "mints-api-tokens"), ("rbac", "mints-access-control"), ("users", "mints-users")];

pub(super) fn check(org: &Rights, all: &mut Vec<Finding>) {
    let verbs = |wire| Scope::Org.capability(wire).map_or(Verbs::NONE, |c| org.verbs(c));
    mints(org, all);
    if verbs("billing").has(Verb::Update) {
        all.push(Finding::new(
            Severity::High,
            "changes-billing",
            "it can change billing",
            "grant billing:read, or nothing",
        ));
    }
    if verbs("sharedAccessKeys").has(Verb::Update) {
        all.push(Finding::new(
            Severity::Medium,
            "changes-shared-keys",
            "it can change shared access keys, and so who gets in with them",
            "grant sharedAccessKeys:read, or nothing",
        ));
    }
    deletes(org, all);
    if org.bits() == Rights::full(Scope::Org).bits() {
        all.push(Finding::new(
            Severity::Medium,
            "full-org",
            "it has every right in the organisation, as if copied from an owner",
            "start from nothing and add what it uses",
        ));
    }
}

/// Creating or changing is enough: a regenerated token has a known secret and
/// can have new rights.
fn mints(org: &Rights, all: &mut Vec<Finding>) {
    for (wire, code) in MINTS {
        let Some(c) = Scope::Org.capability(wire) else { continue };
        let verbs = org.verbs(c);
        if verbs.has(Verb::Create) || verbs.has(Verb::Update) {
            let why = format!("it can {}, and so give itself any right", c.phrase(verbs));
            let narrower = "grant only read, or leave it out";
            all.push(Finding::new(Severity::High, code, why, narrower));
        }
    }
}

/// Deleting: who has access is worse than settings; datasets are data.
fn deletes(org: &Rights, all: &mut Vec<Finding>) {
    let mut access = Vec::new();
    let mut settings = Vec::new();
    for c in Scope::Org.capabilities().iter().filter(|c| org.has(c, Verb::Delete)) {
        if !MINTS.iter().any(|(wire, _)| *wire == c.wire) {
            // The dataset's own findings speak of datasets.
            settings.extend((c.wire != "datasets").then_some(c.noun));
        } else if !org.has(c, Verb::Create) && !org.has(c, Verb::Update) {
            access.push(c.noun);
        }
    }
    if !access.is_empty() {
        all.push(Finding::new(
            Severity::Medium,
            "locks-out",
            format!("it can delete {}, and so lock others out", listed(&access)),
            "leave delete out",
        ));
    }
    if !settings.is_empty() {
        all.push(Finding::new(
            Severity::Low,
            "deletes-settings",
            format!("it can delete {}", listed(&settings)),
            "leave delete out where it only reads or changes",
        ));
    }
}
