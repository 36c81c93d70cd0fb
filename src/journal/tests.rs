//! Tests of the journal and its file.

mod candidates;
mod compaction;
mod damage;
mod files;
mod lines;
mod overdue;
mod sharing;

use std::{
    env,
    fs::{self, OpenOptions},
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
};

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::domain::{
    Expiry, Fingerprint, Grants, Resources, Retention, Rights, SafeText, Scope, TokenId, Unknown,
    Verbs, grants::UnknownScope,
};

/// The environment variable with the folder of a test that runs in a child process.
const FOLDER: &str = "AXTOK_TEST_JOURNAL";

fn folder() -> TempDir {
    // In memory where there is such a folder: these tests sync a lot.
    let shm = Path::new("/dev/shm");
    if shm.is_dir() { TempDir::new_in(shm).unwrap() } else { TempDir::new().unwrap() }
}

fn file_of(folder: &TempDir) -> PathBuf {
    folder.path().join("axtok/journal.jsonl")
}

fn opened(file: &Path) -> Opened {
    Journal::open(file, &Retention::default()).unwrap()
}

fn location() -> Location {
    let deployment = "production".to_owned();
    Location { deployment, url: "https://api.example.com".to_owned(), org: Some("acme".to_owned()) }
}

fn entry(asked: Asked) -> Entry {
    let at = "2026-11-23T14:00:00.123456789Z".parse().unwrap();
    Entry {
        id: EntryId::new(),
        at,
        location: location(),
        asked,
        known: vec![TokenId::new("before")].into(),
        is_rotation: false,
        overridden: None,
    }
}

pub(super) fn create(name: &str) -> Entry {
    let (name, description) = (name.to_owned(), "for tests".to_owned());
    let expiry = Expiry::At("2027-02-21T00:00:00Z".parse().unwrap());
    let mut grants = Grants::default();
    let query = Scope::Dataset.capability("query").unwrap();
    grants.set(&crate::domain::Target::Dataset("logs".into()), query, Verbs::R).unwrap();
    entry(Asked::Create { name, description, expiry, grants })
}

pub(super) fn delete(name: &str) -> Entry {
    entry(Asked::Delete { id: TokenId::new("t1"), name: name.to_owned() })
}

fn name(entry: &Entry) -> &str {
    match &entry.asked {
        Asked::Create { name, .. }
        | Asked::Regenerate { name, .. }
        | Asked::Delete { name, .. }
        | Asked::CreatePersonal { name, .. }
        | Asked::DeletePersonal { name, .. } => name,
    }
}

/// The names of the open entries, with their last marks.
fn open_names(opened: &Opened) -> Vec<(&str, Option<&Mark>)> {
    opened.open.iter().map(|open| (name(&open.entry), open.last.as_ref())).collect()
}

pub(super) fn done(id: &str) -> Mark {
    Mark::Done { id: Some(TokenId::new(id)) }
}

/// Appends text without the journal's own code, as another program might.
fn add(file: &Path, text: &str) {
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    let mut to = OpenOptions::new().create(true).append(true).open(file).unwrap();
    to.write_all(text.as_bytes()).unwrap();
}

/// A command that runs one test of this file in a child process.
fn alone(test: &str, folder: &Path) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", &format!("journal::tests::{test}"), "--nocapture"]);
    command.env(FOLDER, folder);
    command
}

/// The folder of a test that [`alone`] started; `None` in the parent.
fn given_folder() -> Option<PathBuf> {
    env::var_os(FOLDER).map(PathBuf::from)
}

fn any_unknown(scope: Scope) -> impl Strategy<Value = Unknown> {
    let name = prop_oneof![Just("query".to_owned()), "[a-z]{1,3}", any::<String>()];
    let json = prop_oneof![Just("[ \"read\" ,\n7]".to_owned()), any::<String>()];
    (any::<bool>(), name, json, 0..scope.capabilities().len()).prop_map(
        move |(verb, name, json, at)| {
            let json = SafeText::from(json);
            let capability = &scope.capabilities()[at];
            if verb {
                Unknown::Verb { capability, json }
            } else {
                Unknown::Capability { name: name.into(), json }
            }
        },
    )
}

fn any_rights(scope: Scope) -> impl Strategy<Value = Rights> {
    let count = scope.capabilities().len();
    let bits = prop::collection::vec(any::<u8>(), count);
    let unknown = prop::collection::vec(any_unknown(scope), 0..3);
    (any::<bool>(), bits, unknown).prop_map(move |(some, bits, unknown)| {
        let mut rights = Rights::default();
        for (capability, bits) in scope.capabilities().iter().zip(bits).filter(|_| some) {
            rights.set(capability, Verbs::from_bits(bits & capability.verbs.bits())).unwrap();
        }
        for unknown in unknown {
            rights.keep_unknown(unknown);
        }
        rights
    })
}

fn any_rows(scope: Scope) -> impl Strategy<Value = Resources> {
    let name = prop_oneof![Just("*".to_owned()), "[a-c]", any::<String>()];
    let row = (name.prop_map(SafeText::from), any_rights(scope));
    prop::collection::vec(row, 0..4).prop_map(|rows| rows.into_iter().collect())
}

fn any_grants() -> impl Strategy<Value = Grants> {
    let name = prop_oneof![Just("orgCapabilities".to_owned()), any::<String>()];
    let scope = (name, any::<String>())
        .prop_map(|(name, json)| UnknownScope { name: name.into(), json: json.into() });
    let unknown = prop::collection::vec(scope, 0..3);
    (any_rows(Scope::Dataset), any_rows(Scope::View), any_rights(Scope::Org), unknown)
        .prop_map(|(datasets, views, org, unknown)| Grants { datasets, views, org, unknown })
}

#[test]
fn the_file_path_follows_the_xdg_specification() {
    let home = || Some(PathBuf::from("/home/a"));
    let default = Some(PathBuf::from("/home/a/.local/state/axtok/journal.jsonl"));
    assert_eq!(file_in(None, home()), default);
    assert_eq!(file_in(Some("relative".into()), home()), default);
    let set = Some(PathBuf::from("/state/axtok/journal.jsonl"));
    assert_eq!(file_in(Some("/state".into()), home()), set);
    assert_eq!(file_in(Some("/state".into()), None), set);
    assert_eq!(file_in(None, None), None);
}
