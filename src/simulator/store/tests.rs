//! What depends on the clock, the caller and the scenario's switches; without a network.

use serde_json::json;

use super::*;
use crate::domain::Verb;

const TOKENS: &str = include_str!("tests.toml");

fn start() -> Timestamp {
    "2026-11-23T14:00:00Z".parse().unwrap()
}

fn later(seconds: i64) -> Timestamp {
    Timestamp::from_second(start().as_second() + seconds).unwrap()
}

fn store(switches: &str) -> Store {
    let scenario = Scenario::parse(&format!("{switches}\n{TOKENS}")).unwrap();
    Store::new(&scenario, start())
}

/// The status and JSON of a response.
fn ask(store: &mut Store, request: Request, secret: &str, now: Timestamp) -> (u16, Value) {
    let response = store.handle(&request.bearer(secret), now);
    let json = serde_json::from_slice(&response.body).unwrap_or_default();
    (response.status, json)
}

fn get(store: &mut Store, path: &str, secret: &str, now: Timestamp) -> (u16, Value) {
    ask(store, Request::new("GET", path), secret, now)
}

fn members(list: &Value, member: &str) -> Vec<String> {
    let text = |v: &Value| v[member].as_str().unwrap().to_owned();
    list.as_array().unwrap().iter().map(text).collect()
}

fn regenerate(store: &mut Store, id: &str, body: &Value, now: Timestamp) -> (u16, Value) {
    let request = Request::new("POST", &format!("/v2/tokens/{id}/regenerate")).json(body);
    ask(store, request, "xapt-jo", now)
}

#[test]
fn an_expired_token_gets_401_but_is_listed_and_can_be_regenerated() {
    let mut store = store("");
    assert_eq!(get(&mut store, "/v2/tokens", "xaat-old", start()).0, 401);
    let (_, list) = get(&mut store, "/v2/tokens", "xapt-jo", start());
    assert_eq!(members(&list, "id"), ["old", "soon", "all", "admin"]);

    let body = json!({ "existingTokenExpiresAt": "2027-01-01T00:00:00Z" });
    let (status, new) = regenerate(&mut store, "old", &body, start());
    assert_eq!((status, &new["name"], &new["expiresAt"]), (200, &json!("old"), &Value::Null));
    let secret = new["token"].as_str().unwrap();
    assert_eq!(get(&mut store, "/v2/tokens", secret, start()).0, 200);
    let (_, old) = get(&mut store, "/v2/tokens/old", "xapt-jo", start());
    assert_eq!(old["expiresAt"], "2026-11-22T14:00:00Z", "its own expiry was earlier");
    assert_eq!(get(&mut store, "/v2/tokens", "xaat-old", start()).0, 401);
}

#[test]
fn a_token_works_until_its_expiry() {
    let mut store = store("");
    assert_eq!(get(&mut store, "/v2/datasets", "xaat-soon", later(3599)).0, 200);
    assert_eq!(get(&mut store, "/v2/datasets", "xaat-soon", later(3600)).0, 401);
}

#[test]
fn both_tokens_of_a_regeneration_work_until_the_old_one_expires() {
    let mut store = store("");
    let body = json!({
        "existingTokenExpiresAt": "2026-11-23T15:00:00+00:30",
        "newTokenExpiresAt": "2026-12-01T00:00:00Z",
    });
    let (_, new) = regenerate(&mut store, "all", &body, start());
    assert_eq!(new["expiresAt"], "2026-12-01T00:00:00Z");
    assert_ne!(new["id"], "all");
    assert_eq!(new["datasetCapabilities"], json!({ "*": { "tail": ["read"] } }), "unchanged");
    let new = new["token"].as_str().unwrap();
    for (seconds, old_works) in [(0, 200), (1799, 200), (1800, 401)] {
        assert_eq!(get(&mut store, "/v2/datasets", "xaat-all", later(seconds)).0, old_works);
        assert_eq!(get(&mut store, "/v2/datasets", new, later(seconds)).0, 200);
    }
    let delete = Request::new("DELETE", "/v2/tokens/all");
    assert_eq!(ask(&mut store, delete, "xapt-jo", start()).0, 204, "it can still be deleted");
}

#[test]
fn a_grace_period_in_the_past_ends_the_old_token_immediately() {
    let mut store = store("");
    let body = json!({
        "existingTokenExpiresAt": "2020-01-01T00:00:00Z",
        "newToken": { "name": "next", "orgCapabilities": { "views": ["read"] } },
    });
    let (status, new) = regenerate(&mut store, "admin", &body, start());
    assert_eq!((status, &new["name"]), (200, &json!("next")));
    assert_eq!(new["orgCapabilities"], json!({ "views": ["read"] }));
    assert_eq!(get(&mut store, "/v2/views", "xaat-admin", start()).0, 401);
    let (_, old) = get(&mut store, "/v2/tokens/admin", "xapt-jo", start());
    assert_eq!(old["expiresAt"], "2026-11-23T14:00:00Z");
}

#[test]
fn a_refused_regeneration_changes_nothing() {
    let mut store = store("");
    let past = "2020-01-01T00:00:00Z";
    let body = json!({ "existingTokenExpiresAt": past, "newToken": { "name": "empty" } });
    assert_eq!(regenerate(&mut store, "all", &body, start()).0, 400);
    assert_eq!(get(&mut store, "/v2/datasets", "xaat-all", start()).0, 200);
    assert_eq!(regenerate(&mut store, "none", &body, start()).0, 404);
}

#[test]
fn the_scenario_determines_the_listed_tokens() {
    let body = json!({ "existingTokenExpiresAt": "2026-11-24T00:00:00Z" });
    for (switches, shown) in [
        ("", vec!["old", "soon", "all", "admin"]),
        ("list_expired = false", vec!["soon", "all", "admin"]),
        ("list_replaced = false", vec!["old", "soon", "admin"]),
    ] {
        let mut store = store(switches);
        regenerate(&mut store, "all", &body, start());
        let (_, mut list) = get(&mut store, "/v2/tokens", "xapt-jo", start());
        list.as_array_mut().unwrap().pop();
        assert_eq!(members(&list, "id"), shown, "{switches}");
        assert_eq!(get(&mut store, "/v2/tokens/all", "xaat-admin", start()).0, 200);
    }
}

#[test]
fn the_scenario_determines_the_form_of_never() {
    for (switches, expected) in [
        ("", Some(Value::Null)),
        ("no_expiry = 'zero'", Some("0001-01-01T00:00:00Z".into())),
        ("no_expiry = 'absent'", None),
    ] {
        let (_, token) = get(&mut store(switches), "/v2/tokens/all", "xapt-jo", start());
        assert_eq!(token.get("expiresAt"), expected.as_ref(), "{switches}");
    }
}

#[test]
fn sparse_responses_omit_what_live_ones_omit() {
    let mut store = store("sparse = true");
    let (_, token) = get(&mut store, "/v2/tokens/all", "xapt-jo", start());
    assert_eq!(token["orgCapabilities"], Value::Null);
    assert_eq!(token.get("viewCapabilities"), None);
    let (_, user) = get(&mut store, "/v2/user", "xapt-jo", start());
    assert_eq!(user.get("role"), None);
    let (_, orgs) = get(&mut store, "/v2/orgs", "xapt-jo", start());
    assert_eq!(orgs[0]["license"], json!({ "id": "acme", "tier": "axiomCloud" }));
}

#[test]
fn a_late_token_exists_but_is_not_listed_yet() {
    let mut store = store("");
    store.late = 2;
    let body = json!({ "name": "new", "orgCapabilities": { "views": ["read"] } });
    let create = Request::new("POST", "/v2/tokens").json(&body);
    let (_, new) = ask(&mut store, create, "xapt-jo", start());
    assert_eq!(store.late, 0);
    let secret = new["token"].as_str().unwrap();
    assert_eq!(get(&mut store, "/v2/views", secret, start()).0, 200);
    let mut listed = || members(&get(&mut store, "/v2/tokens", "xapt-jo", start()).1, "name");
    assert_eq!([listed().len(), listed().len(), listed().len()], [4, 4, 5]);
}

#[test]
fn only_datasets_that_the_caller_can_reach_are_listed() {
    let mut store = store("");
    for (secret, seen) in [
        ("xapt-jo", vec!["a", "b", "c"]),
        ("xaat-soon", vec!["b"]),
        ("xaat-all", vec!["a", "b", "c"]),
        ("xaat-admin", vec!["a", "b", "c"]),
    ] {
        let (_, list) = get(&mut store, "/v2/datasets", secret, start());
        assert_eq!(members(&list, "name"), seen, "{secret}");
    }
}

#[test]
fn organisations_are_isolated() {
    let mut store = store("");
    let mut names = |secret: &str, org: &str, path: &str| {
        let request = Request::new("GET", path).with("x-axiom-org-id", org);
        let (status, list) = ask(&mut store, request, secret, start());
        if status == 200 { members(&list, "name") } else { vec![status.to_string()] }
    };
    assert_eq!(names("xapt-jo", "other", "/v2/views"), ["v"]);
    assert_eq!(names("xapt-jo", "acme", "/v2/views"), [""; 0]);
    assert_eq!(names("xapt-jo", "", "/v2/views"), [""; 0], "the default one");
    assert_eq!(names("xapt-jo", "nobody's", "/v2/views"), ["403"]);
    assert_eq!(names("xapt-jo", "nobody's", "/v2/orgs"), ["Test", "Test"], "not required there");
    assert_eq!(names("xaat-admin", "acme", "/v2/views"), [""; 0]);
    assert_eq!(names("xaat-admin", "other", "/v2/views"), ["403"]);
    assert_eq!(names("xaat-admin", "acme", "/v2/orgs"), ["Test"], "its own");
    let request = Request::new("GET", "/v2/tokens/all").with("x-axiom-org-id", "other");
    assert_eq!(ask(&mut store, request, "xapt-jo", start()).0, 404);
}

#[test]
fn every_operation_requires_exactly_its_right() {
    let body = json!({ "existingTokenExpiresAt": "2027-01-01T00:00:00Z" });
    let new = json!({ "name": "a", "orgCapabilities": { "views": ["read"] } });
    for (request, capability, verb) in [
        (Request::new("GET", "/v2/tokens"), "apiTokens", Verb::Read),
        (Request::new("GET", "/v2/tokens/all"), "apiTokens", Verb::Read),
        (Request::new("POST", "/v2/tokens").json(&new), "apiTokens", Verb::Create),
        (Request::new("POST", "/v2/tokens/all/regenerate").json(&body), "apiTokens", Verb::Update),
        (Request::new("DELETE", "/v2/tokens/all"), "apiTokens", Verb::Delete),
        (Request::new("GET", "/v2/views"), "views", Verb::Read),
    ] {
        let right = format!("{capability}:{}", verb.wire());
        let every = ["apiTokens", "views"].map(|c| Verb::ALL.map(|v| format!("{c}:{}", v.wire())));
        let others: Vec<_> = every.as_flattened().iter().filter(|r| **r != right).collect();
        let with = |rights: &str| store(&format!("role.org = {rights}"));

        let what = format!("{} {}", request.method, request.path);
        let (status, _) =
            ask(&mut with(&format!("[{right:?}]")), request.clone(), "xapt-jo", start());
        assert!(matches!(status, 200 | 204), "{what} with {right}: {status}");
        let mut without = with(&format!("{others:?}"));
        let (status, json) = ask(&mut without, request, "xapt-jo", start());
        let message = format!("missing capability {capability}|{}", verb.wire());
        assert_eq!((status, json), (403, json!({ "code": 403, "message": message })), "{what}");
    }
}

#[test]
fn checks_run_in_order() {
    let mut store = store("");
    let bad = || Request { body: b"{".to_vec(), ..Request::new("POST", "/v2/tokens") };
    assert_eq!(store.handle(&bad(), start()).status, 401, "the bearer before the body");
    assert_eq!(ask(&mut store, bad(), "xaat-soon", start()).0, 403, "the right before the body");
    assert_eq!(ask(&mut store, bad(), "xaat-admin", start()).0, 400);
    assert_eq!(store.handle(&Request::new("GET", "/v2"), start()).status, 404);
    assert_eq!(store.handle(&Request::new("PUT", "/v2/tokens"), start()).status, 405);
    let (status, _) = regenerate(&mut store, "none", &json!({}), start());
    assert_eq!(status, 404, "the token before the content of the body");
}

#[test]
fn extra_fields_are_returned_and_copied_on_regeneration() {
    let raw = "[[org]]\n[[org.token]]\nid = 'x'\nname = 'x'\norg = ['warp:drive']\nraw = { lastUsed = 'today', deep = { a = [1] } }";
    let mut store = Store::new(&Scenario::parse(raw).unwrap(), start());
    let secret = store.personal_token().to_owned();
    let (_, token) = get(&mut store, "/v2/tokens/x", &secret, start());
    assert_eq!(token["deep"], json!({ "a": [1] }));
    assert_eq!(token["orgCapabilities"], json!({ "warp": ["drive"] }));
    let body = json!({ "existingTokenExpiresAt": "2027-01-01T00:00:00Z" });
    let request = Request::new("POST", "/v2/tokens/x/regenerate").json(&body);
    let (_, new) = ask(&mut store, request, &secret, start());
    assert_eq!(
        (&new["lastUsed"], &new["orgCapabilities"]),
        (&json!("today"), &json!({ "warp": ["drive"] }))
    );
}

#[test]
fn a_seed_makes_responses_deterministic() {
    let answers = || {
        let mut store = store("seed = 7");
        let body = json!({ "name": "a", "orgCapabilities": { "views": ["read"] } });
        let create = Request::new("POST", "/v2/tokens").json(&body).bearer("xapt-jo");
        [create, Request::new("GET", "/")].map(|request| store.handle(&request, start()))
    };
    assert_eq!(answers(), answers());
}
