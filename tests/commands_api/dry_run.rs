//! `--dry-run`: the request is printed, nothing is sent, and the status is that of
//! the real run.

use std::fs;

use crate::script::{ACME, Script};

const CREATE: [&str; 6] =
    ["tokens", "create", "ci", "--dataset", "prod-api=ingest:create", "--dry-run"];

/// Runs with more arguments; the request has to be printed, and nothing changed.
#[track_caller]
fn ends(script: &Script, args: &[&str], more: &[&str], status: i32, words: &str) {
    let ran = script.run(&[args, more].concat()).ends(status).says(words);
    assert!(ran.out.contains("/v"), "the request is printed: {ran:?}");
    assert_eq!(script.server.ids().len(), 5, "{more:?}");
    assert_eq!(script.journal(), "");
}

#[test]
fn where_the_secret_goes_is_checked() {
    let script = Script::with("");
    let there = script.path("there");
    fs::write(&there, "").unwrap();
    let there = there.to_str().unwrap();
    let one = ["tokens", "regenerate", "soon", "--dry-run"];
    let other = ["tokens", "replace", "soon", "--org", "users:read", "--dry-run"];
    let personal = ["personal", "create", "laptop", "--dry-run"];
    for args in [&CREATE[..], &one, &other, &personal] {
        ends(&script, args, &["--secret-file", there], 2, "--secret-file");
        ends(&script, args, &["--secret-file", "/nowhere/at/all"], 2, "--secret-file");
        ends(&script, args, &["--secret-command", "no-such-command"], 2, "--secret-command");
        let free = script.path("free");
        ends(&script, args, &["--secret-file", free.to_str().unwrap()], 0, "");
        assert!(!free.exists(), "nothing is written");
    }
    let several = ["tokens", "regenerate", "soon", "old", "--dry-run"];
    ends(&script, &several, &[], 2, "add --json");
    ends(&script, &several, &["--json"], 0, "");
    ends(&script, &several, &["--secret-file", "new"], 2, "{id}");
    // The request, not the secret, goes to standard output.
    let mut nowhere = script.command(&CREATE);
    nowhere.stdout(fs::File::create("/dev/null").unwrap());
    assert!(nowhere.status().unwrap().success());
}

#[test]
fn a_session_that_may_not_change_anything_is_told() {
    let script = Script::with("");
    for args in [
        &CREATE[..],
        &["tokens", "regenerate", "soon", "--dry-run"],
        &["tokens", "replace", "soon", "--org", "users:read", "--dry-run"],
        &["tokens", "delete", "soon", "--dry-run"],
        &["personal", "create", "laptop", "--dry-run"],
        &["personal", "delete", "simulator", "--dry-run"],
    ] {
        ends(&script, args, &["--read-only"], 4, "read-only");
        ends(&script, args, &[], 0, "");
    }
    let nobody = Script::with("").signed_in_with("");
    ends(&nobody, &CREATE, &["--read-only"], 4, "read-only");
}

#[test]
fn what_the_server_knows_is_compared() {
    let script = Script::with("");
    let args = ["tokens", "create", "soon", "--dataset", "prod-apo=query:read", "--dry-run"];
    ends(&script, &args, &[], 0, "a token named soon already exists");
    ends(&script, &args, &[], 0, "there is no dataset prod-apo");
    let nobody = Script::with("").signed_in_with("");
    ends(&nobody, &args, &[], 0, "not signed in: the names");
    let refused = Script::with("").signed_in_with("xapt-unknown");
    ends(&refused, &CREATE, &[], 3, "Sign in again");
    let several = Script::serving(&format!("{ACME}\n[[org]]\nid = 'labs'\nname = 'Labs'\n"));
    let mut command = several.command(&CREATE);
    command.env_remove("AXIOM_ORG_ID");
    assert_eq!(command.output().unwrap().status.code(), Some(2), "which organisation?");
    let none = Script::serving(&format!("personal_routes = 'off'\n{ACME}"));
    ends(&none, &["personal", "create", "laptop", "--dry-run"], &[], 5, "Use the console");
}
