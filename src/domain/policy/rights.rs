//! Rights in rules: reading them, and naming them.

use crate::domain::{Capability, Grants, Rights, SafeText, Scope, preset::grant};

/// What is said of rights that this version does not know.
pub(super) const UNKNOWN: &str = "rights that axtok does not know";

/// Whether all rights of a scope are in a form that this version does not know.
pub(super) fn is_strange(grants: &Grants, scope: Scope) -> bool {
    grants.unknown.iter().any(|unknown| unknown.name.raw() == scope.wire())
}

/// Says what is allowed on all datasets or views.
pub(super) fn allowed(rights: &Rights, scope: Scope, things: &str) -> String {
    let rights = names(rights, scope);
    if rights.is_empty() {
        return format!("no rights on all {things}");
    }
    format!("rights on all {things} are only {}", rights.join(", "))
}

/// The names of rights, such as `query:read`, and `apiTokens:*` for all of several verbs.
pub(super) fn names(rights: &Rights, scope: Scope) -> Vec<String> {
    let names = |c: &Capability| -> Vec<String> {
        let verbs = rights.verbs(c);
        if verbs == c.verbs && verbs.len() > 1 {
            return vec![format!("{}:*", c.wire)];
        }
        verbs.iter().map(|verb| c.right(verb)).collect()
    };
    scope.capabilities().iter().flat_map(names).collect()
}

/// The rights of the row `*` that are not allowed there.
pub(super) fn beyond(grants: &Grants, scope: Scope, allowed: &Rights) -> Vec<String> {
    let rows = if scope == Scope::View { &grants.views } else { &grants.datasets };
    let all = rows.wildcard();
    let mut beyond = all.map_or_else(Vec::new, |rights| names(&rights.minus(allowed), scope));
    if all.is_some_and(|rights| !rights.unknown().is_empty()) || is_strange(grants, scope) {
        beyond.push(UNKNOWN.to_owned());
    }
    beyond
}

/// Parses rights such as `query:read, data:*`, or `*` for all of them.
///
/// # Errors
/// What to write instead.
pub(super) fn rights_of(scope: Scope, list: &str) -> Result<Rights, String> {
    let mut rights = Rights::default();
    for word in list.split(',').map(str::trim) {
        if word == "*" {
            rights = rights.union(&Rights::full(scope));
        } else {
            grant(&mut rights, scope, word)
                .map_err(|instead| format!("unknown right {}: {instead}", SafeText::from(word)))?;
        }
    }
    Ok(rights)
}
