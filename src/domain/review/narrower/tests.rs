//! Narrower rights fix their finding and cause no equally bad one.

use super::*;
use crate::domain::{
    Expiry, Policies, TokenId, Unknown,
    org::{Dataset, View},
    policy::Policy,
    review::{FindingKind, Fix, KINDS, survey},
    usage::{
        Usage,
        example::{deed, log},
    },
};

fn now() -> jiff::Timestamp {
    "2026-11-23T14:00:00Z".parse().unwrap()
}

/// A token with every right, including rows for datasets that do not exist.
fn everything() -> ApiToken {
    let mut grants = Grants::default();
    for name in ["*", "prod", "gone"] {
        grants.put(&Target::Dataset(name.into()), Rights::full(Scope::Dataset));
        grants.put(&Target::View(name.into()), Rights::full(Scope::View));
    }
    let mut org = Rights::full(Scope::Org);
    org.keep_unknown(Unknown::Capability { name: "future".into(), json: "[]".into() });
    grants.put(&Target::Org, org);
    ApiToken {
        id: TokenId::new("t"),
        name: "t".into(),
        description: "".into(),
        expiry: Expiry::Never.into(),
        grants,
    }
}

fn with(rows: &[(Target, &str, Verbs)]) -> ApiToken {
    let mut token = ApiToken { grants: Grants::default(), ..everything() };
    for (target, wire, verbs) in rows {
        let capability = target.scope().capability(wire).unwrap();
        token.grants.set(target, capability, *verbs).unwrap();
    }
    token
}

#[test]
fn each_derived_fix_resolves_its_finding() {
    let datasets =
        ["prod", "dev"].map(|name| Dataset { name: name.into(), description: "".into() });
    let view = View { name: "prod".into(), description: "".into(), datasets: Vec::new() };
    let views = [view];
    let read = |name: &str| (Target::Dataset(name.into()), "query", Verbs::R);
    let reader = with(&[read("prod"), read("dev")]);
    let queried = log(30, vec![deed("t", "runAPLQuery", &["prod"], 2)]);
    let usage = Usage::new(std::slice::from_ref(&reader), Some(&[]), queried);
    let few = [
        (everything(), None),
        (with(&[(Target::Org, "users", Verbs::D), (Target::Org, "monitors", Verbs::D)]), None),
        (with(&[(Target::Dataset("prod".into()), "share", Verbs::D)]), None),
        (reader, Some(&usage)),
    ];
    let policy = Policy::parse("forbid = [\"org:users:*\"]").unwrap();
    let policies = Policies { all: vec![("policy.toml".into(), policy)], unusable: None };
    let mut seen = Vec::new();
    for (token, usage) in few {
        let inventory = Inventory {
            datasets: Some(&datasets),
            views: Some(&views),
            usage,
            policies: &policies,
        };
        let codes = |token: &ApiToken| -> Vec<&'static str> {
            let items = survey(std::slice::from_ref(token), inventory, now());
            items.iter().map(|i| i.finding.code).collect()
        };
        let before = codes(&token);
        for code in &before {
            let Some(grants) = narrower(&token, code, inventory) else { continue };
            seen.push(*code);
            let changes = token.grants.difference(&grants);
            let after = codes(&ApiToken { grants, ..token.clone() });
            assert!(!after.contains(code), "{code} is still there");
            // Fixing a finding can reveal a less severe one.
            let rank = |code: &str| FindingKind::of(code).unwrap().severity;
            let new = after.iter().filter(|c| !before.contains(c));
            for new in new {
                assert!(rank(new) < rank(code), "{code} brought {new}");
            }
            let wild = code.starts_with("writes-all");
            assert!(wild || changes.iter().all(|c| c.added.is_empty()), "{code} grants more");
        }
    }
    for kind in KINDS.iter().filter(|kind| kind.way == Fix::Narrow) {
        assert!(seen.contains(&kind.code), "{} was derived", kind.code);
    }
    assert!(seen.iter().all(|code| FindingKind::of(code).unwrap().way == Fix::Narrow));
}

#[test]
fn writing_everywhere_is_narrowed_to_existing_datasets_and_reading_stays() {
    let token = with(&[
        (Target::Dataset("*".into()), "ingest", Verbs::C),
        (Target::Dataset("*".into()), "query", Verbs::R),
        (Target::Dataset("dev".into()), "trim", Verbs::U),
    ]);
    let datasets =
        ["prod", "dev"].map(|name| Dataset { name: name.into(), description: "".into() });
    let inventory = Inventory { datasets: Some(&datasets), ..Inventory::default() };
    let grants = narrower(&token, "writes-all-datasets", inventory).unwrap();
    assert_eq!(grants.summary(), "can ingest into 2 datasets; query all datasets; trim dev");
    assert_eq!(narrower(&token, "writes-all-datasets", Inventory::default()), None);
}
