//! A token's capabilities out of their JSON.
//!
//! What the table knows becomes a right. A verb that the table does not give to
//! a capability, a capability or a scope that it does not have, and a value of
//! another shape are kept as the text that they were. `null`, `[]` and `{}`
//! grant nothing and are the same as nothing.

use serde_json::value::RawValue;

use super::json::{Members, Names, is_nothing, list, text};
use crate::domain::{
    Capability, Grants, Rights, SafeText, Scope, Unknown, Verb, grants::UnknownScope,
};

/// How the members of a token that hold capabilities end.
pub(super) const SUFFIX: &str = "Capabilities";

/// Takes in a member of a token, if it is one that grants something.
pub fn take(grants: &mut Grants, name: &str, value: &RawValue, names: &mut Names) {
    if !name.ends_with(SUFFIX) || is_nothing(value) {
        return;
    }
    if scope_of(name).and_then(|scope| take_scope(grants, scope, value, names)).is_none() {
        // A new scope, or a known one in a new shape: kept whole either way.
        let json = SafeText::from(value.get());
        grants.unknown.push(UnknownScope { name: names.shared(name), json });
    }
}

/// The scope that a member of this name is about, if it is a known one.
pub(super) fn scope_of(name: &str) -> Option<Scope> {
    Scope::ALL.into_iter().find(|s| s.wire() == name)
}

fn take_scope(
    grants: &mut Grants,
    scope: Scope,
    value: &RawValue,
    names: &mut Names,
) -> Option<()> {
    match scope {
        // A member that comes twice grants what both grant.
        Scope::Dataset => grants.datasets.add(rows(scope, value, names)?),
        Scope::View => grants.views.add(rows(scope, value, names)?),
        Scope::Org => grants.org.add_all(&rights(scope, value, names)?),
    }
    Some(())
}

fn rows(scope: Scope, value: &RawValue, names: &mut Names) -> Option<Vec<(SafeText, Rights)>> {
    let members = Members::of(value)?;
    members
        .iter()
        .map(|(name, value)| Some((names.shared(name), rights(scope, value, names)?)))
        .collect()
}

fn rights(scope: Scope, value: &RawValue, names: &mut Names) -> Option<Rights> {
    let mut rights = Rights::default();
    if is_nothing(value) {
        return Some(rights);
    }
    for (name, value) in Members::of(value)?.iter().filter(|(_, v)| !is_nothing(v)) {
        if let (Some(capability), Some(verbs)) = (scope.capability(name), list(value)) {
            take_verbs(&mut rights, capability, &verbs);
        } else {
            let json = SafeText::from(value.get());
            rights.keep_unknown(Unknown::Capability { name: names.shared(name), json });
        }
    }
    Some(rights)
}

fn take_verbs(rights: &mut Rights, capability: &'static Capability, verbs: &[&RawValue]) {
    for value in verbs {
        let known = text(value).and_then(|word| Verb::parse(&word)).is_some_and(|verb| {
            rights.set(capability, rights.verbs(capability).with(verb)).is_ok()
        });
        if !known {
            rights.keep_unknown(Unknown::Verb { capability, json: value.get().into() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Target, Verbs};

    fn read(name: &str, json: &str) -> Grants {
        let mut grants = Grants::default();
        take(&mut grants, name, serde_json::from_str(json).unwrap(), &mut Names::default());
        grants
    }

    #[test]
    fn known_rights_come_out_whatever_their_order() {
        let grants = read("datasetCapabilities", r#"{"*":{"share":["delete","create"]}}"#);
        let share = Scope::Dataset.capability("share").unwrap();
        let verbs = grants.verbs(&Target::Dataset("*".into()), share);
        assert_eq!(verbs, Verbs::C.union(Verbs::D));
        assert!(!grants.has_unknown());
    }

    #[test]
    fn a_verb_that_the_table_does_not_allow_is_unknown() {
        let grants =
            read("datasetCapabilities", r#"{"a":{"query":["read","delete", {"x" : 1.0e5}]}}"#);
        let row = grants.datasets.get("a").unwrap();
        let query = Scope::Dataset.capability("query").unwrap();
        assert_eq!(row.verbs(query), Verbs::R);
        let unknown = |json: &str| Unknown::Verb { capability: query, json: json.into() };
        assert_eq!(row.unknown(), [unknown(r#""delete""#), unknown(r#"{"x" : 1.0e5}"#)]);
    }

    #[test]
    fn other_shapes_are_kept_whole() {
        let grants = read("orgCapabilities", r#"{"users":{"read":true},"future":7,"views":null}"#);
        let unknown =
            |name: &str, json: &str| Unknown::Capability { name: name.into(), json: json.into() };
        let kept = [unknown("users", r#"{"read":true}"#), unknown("future", "7")];
        assert_eq!(grants.org.unknown(), kept);

        for (name, json) in [
            ("orgCapabilities", r#"["all"]"#),
            ("datasetCapabilities", r#"{"a":["query"]}"#),
            ("edgeCapabilities", r#"{"x":{"y":["z"]}}"#),
        ] {
            let scope = UnknownScope { name: name.into(), json: json.into() };
            assert_eq!(read(name, json).unknown, [scope]);
        }
    }

    #[test]
    fn nothing_is_granted_by_nothing() {
        for (name, json) in [
            ("datasetCapabilities", "null"),
            ("datasetCapabilities", r#"{"a":{},"b":null,"c":{"query":null,"trim":[]}}"#),
            ("futureCapabilities", "{}"),
            ("description", r#""x""#),
        ] {
            assert!(read(name, json).is_empty(), "{name} {json}");
        }
    }
}
