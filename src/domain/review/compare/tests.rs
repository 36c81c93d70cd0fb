//! Comparing two tokens.

use super::*;
use crate::domain::{Expiry, Grants, Target, TokenId};

fn token(name: &str, rows: &[(&str, &str, Verbs)], org: Verbs) -> ApiToken {
    let mut grants = Grants::default();
    for (place, wire, verbs) in rows {
        let capability = Scope::Dataset.capability(wire).unwrap();
        grants.set(&Target::Dataset((*place).into()), capability, *verbs).unwrap();
    }
    grants.set(&Target::Org, Scope::Org.capability("users").unwrap(), org).unwrap();
    ApiToken {
        id: TokenId::new(name),
        name: name.into(),
        description: "".into(),
        expiry: Expiry::Never.into(),
        grants,
    }
}

#[test]
fn rights_on_all_datasets_appear_in_every_row() {
    let left = token("a", &[("*", "query", Verbs::R), ("prod", "ingest", Verbs::C)], Verbs::R);
    let right = token("b", &[("prod", "query", Verbs::R)], Verbs::NONE);
    let lines = compare(&left, &right, Default::default(), Timestamp::UNIX_EPOCH);
    let line = |label: &str| {
        let line = lines.iter().find(|l| l.label == label).unwrap();
        (line.left.as_str(), line.right.as_str(), line.differs())
    };
    assert_eq!(line("* all datasets"), ("query r", "-", true));
    assert_eq!(line("prod"), ("ingest c, query r*", "query r", true));
    assert_eq!(line("Users"), ("r", "-", true));
    assert_eq!(line("Expires"), ("never", "never", false));
    assert!(!lines.iter().any(|l| l.label == "Views"), "neither has any");
}
