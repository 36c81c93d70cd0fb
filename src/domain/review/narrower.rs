//! Derives narrower rights that fix a finding: the same rights without the cause of the
//! finding. An admin still has to check them.

use super::{Inventory, org::MINTS, used::UNUSED_RIGHT};
use crate::domain::{
    capability::{Scope, Verbs},
    grants::{Grants, Resources, Target, WILDCARD},
    rights::Rights,
    safe_text::SafeText,
    token::ApiToken,
};

/// Rights without the finding of this code. `None` if they cannot be derived, or if the
/// token does not have the finding.
#[must_use]
pub fn narrower(token: &ApiToken, code: &str, inventory: Inventory<'_>) -> Option<Grants> {
    let mut grants = token.grants.clone();
    match code {
        "writes-all-datasets" => {
            let names = inventory.datasets?.iter().map(|d| d.name.clone());
            write_out(&mut grants.datasets, Scope::Dataset, names);
        }
        "writes-all-views" => {
            let names = inventory.views?.iter().map(|v| v.name.clone());
            write_out(&mut grants.views, Scope::View, names);
        }
        "shares-data" => on_rows(&mut grants, &["share"], Verbs::R),
        "ends-sharing" => on_rows(&mut grants, &["share"], Verbs::ALL.minus(Verbs::D)),
        "destroys-data" => {
            on_rows(&mut grants, &["data", "trim", "vacuum"], Verbs::NONE);
            keep(&mut grants.org, Scope::Org, "datasets", Verbs::ALL.minus(Verbs::D));
        }
        "changes-billing" => keep(&mut grants.org, Scope::Org, "billing", Verbs::R),
        "changes-shared-keys" => keep(&mut grants.org, Scope::Org, "sharedAccessKeys", Verbs::R),
        "locks-out" | "deletes-settings" => {
            for c in Scope::Org.capabilities() {
                let mints = MINTS.iter().any(|(wire, _)| *wire == c.wire);
                if mints == (code == "locks-out") && c.wire != "datasets" {
                    keep(&mut grants.org, Scope::Org, c.wire, Verbs::ALL.minus(Verbs::D));
                }
            }
        }
        "missing-dataset" => {
            let there: Vec<_> = inventory.datasets?.iter().map(|d| d.name.raw()).collect();
            leave_out(&mut grants.datasets, &there);
        }
        "missing-view" => {
            let there: Vec<_> = inventory.views?.iter().map(|v| v.name.raw()).collect();
            leave_out(&mut grants.views, &there);
        }
        "policy/forbid" => grants = inventory.policies.narrowed(&grants),
        UNUSED_RIGHT => grants = inventory.usage?.narrowed(token)?,
        "unknown-rights" => {
            let known: Vec<_> = grants.rows().map(|(t, r)| (t, r.known())).collect();
            for (target, rights) in known {
                grants.put(&target, rights);
            }
            grants.unknown.clear();
        }
        code => {
            let (wire, _) = MINTS.iter().find(|(_, c)| *c == code)?;
            keep(&mut grants.org, Scope::Org, wire, Verbs::R);
        }
    }
    (grants != token.grants).then_some(grants)
}

/// Keeps only these verbs of a capability.
fn keep(rights: &mut Rights, scope: Scope, wire: &str, verbs: Verbs) {
    if let Some(c) = scope.capability(wire) {
        let kept = rights.verbs(c).minus(Verbs::ALL.minus(verbs));
        // Cannot fail: a subset of the verbs that it had.
        let _ = rights.set(c, kept);
    }
}

/// Keeps only these verbs of the capabilities, on every dataset and view.
fn on_rows(grants: &mut Grants, wires: &[&str], verbs: Verbs) {
    let rows: Vec<(Target, Rights)> = grants
        .rows()
        .filter(|(target, _)| target.scope() != Scope::Org)
        .map(|(target, rights)| {
            let mut rights = rights.clone();
            for wire in wires {
                keep(&mut rights, target.scope(), wire, verbs);
            }
            (target, rights)
        })
        .collect();
    for (target, rights) in rows {
        grants.put(&target, rights);
    }
}

/// Moves the writing rights of `*` to each existing dataset or view; `*` keeps reading.
fn write_out(rows: &mut Resources, scope: Scope, names: impl Iterator<Item = SafeText>) {
    let Some(all) = rows.wildcard().cloned() else { return };
    let (mut reading, mut writing) = (all.clone(), all.known());
    for c in scope.capabilities() {
        keep(&mut reading, scope, c.wire, Verbs::R);
        keep(&mut writing, scope, c.wire, Verbs::ALL.minus(Verbs::R));
    }
    for name in names {
        let own = rows.get(name.raw()).cloned().unwrap_or_default();
        rows.put(name, own.union(&writing));
    }
    rows.put(WILDCARD.into(), reading);
}

fn leave_out(rows: &mut Resources, there: &[&str]) {
    let gone = |name: &&SafeText| name.raw() != WILDCARD && !there.contains(&name.raw());
    let gone: Vec<_> = rows.iter().map(|(name, _)| name).filter(gone).cloned().collect();
    for name in gone {
        rows.put(name, Rights::default());
    }
}

#[cfg(test)]
mod tests;
