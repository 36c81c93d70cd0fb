//! Valid and invalid scenario files.

use serde_json::Value;

use super::*;
use crate::simulator::ids::Ids;

fn flaw(text: &str) -> String {
    Scenario::parse(text).unwrap_err().to_string()
}

#[test]
fn an_empty_scenario_is_an_empty_organisation() {
    let scenario = Scenario::parse("").unwrap();
    let orgs = scenario.orgs(&mut Ids::new(None), jiff::Timestamp::UNIX_EPOCH);
    assert_eq!(orgs.len(), 1);
    assert!(orgs[0].tokens.is_empty());
    assert_eq!(scenario.user_rights(), None, "everything is allowed");
}

#[test]
fn errors_give_the_position_without_the_line() {
    let secret = "xaat-of-somebody";
    for (text, place, part) in [
        ("rate_limt = 1", "line 1, column 1: ", "unknown field `rate_limt`"),
        ("\n[user]\nname = ", "line 3, column 8: ", ""),
        ("no_expiry = \"nil\"", "line 1, column 13: ", "unknown variant `nil`"),
        ("personal_routes = \"v1\"", "line 1, column 19: ", "a path like"),
        ("[[org]]\n[[org.token]]\nexpires = \"soon\"", "line 3, column 11: ", "an expiry must be"),
        ("[[fault]]\nroute = \"POST /v2/token\"", "line 1, column 1: ", "a fault's route must be"),
        ("[[fault]]\nroute = \"*\"\nstatus = 99", "line 1, column 1: ", "between 200 and 599"),
        (
            "[[org]]\n[[org.token]]\nid = \"a\"\n[[org.token]]\nid = \"a\"",
            "line 5, column 6: ",
            "must be unique",
        ),
        ("[[personal]]\nid = \"a\"\n[[personal]]\nid = \"a\"", "line 4, column 6: ", "be unique"),
        ("[[org]]\n[[org]]", "line 2, column 1: ", "same id"),
        ("api_token = \"nobody\"", "line 1, column 13: ", "has this name"),
        ("org = []", "line 1, column 1: ", "at least one [[org]]"),
        (
            "[user]\nsecret = \"xaat-of-somebody\"\n[[personal]]\nsecret = \"xaat-of-somebody\"",
            "line 1, column 1: ",
            "must be unique",
        ),
        ("[user]\nsecret = \"xaat-of-somebody\" x", "line 2, column ", ""),
    ] {
        let flaw = flaw(text);
        assert!(flaw.starts_with(place) && flaw.contains(part), "{text:?}: {flaw}");
        assert!(!flaw.contains(secret), "{flaw}");
    }
}

#[test]
fn generation_is_deterministic() {
    let scenario = Scenario::parse("[generate]\ntokens = 1000\ndatasets = 200").unwrap();
    let names = || {
        let org = &scenario.orgs(&mut Ids::new(None), jiff::Timestamp::UNIX_EPOCH)[0];
        assert_eq!((org.tokens.len(), org.datasets.len()), (1000, 200));
        let ids = org.tokens.iter().map(|t| (t.id.clone(), t.name.clone(), t.grants.clone()));
        ids.collect::<Vec<_>>()
    };
    assert_eq!(names(), names());
}

#[test]
fn the_demo_matches_its_description() {
    use crate::domain::{Scope, Verb};

    let text = include_str!("../../../assets/demo.toml");
    let scenario = Scenario::parse(text).unwrap_or_else(|e| panic!("assets/demo.toml: {e}"));
    let orgs = scenario.orgs(&mut Ids::new(None), jiff::Timestamp::UNIX_EPOCH);
    assert_eq!((orgs[0].id.as_str(), orgs[1].id.as_str()), ("acme-4x1k", "acme-labs-9q2z"));
    assert_eq!((orgs[0].tokens.len(), orgs[0].datasets.len(), orgs[0].views.len()), (40, 60, 6));

    let known = |scope: Scope, name: &str, verb: &str| match scope.capability(name) {
        Some(c) => Verb::parse(verb).is_some_and(|v| c.verbs.has(v)),
        None => scenario
            .extra_capability
            .iter()
            .any(|e| e.scope.is(scope) && e.name == name && e.actions.iter().any(|a| a == verb)),
    };
    for token in orgs.iter().flat_map(|org| &org.tokens) {
        uuid::Uuid::parse_str(&token.id).unwrap();
        let named = [(Scope::Dataset, &token.grants.dataset), (Scope::View, &token.grants.view)];
        let rows = named.into_iter().flat_map(|(s, map)| map.values().map(move |v| (s, v.clone())));
        let org = (Scope::Org, Value::Object(token.grants.org.clone()));
        for (scope, rights) in rows.chain([org]) {
            for (name, verbs) in rights.as_object().unwrap() {
                for verb in verbs.as_array().unwrap() {
                    assert!(known(scope, name, verb.as_str().unwrap()), "{}: {name}", token.name);
                }
            }
        }
    }
}
