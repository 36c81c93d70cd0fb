//! `--dry-run`: the request is printed, nothing is sent, and the exit status is that of the real
//! run.

use std::fs;

use crate::script::{ACME, Script};

const CREATE: [&str; 6] =
    ["tokens", "create", "ci", "--dataset", "prod-api=ingest:create", "--dry-run"];

/// Runs with more arguments. The request must be printed and nothing changed.
#[track_caller]
fn ends(script: &Script, args: &[&str], more: &[&str], status: i32, words: &str) {
    let ran = script.run(&[args, more].concat()).ends(status).says(words);
    assert!(ran.out.contains("/v"), "the request is not printed: {ran:?}");
    assert_eq!(script.server.ids().len(), 5, "{more:?}");
    assert_eq!(script.journal(), "");
}

#[test]
fn the_destination_of_the_secret_is_checked() {
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
        assert!(!free.exists(), "a file was written");
    }
    let several = ["tokens", "regenerate", "soon", "old", "--dry-run"];
    ends(&script, &several, &[], 2, "add --json");
    ends(&script, &several, &["--json"], 0, "");
    ends(&script, &several, &["--secret-file", "new"], 2, "{id}");
    // Standard output receives the request, not a secret.
    let mut nowhere = script.command(&CREATE);
    nowhere.stdout(fs::File::create("/dev/null").unwrap());
    assert!(nowhere.status().unwrap().success());
}

#[test]
fn a_read_only_session_is_refused() {
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
    let signed_out = Script::with("").signed_in_with("");
    ends(&signed_out, &CREATE, &["--read-only"], 4, "read-only");
}

#[test]
fn arguments_are_compared_with_the_server() {
    let script = Script::with("");
    let args = ["tokens", "create", "soon", "--dataset", "prod-apo=query:read", "--dry-run"];
    ends(&script, &args, &[], 0, "a token named soon already exists");
    ends(&script, &args, &[], 0, "there is no dataset prod-apo");
    let signed_out = Script::with("").signed_in_with("");
    ends(&signed_out, &args, &[], 0, "not signed in: the names");
    let refused = Script::with("").signed_in_with("xapt-unknown");
    ends(&refused, &CREATE, &[], 3, "Sign in again");
    let several = Script::serving(&format!("{ACME}\n[[org]]\nid = 'labs'\nname = 'Labs'\n"));
    let mut command = several.command(&CREATE);
    command.env_remove("AXIOM_ORG_ID");
    assert_eq!(
        command.output().unwrap().status.code(),
        Some(2),
        "an organisation must be selected"
    );
    let none = Script::serving(&format!("personal_routes = 'off'\n{ACME}"));
    ends(&none, &["personal", "create", "laptop", "--dry-run"], &[], 5, "Use the console");
}
