//! The index gives the same answers as checking every token.

use proptest::prelude::*;

use super::*;
use crate::domain::{Expiry, Grants, Target, TokenId, Verb, org::Dataset};

fn now() -> Timestamp {
    "2026-11-23T14:00:00Z".parse().unwrap()
}

/// `("prod", "query", "r")` rows; `org` is the organisation, `view/` a view.
fn token(name: &str, expired: bool, rows: &[(&str, &str, &str)]) -> ApiToken {
    let mut grants = Grants::default();
    for (place, capability, letters) in rows {
        let target = match (*place, place.strip_prefix("view/")) {
            ("org", _) => Target::Org,
            (_, Some(view)) => Target::View(view.into()),
            (place, None) => Target::Dataset(place.into()),
        };
        let capability = target.scope().capability(capability).unwrap();
        let verbs = capability.verbs.iter().filter(|v| letters.contains(v.letter()));
        grants.set(&target, capability, verbs.collect()).unwrap();
    }
    let expiry = if expired { Expiry::At(Timestamp::UNIX_EPOCH) } else { Expiry::Never };
    let (id, expiry) = (TokenId::new(name), expiry.into());
    ApiToken { id, name: name.into(), description: "".into(), expiry, grants }
}

fn some() -> Vec<ApiToken> {
    vec![
        token("reader", false, &[("prod", "query", "r")]),
        token("all", false, &[("*", "query", "r"), ("prod", "trim", "u")]),
        token("old", true, &[("prod", "query", "r")]),
        token("admin", false, &[("org", "datasets", "crud"), ("org", "apiTokens", "c")]),
        token("viewer", false, &[("view/slow", "query", "r"), ("gone", "ingest", "c")]),
    ]
}

fn datasets() -> Vec<Dataset> {
    ["prod", "dev"].map(|n| Dataset { name: n.into(), description: "".into() }).into()
}

fn names(scope: Scope, thing: &str, question: Question) -> Vec<String> {
    let (tokens, datasets) = (some(), datasets());
    let inventory = Inventory { datasets: Some(&datasets), ..Inventory::default() };
    let reach = Reach::new(&tokens, inventory, now());
    let at = (0..reach.len(scope)).find(|i| reach.name(scope, *i) == thing).unwrap();
    let grantees = reach.grantees(scope, at, question, &tokens);
    let living = grantees.iter().filter(|h| !h.expired).count();
    assert_eq!(reach.counts(scope, question, &tokens)[at], living, "{thing} {question:?}");
    grantees.iter().map(|h| tokens[h.token].name.to_string()).collect()
}

#[test]
fn who_can_do_what_with_a_dataset() {
    use Question::*;
    let who = |question| names(Scope::Dataset, "prod", question);
    assert_eq!(who(Anything), ["admin", "all", "reader", "old"], "the expired one is last");
    assert_eq!(who(Read), ["all", "reader", "old"]);
    assert_eq!(who(Delete), ["admin", "all"], "the dataset itself, or its data");
    assert_eq!(who(Share), [""; 0]);
    assert_eq!(who(Mint), ["admin"]);
    assert_eq!(names(Scope::Dataset, "dev", Read), ["all"]);
    assert_eq!(names(Scope::Dataset, "*", Anything), ["admin", "all"]);
}

#[test]
fn who_has_an_organisation_right_and_who_can_reach_a_view() {
    assert_eq!(names(Scope::Org, "API tokens", Question::Mint), ["admin"]);
    assert_eq!(names(Scope::Org, "API tokens", Question::Delete), [""; 0]);
    assert_eq!(names(Scope::View, "slow", Question::Read), ["viewer"]);
}

#[test]
fn rights_inherited_from_all_datasets_are_marked() {
    let (tokens, datasets) = (some(), datasets());
    let inventory = Inventory { datasets: Some(&datasets), ..Inventory::default() };
    let reach = Reach::new(&tokens, inventory, now());
    let grantees = reach.grantees(Scope::Dataset, 3, Question::Anything, &tokens);
    assert_eq!(reach.name(Scope::Dataset, 3), "prod");
    let all = grantees.iter().find(|h| h.token == 1).unwrap();
    assert_eq!(
        describe_rights(Scope::Dataset, &all.own, &all.everywhere),
        "query:read*, trim:update"
    );
    assert!(!reach.is_listed(Scope::Dataset, 2), "{}", reach.name(Scope::Dataset, 2));
    assert!(reach.is_listed(Scope::View, 1), "the views are not known");
}

fn any_token() -> impl Strategy<Value = Vec<(usize, usize, u8)>> {
    prop::collection::vec((0..5usize, 0..8usize, 0..16u8), 0..6)
}

proptest! {
    #[test]
    fn the_index_agrees_with_every_token(all in prop::collection::vec(any_token(), 0..12)) {
        let places = ["*", "a", "b", "org", "view/v"];
        let tokens: Vec<ApiToken> = all.iter().enumerate().map(|(n, rows)| {
            let rows: Vec<_> = rows.iter().map(|(place, capability, bits)| {
                let scope = match *place { 3 => Scope::Org, 4 => Scope::View, _ => Scope::Dataset };
                let capabilities = scope.capabilities();
                let wire = capabilities[capability % capabilities.len()].wire;
                let letters: String =
                    Verbs::from_bits(*bits).iter().map(Verb::letter).collect();
                (places[*place], wire, letters)
            }).collect();
            let rows: Vec<_> = rows.iter().map(|(p, w, l)| (*p, *w, l.as_str())).collect();
            token(&format!("t{n:02}"), n % 5 == 4, &rows)
        }).collect();
        let reach = Reach::new(&tokens, Inventory::default(), now());
        for question in Question::ALL {
            for scope in Scope::ALL {
                let counts = reach.counts(scope, question, &tokens);
                for (thing, count) in counts.iter().enumerate() {
                    let grantees = reach.grantees(scope, thing, question, &tokens);
                    prop_assert_eq!(*count, grantees.iter().filter(|h| !h.expired).count());
                    for (i, token) in tokens.iter().enumerate() {
                        let g = &token.grants;
                        let name = reach.name(scope, thing);
                        let yes = match scope {
                            _ if question == Question::Mint && scope != Scope::Org =>
                                Question::Mint.is_answered_by(Scope::Org, &g.org),
                            Scope::Org => question.is_answered(
                                scope.capabilities()[thing].wire,
                                g.org.verbs(&scope.capabilities()[thing]),
                            ),
                            _ => {
                                let rows = rows(token, scope);
                                let both = [rows.get(name), rows.wildcard()];
                                both.into_iter().flatten()
                                    .any(|r| question.is_answered_by(scope, r))
                                    || question.is_answered(wire_of(scope), whole(token, scope))
                            }
                        };
                        prop_assert_eq!(grantees.iter().any(|h| h.token == i), yes);
                    }
                }
            }
        }
    }
}

/// Counts stay correct at 10,000 tokens and 5,000 datasets, where a quadratic index would
/// take minutes.
#[test]
fn ten_thousand_tokens_and_five_thousand_datasets() {
    let datasets: Vec<Dataset> = (0..5_000)
        .map(|i| Dataset { name: format!("d{i:04}").into(), description: "".into() })
        .collect();
    let tokens: Vec<ApiToken> = (0..10_000)
        .map(|i| {
            let (a, b) = (format!("d{:04}", i % 5_000), format!("d{:04}", i * 7 % 5_000));
            let first = if i % 10 == 0 { "*" } else { &a };
            token(&format!("t{i}"), false, &[(first, "query", "r"), (&b, "ingest", "c")])
        })
        .collect();
    let inventory = Inventory { datasets: Some(&datasets), ..Inventory::default() };
    let reach = Reach::new(&tokens, inventory, now());
    let counts = reach.counts(Scope::Dataset, Question::Anything, &tokens);
    assert_eq!(counts.len(), 5_001);
    assert_eq!(counts[0], 1_000);
    assert!(counts[1..].iter().all(|n| *n >= 1_000));
    for (thing, count) in counts.iter().enumerate().take(200) {
        let grantees = reach.grantees(Scope::Dataset, thing, Question::Anything, &tokens);
        assert_eq!(grantees.len(), *count);
    }
}
