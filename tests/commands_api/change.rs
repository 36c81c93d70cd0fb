//! Commands that change something: requests, results and exit status.

use serde_json::{Value, json};

use crate::script::{ACME, Script, readable, snapshot};

const CREATE: [&str; 5] = ["tokens", "create", "ci", "--dataset", "prod-api=ingest:create"];

#[test]
fn creating_a_token_prints_only_its_secret() {
    let script = Script::with("");
    let ran = script.run(&CREATE).ends(0).says("ci was created as");
    assert!(ran.out.starts_with("xaat-") && ran.out.ends_with('\n'), "{}", ran.out);
    assert_eq!(ran.out.lines().count(), 1);
    assert!(!ran.err.contains(ran.out.trim()), "the secret is in the messages");
    assert_eq!(script.server.ids().len(), 6);
    let journal = script.journal();
    assert!(journal.contains("create") && journal.contains("delivered"), "{journal}");
    assert!(!journal.contains("xaat-"), "{journal}");
    let shown = script.run(&["tokens", "show", "ci", "--json"]).ends(0).json();
    assert_eq!(shown[0]["datasetCapabilities"], json!({ "prod-api": { "ingest": ["create"] } }));
    assert!(shown[0]["expiresAt"].is_string(), "the default expiry is 90 days");
    script.run(&CREATE).ends(0).says("a token named ci already exists");
    let misspelt = ["tokens", "create", "x", "--dataset", "prod-apo=query:read"];
    script.run(&misspelt).ends(0).says("there is no dataset prod-apo");
}

#[test]
fn json_results_have_a_stable_shape() {
    let script = Script::with("");
    let args = [&CREATE[..], &["--expires", "2090-01-01", "--json"]].concat();
    let mut made = script.run(&args).ends(0).json();
    let secret = made["secret"].as_str().unwrap().to_owned();
    assert!(secret.starts_with("xaat-"));
    made["secret"] = json!("xaat-…");
    let id = made["id"].as_str().unwrap().to_owned();
    let shown = |value: &Value| readable(value).replace(&id, "NEW-ID");
    snapshot("json_tokens_create", &shown(&made));

    let args = ["tokens", "regenerate", "soon", "--grace", "2089-01-01", "--expires", "never"];
    let mut made = script.run(&[&args[..], &["--json"]].concat()).ends(0).json();
    assert!(made[0]["secret"].as_str().unwrap().starts_with("xaat-"));
    made[0]["secret"] = json!("xaat-…");
    let new = made[0]["id"].as_str().unwrap().to_owned();
    let ends = made[0]["oldExpiresAt"].as_str().unwrap().to_owned();
    let day = made[0]["message"].as_str().unwrap().rsplit("until ").next().unwrap().to_owned();
    let shown = readable(&made).replace(&new, "NEW-ID").replace(&ends, "OLD-END");
    snapshot("json_tokens_regenerate", &shown.replace(&day, "OLD-END"));

    let gone = script.run(&["tokens", "delete", "old", "--yes", "--json"]).ends(0).json();
    snapshot("json_tokens_delete", &readable(&gone));
}

#[test]
fn a_dry_run_prints_the_request_and_sends_nothing() {
    let script = Script::with("");
    let args = [&CREATE[..], &["--expires", "2090-01-01", "--description", "CI", "--dry-run"]];
    let dry = script.run(&args.concat()).ends(0);
    snapshot("text_dry_run", &dry.out);
    let args = [args[0], args[1], &["--json"]].concat();
    let dry = script.run(&args).ends(0).json();
    assert_eq!((&dry["method"], &dry["path"]), (&json!("POST"), &json!("/v2/tokens")));
    assert_eq!(dry["body"]["expiresAt"], "2090-01-01T00:00:00Z");
    // This needs no credential.
    let signed_out = Script::with("").signed_in_with("");
    signed_out.run(&[&CREATE[..], &["--dry-run"]].concat()).ends(0);

    let dry = script.run(&["tokens", "delete", "old", "soon", "--dry-run"]).ends(0);
    assert_eq!(dry.out, "DELETE /v2/tokens/id-old\n\nDELETE /v2/tokens/id-soon\n");
    let dry = script.run(&["tokens", "regenerate", "soon", "--dry-run", "--json"]).ends(0).json();
    assert_eq!(dry[0]["path"], "/v2/tokens/id-soon/regenerate");
    let args = ["tokens", "replace", "soon", "--org", "users:read", "--dry-run", "--json"];
    let dry = script.run(&args).ends(0).json();
    assert_eq!(dry["body"]["newToken"]["orgCapabilities"], json!({ "users": ["read"] }));
    let dry = script.run(&["personal", "create", "laptop", "--dry-run"]).ends(0);
    assert!(dry.out.starts_with("POST /v1/tokens/personal\n{"), "{}", dry.out);
    assert_eq!(script.server.ids().len(), 5, "a token was created or deleted");
    assert_eq!(script.journal(), "");
}

#[test]
fn rights_come_from_flags_presets_and_files() {
    let script = Script::with("");
    let body = |args: &[&str], input: &str| {
        let all = [&["tokens", "create", "--dry-run", "--json"], args].concat();
        script.run_with(&all, input).ends(0).json()["body"].clone()
    };
    let flags = body(
        &["x", "--dataset", "*=query:read", "--view", "my view=query:read", "--org", "users:*"],
        "",
    );
    assert_eq!(flags["datasetCapabilities"], json!({ "*": { "query": ["read"] } }));
    assert_eq!(flags["viewCapabilities"], json!({ "my view": { "query": ["read"] } }));
    assert_eq!(flags["orgCapabilities"]["users"], json!(["create", "read", "update", "delete"]));

    let folder = script.path(".config/axtok");
    std::fs::create_dir_all(&folder).unwrap();
    let own = "[[preset]]\nid = 'ours'\nlabel = 'Ours'\ndataset = ['query:read']\n\
               org = ['users:read']\n[preset.datasets]\nprod-web = ['ingest:create']\n";
    std::fs::write(folder.join("presets.toml"), own).unwrap();
    let preset = body(&["x", "--preset", "ours", "--dataset", "prod-api"], "");
    let datasets =
        json!({ "prod-api": { "query": ["read"] }, "prod-web": { "ingest": ["create"] } });
    assert_eq!(preset["datasetCapabilities"], datasets);

    let toml = "name = 'drafted'\nexpires = '2090-01-01'\n[datasets]\nprod-api = ['query:read']\n";
    let drafted = body(&["--from", "-"], toml);
    assert_eq!(
        (&drafted["name"], &drafted["expiresAt"]),
        (&json!("drafted"), &json!("2090-01-01T00:00:00Z"))
    );
    let narrower = body(&["other", "--from", "-", "--dataset", "prod-api=ingest:create"], toml);
    assert_eq!(narrower["name"], "other");
    assert_eq!(narrower["datasetCapabilities"], json!({ "prod-api": { "ingest": ["create"] } }));

    // The output of `show` can be used as a draft.
    let shown = script.run(&["tokens", "show", "forever", "--json"]).ends(0);
    let again = body(&["copy", "--from", "-"], &shown.out);
    assert_eq!(again["datasetCapabilities"], shown.json()[0]["datasetCapabilities"]);
    assert_eq!(again["description"], "Reads everything.");
}

#[test]
fn usage_errors_are_reported_before_anything_is_sent() {
    let script = Script::with("");
    for (args, words) in [
        (&["tokens", "create", "x"][..], "the token has no rights"),
        (&["tokens", "create", "--org", "users:read"], "enter a name"),
        (&["tokens", "create", "x", "--dataset", "a=qury:read"], "did you mean query?"),
        (&["tokens", "create", "x", "--org", "users:read", "--expires", "5m"], "5mo (months)"),
        (&["tokens", "create", "x", "--org", "users:read", "--expires", "2020-01-01"], "past"),
        (&["tokens", "create", "x", "--from", "/nowhere"], "file not found"),
        (&["tokens", "regenerate", "soon", "--grace", "never"], "the old token must expire"),
        (&["tokens", "regenerate", "soon", "--expires", "soon"], "--expires"),
        (&["tokens", "regenerate", "soon", "--grace", "now"], "pass --yes"),
        (&["tokens", "regenerate", "soon", "forever"], "add --json"),
        (&["tokens", "regenerate", "twin"], "id-twin-1, id-twin-2"),
        (&["tokens", "replace", "soon"], "the new token's rights are missing"),
        (&["tokens", "delete", "soon"], "pass --yes"),
        (&["personal", "delete", "simulator"], "pass --yes"),
        (&["personal", "create", " "], "enter a name"),
    ] {
        script.run(args).ends(2).says(words);
    }
    script.run(&["tokens", "delete", "soon", "nobody", "--yes"]).ends(5).says("nobody");
    script.run(&["tokens", "regenerate", "nobody"]).ends(5);
    assert_eq!(script.server.ids().len(), 5, "a token was created or deleted");
    assert_eq!(script.journal(), "", "an entry was written");
}

#[test]
fn deleting_several_tokens_gives_one_result_each() {
    let script = Script::with(
        "[[fault]]\nroute = 'DELETE /v2/tokens/{id}'\nafter = 1\ntimes = 1\nstatus = 403\n",
    );
    let ran =
        script.run(&["tokens", "delete", "old", "soon", "forever", "--yes", "--json"]).ends(1);
    let outcomes: Vec<_> =
        ran.json().as_array().unwrap().iter().map(|r| r["outcome"].clone()).collect();
    assert_eq!(outcomes, ["done", "refused", "done"]);
    assert_eq!(script.server.ids(), ["id-twin-1", "id-twin-2", "id-soon"]);
    ran.says("apiTokens:delete");
}

#[test]
fn the_list_says_which_half_of_a_regeneration_a_token_is() {
    let script = Script::with("");
    let before = script.run(&["tokens", "list", "soon", "--json"]).ends(0).json();
    assert_eq!(before[0].get("rotation"), None);
    let file = script.path("new");
    let file = file.to_str().unwrap();
    script.run(&["tokens", "regenerate", "soon", "--secret-file", file]).ends(0);
    let listed = script.run(&["tokens", "list", "soon"]).ends(0);
    assert!(
        listed.out.contains("expiring, old") && listed.out.contains("active, new"),
        "{listed:?}"
    );
    let tokens = script.run(&["tokens", "list", "soon", "--json"]).ends(0).json();
    let of = |half: &str| {
        let all = tokens.as_array().unwrap();
        all.iter().find(|token| token["rotation"]["half"] == half).unwrap().clone()
    };
    assert_eq!(of("old")["id"], "id-soon");
    assert_eq!(of("old")["rotation"]["other"], of("new")["id"]);
    assert_eq!(of("new")["rotation"]["other"], "id-soon");
    let shown = script.run(&["tokens", "show", "id-soon"]).ends(0);
    let new = of("new")["id"].as_str().unwrap().to_owned();
    assert!(shown.out.contains(&format!("old: replaced by {new}")), "{shown:?}");
}

#[test]
fn pruning_deletes_only_what_expired_long_enough_ago() {
    let script = Script::with("");
    let unread = "[[fault]]\nroute = 'GET /v2/tokens'\nbody = '[{\"id\":\"odd\",\"name\":\"odd\",\"expiresAt\":7}]'\n";
    let odd = Script::with(unread);
    let nothing = odd.run(&["tokens", "prune", "--expired", "--yes"]).ends(0);
    assert!(nothing.err.contains("no token has expired"), "{nothing:?}");
    script.run(&["tokens", "prune", "--yes"]).ends(2);
    let wrong = script.run(&["tokens", "prune", "--expired", "--older-than", "soon"]).ends(2);
    assert!(wrong.err.contains("such as 30d"), "{wrong:?}");
    let none = script.run(&["tokens", "prune", "--expired", "--older-than", "50y", "--json"]);
    assert_eq!(none.ends(0).json(), serde_json::json!([]));
    let planned = script.run(&["tokens", "prune", "--expired", "--dry-run"]).ends(0);
    assert_eq!(planned.out, "DELETE /v2/tokens/id-old\n");
    // Not a terminal: nobody has confirmed.
    script.run(&["tokens", "prune", "--expired"]).ends(2);
    assert_eq!(script.server.ids().len(), 5);
    let done =
        script.run(&["tokens", "prune", "--expired", "--older-than", "30d", "--yes"]).ends(0);
    assert!(done.err.contains("old was deleted"), "{done:?}");
    assert!(!script.server.ids().contains(&"id-old".to_owned()));
    assert_eq!(script.server.ids().len(), 4);
}

#[test]
fn a_token_is_replaced_with_other_rights() {
    let script = Script::with("");
    let args = ["tokens", "replace", "soon", "--dataset", "prod-web=query:read", "--grace", "1h"];
    script.run(&args).ends(0).says("the old token, id-soon, works until");
    let both = script.run(&["tokens", "list", "soon", "--json"]).ends(0).json();
    let rights: Vec<_> =
        both.as_array().unwrap().iter().map(|t| t["datasetCapabilities"].clone()).collect();
    let (old, new) = (
        json!({ "prod-api": { "query": ["read"] } }),
        json!({ "prod-web": { "query": ["read"] } }),
    );
    assert_eq!(rights, [old, new]);
}

#[test]
fn the_exit_status_reflects_the_outcome_of_a_change() {
    for (fault, status, words) in [
        ("status = 403", 4, "apiTokens:create"),
        ("status = 401", 3, "sign in again"),
        ("status = 404", 5, "404"),
        ("status = 429\nheaders = { Retry-After = '7' }", 7, "wait until"),
        ("status = 422", 4, "nothing was changed"),
        ("status = 502", 6, "but it may still appear"),
        ("status = 502\ncommit = true", 6, "its secret is lost: `axtok tokens regenerate"),
        ("drop = 'after'", 6, "its secret is lost"),
        ("cut = 20", 6, "its secret is lost"),
    ] {
        let script = Script::with(&format!("[[fault]]\nroute = 'POST /v2/tokens'\n{fault}\n"));
        let args = [&CREATE[..], &["--look-for", "0"]].concat();
        let ran = script.run(&args).ends(status).says(words);
        assert_eq!(ran.out, "", "a secret was printed");
        let is_open = script.journal().lines().last().unwrap().contains("un");
        assert_eq!(is_open, status == 6, "{fault}: {}", script.journal());
        let json = script.run(&[&args[..], &["--json"]].concat()).ends(status).json();
        assert_eq!(json["status"], status);
    }
}

#[test]
fn every_change_uses_the_same_exit_statuses() {
    let replace = ["tokens", "replace", "soon", "--dataset", "prod-web=query:read"];
    for (args, route) in [
        (&["tokens", "regenerate", "soon"][..], "POST /v2/tokens/{id}/regenerate"),
        (&replace, "POST /v2/tokens/{id}/regenerate"),
        (&["tokens", "delete", "soon", "--yes"], "DELETE /v2/tokens/{id}"),
        (&["personal", "delete", "simulator", "--yes"], "DELETE /v1/tokens/personal/{id}"),
    ] {
        let deletes = route.starts_with("DELETE");
        let faults = [401, 403, 404, 429, 500]
            .map(|status| format!("[[fault]]\nroute = '{route}'\ntimes = 1\nstatus = {status}\n"));
        // A token that no longer exists counts as deleted.
        for (fault, status) in faults.iter().zip([3, 4, if deletes { 0 } else { 5 }, 7, 6]) {
            let script = Script::with(fault);
            let ran = script.run(&[args, &["--look-for", "0"]].concat()).ends(status);
            assert_eq!(ran.out, "", "{args:?}");
            assert_eq!(script.server.ids().len(), 5, "{args:?}: a token was created or deleted");
        }
    }
}

#[test]
fn the_search_waits_for_a_token_that_is_listed_late() {
    let script = Script::with("[[fault]]\nroute = 'POST /v2/tokens'\ndrop = 'after'\nlate = 1\n");
    let ran = script.run(&[&CREATE[..], &["--json"]].concat()).ends(6).json();
    assert_eq!(ran["candidates"][0]["name"], "ci");
    assert!(ran["advice"].as_str().unwrap().contains("its secret is lost"), "{ran}");
}

/// A create whose reply is lost; afterwards the list contains the old token and this one.
fn lost_create(made: &str) -> Value {
    let old = r#"{"id":"id-old","name":"old"}"#;
    let list = |more: &str| {
        let body = format!("body = '[{old}{more}]'");
        format!("[[fault]]\nroute = 'GET /v2/tokens'\n{body}\n")
    };
    let script = Script::with(&format!(
        "{}times = 1\n{}[[fault]]\nroute = 'POST /v2/tokens'\ndrop = 'after'\n",
        list(""),
        list(&format!(",{made}"))
    ));
    let args = ["--expires", "2090-01-01", "--json", "--look-for", "2"];
    script.run(&[&CREATE[..], &args].concat()).ends(6).json()
}

#[test]
fn a_token_that_the_server_altered_is_still_a_candidate() {
    let token = |name: &str, expires: &str, right: &str| {
        format!(
            r#"{{"id":"new-1","name":"{name}","expiresAt":"{expires}",
               "datasetCapabilities":{{"prod-api":{{"{right}":["create"]}}}}}}"#
        )
        .replace('\n', " ")
    };
    let at = "2090-01-01T00:00:00Z";
    for (made, certainty, words) in [
        (token("ci", at, "ingest"), "exact", "the token exists as new-1"),
        (
            token("ci", "2090-01-01T00:00:01Z", "ingest"),
            "probable",
            "the token probably exists as new-1",
        ),
        (token("ci", "2027-01-01T00:00:00Z", "ingest"), "probable", "different expiry"),
        (token("ci", "soon", "ingest"), "probable", "different expiry"),
        (token("ci", at, "trim"), "probable", "different rights"),
        (token(" CI ", at, "ingest"), "probable", "the token probably exists as new-1"),
        (token("renamed", at, "ingest"), "possible", "new-1 is new since then (renamed)"),
    ] {
        let ran = lost_create(&made);
        let advice = ran["advice"].as_str().unwrap();
        assert!(advice.contains(words), "{words}: {ran}");
        assert_eq!(ran["candidates"].as_array().unwrap().len(), 1, "{ran}");
        assert_eq!(ran["candidates"][0]["id"], "new-1");
        assert_eq!(ran["candidates"][0]["certainty"], certainty, "{ran}");
        assert!(!advice.contains("the token is not listed"), "{ran}");
    }
}

#[test]
fn a_deletion_whose_reply_was_lost_is_confirmed() {
    let gone = Script::with("[[fault]]\nroute = 'DELETE /v2/tokens/{id}'\ndrop = 'after'\n");
    gone.run(&["tokens", "delete", "old", "--yes"]).ends(0).says("old was deleted");
    let there = Script::with("[[fault]]\nroute = 'DELETE /v2/tokens/{id}'\nstatus = 500\n");
    let args = ["tokens", "delete", "old", "--yes", "--look-for", "0"];
    there.run(&args).ends(6).says("deleting it again is safe");
    let done =
        Script::with("[[fault]]\nroute = 'POST /v2/tokens/{id}/regenerate'\ndrop = 'after'\n");
    done.run(&["tokens", "regenerate", "soon"]).ends(6).says("its secret is lost");
}

#[test]
fn failed_regenerations_out_of_fifty_are_reported_and_can_be_retried() {
    let fault = "[[fault]]\nroute = 'POST /v2/tokens/{id}/regenerate'\nafter = 20\ntimes = 5\n";
    let script = Script::serving(&format!(
        "[generate]\ntokens = 50\ndatasets = 3\n[[org]]\nid = 'acme'\nname = 'Acme'\n{fault}status = 422\n"
    ));
    let ids = script.server.ids();
    assert_eq!(ids.len(), 50);
    let file = script.path("new-{id}").to_str().unwrap().to_owned();
    let regenerate = |ids: &[&str]| {
        let to = ["--secret-file", file.as_str(), "--json"];
        script.run(&[&["tokens", "regenerate"], ids, &to].concat())
    };
    let all: Vec<_> = ids.iter().map(String::as_str).collect();
    let first = regenerate(&all).ends(1).json();
    let results = first.as_array().unwrap();
    let failed = results.iter().filter(|r| r["outcome"] != "done");
    let failed: Vec<_> = failed.map(|r| r["oldId"].as_str().unwrap()).collect();
    assert_eq!((results.len(), failed.len()), (50, 5));
    let files = || ids.iter().filter(|id| script.path(&format!("new-{id}")).exists()).count();
    assert_eq!(files(), 45);
    regenerate(&failed).ends(0);
    assert_eq!(files(), 50);
}

#[test]
fn a_rate_limit_stops_the_remaining_changes() {
    let script =
        Script::with("[[fault]]\nroute = 'DELETE /v2/tokens/{id}'\nafter = 1\nstatus = 429\n");
    let ran = script.run(&["tokens", "delete", "old", "soon", "forever", "--yes"]).ends(1);
    ran.says("deleting forever was not sent");
    assert_eq!(script.server.ids().len(), 4);
    script.run(&["tokens", "delete", "soon", "forever", "--yes"]).ends(7);
}

#[test]
fn nothing_is_sent_if_read_only_or_without_a_journal() {
    let script = Script::with("");
    let read_only = [&CREATE[..], &["--read-only"]].concat();
    script.run(&read_only).ends(4).says("read-only");
    // Without a journal changes need a flag.
    std::fs::create_dir_all(script.path(".local/state/axtok/journal.jsonl")).unwrap();
    script.run(&CREATE).ends(1).says("--without-journal sends it anyway");
    assert_eq!(script.server.ids().len(), 5);
    script.run(&[&CREATE[..], &["--without-journal"]].concat()).ends(0);
    assert_eq!(script.server.ids().len(), 6);
}

#[test]
fn personal_tokens_are_listed_created_and_deleted() {
    let script = Script::with("");
    let made = script.run(&["personal", "create", "laptop", "--description", "Mine"]).ends(0);
    assert!(made.out.starts_with("xapt-"), "{}", made.out);
    let listed = script.run(&["personal", "list", "--json"]).ends(0);
    let mut list = listed.json();
    for token in list.as_array_mut().unwrap() {
        token["id"] = json!("ID");
    }
    snapshot("json_personal_list", &readable(&list));
    script.run(&["personal", "delete", "laptop", "--yes"]).ends(0).says("laptop was deleted");
    assert!(!script.run(&["personal", "list"]).ends(0).out.contains("laptop"));
    script.run(&["personal", "delete", "laptop", "--yes"]).ends(5);

    let none = Script::serving(&format!("personal_routes = 'off'\n{ACME}"));
    none.run(&["personal", "list"]).ends(5).says("Use the console");
    for (fault, status) in [("status = 403", 4), ("status = 429", 7), ("status = 500", 6)] {
        let route = "POST /v1/tokens/personal";
        let script = Script::with(&format!("[[fault]]\nroute = '{route}'\n{fault}\n"));
        script.run(&["personal", "create", "x", "--look-for", "0"]).ends(status);
    }
}

#[test]
fn the_result_describes_the_token_as_created() {
    let made = |members: &str| {
        format!(r#"{{"id":"new-1",{members},"token":"xaat-11111111-1111-4111-8111-111111111111"}}"#)
    };
    let rights = r#""datasetCapabilities":{"prod-api":{"ingest":["create"]}}"#;
    let fault = |body: &str| format!("[[fault]]\nroute = 'POST /v2/tokens'\nbody = '''{body}'''\n");
    let run = |members: &str| {
        let script = Script::with(&fault(&made(members)));
        let args = ["--expires", "2090-01-01", "--json"];
        script.run(&[&CREATE[..], &args].concat()).ends(0)
    };
    let at = r#""expiresAt":"2090-01-01T00:00:00Z""#;
    for (members, words, what, asked, made) in [
        (
            format!(r#""name":"ci","expiresAt":null,{rights}"#),
            "expiry is never instead of 1 Jan 2090 00:00 UTC",
            "expiresAt",
            json!("2090-01-01T00:00:00Z"),
            json!("never"),
        ),
        (
            format!(r#""name":"ci",{rights}"#),
            "expiry is never instead of 1 Jan 2090 00:00 UTC",
            "expiresAt",
            json!("2090-01-01T00:00:00Z"),
            json!("never"),
        ),
        (
            r#""name":"ci","expiresAt":"2027-01-01T00:00:00Z""#.to_owned(),
            "expiry is 1 Jan 2027 00:00 UTC instead of",
            "expiresAt",
            json!("2090-01-01T00:00:00Z"),
            json!("2027-01-01T00:00:00Z"),
        ),
        (
            format!(r#""name":"other",{at},{rights}"#),
            r#"name is "other" instead of "ci""#,
            "name",
            json!("ci"),
            json!("other"),
        ),
        (
            format!(r#""name":"ci",{at},{rights},"orgCapabilities":{{"users":["delete"]}}"#),
            "also grants users:delete",
            "right",
            Value::Null,
            json!("users:delete"),
        ),
        (
            format!(r#""name":"ci",{at},"orgCapabilities":{{}}"#),
            "does not grant ingest:create on dataset prod-api",
            "right",
            json!("ingest:create on dataset prod-api"),
            Value::Null,
        ),
        (
            format!(r#""name":"ci","description":"x",{at},{rights}"#),
            r#"description is "x" instead of empty"#,
            "description",
            json!(""),
            json!("x"),
        ),
    ] {
        let ran = run(&members).says(words);
        let result = ran.json();
        let wanted = json!([{ "field": what, "requested": asked, "actual": made }]);
        assert_eq!(result["differences"], wanted, "{members}");
        match what {
            "expiresAt" if made == "never" => assert_eq!(result["expiresAt"], Value::Null),
            "expiresAt" => assert_eq!(result["expiresAt"], made),
            "name" => assert_eq!(result["name"], "other"),
            _ => {}
        }
    }
    for members in [
        format!(r#""name":"ci",{at},{rights}"#),
        format!(r#""name":"ci","expiresAt":"2090-01-01T01:00:00.000+01:00",{rights}"#),
        format!(r#""name":"ci",{at},{rights},"description":null,"orgCapabilities":null"#),
        r#""samlAuthenticated":false"#.to_owned(),
    ] {
        let ran = run(&members);
        assert_eq!(ran.json()["differences"], json!([]), "{members}");
        assert!(!ran.err.contains("as requested"), "{}", ran.err);
        assert_eq!(ran.json()["expiresAt"], "2090-01-01T00:00:00Z");
    }

    // A regeneration is compared with the requested expiry and the old token's other values.
    let body = made(
        r#""name":"soon","expiresAt":"2090-01-01T00:00:00Z","orgCapabilities":{"users":["read"]}"#,
    );
    let fault = fault(&body).replace("POST /v2/tokens", "POST /v2/tokens/{id}/regenerate");
    let script = Script::with(&fault);
    let args = ["tokens", "regenerate", "soon", "--expires", "2090-01-01", "--json"];
    let ran = script.run(&args).ends(0).says("also grants users:read");
    assert_eq!(ran.json()[0]["differences"].as_array().unwrap().len(), 2, "{}", ran.out);
}

#[test]
fn regenerating_the_old_token_of_a_pair_is_warned_about() {
    let script = Script::with("");
    let args = ["tokens", "regenerate", "id-soon", "--json", "--expires", "30d"];
    let first = script.run(&args).ends(0);
    assert!(!first.err.contains("was replaced"), "{}", first.err);
    let new = first.json()[0]["id"].as_str().unwrap().to_owned();
    let words = format!("soon id-soon was replaced by {new} on ");
    script.run(&args).ends(0).says(&words).says("creates one more token");
    // Without its replacement there is no pair.
    let newest = script.run(&args).ends(0).json()[0]["id"].as_str().unwrap().to_owned();
    script.run(&["tokens", "delete", &newest, "--yes"]).ends(0);
    let again = script.run(&args).ends(0);
    assert!(!again.err.contains(&newest), "{}", again.err);
}
