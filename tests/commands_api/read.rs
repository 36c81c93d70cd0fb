//! Commands that change nothing.

use serde_json::Value;

use crate::script::{ACME, Script, readable, snapshot};

#[test]
fn tokens_are_listed_in_a_table_and_as_json() {
    let script = Script::with("");
    let table = script.run(&["tokens", "list"]).ends(0);
    let names: Vec<_> = table.out.lines().map(|l| l.split("  ").next().unwrap()).collect();
    assert_eq!(names, ["NAME", "twin", "soon", "twin", "forever", "old"], "{}", table.out);
    assert!(!table.out.contains('\x1b'), "colour without a terminal");
    assert!(table.out.contains("expired") && table.out.contains("id-forever"), "{}", table.out);

    let json = script.run(&["tokens", "list", "--json", "forever"]).ends(0);
    snapshot("json_tokens_list", &readable(&json.json()));
    assert_eq!(json.out.lines().count(), 3, "not one line for each token");
    let old = script.run(&["tokens", "show", "--json", "id-old", "old"]).ends(0).json();
    assert_eq!(old.as_array().unwrap().len(), 1, "a token is repeated");
    assert_eq!(old[0]["state"], "expired");
    assert_eq!(old[0]["expiresAt"], "2020-01-02T03:04:05Z");
    assert_eq!(old[0]["type"], "basic");
}

#[test]
fn filters_match_the_lists_and_mistakes_are_rejected() {
    let script = Script::with("");
    let listed = |filter: &[&str]| {
        let args = [&["tokens", "list", "--json"], filter].concat();
        script.run(&args).ends(0).names()
    };
    assert_eq!(listed(&["expires<30d", "type:basic"]), ["twin", "old"]);
    assert_eq!(listed(&["expires<30d type:basic"]), ["twin", "old"]);
    assert_eq!(listed(&["never"]), ["forever"]);
    assert_eq!(listed(&["can:query", "ds:prod-api"]), ["soon", "forever"]);
    assert_eq!(listed(&["nothing-like-it"]), Vec::<String>::new());
    for mistake in ["expires<30", "type:bsic", "type:"] {
        script.run(&["tokens", "list", mistake]).ends(2).says(mistake);
    }
}

#[test]
fn the_exit_status_reports_tokens_that_are_due() {
    let script = Script::with("");
    let due = script.run(&["tokens", "list", "--expiring-within", "14d", "--json"]).ends(1);
    assert_eq!(due.names(), ["soon"]);
    // The first twin expires in 3 days, and the second one replaces it.
    due.says("twin id-twin-1 is not counted");
    let none = script.run(&["tokens", "list", "--expiring-within", "4d", "--json"]).ends(0);
    assert_eq!(none.names(), Vec::<String>::new());
    let one = ["tokens", "list", "--expiring-within", "14d", "type:basic"];
    script.run(&one).ends(0);
    script.run(&["tokens", "list", "--expiring-within", "soon"]).ends(2).says("try 90d");
    script.run(&["tokens", "list", "--expiring-within", "never"]).ends(2);
}

#[test]
fn an_unreadable_expiry_is_neither_never_nor_distant() {
    let far = r#"{"id":"id-far","name":"far","expiresAt":"2090-01-01T00:00:00Z"}"#;
    for raw in [r#""2026-11-27""#, "1795000000", r#""2026-11-27 10:00:00 +0000 UTC""#, "true", "{}"]
    {
        let body = format!(r#"[{{"id":"id-odd","name":"odd","expiresAt":{raw}}},{far}]"#);
        let fault = format!("[[fault]]\nroute = 'GET /v2/tokens'\nbody = '{body}'\n");
        let script = Script::with(&fault);
        let warning = "odd id-odd: the expiry cannot be read";
        let table = script.run(&["tokens", "list"]).ends(0).says(warning);
        let row = table.out.lines().nth(1).unwrap();
        assert!(row.starts_with("odd   unknown  unknown "), "{}", table.out);
        let json = script.run(&["tokens", "list", "--json"]).ends(0).json();
        assert_eq!(json[0]["state"], "unknown");
        assert_eq!(json[0]["expiresAt"], serde_json::from_str::<Value>(raw).unwrap());
        assert_eq!(json[0]["findings"][0]["code"], "unreadable-expiry");
        let within = ["tokens", "list", "--expiring-within", "14d"];
        let due = script.run(&[&within[..], &["--json"]].concat()).ends(1).says(warning);
        assert_eq!(due.names(), ["odd"], "an unknown expiry may be due");
        let ids = script.run(&[&within[..], &["--ids"]].concat()).ends(1).says(warning);
        assert_eq!(ids.out, "", "a script would regenerate it every night");
        script
            .run(&["review", "--expiring-within", "14d"])
            .ends(1)
            .says("its expiry is unknown: cannot read");
        script.run(&["review", "--fail-on", "medium"]).ends(1).says(warning);
        let shown = script.run(&["tokens", "show", "odd"]).ends(0).says(warning);
        assert!(shown.out.contains("expires       unknown: cannot read"), "{}", shown.out);
        assert!(!shown.out.contains("never"), "{}", shown.out);
        let never = script.run(&["tokens", "list", "never", "--json"]).ends(0);
        assert_eq!(never.names(), Vec::<String>::new());
        let json = script.run(&["tokens", "show", "odd", "--json"]).ends(0).out;
        let args = ["tokens", "create", "copy", "--org", "users:read", "--dry-run", "--from", "-"];
        script.run_with(&args, &json).ends(2).says("enter an expiry");
        script.run_with(&[&args[..], &["--expires", "30d"]].concat(), &json).ends(0);
    }
}

#[test]
fn a_token_is_shown_with_all_its_rights() {
    let script = Script::with("");
    let shown = script.run(&["tokens", "show", "forever"]).ends(0);
    snapshot("text_tokens_show", &shown.out);
    script.run(&["tokens", "show", "forever", "nobody"]).ends(5).says("nobody");
    script.run(&["tokens", "show", "foreve"]).ends(5).says("did you mean forever?");
    script.run(&["tokens", "show", "twin"]).ends(2).says("id-twin-1, id-twin-2");
    script.run(&["tokens", "show", "id-twin-2"]).ends(0);
    script.run(&["tokens", "show"]).ends(2);
}

#[test]
fn datasets_and_organisations_are_listed() {
    let script = Script::with("");
    let datasets = script.run(&["datasets", "list", "--json"]).ends(0);
    snapshot("json_datasets_list", &readable(&datasets.json()));
    let orgs = script.run(&["orgs", "list", "--json"]).ends(0);
    snapshot("json_orgs_list", &readable(&orgs.json()));
    assert_eq!(
        script.run(&["datasets", "list"]).ends(0).out,
        "NAME      DESCRIPTION\nprod-api  Requests.\nprod-web  Browsers.\n"
    );
    script.run(&["orgs", "list"]).ends(0);
}

#[test]
fn the_exit_status_gives_the_kind_of_failure() {
    for (fault, status, words) in [
        ("status = 403", 4, "the server returned 403"),
        ("status = 404", 5, "the server returned 404"),
        ("status = 429\nheaders = { Retry-After = '7' }", 7, "wait until"),
        ("status = 500", 1, "the server returned 500"),
        ("body = '{'", 1, "unexpected response: JSON in another shape"),
    ] {
        let script = Script::with(&format!("[[fault]]\nroute = 'GET /v2/tokens'\n{fault}\n"));
        let ran = script.run(&["tokens", "list", "--json"]).ends(status).says(words);
        assert_eq!(ran.json()["error"]["status"], status, "not exactly one error was printed");
        script.run(&["tokens", "show", "old"]).ends(status);
    }
    let personal = &["personal", "list"][..];
    for (args, route) in [
        (&["datasets", "list"][..], "GET /v2/datasets"),
        (&["orgs", "list"], "GET /v2/orgs"),
        (personal, "GET /v1/tokens/personal"),
    ] {
        for (refusal, status) in [(403, 4), (404, 5), (429, 7), (500, 1)] {
            let fault = format!("[[fault]]\nroute = '{route}'\nstatus = {refusal}\n");
            let ran = Script::with(&fault).run(args).ends(status);
            assert_eq!(ran.out, "", "{args:?}");
        }
    }
    let script = Script::with("").signed_in_with("xapt-canary-1");
    for args in [&["tokens", "list"][..], &["datasets", "list"], &["orgs", "list"]] {
        let ran = script.run(args).ends(3).says("Sign in again");
        assert!(!ran.err.contains("canary"), "{}", ran.err);
    }
    script
        .run(&["tokens", "list", "--deployment", "nowhere"])
        .ends(2)
        .says("no deployment nowhere");
    let signed_out = Script::with("").signed_in_with("");
    signed_out.run(&["tokens", "list"]).ends(3).says("AXIOM_TOKEN");
}

#[test]
fn the_only_organisation_need_not_be_named() {
    let script = Script::with("");
    let mut command = script.command(&["tokens", "list"]);
    assert!(command.env_remove("AXIOM_ORG_ID").output().unwrap().status.success());
    let two = Script::serving(&format!("{ACME}\n[[org]]\nid = 'labs'\nname = 'Labs'\n"));
    let mut command = two.command(&["tokens", "list"]);
    let ran = command.env_remove("AXIOM_ORG_ID").output().unwrap();
    assert_eq!(ran.status.code(), Some(2));
    let message = String::from_utf8(ran.stderr).unwrap();
    assert!(message.contains("acme, labs") && message.contains("AXIOM_ORG_ID"), "{message}");
}

#[test]
fn a_reader_that_stops_early_ends_the_command_quietly() {
    let script = Script::serving("[[org]]\nid = 'a'\nname = 'A'\n[generate]\ntokens = 5000\n");
    let mut child = script
        .command(&["tokens", "list", "--json"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    // Closes the end for reading.
    drop(child.stdout.take());
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(0));
    assert_eq!(String::from_utf8(ended.stderr).unwrap(), "");
}

#[test]
fn hidden_characters_in_names_are_spelled_out() {
    let evil = ACME.replace("name = \"old\"", "name = \"ol\\u001b[2Jd\\u202e\"");
    let script = Script::serving(&evil);
    let table = script.run(&["tokens", "list"]).ends(0);
    assert!(table.out.contains("ol<U+001B>[2Jd<U+202E>"), "{}", table.out);
    let json = script.run(&["tokens", "show", "id-old", "--json"]).ends(0);
    assert!(json.out.is_ascii(), "{}", json.out);
    assert_eq!(json.json()[0]["name"], "ol\u{1b}[2Jd\u{202e}");
}

#[test]
fn listed_ids_can_be_passed_to_commands() {
    let script = Script::with(
        "[[org.token]]\nid = \"one\\ntwo\"\nname = 'broken'\n\
         [[org.token]]\nid = '--yes'\nname = 'dashed'\n\
         [[org.token]]\nid = '*'\nname = 'star'\n",
    );
    for (name, id) in [
        ("broken", "one<U+000A>two"),
        ("dashed", "<U+002D>-yes"),
        ("star", "<U+002A>"),
        ("forever", "id-forever"),
    ] {
        let ran = script.run(&["tokens", "list", "--ids", name]).ends(0);
        assert_eq!(ran.out, format!("{id}\n"));
        let words = format!("{name} was deleted");
        script.run(&["tokens", "delete", "--yes", id]).ends(0).says(&words);
    }
}
