//! Every rule of the API that a client can rely on.

use axtok::simulator::Scenario;
use serde_json::{Value, json};

use crate::raw::Running;

fn demo() -> Running {
    Running::start(Scenario::demo())
}

fn new_token() -> Value {
    json!({ "name": "ci", "datasetCapabilities": { "prod-api": { "ingest": ["create"] } } })
}

#[test]
fn a_secret_works_from_its_creation_to_its_deletion() {
    let demo = demo();
    let response = demo.user("POST", "/v2/tokens", &new_token());
    assert_eq!(response.status, 200);
    let token = response.json();
    let (id, secret) = (token["id"].as_str().unwrap(), token["token"].as_str().unwrap());
    assert!(secret.starts_with("xaat-") && secret.len() == 41, "{secret}");
    assert_eq!(token["description"], "");
    assert_eq!(token["expiresAt"], Value::Null);
    assert_eq!(token["datasetCapabilities"], json!({ "prod-api": { "ingest": ["create"] } }));
    assert_eq!(token["orgCapabilities"], json!({}));

    let datasets = demo.send(secret, "GET", "/v2/datasets", &Value::Null);
    assert_eq!((datasets.status, datasets.json()[0]["name"].as_str()), (200, Some("prod-api")));

    let path = format!("/v2/tokens/{id}");
    let mut listed = token.clone();
    listed.as_object_mut().unwrap().remove("token");
    assert_eq!(demo.user("GET", &path, &Value::Null).json(), listed, "the same without the secret");

    let deleted = demo.user("DELETE", &path, &Value::Null);
    assert_eq!((deleted.status, deleted.body.len()), (204, 0));
    assert_eq!(deleted.header("content-type"), None);
    assert_eq!(demo.send(secret, "GET", "/v2/datasets", &Value::Null).status, 401);
    for method in ["GET", "DELETE"] {
        let refusal = demo.user(method, &path, &Value::Null).refusal();
        assert_eq!(refusal, (404, 404, "not found".to_owned()));
    }
    assert_eq!(demo.count("POST", "/v2/tokens"), 1);
}

#[test]
fn after_a_regeneration_both_secrets_work_until_the_old_one_is_deleted() {
    let demo = demo();
    let old = demo.user("POST", "/v2/tokens", &new_token()).json();
    let id = old["id"].as_str().unwrap();
    let body = json!({
        "existingTokenExpiresAt": "2999-01-01T00:00:00Z",
        "newTokenExpiresAt": "2999-06-01T00:00:00Z",
    });
    let new = demo.user("POST", &format!("/v2/tokens/{id}/regenerate"), &body).json();
    assert_ne!(new["id"], old["id"]);
    assert_ne!(new["token"], old["token"]);
    assert_eq!(new["expiresAt"], "2999-06-01T00:00:00Z");

    let works = |token: &Value| {
        demo.send(token["token"].as_str().unwrap(), "GET", "/v2/datasets", &Value::Null).status
    };
    assert_eq!((works(&old), works(&new)), (200, 200));
    let path = format!("/v2/tokens/{id}");
    assert_eq!(demo.user("GET", &path, &Value::Null).json()["expiresAt"], "2999-01-01T00:00:00Z");
    assert_eq!(demo.user("DELETE", &path, &Value::Null).status, 204);
    assert_eq!((works(&old), works(&new)), (401, 200));
}

#[test]
fn invalid_authorization_is_401() {
    let demo = demo();
    let secret = demo.simulator.personal_token();
    for authorization in [
        String::new(),
        format!("Authorization: {secret}\r\n"),
        format!("Authorization: Basic {secret}\r\n"),
        "Authorization: Bearer\r\n".to_owned(),
        "Authorization: Bearer \r\n".to_owned(),
        "Authorization: Bearer xaat-00000000-0000-4000-8000-000000000000\r\n".to_owned(),
        "Authorization: Bearer xait-1\r\n".to_owned(),
        format!("Authorization: Bearer {secret}x\r\n"),
        format!("X-Axiom-Org-Id: {}\r\n", demo.simulator.org_id()),
    ] {
        let response = demo.ask("GET", "/v2/tokens", &authorization, b"").unwrap();
        let (status, code, _) = response.refusal();
        assert_eq!((status, code), (401, 401), "{authorization:?}");
    }
    let odd_case = format!("AUTHORIZATION: bearer   {secret}\r\n");
    assert_eq!(demo.ask("GET", "/v2/tokens", &odd_case, b"").unwrap().status, 200);
}

#[test]
fn api_tokens_are_limited_to_their_rights() {
    let demo = demo();
    let full = demo.simulator.api_token();
    for path in ["/v2/tokens", "/v2/views", "/v2/datasets", "/v2/orgs"] {
        assert_eq!(demo.send(full, "GET", path, &Value::Null).status, 200, "{path}");
    }
    let body = json!({"name": "reader", "orgCapabilities": {"apiTokens": ["read"]}});
    let reader = demo.send(full, "POST", "/v2/tokens", &body).json();
    let reader = reader["token"].as_str().unwrap();
    assert_eq!(demo.send(reader, "GET", "/v2/tokens", &Value::Null).status, 200);
    let refused = |path| demo.send(reader, "GET", path, &Value::Null).refusal();
    assert_eq!(refused("/v2/views"), (403, 403, "missing capability views|read".to_owned()));
    let personal = (403, 403, "a personal token is required".to_owned());
    assert_eq!(refused("/v2/user"), personal);
    assert_eq!(refused("/v1/tokens/personal"), personal);
    let orgs = demo.send(reader, "GET", "/v2/orgs", &Value::Null).json();
    assert_eq!(orgs.as_array().unwrap().len(), 1);
    let other = format!("Authorization: Bearer {reader}\r\nX-Axiom-Org-Id: acme-labs-9q2z\r\n");
    assert_eq!(demo.ask("GET", "/v2/tokens", &other, b"").unwrap().status, 403);
}

#[test]
fn a_personal_token_chooses_its_organisation() {
    let demo = demo();
    let ask = |org: &str| {
        let secret = demo.simulator.personal_token();
        let headers = format!("Authorization: Bearer {secret}\r\nX-Axiom-Org-Id: {org}\r\n");
        demo.ask("GET", "/v2/tokens", &headers, b"").unwrap()
    };
    assert_eq!(ask("acme-4x1k").json().as_array().unwrap().len(), 40);
    assert_eq!(ask("acme-labs-9q2z").json().as_array().unwrap().len(), 4);
    assert_eq!(ask("acme-9999").refusal().0, 403);
    let without = demo.user("GET", "/v2/tokens", &Value::Null).json();
    assert_eq!(without.as_array().unwrap().len(), 40, "not the default organisation");
}

#[test]
fn responses_have_every_member_that_the_api_description_requires() {
    let demo = demo();
    let has = |json: &Value, members: &str| {
        for member in members.split(' ') {
            assert!(!json[member].is_null(), "{member} in {json}");
        }
    };
    let get = |path| demo.user("GET", path, &Value::Null).json();
    let all = |path| get(path).as_array().unwrap().clone();
    for token in all("/v2/tokens") {
        has(&token, "id name datasetCapabilities orgCapabilities");
    }
    for dataset in all("/v2/datasets") {
        has(&dataset, "id name description created updatedAt who kind");
    }
    for view in all("/v2/views") {
        has(&view, "name aplQuery");
    }
    for org in all("/v2/orgs") {
        has(&org, "id name plan planCreated lastUsageSync paymentStatus license primaryEmail role");
        has(
            &org["license"],
            "id tier issuer issuedTo issuedAt validFrom monthlyIngestGb monthlyQueryGbHours \
             apiRateLimitPerSecond maxUsers maxDatasets maxMonitors maxFields maxEndpoints \
             maxQueryWindowSeconds maxAuditWindowSeconds withAuths features billingPeriodStart \
             billingPeriodEnd defaultEdgeDeployment edgeDeployments",
        );
    }
    let user = get("/v2/user");
    has(&user, "id name email role");
    assert_eq!(user["role"]["name"], "admin");
}

#[test]
fn invalid_bodies_are_refused_with_the_first_reason() {
    let demo = demo();
    let post = |content_type: &str, body: &[u8]| {
        let secret = demo.simulator.personal_token();
        let headers = format!("Authorization: Bearer {secret}\r\n{content_type}");
        let (status, code, message) =
            demo.ask("POST", "/v2/tokens", &headers, body).unwrap().refusal();
        (status, code, message)
    };
    let json = "Content-Type: application/json\r\n";
    for (content_type, body, status, code, message) in [
        (json, &b"{"[..], 400, 400, "malformed JSON at line 1, column 1"),
        (json, b"[]", 422, 601, "body in body must be of type object: \"array\""),
        (json, b"", 422, 602, "body in body is required"),
        (json, b"{}", 422, 602, "name in body is required"),
        ("", b"{}", 422, 602, "name in body is required"),
        (
            "Content-Type: text/plain\r\n",
            b"{}",
            415,
            415,
            "unsupported media type \"text/plain\", only [application/json] are",
        ),
        (
            json,
            br#"{"name":"a","datasetCapabilities":{"prod":{"ingest":["read"]}}}"#,
            422,
            606,
            "datasetCapabilities.prod.ingest.0 in body should be one of [create]",
        ),
        (
            json,
            br#"{"name":"a","expiresAt":"x"}"#,
            400,
            400,
            r#"parsing time "x" as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006""#,
        ),
        (json, br#"{"name":"a"}"#, 400, 400, "at least one capability must be set"),
        (json, &vec![b' '; (1 << 20) + 1], 413, 413, "http: request body too large"),
    ] {
        let shown = String::from_utf8_lossy(&body[..body.len().min(80)]);
        assert_eq!(post(content_type, body), (status, code, message.to_owned()), "{shown}");
    }
    let before = demo.user("GET", "/v2/tokens", &Value::Null).json();
    assert_eq!(before.as_array().unwrap().len(), 40, "a token was created");
}

#[test]
fn lenient_parts_of_the_api_are_accepted() {
    let demo = demo();
    let body = json!({
        "name": "", "description": null, "expiresAt": "0001-01-01T00:00:00Z",
        "datasetCapabilities": { "no-such-dataset": { "query": ["read", "read"] } },
        "viewCapabilities": null, "orgCapabilities": { "warp": ["drive"] }, "color": "red",
    });
    let token = demo.user("POST", "/v2/tokens", &body).json();
    let kept = json!({ "no-such-dataset": { "query": ["read"] } });
    assert_eq!(token["datasetCapabilities"], kept);
    assert_eq!(token["orgCapabilities"], json!({}));
    assert_eq!((&token["expiresAt"], token.get("color")), (&Value::Null, None));

    let declared = json!({
        "name": "tail", "datasetCapabilities": { "prod-api": { "tail": ["read", "update"] } },
    });
    let token = demo.user("POST", "/v2/tokens", &declared).json();
    assert_eq!(token["datasetCapabilities"], declared["datasetCapabilities"]);
}

#[test]
fn unknown_paths_are_404_and_unknown_methods_405() {
    let demo = demo();
    let ask = |method, path| demo.ask(method, path, "", b"").unwrap();
    let missing = (404, 404, "path /v2/token was not found".to_owned());
    assert_eq!(ask("GET", "/v2/token?a=b").refusal(), missing);
    let response = ask("PUT", "/v2/tokens");
    let message = "method PUT is not allowed, but [GET,POST] are";
    assert_eq!(response.refusal(), (405, 405, message.to_owned()));
    assert_eq!(response.header("allow"), Some("GET,POST"));
    assert_eq!(ask("OPTIONS", "/v2/user").header("allow"), Some("GET"));
    let head = ask("HEAD", "/v2/tokens");
    assert_eq!((head.status, head.body.len()), (405, 0));
}

#[test]
fn personal_tokens_follow_the_assumed_api() {
    for secret_in_post in [false, true] {
        let running = Running::with(&format!("secret_in_post = {secret_in_post}"));
        let base = "/v1/tokens/personal";
        let body = json!({ "name": "laptop", "description": "mine" });
        let response = running.user("POST", base, &body);
        assert_eq!(response.header("x-assumed-route"), Some("true"));
        let made = response.json();
        assert_eq!(made.get("token").is_some(), secret_in_post);
        let id = made["id"].as_str().unwrap();

        let shown = running.user("GET", &format!("{base}/{id}/token"), &Value::Null).json();
        let secret = shown["token"].as_str().unwrap();
        assert!(secret.starts_with("xapt-"));
        assert_eq!(running.send(secret, "GET", "/v2/user", &Value::Null).status, 200);

        let list = running.user("GET", base, &Value::Null).json();
        assert_eq!(list[1]["description"], "mine");
        assert!(list.as_array().unwrap().iter().all(|t| t.get("token").is_none()));

        assert_eq!(running.user("POST", base, &json!({})).refusal().1, 602);
        let path = format!("{base}/{id}");
        assert_eq!(running.user("DELETE", &path, &Value::Null).status, 204);
        assert_eq!(running.user("DELETE", &path, &Value::Null).status, 404);
        assert_eq!(running.send(secret, "GET", "/v2/user", &Value::Null).status, 401);
    }
    let off = Running::with("personal_routes = 'off'");
    assert_eq!(off.user("GET", "/v1/tokens/personal", &Value::Null).refusal().0, 404);
}
