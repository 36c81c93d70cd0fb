//! Findings that need the whole organisation.

use super::*;
use crate::domain::{Expiry, Grants, Rights, Scope, Target, TokenId, Verbs, review::KINDS};

fn now() -> Timestamp {
    "2026-11-23T14:00:00Z".parse().unwrap()
}

fn token(id: &str, name: &str, expires: &str, dataset: &str) -> ApiToken {
    let mut grants = Grants::default();
    let ingest = Scope::Dataset.capability("ingest").unwrap();
    grants.set(&Target::Dataset(dataset.into()), ingest, Verbs::C).unwrap();
    ApiToken {
        id: TokenId::new(id),
        name: name.into(),
        description: "".into(),
        expiry: match expires.strip_prefix('-') {
            Some(_) => Expiry::At(Timestamp::UNIX_EPOCH).into(),
            None => Expiry::parse(expires, now()).unwrap().into(),
        },
        grants,
    }
}

fn dataset(name: &str) -> Dataset {
    Dataset { name: name.into(), description: "".into() }
}

fn found(tokens: &[ApiToken], datasets: Option<&[Dataset]>) -> Vec<(usize, &'static str)> {
    let inventory = Inventory { datasets, ..Inventory::default() };
    survey(tokens, inventory, now()).iter().map(|i| (i.token, i.finding.code)).collect()
}

#[test]
fn a_clean_organisation_has_no_findings() {
    let tokens = [token("1", "a", "90d", "prod"), token("2", "b", "30d", "dev")];
    assert_eq!(found(&tokens, Some(&[dataset("prod"), dataset("dev")])), []);
}

#[test]
fn missing_datasets_are_reported_only_if_the_list_is_complete() {
    let tokens = [token("1", "a", "90d", "gone"), token("2", "b", "90d", "*")];
    let here = [dataset("prod")];
    assert_eq!(found(&tokens, Some(&here)), [(1, "writes-all-datasets"), (0, "missing-dataset")]);
    assert_eq!(found(&tokens, None), [(1, "writes-all-datasets")]);
}

#[test]
fn an_expired_token_has_only_that_finding() {
    let tokens = [token("1", "a", "-1d", "*")];
    let items = survey(&tokens, Inventory::default(), now());
    assert_eq!(items.len(), 1);
    assert_eq!(
        items[0].finding.why,
        "has expired; regenerating it restores its rights (ingest: all datasets)"
    );
}

#[test]
fn duplicate_names_are_reported_except_after_a_regeneration() {
    let twins = [token("1", "a", "90d", "prod"), token("2", "a", "90d", "dev")];
    assert_eq!(found(&twins, None), [(0, "same-name"), (1, "same-name")]);
    let rotating = [token("1", "a", "2d", "prod"), token("2", "a", "90d", "prod")];
    assert_eq!(found(&rotating, None), []);
    let rotating = [token("1", "a", "2d", "prod"), token("2", "a", "90d", "narrower")];
    assert_eq!(found(&rotating, None), []);
    let ended = [token("1", "a", "-1d", "prod"), token("2", "a", "90d", "prod")];
    assert_eq!(found(&ended, None), [(0, "expired")]);
}

#[test]
fn the_most_severe_come_first_and_every_kind_is_in_the_table() {
    let mut all = token("1", "all", "never", "*");
    all.grants.put(&Target::Dataset("*".into()), Rights::full(Scope::Dataset));
    all.grants.put(&Target::View("*".into()), Rights::full(Scope::View));
    all.grants.put(&Target::Org, Rights::full(Scope::Org));
    let tokens = [all, token("2", "old", "-1d", "x"), token("3", "long", "2y", "gone")];
    let items = survey(
        &tokens,
        Inventory { datasets: Some(&[]), views: Some(&[]), ..Inventory::default() },
        now(),
    );
    assert!(items.is_sorted_by_key(|i| Reverse(i.finding.severity)));
    for item in &items {
        let kind = FindingKind::of(item.finding.code).unwrap();
        assert_eq!(kind.severity, item.finding.severity, "{}", kind.code);
    }
    assert!(KINDS.is_sorted_by_key(|kind| Reverse(kind.severity)));
}
