//! Which names are stored, for how long, and for which organisation.

use std::{
    os::unix::fs::{PermissionsExt as _, symlink},
    path::PathBuf,
};

use tempfile::TempDir;

use super::*;

const URL: &str = "https://api.example.com";

fn place(org: Option<&str>) -> NamesScope {
    NamesScope { deployment: "prod".to_owned(), url: URL.to_owned(), org: org.map(str::to_owned) }
}

fn named(name: &str) -> Named {
    Named { id: Some(format!("id-{name}")), name: name.to_owned() }
}

fn at(minutes: i64) -> Timestamp {
    "2026-02-03T04:05:06Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(minutes)
}

fn file(folder: &TempDir) -> PathBuf {
    folder.path().join("axtok/names.json")
}

/// The token names that are found.
fn tokens(file: &Path, takes: impl Fn(Option<&str>) -> bool, now: Timestamp) -> Vec<String> {
    let found = find(file, ("prod", URL), takes, What::Tokens, now);
    found.into_iter().map(|n| n.name).collect()
}

#[test]
fn a_list_is_valid_for_a_quarter_of_an_hour() {
    let folder = tempfile::tempdir().unwrap();
    let file = file(&folder);
    keep(&file, &place(Some("acme")), What::Tokens, vec![named("a")], at(0)).unwrap();
    let found = |minutes| tokens(&file, |_| true, at(minutes));
    assert_eq!(found(0), ["a"]);
    assert_eq!(found(14), ["a"]);
    assert!(found(15).is_empty(), "it is too old");
    assert!(found(-1).is_empty(), "the clock was changed");
    // Storing another list drops those that are too old.
    keep(&file, &place(Some("acme")), What::Views, vec![named("v")], at(20)).unwrap();
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains("id-v") && !text.contains("id-a"), "{text}");
}

#[test]
fn a_later_list_replaces_the_earlier_one() {
    let folder = tempfile::tempdir().unwrap();
    let file = file(&folder);
    let place = place(Some("acme"));
    keep(&file, &place, What::Tokens, vec![named("gone"), named("stays")], at(0)).unwrap();
    keep(&file, &place, What::Datasets, vec![named("events")], at(1)).unwrap();
    keep(&file, &place, What::Tokens, vec![named("stays")], at(2)).unwrap();
    assert_eq!(tokens(&file, |_| true, at(2)), ["stays"]);
    let datasets = find(&file, ("prod", URL), |_| true, What::Datasets, at(2));
    assert_eq!(datasets, [named("events")]);
}

#[test]
fn organisations_and_deployments_are_not_mixed() {
    let folder = tempfile::tempdir().unwrap();
    let file = file(&folder);
    for org in [Some("acme"), Some("labs"), None] {
        let name = named(org.unwrap_or("own"));
        keep(&file, &place(org), What::Tokens, vec![name], at(0)).unwrap();
    }
    for (org, name) in [(Some("acme"), "acme"), (Some("labs"), "labs"), (None, "own")] {
        assert_eq!(tokens(&file, |o| o == org, at(1)), [name]);
    }
    assert!(tokens(&file, |_| true, at(1)).is_empty(), "which one is meant is not known");
    assert!(tokens(&file, |o| o == Some("other"), at(1)).is_empty());
    let elsewhere = |deployment, url| {
        find(&file, (deployment, url), |o| o == Some("acme"), What::Tokens, at(1))
    };
    assert_eq!(elsewhere("prod", URL).len(), 1);
    assert!(elsewhere("dev", URL).is_empty());
    assert!(elsewhere("prod", "https://api.elsewhere.com").is_empty());
}

#[test]
fn the_file_is_private_to_its_owner() {
    let folder = tempfile::tempdir().unwrap();
    let file = file(&folder);
    keep(&file, &place(None), What::Tokens, vec![named("a")], at(0)).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
    assert_eq!(mode(&file), 0o600);
    assert_eq!(mode(file.parent().unwrap()), 0o700);
    // A link is replaced, and the file that it points to is not written.
    let other = folder.path().join("other");
    fs::write(&other, "as it was").unwrap();
    fs::remove_file(&file).unwrap();
    symlink(&other, &file).unwrap();
    keep(&file, &place(None), What::Tokens, vec![named("b")], at(0)).unwrap();
    assert_eq!(fs::read_to_string(&other).unwrap(), "as it was");
    assert_eq!(tokens(&file, |_| true, at(0)), ["b"]);
    let left = fs::read_dir(file.parent().unwrap()).unwrap().count();
    assert_eq!(left, 1, "nothing else is left");
}

#[test]
fn the_cache_can_be_cleared_and_a_damaged_one_is_empty() {
    let folder = tempfile::tempdir().unwrap();
    let file = file(&folder);
    forget(&file).unwrap();
    keep(&file, &place(None), What::Tokens, vec![named("a")], at(0)).unwrap();
    forget(&file).unwrap();
    assert!(!file.exists());
    for damaged in ["", "{", "[]", "{\"lists\":[{}]}", "{\"lists\":[],\"more\":1}"] {
        fs::write(&file, damaged).unwrap();
        assert!(tokens(&file, |_| true, at(0)).is_empty(), "{damaged}");
        keep(&file, &place(None), What::Tokens, vec![named("a")], at(0)).unwrap();
        assert_eq!(tokens(&file, |_| true, at(0)), ["a"]);
    }
}

#[test]
fn the_cache_size_is_bounded() {
    let folder = tempfile::tempdir().unwrap();
    let file = file(&folder);
    let many = (0..=MOST).map(|i| named(&i.to_string())).collect();
    keep(&file, &place(None), What::Tokens, many, at(0)).unwrap();
    assert_eq!(tokens(&file, |_| true, at(0)).len(), MOST);
}

#[test]
fn a_failed_write_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("axtok"), "a file").unwrap();
    let kept = keep(&file(&folder), &place(None), What::Tokens, Vec::new(), at(0));
    assert!(kept.is_err());
}
