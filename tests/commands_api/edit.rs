//! `axtok tokens replace --edit`: the rights of several tokens are changed at once.

use serde_json::{Value, json};

use crate::script::{Ran, Script};

const THREE: [&str; 5] = ["tokens", "replace", "forever", "soon", "old"];

fn edited(script: &Script, args: &[&str]) -> Ran {
    script.run(&[&THREE[..], args].concat())
}

/// The rights on datasets of the tokens with this name, oldest expiry first.
fn rights(script: &Script, name: &str) -> Vec<Value> {
    let list = script.run(&["tokens", "list", name, "--json"]).ends(0).json();
    list.as_array().unwrap().iter().map(|t| t["datasetCapabilities"].clone()).collect()
}

#[test]
fn each_token_keeps_its_own_rights() {
    let script = Script::with("");
    let file = script.path("new-{id}").to_str().unwrap().to_owned();
    let to = ["--secret-file", file.as_str(), "--json", "--yes"];
    let edit = ["--edit", "grant prod-web query:read", "--edit", "revoke prod-api data:*"];
    let ran = edited(&script, &[&edit[..], &to].concat()).ends(0);
    for words in [
        "3 of 3 tokens change:",
        "forever id-forever + query:read on prod-web - data:delete on prod-api",
        "soon id-soon + query:read on prod-web",
        "old id-old + query:read on prod-web",
        "forever was regenerated as",
    ] {
        assert!(
            ran.err.split_whitespace().collect::<Vec<_>>().join(" ").contains(words),
            "{ran:?}"
        );
    }
    let results = ran.json();
    let results = results.as_array().unwrap();
    assert_eq!(results.len(), 3);
    assert!(results.iter().all(|r| r["outcome"] == "done" && r["change"] == "regenerate"));
    let (old, new) = (
        json!({ "prod-api": { "query": ["read"] } }),
        json!({ "prod-api": { "query": ["read"] }, "prod-web": { "query": ["read"] } }),
    );
    assert_eq!(rights(&script, "soon"), [old, new]);
    let all = script.run(&["tokens", "show", results[0]["id"].as_str().unwrap(), "--json"]);
    let forever = &all.ends(0).json()[0];
    assert_eq!(forever["description"], "Reads everything.");
    assert_eq!(forever["orgCapabilities"], json!({ "users": ["read"] }));
    assert!(forever["expiresAt"].is_string(), "90 days are the default");
    for id in ["id-forever", "id-soon", "id-old"] {
        let secret = std::fs::read_to_string(script.path(&format!("new-{id}"))).unwrap();
        assert!(secret.starts_with("xaat-"));
    }
}

#[test]
fn a_token_that_does_not_change_is_left_alone() {
    let script = Script::with("");
    let edit = ["--edit", "revoke prod-api query:read", "--edit", "grant prod-api ingest:create"];
    let more = ["--json", "--dry-run"];
    // The row for all still grants what is revoked on one dataset.
    let edit = ["tokens", "replace", "forever", "soon"].iter().chain(&edit).chain(&more);
    let ran = script.run(&edit.copied().collect::<Vec<_>>()).ends(0);
    let ran = ran.says("1 of 2 tokens changes:").says("unchanged: forever id-forever");
    let ran = ran.says("! forever id-forever: * still grants query:read on prod-api");
    let requests = ran.json();
    assert_eq!(requests.as_array().unwrap().len(), 1);
    assert_eq!(requests[0]["path"], "/v2/tokens/id-soon/regenerate");
    let new = &requests[0]["body"]["newToken"];
    assert_eq!(new["datasetCapabilities"], json!({ "prod-api": { "ingest": ["create"] } }));
    assert_eq!(new["name"], "soon");

    let args = ["tokens", "replace", "soon", "--edit", "grant prod-api query:read", "--json"];
    let ran = script.run(&args).ends(0).says("nothing to change: nothing was sent");
    assert_eq!(ran.json(), json!([]));
    assert_eq!(script.server.ids().len(), 5);
}

#[test]
fn mistakes_are_reported_before_anything_is_sent() {
    let script = Script::with("");
    for (args, words) in [
        (&["--edit", "grant prod-nwe query:read"][..], "did you mean prod-web?"),
        (&["--edit", "dance"], "--edit: unknown command dance"),
        (&["--edit", "grant prod-web qury:read"], "did you mean query?"),
        (&["--edit", "apply nothing prod-web"], "the presets are ingest-only, query-only"),
        (&["--edit", "only prod-api"], "no rights would be left for old (id-old): leave it out"),
        (&["--edit", "grant prod-web query:read", "--expires", "soon"], "--expires"),
        (&["--edit", "grant prod-web query:read", "--grace", "never"], "must expire"),
        (&["--edit", "grant prod-web query:read", "--preset", "query"], "cannot be used with"),
        (&["--edit", "grant prod-web query:read", "--name", "x"], "cannot be used with"),
        (&["--edit", "grant prod-web query:read"], "add --json"),
        (&["--edit", "grant prod-web query:read", "--json"], "pass --yes"),
        (&["--edit", "grant prod-web query:read", "--json", "--grace", "now"], "pass --yes"),
        (&["--dataset", "prod-web=query:read"], "several tokens can only be changed with --edit"),
    ] {
        edited(&script, args).ends(2).says(words);
    }
    assert_eq!(script.server.ids().len(), 5);
    assert_eq!(script.journal(), "");
}

#[test]
fn one_token_needs_no_confirmation_unless_it_ends_now() {
    let script = Script::with("");
    let one = ["tokens", "replace", "soon", "--edit", "apply query-only prod-web"];
    let ran = script.run(&one).ends(0).says("+ query:read on prod-web");
    assert!(ran.out.starts_with("xaat-"), "{ran:?}");
    let now = [&one[..1], &["replace", "id-twin-1", "--grace", "now"], &one[3..]].concat();
    script.run(&now).ends(2).says("pass --yes");
}

#[test]
fn without_the_list_nothing_can_be_changed() {
    let script = Script::with("");
    let made = script.run(&["tokens", "create", "limited", "--org", "apiTokens:update"]).ends(0);
    let script = script.signed_in_with(made.out.trim());
    let ran = script.run(&["tokens", "replace", "id-soon", "--edit", "revoke prod-api *"]);
    ran.ends(4).says("cannot list tokens, so their rights are not known");
}
