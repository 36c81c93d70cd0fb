//! The schema of a policy, and what the program reads.

use axtok::domain::policy::{DOCUMENTED, Policy};
use serde_json::Value;

use crate::{validator, wrong};

/// A policy as JSON; `None` if it is not TOML.
fn as_json(text: &str) -> Option<Value> {
    let table: toml::Table = toml::from_str(text).ok()?;
    serde_json::to_value(table).ok()
}

/// The documented policy with its examples in force.
fn uncommented() -> String {
    let line = |line: &str| match line.strip_prefix('#') {
        Some(example) if !example.starts_with(' ') => format!("{example}\n"),
        _ => format!("{line}\n"),
    };
    DOCUMENTED.lines().map(line).collect()
}

#[test]
fn the_documented_policy_is_as_described_and_has_every_member() {
    let judge = validator("policy");
    let json = as_json(&uncommented()).unwrap();
    assert_eq!(wrong(&judge, &json), Vec::<String>::new());
    assert_eq!(wrong(&judge, &as_json(DOCUMENTED).unwrap()), Vec::<String>::new());
    let schema = crate::published::ALL.iter().find(|s| s.name == "policy").unwrap().schema();
    for name in schema["properties"].as_object().unwrap().keys() {
        assert!(json.get(name).is_some(), "{name} is not documented");
    }
}

/// What the schema refuses, the program refuses too.
#[test]
fn mistakes_are_refused_by_both() {
    let judge = validator("policy");
    let exempt = "[[exempt]]\ntoken = 'a'\nrules = ['name']\nuntil = '2027-06-30'\nreason = 'r'";
    assert!(judge.is_valid(&as_json(exempt).unwrap()) && Policy::parse(exempt).is_ok());
    for text in [
        "max-lifetim = '90d'",
        "max-lifetime = 90",
        "never-expires = 'no'",
        "description = true",
        "version = 2",
        "forbid = 'org:apiTokens:*'",
        "allow-all-datasets = [1]",
        "[exempt]",
        &exempt.replace("['name']", "[]"),
        &exempt.replace("['name']", "['nam']"),
        &exempt.replace("token = 'a'\n", ""),
        &exempt.replace("2027-06-30", "soon"),
        &format!("{exempt}\nmore = 1"),
    ] {
        assert!(Policy::parse(text).is_err(), "{text}");
        assert!(!judge.is_valid(&as_json(text).unwrap()), "{text}");
    }
}
