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

/// The elements of an entry's JSON that do not change from run to run.
fn element(script: &Script, args: &[&str], at: usize) -> serde_json::Value {
    script.run(args).ends(0).json()[at].clone()
}

#[test]
fn a_search_says_what_the_list_shows() {
    let script = Script::with(LOST);
    let id = lose(&script);
    let found = element(&script, &["journal", "look", "--all", "--json"], 0);
    assert_eq!(found["found"], "one");
    let candidate = json!([{ "id": id, "name": "ci", "certainty": "exact" }]);
    assert_eq!(found["candidates"], candidate);
    let entry = found["entry"].as_str().unwrap().to_owned();
    let table = script.run(&["journal", "look", &entry[..6]]).ends(0).out;
    assert!(table.contains(&id) && table.contains("as requested"), "{table}");
    assert_eq!(open(&script), 1, "it stays open");
    // One that another change has made is ruled out; one that someone else made is not.
    let create = ["tokens", "create", "ci", "--org", "users:read"];
    script.run(&create).ends(0);
    let found = element(&script, &["journal", "look", &entry, "--json"], 0);
    assert_eq!((&found["found"], &found["candidates"]), (&json!("one"), &candidate));
    let mut elsewhere = script.command(&create);
    elsewhere.env("XDG_STATE_HOME", script.path("another-computer"));
    assert!(elsewhere.output().unwrap().status.success());
    let found = element(&script, &["journal", "look", &entry, "--json"], 0);
    assert_eq!(
        (&found["found"], found["candidates"].as_array().unwrap().len()),
        (&json!("candidates"), 2)
    );
    let refused = script.run(&["journal", "delete", &entry, "--yes"]).ends(4);
    refused.says("no token is certainly ci").says("axtok tokens delete ID");
    script.run(&["journal", "look", "no-such"]).ends(5);
    script.run(&["journal", "look"]).ends(2);
}

#[test]
fn a_search_closes_a_deletion_whose_token_is_gone() {
    let fault = "[[fault]]\nroute = 'DELETE /v2/tokens/{id}'\ntimes = 1\ndrop = 'after'\n\
                 [[fault]]\nroute = 'GET /v2/tokens'\nafter = 1\ntimes = 1\nstatus = 403\n";
    let script = Script::with(fault);
    script.run(&["tokens", "delete", "old", "--yes", "--look-for", "0"]).ends(6);
    let found = element(&script, &["journal", "look", "--all", "--json"], 0);
    assert_eq!(found["found"], "deleted");
    assert_eq!(open(&script), 0);
    assert_eq!(element(&script, &["history", "--json"], 0)["outcome"], "done");
}

#[test]
fn the_result_of_a_lost_change_is_deleted_from_its_entry() {
    let script = Script::with(LOST);
    let id = lose(&script);
    let list = script.run(&["journal", "list", "--json"]).ends(0).json();
    let entry = list[0]["entry"].as_str().unwrap().to_owned();
    let delete = ["journal", "delete", &entry[..8]];
    script.run(&delete).ends(2).says("not a terminal: pass --yes to confirm");
    script.run(&["--read-only", "journal", "delete", &entry, "--yes"]).ends(4);
    assert!(script.server.ids().contains(&id));
    let dry = script.run(&["journal", "delete", &entry, "--dry-run"]).ends(0).out;
    assert!(dry.contains(&format!("DELETE /v2/tokens/{id}")), "{dry}");
    script.run(&["journal", "delete", &entry, "--yes"]).ends(0);
    assert!(!script.server.ids().contains(&id));
    assert_eq!(open(&script), 0);
    script.run(&["journal", "delete", &entry, "--yes"]).ends(5);
}

#[test]
fn a_change_elsewhere_is_refused_with_where_to_go() {
    let script = Script::with(LOST);
    lose(&script);
    let file = script.path(".local/state/axtok/journal.jsonl");
    let there = script.journal().replace(r#""org":"acme""#, r#""org":"other""#);
    std::fs::write(&file, there).unwrap();
    let entry = script.run(&["journal", "list", "--json"]).ends(0).json()[0]["entry"].clone();
    for command in [&["look"][..], &["delete", "--yes"]] {
        let args = [&["journal"], command, &[entry.as_str().unwrap()]].concat();
        let ran = script.run(&args).ends(2);
        ran.says("ci was changed at").says("--deployment").says("the organisation other");
    }
    let ran = script.run(&["journal", "look", "--all", "--json"]).ends(0);
    assert_eq!(ran.out.trim(), "[]");
    ran.says("1 change was made elsewhere");
    assert_eq!(open(&script), 1);
}

#[test]
fn the_history_has_every_change_and_where_its_secret_went() {
    let script = Script::with(LOST);
    lose(&script);
    let file = script.path("new-secret");
    let file = file.to_str().unwrap();
    script.run(&["tokens", "regenerate", "soon", "--secret-file", file]).ends(0);
    script.run(&["tokens", "delete", "old", "--yes"]).ends(0);
    let closed = ["journal", "close", "--all", "--reason", "deleted it in the console"];
    script.run(&closed).ends(0);
    let history = script.run(&["history", "--json"]).ends(0).json();
    let names: Vec<_> = history.as_array().unwrap().iter().map(|c| c["name"].clone()).collect();
    assert_eq!(names, ["old", "soon", "ci"], "newest first");
    let of = |name: &str, member: &str| history[name.parse::<usize>().unwrap()][member].clone();
    assert_eq!((of("0", "change"), of("0", "outcome")), (json!("delete"), json!("done")));
    assert_eq!((of("1", "oldId"), of("1", "outcome")), (json!("id-soon"), json!("done")));
    assert!(of("1", "delivered").as_str().unwrap().contains("new-secret"), "{history}");
    assert_eq!((of("2", "outcome"), of("2", "open")), (json!("closed"), json!(false)));
    assert_eq!(of("2", "reason"), "deleted it in the console");
    assert!(of("2", "recordedAt").is_string());

    let table = script.run(&["history"]).ends(0).out;
    assert!(table.starts_with("WHEN") && table.contains("closed: deleted it in"), "{table}");
    for wanted in ["soon", "id-soon", of("1", "id").as_str().unwrap()] {
        let one = script.run(&["history", wanted, "--json"]).ends(0).json();
        assert_eq!(one.as_array().unwrap().len(), 1, "{wanted}");
    }
    script.run(&["history", "forever"]).ends(5).says("the journal has no change of forever");
    assert_eq!(script.run(&["history", "--open", "--json"]).ends(0).out.trim(), "[]");
    // It needs no credential, and the demo has none.
    let mut command = script.command(&["history"]);
    command.env_remove("AXIOM_TOKEN").env_remove("AXIOM_URL");
    assert_eq!(String::from_utf8(command.output().unwrap().stdout).unwrap(), table);
    let demo = script.run(&["history", "--demo", "--json"]).ends(0);
    assert_eq!(demo.out.trim(), "[]");
    demo.says("The demo keeps no journal");
}

#[test]
fn a_reason_is_checked() {
    let script = Script::with(LOST);
    lose(&script);
    script.run(&["journal", "close", "--all", "--reason", " "]).ends(2).says("--reason:");
    assert_eq!(open(&script), 1);
}

#[test]
fn a_journal_in_a_bad_state_still_has_a_history() {
    let script = Script::with(LOST);
    lose(&script);
    assert!(script.run(&["history"]).ends(0).err.contains("1 change is not finished"));
    let file = script.path(".local/state/axtok/journal.jsonl");
    let text = script.journal();
    // Lines and marks of a newer version are left out.
    let newer = "{\"v\":2,\"kind\":\"later\"}\n{\"v\":2,\"kind\":\"entry\",\"entry\":\"x\"}\n";
    std::fs::write(&file, text.clone() + newer).unwrap();
    let ran = script.run(&["history", "--json"]).ends(0);
    assert_eq!(ran.json().as_array().unwrap().len(), 1);
    assert!(!ran.err.contains("cannot be read"), "{ran:?}");
    std::fs::write(&file, format!("garbage\n{text}\u{0}\u{0}\n")).unwrap();
    let ran = script.run(&["history", "--json"]).ends(0);
    let ran = ran.says("some lines of the journal cannot be read");
    assert_eq!(ran.json()[0]["outcome"], "unknown");
    assert_eq!(script.journal(), format!("garbage\n{text}\u{0}\u{0}\n"), "reading changes nothing");
    std::fs::remove_file(&file).unwrap();
    assert_eq!(script.run(&["history", "--json"]).ends(0).out.trim(), "[]");
    std::fs::create_dir(&file).unwrap();
    script.run(&["history"]).ends(1).says("the path is a folder");
}
