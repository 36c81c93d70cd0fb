//! What tokens do, on the command line.

use std::fs;

use serde_json::{Value, json};

use crate::{
    logged::{Answer, Asking, Logged, deeds, events, table},
    script::{Ran, readable, snapshot},
};

const LIST: [&str; 4] = ["tokens", "list", "--usage", "--json"];

/// The token with this id in a JSON list.
#[track_caller]
fn token(ran: &Ran, id: &str) -> Value {
    let list = ran.json();
    list.as_array().unwrap().iter().find(|t| t["id"] == id).unwrap()["usage"].clone()
}

/// `code of token`, sorted as printed, of the findings from the log.
fn found(ran: &Ran) -> Vec<String> {
    let list = ran.json();
    let codes = ["unused-token", "unused-right", "creator-left"];
    let all = list.as_array().unwrap().iter();
    let all = all.filter(|f| codes.contains(&f["code"].as_str().unwrap()));
    all.map(|f| format!("{} of {}", f["code"], f["tokenId"]).replace('"', "")).collect()
}

fn review(asking: &Asking, args: &[&str]) -> Ran {
    asking.run(&[&["review", "--usage", "--json"], args].concat())
}

#[test]
fn the_list_says_when_a_token_was_seen_and_whether_it_is_used() {
    let asking = Logged::default().serve();
    let ran = asking.run(&["tokens", "list", "--usage"]).ends(0);
    snapshot("usage_table", &ran.out);
    let ran = ran.says("usage: last 30 days, tokens recognised by id");
    assert!(!ran.err.contains("could not"), "{}", ran.err);
    // Without it, nothing is asked, and nothing more is printed.
    let ran = asking.run(&["tokens", "list", "--json"]).ends(0);
    assert!(!ran.out.contains("usage") && !ran.err.contains("usage"), "{ran:?}");
}

#[test]
fn each_right_has_a_verdict_in_json() {
    let asking = Logged::default().serve();
    let ran = asking.run(&LIST).ends(0);
    snapshot("usage_json", &readable(&token(&ran, "partly")));
    let unused = token(&ran, "unused");
    assert_eq!((&unused["unused"], &unused["lastSeen"]), (&json!(true), &json!(null)));
    let sender = &token(&ran, "sender")["rights"][0];
    assert_eq!((&sender["verdict"], &sender["reason"]), (&json!("unknown"), &json!("anyToken")));
    assert_eq!(token(&ran, "used")["rights"][1]["reason"], json!(null));
}

#[test]
fn terms_about_use_need_the_log() {
    let asking = Logged::default().serve();
    let list =
        |terms: &[&str]| asking.run(&[&["tokens", "list", "--usage", "--ids"], terms].concat());
    assert_eq!(list(&["unused"]).ends(0).out, "unused\n");
    assert_eq!(list(&["seen>7d"]).ends(0).out, "partly\nunused\n");
    assert_eq!(list(&["seen>30d"]).ends(0).out, "unused\n");
    let ran = list(&["seen>31d"]).ends(0);
    assert_eq!(ran.out, "");
    ran.says("the filter can match nothing: the log only goes back 30 days");
    for term in ["unused", "seen>7d"] {
        let ran = asking.run(&["tokens", "list", term, "--ids"]).ends(2);
        assert_eq!(ran.out, "");
        ran.says("unused and seen need the audit log: add --usage");
    }
    list(&["seen>soon"]).ends(2).says("use seen>30d or seen>2026-10-31");
}

#[test]
fn the_review_finds_what_is_not_used_and_who_has_left() {
    let asking = Logged::default().serve();
    let ran = review(&asking, &["--fail-on", "medium"]).ends(1);
    let expected = ["creator-left of used", "unused-token of unused", "unused-right of partly"];
    assert_eq!(found(&ran), expected);
    let all = ran.json();
    let left = all.as_array().unwrap().iter().find(|f| f["code"] == "creator-left").unwrap();
    snapshot("usage_finding", &readable(left));
    let ran = asking.run(&["review", "--usage", "--format", "markdown"]).ends(0);
    let words = "was not seen in the log of the last 30 days (tokens recognised by id)";
    assert!(ran.out.contains(words) && ran.out.contains("unused-right"), "{}", ran.out);
    let ran = asking.run(&["review", "--usage", "--format", "csv"]).ends(0);
    assert!(ran.out.contains("medium,creator-left,used-name,"), "{}", ran.out);
    assert_eq!(found(&asking.run(&["review", "--json"]).ends(0)), [""; 0]);
    asking.run(&["review", "--usage", "--can", "read"]).ends(2);
}

#[test]
fn without_the_right_to_read_the_log_the_review_continues_and_the_list_does_not() {
    for (status, words) in [(403, "only owners can query the audit log"), (404, "no audit log")] {
        let asking = Logged { deeds: Answer::refused(status, ""), ..Logged::default() }.serve();
        let ran = asking.run(&LIST).ends(if status == 403 { 4 } else { 5 }).says(words);
        assert!(ran.json()["error"]["message"].as_str().unwrap().contains(words));
        // `never-expires` and others would be found all the same.
        let ran =
            review(&asking, &[]).ends(0).says("the review continues without this").says(words);
        assert_eq!(found(&ran), [""; 0]);
    }
}

#[test]
fn what_else_could_not_be_asked_is_said_with_its_reason() {
    let no = || Answer::refused(403, "");
    let asking = Logged { users: no(), ..Logged::default() }.serve();
    let ran = review(&asking, &[]).ends(0).says("creators are not checked");
    let ran = ran.says("users:read");
    assert_eq!(found(&ran), ["unused-token of unused", "unused-right of partly"]);
    assert_eq!(ran.json()[0]["notChecked"], json!(["creator-left"]));

    // Whether a token is older than the log is not known, so none is unused.
    let asking = Logged { events: no(), ..Logged::default() }.serve();
    assert_eq!(found(&review(&asking, &[]).ends(0).says("token ages are not known")), [""; 0]);

    let asking = Logged { received: no(), ..Logged::default() }.serve();
    let ran = asking.run(&LIST).ends(0).says("no numbers of received events");
    assert_eq!(token(&ran, "sender")["rights"][0]["reason"], "noIngest");
}

#[test]
fn a_query_limit_says_when_to_try_again() {
    let limit = Answer::refused(429, "Retry-After: 90\r\n");
    let asking = Logged { deeds: limit.clone(), ..Logged::default() }.serve();
    let words = "Rate limit: wait until ";
    for args in [&LIST[..], &["review", "--usage"]] {
        asking.run(args).ends(7).says(words);
    }
    let asking = Logged { events: limit, ..Logged::default() }.serve();
    asking.run(&["audit"]).ends(7).says(words);
    asking.run(&LIST).ends(0).says(words);
}

#[test]
fn an_empty_log_or_one_without_names_proves_nothing() {
    let people = deeds(&[("runAPLQuery", "u1", "Jo", "a", "2026-11-22T09:00:00Z")]);
    for log in [deeds(&[]), people] {
        let asking = Logged { deeds: Answer::ok(&log), ..Logged::default() }.serve();
        let ran = asking.run(&LIST).ends(0).says("this organisation's log does not name tokens");
        let unused = token(&ran, "unused");
        assert_eq!(unused["by"], json!(null));
        assert_eq!(unused["rights"][0]["reason"], "notNamed");
        let ran = asking.run(&["tokens", "list", "--usage", "unused", "--ids"]).ends(0);
        assert_eq!(ran.out, "");
        ran.says("the filter can match nothing: the log does not name tokens");
        let ran = review(&asking, &[]).ends(0);
        assert_eq!(found(&ran), ["creator-left of used"]);
        assert_eq!(ran.json()[0]["notChecked"], json!(["unused-token", "unused-right"]));
    }
}

#[test]
fn an_actor_without_a_name_could_be_any_token() {
    let rows = [
        ("runAPLQuery", "used", "", "a", "2026-11-22T09:00:00Z"),
        ("runAPLQuery", "", "", "b", "2026-11-22T09:00:00Z"),
    ];
    let asking = Logged { deeds: Answer::ok(&deeds(&rows)), ..Logged::default() }.serve();
    let ran = asking.run(&LIST).ends(0);
    assert_eq!(token(&ran, "unused")["unused"], json!(true));
    let partly = token(&ran, "partly");
    let reasons: Vec<_> =
        partly["rights"].as_array().unwrap().iter().map(|r| &r["reason"]).collect();
    assert_eq!(reasons, [&json!(null), &json!("nameless")]);
    // Nobody used `a` who could be the token.
    let ran = review(&asking, &[]).ends(0);
    let expected = ["creator-left of used", "unused-token of unused", "unused-right of partly"];
    assert_eq!(found(&ran), expected);
    assert!(ran.out.contains("(tokens recognised by id): query:read on a\""), "{}", ran.out);
}

#[test]
fn names_are_enough_if_one_token_has_them() {
    let rows = [("runAPLQuery", "key-1", "used-name", "a", "2026-11-22T09:00:00Z")];
    let asking = Logged { deeds: Answer::ok(&deeds(&rows)), ..Logged::default() }.serve();
    let ran = asking.run(&LIST).ends(0).says("tokens recognised by name");
    assert_eq!(token(&ran, "used")["by"], "name");
    assert_eq!(token(&ran, "used")["rights"][0]["verdict"], "used");
}

#[test]
fn a_partial_result_calls_nothing_unused() {
    let mut partial = deeds(&[("runAPLQuery", "used", "", "a", "2026-11-22T09:00:00Z")]);
    partial["status"]["isPartial"] = json!(true);
    let asking = Logged { deeds: Answer::ok(&partial), ..Logged::default() }.serve();
    let ran = asking.run(&LIST).ends(0).says("the log was not read to its end");
    assert_eq!(token(&ran, "unused")["rights"][0]["reason"], "incomplete");
    assert_eq!(found(&review(&asking, &[])), ["creator-left of used"]);
}

#[test]
fn a_view_that_the_credential_cannot_list_is_not_unused() {
    let rights = json!([{
        "id": "t", "name": "t", "description": "", "expiresAt": "2027-02-01T00:00:00Z",
        "viewCapabilities": { "v": { "query": ["read"] } },
    }]);
    // Queried through the view, and logged with its dataset.
    let rows = [("runAPLQuery", "t", "", "a", "2026-11-22T09:00:00Z")];
    let logged = || Logged {
        tokens: Answer::ok(&rights),
        deeds: Answer::ok(&deeds(&rows)),
        ..Logged::default()
    };
    // An API token is not shown every view.
    let asking = logged().serve();
    let api_token = "xaat-00000000-0000-4000-8000-000000000000";
    let ran = asking.run_with(api_token, &LIST).ends(0);
    assert_eq!(token(&ran, "t")["rights"][0]["verdict"], "used");
    let known = json!([{ "name": "v", "datasets": ["b"] }]);
    let asking = Logged { views: Answer::ok(&known), ..logged() }.serve();
    assert_eq!(token(&asking.run(&LIST).ends(0), "t")["rights"][0]["verdict"], "notSeen");
}

#[test]
fn the_settings_can_switch_it_off() {
    let asking = Logged::default().serve();
    let folder = asking.home.path().join(".config/axtok");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("settings.toml"), "usage = 'off'\n").unwrap();
    for args in [&LIST[..], &["review", "--usage"]] {
        asking.run(args).ends(2).says("usage = \"off\"").says("axtok config path");
    }
    asking.run(&["tokens", "list"]).ends(0);
    asking.run(&["audit"]).ends(0);
    let shown = asking.run(&["config", "show"]).ends(0);
    assert!(shown.out.contains("usage = \"off\"\n"), "{}", shown.out);
    fs::write(folder.join("settings.toml"), "usage = 'always'\n").unwrap();
    // Commands only ask with the option.
    assert!(!asking.run(&["tokens", "list", "--json"]).ends(0).out.contains("lastSeen"));
    asking.run(&LIST).ends(0);
}

#[test]
fn the_events_of_tokens_are_printed_newest_first() {
    let asking = Logged::default().serve();
    let ran = asking.run(&["audit"]).ends(0).says("3 events in the last 30 days");
    snapshot("audit_table", &ran.out);
    let ran = asking.run(&["audit", "--json"]).ends(0);
    snapshot("audit_json", &readable(&ran.json()));

    let only = |wanted: &str| asking.run(&["audit", "--token", wanted, "--json"]);
    let actions = |ran: Ran| -> Vec<String> {
        let list = ran.json();
        let all = list.as_array().unwrap().iter();
        all.map(|e| format!("{} {}", e["action"], e["tokenId"]).replace('"', "")).collect()
    };
    assert_eq!(actions(only("used").ends(0)), ["created used"]);
    assert_eq!(actions(only("used-name").ends(0)), ["created used"]);
    // A deleted token of the same name as one that is listed; and one that is only in the log.
    assert_eq!(actions(only("partly-name").ends(0)), ["deleted old"]);
    assert_eq!(actions(only("old").ends(0)), ["deleted old"]);
    // Listed, without events.
    let ran = only("sender").ends(0).says("0 events in the last 30 days");
    assert_eq!(ran.out, "[]\n");
    only("no-such-token").ends(5);
}

#[test]
fn a_log_that_was_cut_says_so_and_who_may_not_list_tokens_can_read_it() {
    let mut cut = events(&[("2026-11-20T09:00:00Z", "deleteAPIToken", "", "old", "")]);
    cut["status"]["isPartial"] = json!(true);
    let logged =
        Logged { events: Answer::ok(&cut), tokens: Answer::refused(403, ""), ..Logged::default() };
    let asking = logged.serve();
    let ran = asking.run(&["audit", "--token", "old"]).ends(0).says("there may be more");
    assert!(ran.out.ends_with("deleted  -      old  -\n"), "{}", ran.out);
    asking.run(&["audit", "--token", "new"]).ends(4);
    let nothing = Logged { events: Answer::ok(&table(&[])), ..Logged::default() }.serve();
    nothing.run(&["audit"]).ends(0).says("0 events in the last 30 days");
}
