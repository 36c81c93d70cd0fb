//! `axtok journal`: open entries are reported once, listed, and closed without the dashboard.

use serde_json::json;

use crate::script::{Script, readable, snapshot};

const LOST: &str = "[[fault]]\nroute = 'POST /v2/tokens'\ntimes = 1\ndrop = 'after'\n";

/// Loses the reply to a create; returns the id of the created token.
fn lose(script: &Script) -> String {
    let args = ["tokens", "create", "ci", "--org", "users:read", "--look-for", "0"];
    script.run(&args).ends(6);
    script.server.ids().into_iter().find(|id| !id.starts_with("id-")).unwrap()
}

fn open(script: &Script) -> usize {
    let list = script.run(&["journal", "list", "--json"]).ends(0).json();
    list.as_array().unwrap().len()
}

#[test]
fn an_open_entry_is_reported_once_and_listed_until_closed() {
    let script = Script::with(LOST);
    lose(&script);
    let delete = |name: &str| script.run(&["tokens", "delete", name, "--yes"]).ends(0);
    delete("old").says("unconfirmed: creating ci on");
    for name in ["soon", "forever"] {
        let ran = delete(name);
        assert!(!ran.err.contains("unconfirmed:"), "{ran:?}");
    }
    let mut list = script.run(&["journal", "list", "--json"]).ends(0).json();
    let entry = list[0]["entry"].as_str().unwrap().to_owned();
    assert_eq!(list[0]["url"].as_str().unwrap().trim_end_matches('/'), script.server.url);
    list[0]["entry"] = json!("ENTRY");
    list[0]["at"] = json!("AT");
    list[0]["url"] = json!("URL");
    list[0]["deployment"] = json!("DEPLOYMENT");
    snapshot("json_journal_list", &readable(&list));
    let table = script.run(&["journal", "list"]).ends(0).out;
    assert!(table.contains(&entry[..8]) && table.contains("outcome unknown"), "{table}");

    script.run(&["journal", "close", "no-such-entry"]).ends(5).says("no open entry no-such-entry");
    script.run(&["journal", "close", &entry[..3]]).ends(5);
    script.run(&["journal", "close"]).ends(2);
    script.run(&["journal", "close", &entry[..8]]).ends(0).says("closed: creating ci on");
    assert_eq!(open(&script), 0);
    script.run(&["journal", "close", &entry]).ends(5);
    script.run(&["journal", "close", "--all"]).ends(0);
}

#[test]
fn closing_all_entries_needs_no_credential() {
    let script = Script::with(LOST);
    lose(&script);
    let signed_out = |args: &[&str]| {
        let mut command = script.command(args);
        for name in ["AXIOM_TOKEN", "AXIOM_URL", "AXIOM_ORG_ID"] {
            command.env_remove(name);
        }
        command.output().unwrap()
    };
    assert!(String::from_utf8(signed_out(&["journal", "list"]).stdout).unwrap().contains("ci"));
    // The demo has no journal.
    let demo = signed_out(&["journal", "list", "--demo", "--json"]);
    assert_eq!(serde_json::from_slice::<serde_json::Value>(&demo.stdout).unwrap(), json!([]));
    assert!(signed_out(&["journal", "close", "--all", "--demo"]).status.success());
    assert_eq!(open(&script), 1);
    let closed = signed_out(&["journal", "close", "--all"]);
    assert!(closed.status.success(), "{closed:?}");
    assert_eq!(open(&script), 0);
}

#[test]
fn a_command_that_resolves_a_change_closes_its_entry() {
    for command in [&["delete", "--yes"][..], &["regenerate"]] {
        let script = Script::with(LOST);
        let id = lose(&script);
        // Changing another token does not close the entry.
        script.run(&["tokens", command[0], "soon", "--yes"]).ends(0);
        assert_eq!(open(&script), 1, "{command:?}");
        let args = [&["tokens"], command, &[id.as_str()]].concat();
        script.run(&args).ends(0);
        assert_eq!(open(&script), 0, "{command:?}");
    }
    let fault = "[[fault]]\nroute = 'DELETE /v2/tokens/{id}'\ntimes = 1\nstatus = 502\n";
    let script = Script::with(fault);
    let delete = ["tokens", "delete", "old", "--yes", "--look-for", "0"];
    script.run(&delete).ends(6);
    assert_eq!(open(&script), 1);
    script.run(&delete).ends(0);
    assert_eq!(open(&script), 0, "the second deletion resolved the entry");
}

#[test]
fn an_unusable_journal_is_an_error() {
    let script = Script::with(LOST);
    lose(&script);
    let file = script.path(".local/state/axtok/journal.jsonl");
    let text = std::fs::read(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    std::fs::create_dir(&file).unwrap();
    script.run(&["journal", "list"]).ends(1).says("journal");
    script.run(&["journal", "close", "--all"]).ends(1);
    std::fs::remove_dir(&file).unwrap();
    std::fs::write(&file, text).unwrap();
    assert_eq!(open(&script), 1);
}
