//! Each job of the screens in plain mode: done once, with a wrong answer, and with the input
//! ending in the middle.

use std::fs;

use serde_json::Value;

use crate::{
    has, run_unwrapped,
    script::{ACME, Ran, Script},
    session,
};

/// The organisation with a second one, a view and a personal token.
fn script() -> Script {
    let more = r#"
[[org.view]]
name = "errors"
description = "Errors only."
datasets = ["prod-api"]
[[org]]
id = "labs"
name = "Labs"
[[personal]]
id = "pt-1"
name = "laptop"
description = "Jo's laptop."
"#;
    Script::serving(&(ACME.to_owned() + more))
}

/// The rights of the token with this name, as the API lists them.
fn rights(script: &Script, name: &str) -> Value {
    let listed = script.run(&["tokens", "list", "--json"]).ends(0).json();
    let token = listed.as_array().unwrap().iter().find(|t| t["name"] == name);
    let token = token.unwrap_or_else(|| panic!("{name} is not in {listed}"));
    serde_json::json!([
        token["datasetCapabilities"],
        token["viewCapabilities"],
        token["orgCapabilities"]
    ])
}

#[test]
fn every_job_can_be_left_in_the_middle() {
    let script = script();
    let jobs: &[&[&str]] = &[
        &["list", "", "sort", "name", "1-3", "compare", "list"],
        &["show", "soon", "1", "audit", "q", "json"],
        &["create", "ci", "", "3", "grant prod-* query:read", "undo", "preset", "1", "q"],
        &["regenerate", "soon", "1", "48h", "", "1", "no"],
        &["delete", "soon", "1", "sooner"],
        &["several", "", "1-3", "regenerate", "", "", "2", "/x/{id}", "2", "q"],
        &["several", "", "all", "delete", "4"],
        &["show", "soon", "1", "clone", "", "", "3", "done", "", "1", "request", "no"],
        &["show", "old", "1", "replace", "", "", "", "", "1", "expiry", "7d", "name", "x"],
        &["review", "findings", "1", "accept", "q", "export", "csv", "1", "replace", "done"],
        &["review", "dataset", "2", "prod-api", "1", "delete"],
        &["profile", "list", "1", "no", "create", "x", "", "1", "no"],
        &["profile", "delete", "1", "no"],
        &["audit", "q"],
        &["history", "q"],
        &["organisations", "sign", "", "xaat-not-a-token"],
        &["unconfirmed", "read", "read", "no"],
    ];
    for job in jobs {
        for upto in 1..=job.len() {
            run_unwrapped(&script, &job[..upto]).ends(0);
        }
        // q goes back from every question until the program ends.
        let qs = ["q"; 12];
        run_unwrapped(&script, &[*job, &qs].concat()).ends(0);
    }
    assert_eq!(script.server.ids().len(), 5);
    assert_eq!(script.journal(), "", "nothing was sent");
}

#[test]
fn every_question_explains_itself_and_lists_its_choices() {
    let script = script();
    for (answers, choice) in [
        (&["?"][..], "13. read-only: turn it on or off"),
        (&["show", "soon", "1", "?"], "4. replace: new rights and a new secret"),
        (&["several", "", "1 2", "help"], "4. compare two of them"),
        (&["create", "x", "", "?"], "3. commands: change the rights one by one"),
        (&["create", "x", "", "3", "?"], "3. only NAMES: revoke everything on other datasets"),
        (&["review", "?"], "6. tokens with their findings"),
        (&["review", "findings", "1", "?"], "2. accept it, or no longer accept it"),
        (&["profile", "?"], "4. delete personal tokens"),
        (&["list", "", "sort", "?"], "4. reverse the order"),
    ] {
        let listed = |answers: &[&str]| {
            let out = session(&script, answers).ends(0).out;
            out.split_whitespace().collect::<Vec<_>>().join(" ").matches(choice).count()
        };
        let before = listed(&answers[..answers.len() - 1]);
        assert_eq!(listed(answers), before + 1, "{answers:?}");
    }
    let ran = session(&script, &["x", "0", "re", "14", "list", "", "9", "2-1", "x"]).ends(0);
    has(&ran, "That is not one of the choices. Type a number from 1 to 13, or the first letters");
    has(&ran, "This begins several choices: regenerate a token, review access, read-only.");
    has(&ran, "There is no 9. Type sort, numbers from 1 to 5 such as 1 3 5-7, all, or the first");
    has(&ran, "There is no 2-1.");
}

#[test]
fn a_long_list_is_printed_in_pages() {
    let token = |n: usize| {
        let dataset = "dataset = { prod-web = [\"ingest:create\"] }";
        format!("[[org.token]]\nid = 'many-{n}'\nname = 'many-{n}'\nexpires = '9d'\n{dataset}\n")
    };
    let script = Script::serving(&(ACME.to_owned() + &(1..=4995).map(token).collect::<String>()));
    let ran = session(&script, &["list", "many", "more", "4995", "q", "list", "many", "all"]);
    let ran = ran.ends(0);
    has(&ran, "4995 of 5000 tokens.");
    has(&ran, "1 to 20 of 4995. more lists the next 20.");
    has(&ran, "21 to 40 of 4995. more lists the next 20.");
    // A number that was not printed yet can be typed, too.
    has(&ran, "id: many-");
    has(&ran, "4995 tokens: what do you want to do?");
    assert!(ran.out.lines().count() < 400, "{} lines", ran.out.lines().count());
}

#[test]
fn lists_are_sorted_by_each_column() {
    let script = script();
    let order = |answers: &[&str]| {
        let out = session(&script, answers).ends(0).out;
        let list = out.rsplit("5 of 5 tokens.").next().unwrap().to_owned();
        let name = |line: &str| {
            let (_, rest) = line.split_once(". ").filter(|(n, _)| n.parse::<u8>().is_ok())?;
            rest.split_once(". ").map(|(name, _)| name.to_owned())
        };
        list.lines().filter_map(name).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(order(&["list", ""]), "twin soon twin forever old");
    assert_eq!(order(&["list", "", "sort", "name"]), "forever old soon twin twin");
    let reversed = ["list", "", "sort", "name", "sort", "reverse"];
    assert_eq!(order(&reversed), "twin twin soon old forever");
    assert_eq!(order(&["list", "", "sort", "type"]), "forever soon old twin twin");
    // The order stays for the next list.
    assert_eq!(order(&["list", "", "sort", "name", "q", "show", ""]), "forever old soon twin twin");
}

#[test]
fn two_tokens_are_compared() {
    let script = script();
    let ran = session(&script, &["several", "", "soon, forever", "compare"]).ends(0);
    has(&ran, "soon compared with forever.");
    has(&ran, "Type: both advanced.");
    has(&ran, "Users: -, compared with r.");
    let ran = session(&script, &["several", "", "1-3", "compare"]).ends(0);
    has(&ran, "Choose two tokens to compare them: 3 chosen.");
}

#[test]
fn rights_are_changed_by_the_commands_of_the_palette() {
    let script = script();
    let answers = [
        "create",
        "matrix",
        "",
        "rights",
        "commands",
        "bogus",
        "grant prod-* query:read ingest:create",
        "grant prod-api data:*",
        "apply",
        "only prod-api",
        "undo",
        "redo",
        "undo",
        "revoke prod-web ingest:create",
        "grant view:errors query:read",
        "gr org users:read",
        "add tomorrow",
        "grant tomorrow ingest:create",
        "names tom",
        "q",
        "changes",
        "explain users",
        "grant prod-api query:write",
        "grant nothing query:read",
        "save Mine",
        "done",
        "",
        "1",
        "send",
        "show",
        "stored",
    ];
    let ran = session(&script, &answers);
    let ran = ran.ends(0);
    for words in [
        "Type a number from 1 to 3, or the first letters of a choice.",
        "That is not one of the choices. ? lists them; q goes back.",
        "The pattern matches names that exist now only. Done: grant query:read ingest:create",
        "This grants delete rights. Deleted data can't be restored.",
        "Undone: keep rights on 1 row only.",
        "Redone: keep rights on 1 row only.",
        "1 of 6 names. q goes back. 1. tomorrow: ingest:create",
        "organisation, users:create, users:read, users:update, users:delete",
        "No row matches nothing.",
        "Saved as Mine.",
        "Note: there is no dataset tomorrow.",
    ] {
        has(&ran, words);
    }
    let wanted = serde_json::json!([
        {
            "prod-api": {"query": ["read"], "ingest": ["create"], "data": ["delete"]},
            "prod-web": {"query": ["read"]},
            "tomorrow": {"ingest": ["create"]},
        },
        {"errors": {"query": ["read"]}},
        {"users": ["read"]},
    ]);
    assert_eq!(rights(&script, "matrix"), wanted);

    // The saved preset has the same rights.
    let answers = [
        "create", "again", "", "3", "preset", "Mine", "errors", "replace", "apply", "done", "",
        "1", "send",
    ];
    session(&script, &answers).ends(1);
    assert_eq!(rights(&script, "again"), wanted);
}

#[test]
fn rights_that_the_row_for_all_still_grants_are_expanded_on_request() {
    let script = script();
    let answers = [
        "show",
        "forever",
        "1",
        "clone",
        "",
        "",
        "",
        "revoke prod-web query:read",
        "expand",
        "done",
        "",
        "1",
        "send",
        "keep",
    ];
    let ran = session(&script, &answers).ends(0);
    has(&ran, "But * still grants query:read.");
    let made = rights(&script, "forever-copy");
    assert_eq!(made[0]["prod-api"]["query"], serde_json::json!(["read"]));
    assert!(made[0].get("prod-web").is_none() && made[0].get("*").is_none(), "{made}");
}

#[test]
fn the_rights_of_several_tokens_are_changed_with_one_line() {
    let script = script();
    let folder = script.path("new").to_str().unwrap().to_owned();
    std::fs::create_dir(script.path("new")).unwrap();
    let file = format!("{folder}/{{id}}");
    let answers = [
        "several",
        "",
        "soon, forever",
        "rights",
        "grant prod-nwe query:read",
        "grant prod-api query:read",
        "grant prod-web query:read; revoke prod-api data:*",
        "48h",
        "30d",
        "2",
        &file,
        "replace",
    ];
    let ran = session(&script, &answers);
    for words in [
        "There is no dataset prod-nwe: did you mean prod-web?",
        "Unchanged: soon, id id-soon; forever, id id-forever.",
        "Note, forever: * already grants query:read on prod-api.",
        "This changes no token.",
        "soon, id id-soon: gets query:read on prod-web.",
        "gets query:read on prod-web; loses data:delete on prod-api.",
        "Replacing 2 tokens:",
        "The new tokens have the rights listed above, new ids and new secrets.",
        "2 of 2 done.",
    ] {
        has(&ran, words);
    }
    assert_eq!(script.server.ids().len(), 7);
    let new = script.server.ids().pop().unwrap();
    let shown = script.run(&["tokens", "show", &new, "--json"]).ends(0).json();
    assert!(shown[0]["datasetCapabilities"]["prod-web"]["query"].is_array(), "{shown}");
}

#[test]
fn the_request_of_a_draft_is_printed_in_three_forms() {
    let script = script();
    let answers = [
        "create",
        "ci",
        "",
        "1",
        "prod-api",
        "30d",
        "1",
        "request",
        "request curl",
        "request terra",
        "request xml",
        "cancel",
    ];
    let out = run_unwrapped(&script, &answers).ends(0).out;
    for words in [
        "POST /v2/tokens\n{\n  \"name\": \"ci\"",
        "curl -X POST 'http://127.0.0.1:",
        "  -H \"Authorization: Bearer $AXIOM_TOKEN\" \\\n",
        "resource \"axiom_token\" \"ci\" {",
        "Type request json, request curl or request terraform.",
        "Discarded. Nothing was sent.",
    ] {
        assert!(out.contains(words), "{words:?} is not in:\n{out}");
    }
    assert_eq!(script.journal(), "");
}

#[test]
fn a_clone_keeps_the_rights_and_a_replaced_basic_token_stays_basic() {
    let script = script();
    // Enter takes what is there: the name, the description, and the rights.
    let clone = ["show", "soon", "1", "clone", "", "", "", "done", "", "1", "send", "keep"];
    let ran = session(&script, &clone).ends(0);
    has(&ran, "Name: [soon-copy]");
    assert_eq!(rights(&script, "soon-copy"), rights(&script, "soon"));

    let replace = ["show", "old", "1", "replace", "", "", "30d", "now", "1", "send", "keep"];
    let ran = session(&script, &replace).ends(0);
    has(&ran, "Which datasets? An empty line means prod-web.");
    has(&ran, "Replacing old, id id-old, by: old");
    let new = script.server.ids().pop().unwrap();
    let shown = script.run(&["tokens", "show", &new, "--json"]).ends(0).json();
    assert_eq!((&shown[0]["name"], &shown[0]["type"]), (&"old".into(), &"basic".into()));

    // Ending the old token now needs its name.
    let replace = ["show", "soon", "1", "replace", "1", "prod-web", "", "now", "1", "send"];
    let ids = script.server.ids();
    let ran = session(&script, &[&replace[..], &["no"]].concat()).ends(0);
    has(&ran, "Type soon to continue: The text does not match: nothing was sent.");
    assert_eq!(script.server.ids(), ids);
    session(&script, &[&replace[..], &["soon", "keep"]].concat()).ends(0);
    assert_ne!(script.server.ids(), ids);
}

#[test]
fn q_goes_back_one_question_and_keeps_the_answers() {
    let script = script();
    let answers = [
        "create", "first", "About.", "1", "prod-web", "30d", "q", "q", "2", "q", "q", "q",
        "second", "", "1", "prod-api", "", "1", "send", "keep",
    ];
    let ran = session(&script, &answers).ends(0);
    has(&ran, "Name: [first]");
    has(&ran, "Description (- for none): [About.]");
    let made = script.run(&["tokens", "show", "second", "--json"]).ends(0).json();
    assert_eq!(made[0]["description"], "About.");
    assert_eq!(
        rights(&script, "second")[0],
        serde_json::json!({"prod-api": {"ingest": ["create"]}})
    );
}

#[test]
fn several_tokens_are_regenerated_into_files() {
    let script = script();
    let path = script.path("{id}.token");
    let path = path.to_str().unwrap();
    let answers = [
        "several",
        "twin",
        "1-2",
        "regenerate",
        "24h",
        "30d",
        "2",
        "one-file",
        "2",
        path,
        "regenerate",
        "retry",
        "save",
        "report.txt",
        "q",
    ];
    let report = script.path("report.txt");
    let answers = answers.map(|a| if a == "report.txt" { report.to_str().unwrap() } else { a });
    let ran = session(&script, &answers).ends(0);
    has(&ran, "2 secrets need 2 files: add {id} to the name");
    has(&ran, "1 of 2: twin was regenerated as");
    has(&ran, "2 of 2: twin was regenerated as");
    has(&ran, "2 of 2 done. ");
    has(&ran, "There is nothing to retry.");
    for id in ["id-twin-1", "id-twin-2"] {
        let secret = fs::read_to_string(script.path(&format!("{id}.token"))).unwrap();
        assert!(secret.starts_with("xaat-") && !ran.out.contains(secret.trim()));
    }
    let report = fs::read_to_string(report).unwrap();
    assert_eq!(report.lines().filter(|line| line.contains("\tdone\t")).count(), 2, "{report}");
}

#[test]
fn several_secrets_are_printed_one_after_another() {
    let script = script();
    let run = ["several", "twin", "all", "regenerate", "24h", "30d", "1", "regenerate"];
    let ran = session(&script, &[&run[..], &["show", "stored", "show"]].concat()).ends(1);
    assert_eq!(ran.out.lines().filter(|l| l.starts_with("xaat-")).count(), 2);
    // The input ended before the second secret was confirmed as stored.
    assert_eq!(fs::read_dir(script.path(".local/state/axtok/undelivered")).unwrap().count(), 1);
}

#[test]
fn a_run_reports_each_token_and_retries_what_failed() {
    let fault = "[[fault]]\nroute = 'DELETE /v2/tokens/{id}'\nstatus = 403\ntimes = 1\n";
    let script = Script::with(fault);
    let delete = ["several", "twin", "all", "delete"];
    let ran = session(&script, &[&delete[..], &["3", "q"]].concat()).ends(0);
    has(&ran, "The text does not match: nothing was sent.");
    assert_eq!(script.server.ids().len(), 5);
    let ran = session(&script, &[&delete[..], &["2", "retry"]].concat()).ends(0);
    has(&ran, "2 of 2: twin was deleted.");
    has(&ran, "1 of 2 done, 1 failed.");
    has(&ran, "2 of 2 done.");
    assert_eq!(script.server.ids().len(), 3);
}

#[test]
fn a_secret_is_compared_with_what_was_stored_and_tried() {
    let script = script();
    let file = script.path("stored");
    let file = file.to_str().unwrap();
    let create = ["create", "ci", "", "1", "prod-api", "", "1", "send"];
    let secret = ["check", "xaat-", "check", "xaat-11111111-2222-3333-4444-555555555555", "try"];
    let more = ["sto", "file", "/no/such/folder/x", file];
    let more =
        more.map(|answer| if answer == file { format!("file {file}") } else { answer.into() });
    let more: Vec<&str> = more.iter().map(String::as_str).collect();
    let ran = session(&script, &[&create[..], &secret, &more].concat()).ends(0);
    for words in [
        "This does not match. Store the secret again.",
        "The secret works: it can list 1 dataset.",
        "Type stored in full.",
        "Not delivered:",
    ] {
        has(&ran, words);
    }
    assert!(fs::read_to_string(file).unwrap().starts_with("xaat-"));
    assert!(!ran.out.contains("11111111-2222"), "what is pasted is not repeated");
}

#[test]
fn the_review_lists_accepts_and_exports_findings() {
    let script = script();
    let file = script.path("review.csv");
    let file = file.to_str().unwrap();
    let answers = [
        "review",
        "findings",
        "1",
        "accept",
        "  ",
        "1",
        "accept",
        "It is for emergencies.",
        "?",
        "export",
        "save",
        "review.txt",
        "export",
        "save",
        file,
        "export",
        "print as m",
        "q",
        "q",
    ];
    let out = run_unwrapped(&script, &answers).ends(0).out;
    for words in ["Accepted.", "1 more accepted", "must end in .json", "It is for emergencies."] {
        assert!(out.contains(words), "{words:?} is not in:\n{out}");
    }
    assert!(out.contains("| severity | finding | token |"), "{out}");
    let csv = fs::read_to_string(file).unwrap();
    assert!(csv.starts_with("severity,finding,token,") && csv.contains("It is for emergencies."));
    // It is stored, and taken back.
    let listed = script.run(&["review", "--json"]).ends(0).json();
    let accepted = |v: &Value| {
        v.as_array()
            .unwrap()
            .iter()
            .filter(|f| f.get("accepted").is_some_and(|a| !a.is_null()))
            .count()
    };
    assert_eq!(accepted(&listed), 1, "{listed}");
    let count = listed.as_array().unwrap().len().to_string();
    session(&script, &["review", "findings", &count, "accept", "q", "q"]).ends(0);
    assert_eq!(accepted(&script.run(&["review", "--json"]).ends(0).json()), 0);
}

#[test]
fn the_review_says_who_can_do_what() {
    let script = script();
    let dataset = ["review", "dataset", "read", "prod-api", "forever", "q"];
    let ran = session(&script, &dataset).ends(0);
    has(&ran, "prod-api: 2 tokens");
    has(&ran, "prod-api: 2 results for who can read.");
    has(&ran, "id: id-forever");
    let ran = session(&script, &["review", "view", "read", "errors"]).ends(0);
    has(&ran, "errors: no token can read.");
    let ran = session(&script, &["review", "organisation", "read", "users"]).ends(0);
    has(&ran, "1 result for who can read. 1. forever. users:read. Id id-forever.");
    let ran = session(&script, &["review", "anywhere", "delete"]).ends(0);
    has(&ran, "On dataset prod-api: ingest:create, data:delete. Id id-forever.");
    let ran = session(&script, &["review", "tokens", "old"]).ends(0);
    has(&ran, "old. Findings: expired. Id id-old.");
}

#[test]
fn a_finding_is_fixed_by_a_narrower_draft() {
    let script = script();
    let answers = [
        "review",
        "findings",
        "forever can destroy",
        "replace",
        "",
        "changes",
        "done",
        "30d",
        "24h",
        "1",
        "send",
        "keep",
    ];
    let ran = session(&script, &answers).ends(0);
    has(&ran, "Changes from forever: prod-api Data management: -delete");
    let new = script.server.ids().pop().unwrap();
    let made = script.run(&["tokens", "show", &new, "--json"]).ends(0).json();
    assert_eq!(made[0]["name"], "forever");
    assert!(made[0]["datasetCapabilities"]["prod-api"].get("data").is_none(), "{made}");
}

#[test]
fn the_profile_shows_the_user_and_manages_personal_tokens() {
    let script = script();
    let answers = [
        "profile",
        "create",
        "ci",
        "For builds.",
        "1",
        "create",
        "show",
        "stored",
        "list",
        "laptop",
        "no",
        "delete",
        "laptop",
        "laptop",
        "list",
    ];
    let ran = session(&script, &answers).ends(0);
    for words in [
        "User: Jo, jo@acme.test",
        "Organisation: Acme, id acme.",
        "Console address:",
        "ci was created as",
        "Requests also need the organisation's id: X-Axiom-Org-Id: acme",
        "The text does not match: nothing was sent.",
        "laptop was deleted.",
    ] {
        has(&ran, words);
    }
    let listed = script.run(&["personal", "list", "--json"]).ends(0).names();
    assert!(listed.contains(&"ci".to_owned()) && !listed.contains(&"laptop".to_owned()));
}

#[test]
fn the_audit_log_is_printed_for_all_tokens_and_for_one() {
    let log = r#"
[[org.audit]]
at = "-5h"
action = "createAPIToken"
actor = "jo@acme.test"
token = "soon"
id = "id-soon"
[[org.audit]]
at = "-6h"
action = "createPersonalToken"
actor = "jo@acme.test"
token = "laptop"
id = "id-soon"
"#;
    let audited = ACME.replace("[org.datasets.events]", "[org.datasets.events]\naxiom-audit = ''");
    let script = Script::serving(&(audited + log));
    let ran = session(&script, &["audit", "q", "show", "soon", "1", "audit"]).ends(0);
    has(&ran, "1. soon, id id-soon: created by jo@acme.test, 5 hours ago");
    has(&ran, "2. laptop, id id-soon: personal token created by jo@acme.test, 6 hours ago");
    has(&ran, "1. created by jo@acme.test, 5 hours ago");
    assert_eq!(
        ran.out.matches("personal token created").count(),
        1,
        "not of the API token: {ran:?}"
    );
    let ran = session(&script, &["show", "old", "1", "audit"]).ends(0);
    has(&ran, "No changes to old in the last 3 days.");
    let refused = Script::with("[[fault]]\nroute = 'POST /v1/datasets/_apl'\nstatus = 403\n");
    has(&session(&refused, &["audit", "q"]).ends(0), "Failed:");
}

#[test]
fn another_organisation_or_deployment_is_switched_to() {
    let script = script();
    let ran = session(&script, &["organisations", "labs", "list", "", "organisations", "labs"]);
    has(&ran.ends(0), "organisation labs. Signed in with a personal token.");

    let token = script.server.token.clone();
    let wrong = "xapt-00000000-0000-0000-0000-000000000000";
    let answers = ["org", "sign", "", wrong, "list", "soon", "q", "org", "sign", "", &token, "2"];
    let ran = session(&script, &answers).ends(0);
    has(&ran, "Still where you were. Failed: ");
    // The session before still works.
    has(&ran, "1 of 5 tokens.");
    has(&ran, "Which organisation? 1. Acme, id acme 2. Labs, id labs");
    has(&ran, "organisation labs. Signed in with a personal token.");
}

#[test]
fn read_only_is_turned_off_only_for_the_organisation_that_was_typed() {
    let script = script();
    let answers =
        ["read", "5", "read", "acme", "org", "labs", "org", "acme", "5", "old", "1", "old"];
    let ran = session(&script, &answers).ends(0);
    has(&ran, "The session is now read-only.");
    has(&ran, "Refused: this session is read-only: nothing was sent.");
    has(&ran, "Changes are allowed.");
    let mut command = script.command(&["--plain-ui", "--read-only"]);
    command.env("NO_COLOR", "1");
    let ran = Ran::fed(command, "read\nacme\norg\nlabs\norg\nacme\n5\nq\n").ends(0);
    has(&ran, "Changes are allowed.");
    has(&ran, "This session is read-only: you can't change anything.");
    has(&ran, "Refused: this session is read-only: nothing was sent.");
}

#[test]
fn unconfirmed_changes_are_resolved_or_dismissed() {
    let script = script();
    let create = |name| ["3", name, "", "1", "prod-api", "", "1", "send"];
    for name in ["first", "second", "third"] {
        session(&script, &create(name)).ends(1);
    }
    let ran = session(&script, &["q"]).ends(0);
    has(&ran, "Unconfirmed: creating first on");
    has(&ran, "Type unconfirmed to resolve or dismiss an unconfirmed change.");
    let answers = [
        "unconfirmed",
        "1",
        "search",
        "stored",
        "no",
        "unconfirmed",
        "1",
        "stored",
        "stored",
        "unconfirmed",
        "1",
        "dismiss",
        "dismiss",
        "unconfirmed",
        "1",
        "token",
        "delete",
        "third",
        "unconfirmed",
    ];
    let ran = session(&script, &answers).ends(0);
    for words in [
        "It is first, id",
        "secret not confirmed as stored",
        "Dismissed.",
        "third was deleted.",
        "There are no unconfirmed changes.",
    ] {
        has(&ran, words);
    }
    assert!(!session(&script, &["q"]).ends(0).out.contains("Unconfirmed"));
    assert_eq!(script.server.ids().len(), 7);
}

#[test]
fn the_history_is_listed_in_sentences() {
    let script = script();
    has(
        &session(&script, &["history"]).ends(0),
        "axtok has not changed any token from this computer",
    );
    script.run(&["tokens", "delete", "soon", "--yes"]).ends(0);
    let ran = session(&script, &["history"]).ends(0);
    has(&ran, "delete soon at");
    has(&ran, ": deleted.");
}
