//! The audit log of the simulator: the queries that axtok sends, read as axtok reads them, and what
//! a scenario can put into the log.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failure here fails the test")]

use std::collections::{BTreeMap, BTreeSet};

use axtok::{
    api::{call::LogAnswer, wire},
    domain::{
        ApiToken,
        audit::{AuditLog, LogQuery, LogQuestion, Rows, Window},
        usage::{Deed, Evidence, Naming, Received, Unknowable, Usage, Verdict},
    },
    simulator::{Request, Response, Scenario, Store},
};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::raw::Running;

const PATH: &str = "/v1/datasets/_apl?format=tabular";

fn now() -> Timestamp {
    "2026-11-23T14:00:00Z".parse().unwrap()
}

fn store(scenario: &str) -> Store {
    let scenario = Scenario::parse(scenario).unwrap_or_else(|e| panic!("{e}"));
    Store::new(&scenario, now())
}

/// An organisation with a log, two tokens and these lines.
fn logged(lines: &str) -> Store {
    store(&format!("{TWO_TOKENS}\n{lines}"))
}

const TWO_TOKENS: &str = r#"
[user]
id = "usr_jo"
name = "Jo"
email = "jo@acme.test"
[[org]]
id = "acme"
[org.datasets.events]
axiom-audit = ""
logs = ""
web = ""
[[org.view]]
name = "audit-logs"
apl = "['axiom-audit'] | where action in ('runAPLQuery', 'createAPIToken')"
[[org.view]]
name = "weekly"
apl = "['logs'] | summarize count()"
[[org.token]]
id = "id-reader"
name = "reader"
secret = "xaat-reader"
query_on = ["axiom-audit"]
[[org.token]]
id = "id-viewer"
name = "viewer"
secret = "xaat-viewer"
view = { audit-logs = ["query:read"] }
query_on = ["logs"]
"#;

fn post(store: &mut Store, secret: &str, body: &Value) -> Response {
    let request = Request::new("POST", PATH).bearer(secret).json(body);
    store.handle(&request, now())
}

/// Runs APL over the whole log as the user. The columns by name, and the body.
fn ask(store: &mut Store, apl: &str) -> (BTreeMap<String, Vec<Value>>, Value) {
    let secret = store.personal_token().to_owned();
    let response = post(store, &secret, &json!({ "apl": apl }));
    let body: Value = serde_json::from_slice(&response.body).unwrap();
    assert_eq!(response.status, 200, "{apl}: {body}");
    let table = &body["tables"][0];
    let names = table["fields"].as_array().unwrap().iter();
    let names = names.map(|field| field["name"].as_str().unwrap().to_owned());
    let columns = table["columns"].as_array().unwrap().iter();
    let columns = columns.map(|column| column.as_array().unwrap().clone());
    (names.zip(columns).collect(), body)
}

/// The status and message of APL that is refused.
fn refused(store: &mut Store, secret: &str, apl: &str) -> (u16, String) {
    let response = post(store, secret, &json!({ "apl": apl }));
    let body: Value = serde_json::from_slice(&response.body).unwrap();
    (response.status, body["message"].as_str().unwrap_or("none").to_owned())
}

/// Asks the log a question as axtok does.
fn question(store: &mut Store, days: i64, question: LogQuestion) -> LogAnswer {
    let query = LogQuery { window: Window::last(Some(days * 86_400), now()), question };
    let body = wire::log_query(query, "axiom-audit").unwrap();
    let secret = store.personal_token().to_owned();
    let response = post(store, &secret, &serde_json::from_slice(&body).unwrap());
    let shown = String::from_utf8_lossy(&response.body);
    assert_eq!(response.status, 200, "{shown}");
    wire::log_answer(query, &response.body).unwrap_or_else(|| panic!("{shown}"))
}

fn deeds(store: &mut Store, days: i64) -> Rows<Deed> {
    match question(store, days, LogQuestion::Deeds) {
        LogAnswer::Deeds(rows) => rows,
        other => panic!("{other:?}"),
    }
}

fn received(store: &mut Store, days: i64) -> Rows<Received> {
    match question(store, days, LogQuestion::Received) {
        LogAnswer::Received(rows) => rows,
        other => panic!("{other:?}"),
    }
}

fn errors(definition: &str, body: &Value) -> Vec<String> {
    let mut schema: Value =
        serde_json::from_str(include_str!("../golden/log_schema.json")).unwrap();
    schema["$ref"] = json!(format!("#/$defs/{definition}"));
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    validator.iter_errors(body).map(|e| format!("{}: {e}", e.instance_path())).collect()
}

const QUERIES: &str = r#"
[[org.audit]]
at = "-1h"
action = "runAPLQuery"
actor = "reader"
datasets = ["logs", "web"]
count = 3
[[org.audit]]
at = "-2h"
action = "runAPLQuery"
actor = "reader"
datasets = ["logs", "web"]
[[org.audit]]
at = "-3h"
action = "runAPLQuery"
actor = "jo@acme.test"
datasets = ["logs"]
[[org.audit]]
at = "-4h"
action = "createMonitor"
actor = "gone@acme.test"
"#;

#[test]
fn results_match_the_published_description() {
    let mut store = logged(QUERIES);
    for apl in [
        "['axiom-audit']",
        "['audit-logs'] | limit 1",
        "['axiom-audit'] | where action == 'nothing' | sort by _time desc",
        "['axiom-audit'] | summarize n = count(), last = max(_time) by ['actor.id'], action",
        "['axiom-audit'] | extend one = 1 | summarize sum(one)",
    ] {
        let (_, body) = ask(&mut store, apl);
        assert_eq!(errors("AplResult", &body), Vec::<String>::new(), "{body:#}");
        assert_eq!(body["datasetNames"], json!(["axiom-audit"]));
    }
    // Control: the schema rejects a missing member.
    let (_, mut body) = ask(&mut store, "['axiom-audit']");
    body["status"].as_object_mut().unwrap().remove("numGroups");
    body["tables"][0].as_object_mut().unwrap().remove("order");
    assert_eq!(errors("AplResult", &body).len(), 2);
}

#[test]
fn fields_say_how_they_were_aggregated() {
    let mut store = logged(QUERIES);
    let apl = "['axiom-audit'] | summarize n = count(), last = max(_time) by action \
               | sort by n asc";
    let (columns, body) = ask(&mut store, apl);
    let table = &body["tables"][0];
    assert_eq!(
        table["fields"],
        json!([
            { "name": "action", "type": "string" },
            { "name": "n", "type": "integer", "agg": { "name": "count", "fields": [], "args": [] } },
            {
                "name": "last", "type": "datetime",
                "agg": { "name": "max", "fields": ["_time"], "args": [] },
            },
        ])
    );
    assert_eq!(table["groups"], json!([{ "name": "action" }]));
    assert_eq!(table["order"], json!([{ "field": "n", "desc": false }]));
    assert_eq!(columns["action"], ["createMonitor", "runAPLQuery"]);
    assert_eq!(columns["n"], [1, 5]);
    assert_eq!(columns["last"], ["2026-11-23T10:00:00Z", "2026-11-23T13:00:00Z"]);
    let status = &body["status"];
    assert_eq!((&status["rowsExamined"], &status["numGroups"]), (&json!(6), &json!(2)));
}

#[test]
fn an_event_that_happened_often_is_as_many_rows() {
    let mut store = logged(QUERIES);
    let (columns, body) = ask(&mut store, "['axiom-audit'] | sort by _time desc | limit 5");
    assert_eq!(columns["_time"].len(), 5);
    assert_eq!(columns["_time"][2], columns["_time"][0]);
    assert_eq!(columns["actor.email"][4], "jo@acme.test");
    assert_eq!(columns["properties.datasets"][0], json!(["logs", "web"]));
    assert_eq!(columns["actor.email"][0], Value::Null);
    assert_eq!(body["status"]["rowsMatched"], 6);
    assert!(!columns.contains_key("properties.dataset"), "no event has it");
}

#[test]
fn what_axtok_asks_is_understood() {
    let lines = format!(
        "{QUERIES}
        [[org.audit]]
        at = '-50h'
        action = 'usageCalculated'
        each = ['logs', 'web']
        bytes = 100
        count = 2
        [[org.audit]]
        at = '-1h'
        action = 'usageCalculated'
        each = ['logs']
        bytes = 7
        bytes_spelling = 'snake'"
    );
    let mut store = logged(&lines);
    let rows = deeds(&mut store, 3);
    assert!(rows.is_complete);
    let seen: BTreeSet<_> = rows
        .rows
        .iter()
        .map(|d| (d.action.name, d.actor.id.raw(), d.actor.email.raw(), d.datasets.len(), d.times))
        .collect();
    let known = [
        ("createMonitor", "", "gone@acme.test", 0, 1),
        ("runAPLQuery", "id-reader", "", 2, 4),
        ("runAPLQuery", "usr_jo", "jo@acme.test", 1, 1),
    ];
    assert_eq!(seen, known.into());
    let rows = received(&mut store, 3);
    let bytes: BTreeMap<_, _> = rows.rows.iter().map(|r| (r.dataset.raw(), r.bytes)).collect();
    assert_eq!(bytes, [("logs", 207.0), ("web", 200.0)].into(), "both spellings are summed");
}

#[test]
fn a_log_without_queries_and_numbers_is_read_too() {
    let mut store = logged("");
    assert_eq!(deeds(&mut store, 3).rows, []);
    assert_eq!(received(&mut store, 3).rows, []);
}

#[test]
fn a_field_that_no_event_has_needs_ensure_field() {
    let mut store = logged(QUERIES);
    let secret = store.personal_token().to_owned();
    for apl in [
        "['axiom-audit'] | where ['properties.dataset'] == 'logs'",
        "['axiom-audit'] | extend b = ['properties.hourlyIngestBytes']",
        "['axiom-audit'] | summarize count() by ['properties.dataset']",
        "['axiom-audit'] | sort by nothing",
        "['axiom-audit'] | summarize count() by action | sort by _time",
    ] {
        let (status, why) = refused(&mut store, &secret, apl);
        assert_eq!(status, 400);
        assert!(why.contains("there is no field"), "{apl}: {why}");
    }
    let ensured = "['axiom-audit'] | extend d = ensure_field('properties.dataset', typeof(string)) \
                   | summarize n = count() by d";
    let (columns, _) = ask(&mut store, ensured);
    assert_eq!((&columns["d"][0], &columns["n"][0]), (&Value::Null, &json!(6)));
}

#[test]
fn queries_outside_the_subset_are_refused_with_the_reason() {
    let mut store = logged("");
    let secret = store.personal_token().to_owned();
    let (status, why) = refused(&mut store, &secret, "['axiom-audit'] | project action");
    assert_eq!((status, why.contains("`project` is not supported")), (400, true), "{why}");
    let (status, why) = refused(&mut store, &secret, "['logs']");
    assert_eq!((status, why.contains("only has events in axiom-audit")), (400, true), "{why}");
    assert_eq!(refused(&mut store, &secret, "['nothing']").0, 404);
    assert_eq!(refused(&mut store, &secret, "['weekly']").0, 400, "another dataset's view");
    for path in ["/v1/datasets/_apl", "/v1/datasets/_apl?format=legacy"] {
        let body = json!({ "apl": "['axiom-audit']" });
        let request = Request::new("POST", path).bearer(&secret).json(&body);
        assert_eq!(store.handle(&request, now()).status, 400, "{path}");
    }
    let at = json!({ "apl": "['axiom-audit']", "startTime": "yesterday" });
    assert_eq!(post(&mut store, &secret, &at).status, 400);
}

#[test]
fn the_log_goes_back_as_far_as_the_organisation_allows() {
    let old = "[[org.audit]]\nat = '-4d'\naction = 'createAPIToken'\ntoken = 'reader'\n";
    let events = |scenario: &str| match question(&mut store(scenario), 30, LogQuestion::Events) {
        LogAnswer::Events(rows) => rows.rows.len(),
        other => panic!("{other:?}"),
    };
    let three_days = format!("{TWO_TOKENS}\n{old}");
    assert_eq!(events(&three_days), 0);
    let longer = three_days.replace("id = \"acme\"", "id = \"acme\"\naudit_window = '5d'");
    assert_eq!(events(&longer), 1);
    let request = Request::new("GET", "/v2/orgs");
    for (scenario, seconds) in [(&three_days, 259_200), (&longer, 432_000)] {
        let mut store = store(scenario);
        let secret = store.personal_token().to_owned();
        let response = store.handle(&request.clone().bearer(&secret), now());
        let orgs: Value = serde_json::from_slice(&response.body).unwrap();
        assert_eq!(orgs[0]["license"]["maxAuditWindowSeconds"], seconds);
    }
}

#[test]
fn a_range_includes_its_start_and_not_its_end() {
    let lines =
        "[[org.audit]]\nat = '-1h'\naction = 'a'\n[[org.audit]]\nat = '-2h'\naction = 'b'\n";
    let mut store = logged(lines);
    let secret = store.personal_token().to_owned();
    let body = json!({
        "apl": "['axiom-audit']",
        "startTime": "2026-11-23T12:00:00Z",
        "endTime": "2026-11-23T13:00:00Z",
    });
    let response = post(&mut store, &secret, &body);
    let body: Value = serde_json::from_slice(&response.body).unwrap();
    assert_eq!(body["status"]["rowsMatched"], 1);
    assert_eq!(body["tables"][0]["columns"][2], json!(["b"]));
}

#[test]
fn the_log_is_for_owners_and_for_whom_they_gave_a_view() {
    let (log, view) = ("['axiom-audit']", "['audit-logs']");
    let mut store = logged(QUERIES);
    let status = |store: &mut Store, secret: &str, apl| refused(store, secret, apl).0;
    for (secret, on_log, on_view) in [("xaat-reader", 200, 403), ("xaat-viewer", 403, 200)] {
        assert_eq!(status(&mut store, secret, log), on_log, "{secret}");
        assert_eq!(status(&mut store, secret, view), on_view, "{secret}");
    }
    let (columns, _) = ask(&mut store, "['audit-logs'] | summarize count() by action");
    assert_eq!(columns["action"], ["runAPLQuery"], "the view's own query is run first");
    // A member without the right, and one with a view.
    for (role, on_view) in [("org = []", 403), ("org = []\nquery_on = ['audit-logs']", 200)] {
        let mut store = logged(&format!("{QUERIES}\n[role]\n{role}"));
        let secret = store.personal_token().to_owned();
        assert_eq!(status(&mut store, &secret, log), 403);
        assert_eq!(status(&mut store, &secret, view), on_view, "{role}");
    }
}

#[test]
fn changes_are_logged_with_who_made_them() {
    let mut store = logged("");
    let user = store.personal_token().to_owned();
    let mut send = |secret: &str, method: &str, path: &str, body: Value| {
        let request = Request::new(method, path).bearer(secret).json(&body);
        let response =
            store.handle(&request, now().checked_sub(jiff::Span::new().seconds(1)).unwrap());
        assert!(response.status < 300, "{path}: {}", String::from_utf8_lossy(&response.body));
        serde_json::from_slice::<Value>(&response.body).unwrap_or_default()
    };
    let body = json!({ "name": "robot", "orgCapabilities": { "apiTokens": ["create", "delete"] } });
    let robot = send(&user, "POST", "/v2/tokens", body.clone());
    let (id, secret) = (robot["id"].as_str().unwrap(), robot["token"].as_str().unwrap());
    // It deletes itself, and is named nevertheless.
    send(secret, "DELETE", &format!("/v2/tokens/{id}"), Value::Null);
    let personal = "/v1/tokens/personal";
    let made = send(&user, "POST", personal, json!({ "name": "laptop", "description": "" }));
    let one = format!("{personal}/{}", made["id"].as_str().unwrap());
    send(&user, "PUT", &one, json!({ "name": "desktop" }));
    send(&user, "DELETE", &one, Value::Null);
    let (columns, _) = ask(&mut store, "['axiom-audit']");
    let of = |field: &str| {
        columns[field].iter().map(|v| v.as_str().unwrap_or("-").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(
        of("action"),
        [
            "createAPIToken",
            "deleteAPIToken",
            "createPersonalToken",
            "updatePersonalToken",
            "deletePersonalToken",
        ]
    );
    assert_eq!(of("actor.id"), ["usr_jo", id, "usr_jo", "usr_jo", "usr_jo"]);
    assert_eq!(of("actor.name"), ["Jo", "robot", "Jo", "Jo", "Jo"]);
    assert_eq!(of("actor.email")[..2], ["jo@acme.test", "-"]);
    assert_eq!(of("resource.name"), ["robot", "robot", "laptop", "desktop", "desktop"]);
}

#[test]
fn lines_of_a_scenario_stand_for_many_events() {
    let lines = r#"
        [[org.audit]]
        at = "-1h"
        action = "runAPLQuery"
        actor = "*"
        each = ["*"]
        count = 7
        [[org.audit]]
        at = "-1h"
        action = "deleteMonitor"
        actor_name = "script"
        every = "2h"
        count = 4
    "#;
    let mut store = logged(lines);
    let rows = deeds(&mut store, 3).rows;
    let pairs: Vec<_> = rows.iter().filter(|d| d.action.name == "runAPLQuery").collect();
    assert_eq!(pairs.len(), 2 * 3, "each token and each dataset");
    assert!(pairs.iter().all(|d| d.times == 7));
    let (columns, _) =
        ask(&mut store, "['axiom-audit'] | where action == 'deleteMonitor' | sort by _time asc");
    assert_eq!(columns["_time"].len(), 4);
    assert_eq!(columns["_time"][0], "2026-11-23T07:00:00Z");
    assert_eq!(columns["actor.name"][0], "script");
}

/// An organisation with generated tokens and events.
fn generated(traffic: &str) -> Store {
    store(&format!(
        "[generate]\ntokens = 300\ndatasets = 40\nrows_per_token = 5\n[[org]]\nid = 'acme'\n\
         datasets.events = {{ axiom-audit = '' }}\naudit_window = '30d'\n\
         [org.traffic]\nwindow = '30d'\n{traffic}"
    ))
}

#[test]
fn generated_events_follow_from_their_truth() {
    let mut store = generated("events = 100000");
    let rows = deeds(&mut store, 30).rows;
    assert_eq!(rows.iter().map(|deed| deed.times).sum::<u64>(), 100_000);
    let pairs = |target: &str, token: &str| (token.to_owned(), target.to_owned());
    let truth = store.truth("acme").to_vec();
    let queried: BTreeSet<_> = truth
        .iter()
        .filter(|used| used.right == "query:read")
        .flat_map(|used| used.on.iter().map(|on| pairs(on, &used.token)))
        .collect();
    let seen: BTreeSet<_> = rows
        .iter()
        .filter(|deed| deed.actor.email.is_empty())
        .flat_map(|deed| deed.datasets.iter().map(|on| pairs(on.raw(), deed.actor.id.raw())))
        .collect();
    assert!(queried.len() > 100, "{}", queried.len());
    assert_eq!(seen, queried);
    let ingested: BTreeSet<_> = truth
        .iter()
        .filter(|used| used.right == "ingest:create")
        .flat_map(|used| used.on.clone())
        .collect();
    let rows = received(&mut store, 30).rows;
    let filled: BTreeSet<_> = rows.iter().map(|row| row.dataset.raw().to_owned()).collect();
    assert_eq!(filled, ingested);
}

#[test]
fn generated_actors_are_named_as_the_scenario_says() {
    let named = |traffic: &str| {
        let rows = deeds(&mut generated(traffic), 30).rows;
        let tokens: Vec<_> = rows.iter().filter(|d| d.actor.email.is_empty()).collect();
        let count = |of: fn(&Deed) -> bool| tokens.iter().filter(|deed| of(deed)).count();
        let by_id = count(|d| !d.actor.id.is_empty());
        let by_name = count(|d| !d.actor.name.is_empty());
        (by_id, by_name, tokens.len())
    };
    let (by_id, by_name, all) = named("actors = 'id'");
    assert!(all > 100 && by_id == all && by_name == all);
    let (by_id, by_name, all) = named("actors = 'name'");
    assert!(all > 100 && by_id == 0 && by_name == all);
    let (by_id, _, all) = named("actors = 'half'");
    assert!(by_id > 50 && by_id < all);
    let (by_id, by_name, all) = named("actors = 'nobody'");
    assert!(all > 0 && by_id == 0 && by_name == 0);
    let rows = deeds(&mut generated("emails = false"), 30).rows;
    assert!(rows.iter().all(|deed| deed.actor.email.is_empty()));
    assert!(rows.iter().any(|deed| deed.actor.name.raw() == "Jo"));
}

#[test]
fn generated_numbers_have_either_spelling() {
    for spelling in ["camel", "snake", "both"] {
        let mut store = generated(&format!("bytes_spelling = '{spelling}'"));
        let (columns, _) = ask(&mut store, "['axiom-audit']");
        let has = |name: &str| columns.contains_key(name);
        assert_eq!(has("properties.hourlyIngestBytes"), spelling != "snake", "{spelling}");
        assert_eq!(has("properties.hourly_ingest_bytes"), spelling != "camel", "{spelling}");
        let rows = received(&mut store, 30);
        assert!(rows.is_complete && rows.rows.iter().all(|row| row.bytes > 0.0));
    }
}

#[test]
fn generation_repeats_itself() {
    let truth = |traffic: &str| generated(traffic).truth("acme").to_vec();
    assert_eq!(truth("seed = 1"), truth("seed = 1"));
    assert_ne!(truth("seed = 1"), truth("seed = 2"));
}

#[test]
fn more_groups_than_rows_are_told() {
    let mut store = store(
        "query_rows = 10\n[generate]\ntokens = 50\n[[org]]\n\
         datasets.events = { axiom-audit = '' }\n[[org.audit]]\nat = '-1h'\n\
         action = 'runAPLQuery'\nactor = '*'\neach = ['axiom-audit']",
    );
    let rows = deeds(&mut store, 3);
    assert_eq!((rows.rows.len(), rows.is_complete), (10, false));
}

#[test]
fn faults_hit_the_query_over_http() {
    let log = "[[org.audit]]\nat = '-1h'\naction = 'runAPLQuery'\nactor = 'reader'\n";
    let apl = json!({ "apl": "['axiom-audit']" });
    let with = |fault: &str| {
        let route = "route = 'POST /v1/datasets/_apl'";
        let running = Running::with(&format!("{TWO_TOKENS}\n{log}[[fault]]\n{route}\n{fault}"));
        running.user("POST", PATH, &apl)
    };
    let partial = with("merge = { status = { isPartial = true } }").json();
    assert_eq!(partial["status"]["isPartial"], true);
    assert_eq!(partial["status"]["rowsMatched"], 1, "the rest stays");
    assert_eq!(errors("AplResult", &partial), Vec::<String>::new());
    let limited = with("status = 429\nheaders = { Retry-After = '7' }");
    assert_eq!((limited.status, limited.header("retry-after")), (429, Some("7")));
    let cut = with("cut = 100");
    assert_eq!((cut.status, cut.body.len()), (200, 100));
    let slow = with("drip_ms = 0\nlatency_ms = 20");
    assert_eq!(slow.status, 200);
    assert_eq!(slow.header("x-assumed-route"), None, "the description has the route");
}

#[test]
fn the_demo_organisation_tells_its_story() {
    let mut store = Store::new(&Scenario::demo(), now());
    let deeds = deeds(&mut store, 30);
    let received = Some(received(&mut store, 30));
    let window = Window::last(Some(30 * 86_400), now());
    let LogAnswer::Events(events) = question(&mut store, 30, LogQuestion::Events) else { panic!() };
    let events = Some(AuditLog::new(events, window));
    let secret = store.personal_token().to_owned();
    let mut get = |path: &str| store.handle(&Request::new("GET", path).bearer(&secret), now()).body;
    let tokens = wire::tokens(&get("/v2/tokens")).unwrap();
    let views = wire::views(&get("/v2/views")).unwrap();
    let users = wire::users(&get("/v2/users"));
    let usage =
        Usage::new(&tokens, Some(&views), Evidence { window, deeds, received, events, users });
    assert_eq!(usage.naming, Naming::ById);
    let token = |name: &str| tokens.iter().find(|t| t.name.raw() == name).unwrap();
    let names = |of: &dyn Fn(&ApiToken) -> bool| -> Vec<_> {
        tokens.iter().filter(|t| of(t)).map(|t| t.name.raw()).collect()
    };
    // Expired a while ago, and the one to find.
    assert_eq!(names(&|t| usage.is_unused(t)), ["backfill-september", "status-page"]);
    let narrowed = |name: &str| {
        let grants = usage.narrowed(token(name)).unwrap();
        grants.datasets.iter().map(|(name, _)| name.raw().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(narrowed("grafana-reader"), ["prod-api", "prod-checkout"]);
    assert_eq!(narrowed("warehouse-connector"), ["prod-inventory", "prod-payments"]);
    let overgranted = names(&|t| usage.last(t).is_some() && usage.narrowed(t).is_some());
    assert_eq!(
        overgranted,
        ["old-exporter", "grafana-reader", "warehouse-connector", "view-publisher"]
    );
    let departed = names(&|t| usage.departed_creator(t).is_some());
    assert_eq!(departed, ["field-librarian"]);
    // What arrives, arrives from any token.
    for right in usage.of(token("cdn-logpush")) {
        assert_eq!(right.verdict, Verdict::Unknown(Unknowable::AnyToken));
    }
    let used = tokens.iter().filter(|token| usage.last(token).is_some()).count();
    assert!(used >= 18, "{used}");
}

#[test]
fn users_are_listed_with_the_right_to_read_them() {
    let members = "[[org.user]]\nid = 'usr_ana'\nname = 'Ana'\nemail = 'ana@acme.test'\n\
                   role = 'viewer'\n[[org.token]]\nname = 'hr'\nsecret = 'xaat-hr'\n\
                   org = ['users:read']";
    let mut store = logged(members);
    let user = store.personal_token().to_owned();
    let mut get = |secret: &str, path: &str| {
        let response = store.handle(&Request::new("GET", path).bearer(secret), now());
        let json: Value = serde_json::from_slice(&response.body).unwrap();
        (response.status, json)
    };
    for secret in [user.as_str(), "xaat-hr"] {
        let (status, users) = get(secret, "/v2/users");
        assert_eq!(status, 200);
        for user in users.as_array().unwrap() {
            assert_eq!(errors("User", user), Vec::<String>::new());
        }
        assert_eq!(
            (&users[0]["id"], &users[1]["email"]),
            (&json!("usr_jo"), &json!("ana@acme.test"))
        );
    }
    assert_eq!(get(&user, "/v2/users/usr_ana").1["role"]["name"], "viewer");
    assert_eq!(get(&user, "/v2/users/usr_gone").0, 404);
    let (status, refusal) = get("xaat-viewer", "/v2/users");
    assert_eq!((status, &refusal["message"]), (403, &json!("missing capability users|read")));
}

#[test]
fn a_personal_token_is_read_and_renamed() {
    let running = Running::with("[[personal]]\nid = 'p1'\nname = 'laptop'\nsecret = 'xapt-1'");
    let path = "/v1/tokens/personal/p1";
    let read = || running.user("GET", path, &Value::Null);
    assert_eq!(read().header("x-assumed-route"), Some("true"));
    let before = read().json();
    assert_eq!((&before["name"], &before["token"]), (&json!("laptop"), &Value::Null));
    let body = json!({ "name": "desktop", "description": "the new one" });
    let changed = running.user("PUT", path, &body).json();
    assert_eq!((&changed["name"], &changed["id"]), (&json!("desktop"), &json!("p1")));
    assert_eq!(read().json(), changed);
    let with_it = running.send("xapt-1", "GET", "/v2/user", &Value::Null);
    assert_eq!(with_it.status, 200, "its secret is the same");
    assert_eq!(running.user("PUT", path, &json!({})).refusal().0, 422);
    let gone = "/v1/tokens/personal/p2";
    assert_eq!(running.user("PUT", gone, &body).refusal().0, 404);
    assert_eq!(running.user("GET", gone, &Value::Null).refusal().0, 404);
}

#[test]
fn a_regeneration_may_have_both_a_new_token_and_its_expiry() {
    let ask = |switch: &str, own: Value| {
        let mut store = store(&format!("{switch}\n{TWO_TOKENS}"));
        let user = store.personal_token().to_owned();
        let body = json!({
            "existingTokenExpiresAt": "2026-11-24T14:00:00Z",
            "newTokenExpiresAt": "2027-01-01T00:00:00Z",
            "newToken": {
                "name": "reader", "expiresAt": own,
                "datasetCapabilities": { "logs": { "query": ["read"] } },
            },
        });
        let path = "/v2/tokens/id-reader/regenerate";
        let response = store.handle(&Request::new("POST", path).bearer(&user).json(&body), now());
        let json: Value = serde_json::from_slice(&response.body).unwrap();
        (response.status, json["expiresAt"].as_str().map(str::to_owned))
    };
    let at = |text: &str| (200, Some(text.to_owned()));
    assert_eq!(ask("", Value::Null), at("2027-01-01T00:00:00Z"));
    assert_eq!(ask("", json!("2028-01-01T00:00:00Z")), at("2028-01-01T00:00:00Z"));
    assert_eq!(ask("exclusive_renewal = true", Value::Null), (400, None));
}
