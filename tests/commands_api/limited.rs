//! Credentials with a single right, and undelivered secrets.

use std::{fs::OpenOptions, process::Stdio};

use crate::script::{Ran, Script};

/// A script signed in with a token that has only these organisation rights.
fn limited(rights: &str) -> Script {
    let script = Script::with("");
    let made = script.run(&["tokens", "create", "limited", "--org", rights]).ends(0);
    script.signed_in_with(made.out.trim())
}

#[test]
fn creating_needs_no_right_to_list() {
    let script = limited("apiTokens:create");
    let create = ["tokens", "create", "new", "--dataset", "prod-api=ingest:create"];
    let ran = script.run(&create).ends(0).says("no permission to list the API tokens");
    assert!(ran.out.starts_with("xaat-"), "{ran:?}");
    assert_eq!(ran.err.matches("no permission to list").count(), 1, "{ran:?}");
    script.run(&["tokens", "delete", "id-old", "--yes"]).ends(4);
    script.run(&["tokens", "list"]).ends(4);
}

#[test]
fn deleting_by_id_needs_no_right_to_list() {
    let script = limited("apiTokens:delete");
    script.run(&["tokens", "delete", "id-old", "--yes"]).ends(0).says("used as ids");
    assert!(!script.server.ids().contains(&"id-old".to_owned()));
    // A name is not an id.
    script.run(&["tokens", "delete", "soon", "--yes"]).ends(0).says("soon");
    assert!(script.server.ids().contains(&"id-soon".to_owned()));
}

#[test]
fn regenerating_by_id_needs_no_right_to_list() {
    let script = limited("apiTokens:update");
    let ran = script.run(&["tokens", "regenerate", "id-soon"]).ends(0).says("was regenerated");
    assert!(ran.out.starts_with("xaat-"), "{ran:?}");
    let replace = ["tokens", "replace", "id-old", "--org", "users:read"];
    script.run(&replace).ends(2).says("add --name");
    script.run(&[&replace[..], &["--name", "renamed"]].concat()).ends(0);
}

/// The outcome of each change in the results.
fn outcomes(ran: &Ran) -> Vec<String> {
    let results = ran.json();
    let outcome = |r: &serde_json::Value| r["outcome"].as_str().unwrap().to_owned();
    results.as_array().unwrap().iter().map(outcome).collect()
}

#[test]
fn regeneration_stops_after_an_undelivered_secret() {
    let script = Script::with("");
    let regenerate = ["tokens", "regenerate", "id-soon", "id-twin-1", "id-twin-2"];
    let undelivered = ["--secret-command", "false", "--json"];
    let ran = script.run(&[&regenerate[..], &undelivered].concat()).ends(1);
    assert_eq!(outcomes(&ran), ["failed", "notSent", "notSent"]);
    assert_eq!(script.server.ids().len(), 6, "not exactly one new token");
    let kept = || std::fs::read_dir(script.path(".local/state/axtok/undelivered")).unwrap().count();
    assert_eq!(kept(), 1);
    ran.says("the secret was saved to");

    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = script.command(&[&regenerate[..], &["--json"]].concat());
    let child = command.stdout(Stdio::from(full)).stderr(Stdio::piped()).spawn().unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert_eq!(script.server.ids().len(), 7, "not exactly one new token");
    assert_eq!(kept(), 2, "each undelivered secret has a file");
}

#[test]
fn unwritable_results_are_a_failure() {
    let script = Script::with("");
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = script.command(&["tokens", "delete", "old", "--yes", "--json"]);
    let child = command.stdout(Stdio::from(full)).stderr(Stdio::piped()).spawn().unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("standard output"), "{output:?}");
    assert_eq!(script.server.ids().len(), 4, "the token was not deleted");
}

/// A pipe that the other process made non-blocking and reads late.
#[test]
fn a_full_output_pipe_is_waited_for() {
    use std::{io::Read as _, os::fd::AsFd as _};

    let tokens: String = (0..1500)
        .map(|n| {
            format!("[[org.token]]\nid = 'id-{n}'\nname = 'token-{n}'\norg = ['users:read']\n")
        })
        .collect();
    let script = Script::with(&tokens);
    let (mut reader, writer) = std::io::pipe().unwrap();
    rustix::io::ioctl_fionbio(writer.as_fd(), true).unwrap();
    let mut command = script.command(&["tokens", "list", "--json"]);
    let mut child = command.stdout(writer).stderr(Stdio::piped()).spawn().unwrap();
    drop(command);
    let mut text = String::new();
    reader.read_to_string(&mut text).unwrap();
    assert!(child.wait().unwrap().success());
    let list: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    assert_eq!(list.len(), 1505);
    assert!(text.len() > 256 * 1024, "no more than fits into a pipe: {}", text.len());
}
