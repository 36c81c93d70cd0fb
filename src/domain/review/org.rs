//! Findings about the rights for the organisation.

use super::{Finding, Severity, listed};
use crate::domain::{
    capability::{Scope, Verb, Verbs},
    rights::Rights,
};

/// The capabilities with which a token can grant itself, or another token, any right, and
/// the codes of their findings.
pub(super) const MINTS: [(&str, &str); 3] =
    [("apiTokens", "mints-api-tokens"), ("rbac", "mints-access-control"), ("users", "mints-users")];

pub(super) fn check(org: &Rights, all: &mut Vec<Finding>) {
    let verbs = |wire| Scope::Org.capability(wire).map_or(Verbs::NONE, |c| org.verbs(c));
    mints(org, all);
    if verbs("billing").has(Verb::Update) {
        all.push(Finding::new(
            Severity::High,
            "changes-billing",
            "can change billing",
            "grant only billing:read, or nothing",
        ));
    }
    if verbs("sharedAccessKeys").has(Verb::Update) {
        all.push(Finding::new(
            Severity::Medium,
            "changes-shared-keys",
            "can change shared access keys, so it can change who has access",
            "grant only sharedAccessKeys:read, or nothing",
        ));
    }
    deletes(org, all);
    if org.bits() == Rights::full(Scope::Org).bits() {
        all.push(Finding::new(
            Severity::Medium,
            "full-org",
            "has every right in the organisation, like an owner",
            "start with no rights and add what it uses",
        ));
    }
}

/// Either create or update is enough: with update, a token can regenerate another one,
/// which reveals the new secret and can change the rights.
fn mints(org: &Rights, all: &mut Vec<Finding>) {
    for (wire, code) in MINTS {
        let Some(c) = Scope::Org.capability(wire) else { continue };
        let verbs = org.verbs(c);
        if verbs.has(Verb::Create) || verbs.has(Verb::Update) {
            let why = format!("can {}, so it can grant itself any right", c.phrase(verbs));
            let fix = "grant only read, or remove it";
            all.push(Finding::new(Severity::High, code, why, fix));
        }
    }
}

/// Rights to delete. Deleting tokens, users or roles is worse than deleting settings;
/// datasets are handled with the data.
fn deletes(org: &Rights, all: &mut Vec<Finding>) {
    let mut access = Vec::new();
    let mut settings = Vec::new();
    for c in Scope::Org.capabilities().iter().filter(|c| org.has(c, Verb::Delete)) {
        if !MINTS.iter().any(|(wire, _)| *wire == c.wire) {
            // The finding `destroys-data` covers datasets.
            settings.extend((c.wire != "datasets").then_some(c.noun));
        } else if !org.has(c, Verb::Create) && !org.has(c, Verb::Update) {
            access.push(c.noun);
        }
    }
    if !access.is_empty() {
        all.push(Finding::new(
            Severity::Medium,
            "locks-out",
            format!("can delete {}, so it can lock others out", listed(&access)),
            "remove delete",
        ));
    }
    if !settings.is_empty() {
        all.push(Finding::new(
            Severity::Low,
            "deletes-settings",
            format!("can delete {}", listed(&settings)),
            "remove delete where read and update are enough",
        ));
    }
}
