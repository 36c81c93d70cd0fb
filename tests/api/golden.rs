//! Requests and responses written by hand from the API description.

use axtok::{
    api::{Call, Created, Reply},
    domain::{
        ApiToken, Dataset, Expiry, Grants, NewToken, Org, Regeneration, SafeText, Scope, Target,
        TokenId, Unknown, User, Verbs, View, grants::UnknownScope, token::Renewal,
    },
};
use serde_json::Value;

use crate::server::{CREDENTIAL, Play, Request, Server, capability, json, new_token};

/// Sends a call; returns the request as received and the parsed response.
async fn exchange(call: Call, response: &str) -> (Request, Reply) {
    let server = Server::plays([Play::Close(json(200, response))]);
    let reply = server.client().send(&call, None).await.unwrap();
    let mut requests = server.requests();
    assert_eq!(requests.len(), 1);
    let request = requests.remove(0);
    // The preview shows exactly what is sent.
    if let Some(preview) = call.preview() {
        assert_eq!((preview.method, &preview.path), (&*request.method, &request.path));
        is_json(&request.body, &preview.body);
    }
    (request, reply)
}

fn is_json(text: &str, golden: &str) {
    let read = |text| serde_json::from_str::<Value>(text).unwrap();
    assert_eq!(read(text), read(golden));
}

fn at(time: &str) -> Expiry {
    Expiry::At(time.parse().unwrap())
}

/// The grants of `create_request.json`.
fn grants() -> Grants {
    let mut grants = Grants::default();
    let crd = Verbs::ALL.minus(Verbs::U);
    for (target, name, verbs) in [
        (Target::Dataset("*".into()), "query", Verbs::R),
        (Target::Dataset("build-logs".into()), "ingest", Verbs::C),
        (Target::Dataset("build-logs".into()), "share", crd),
        (Target::View("errors by day".into()), "query", Verbs::R),
        (Target::Org, "apiTokens", Verbs::ALL),
        (Target::Org, "billing", Verbs::R),
    ] {
        grants.set(&target, capability(target.scope(), name), verbs).unwrap();
    }
    grants
}

fn created(reply: Reply) -> Created<ApiToken> {
    match reply {
        Reply::Created(created) => *created,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_create_request_and_its_response() {
    let call = Call::CreateToken(Box::new(NewToken {
        name: "ci ingest".to_owned(),
        description: "used by the build".to_owned(),
        expiry: at("2027-02-21T00:00:00Z"),
        grants: grants(),
    }));
    let (request, reply) = exchange(call, include_str!("../golden/create_answer.json")).await;
    assert_eq!((&*request.method, &*request.path), ("POST", "/v2/tokens"));
    is_json(&request.body, include_str!("../golden/create_request.json"));

    let created = created(reply);
    assert_eq!(created.secret.expose(), "xaat-0a1b2c3d-0000-4000-8000-0123456789ab");
    assert_eq!(created.warning, None);
    let id = TokenId::new("7f3c2d1e-0000-4000-8000-00000000a91f");
    assert_eq!(created.id.as_ref(), Some(&id));
    let mut grants = grants();
    let query = capability(Scope::Dataset, "query");
    grants.set(&Target::Dataset("token".into()), query, Verbs::R).unwrap();
    let token = ApiToken {
        id,
        name: "ci ingest".into(),
        description: r#"says "token":"no""#.into(),
        expiry: at("2027-02-21T00:00:00Z").into(),
        grants,
    };
    assert_eq!(created.token, Some(token));
}

#[tokio::test]
async fn a_create_request_without_expiry() {
    let (request, _) = exchange(create_call(), include_str!("../golden/create_answer.json")).await;
    is_json(&request.body, include_str!("../golden/create_request_never.json"));
}

fn create_call() -> Call {
    crate::server::create()
}

#[tokio::test]
async fn regenerate_requests_and_their_response() {
    for (renewal, golden) in [
        (
            Renewal::Same { new_expiry: at("2027-02-21T00:00:00.5Z") },
            include_str!("../golden/regenerate_request.json"),
        ),
        (
            Renewal::Same { new_expiry: Expiry::Never },
            include_str!("../golden/regenerate_request_never.json"),
        ),
        (
            Renewal::Replaced(Box::new(new_token())),
            include_str!("../golden/regenerate_request_replaced.json"),
        ),
    ] {
        let old_ends = "2026-11-25T14:00:00Z".parse().unwrap();
        let regeneration = Box::new(Regeneration { old_ends, renewal });
        let call = Call::RegenerateToken(TokenId::new("old id/1"), regeneration);
        let response = include_str!("../golden/regenerate_answer.json");
        let (request, reply) = exchange(call, response).await;
        assert_eq!(request.method, "POST");
        assert_eq!(request.path, "/v2/tokens/old%20id%2F1/regenerate");
        is_json(&request.body, golden);

        let created = created(reply);
        assert_eq!(created.secret.expose(), "xaat-99999999-0000-4000-8000-0123456789ab");
        assert_eq!(created.warning, None);
        assert_eq!(created.token, Some(forever()));
    }
}

fn forever() -> ApiToken {
    ApiToken {
        id: TokenId::new("new-id"),
        name: "forever".into(),
        description: SafeText::default(),
        expiry: Expiry::Never.into(),
        grants: new_token().grants,
    }
}

#[tokio::test]
async fn a_single_token_is_parsed() {
    let call = Call::GetToken(TokenId::new("new-id"));
    let (request, reply) = exchange(call, include_str!("../golden/get_answer.json")).await;
    assert_eq!((&*request.method, &*request.path), ("GET", "/v2/tokens/new-id"));
    assert!(matches!(reply, Reply::Token(token) if *token == forever()));
}

#[tokio::test]
async fn a_list_of_tokens_is_parsed() {
    let response = include_str!("../golden/tokens_answer.json");
    let (request, reply) = exchange(Call::ListTokens, response).await;
    assert_eq!((&*request.method, &*request.path), ("GET", "/v2/tokens"));
    let Reply::Tokens(tokens) = reply else { panic!("{reply:?}") };
    let [full, bare, future] = &tokens[..] else { panic!("{tokens:?}") };

    assert_eq!(full.grants, grants());
    assert_eq!(full.expiry, at("2027-02-21T00:00:00Z").into());
    assert_eq!(full.description.raw(), "used by the build");

    assert_eq!((bare.id.raw(), bare.name.raw()), ("bare", ""));
    assert_eq!(bare.expiry, Expiry::Never.into());
    assert!(bare.grants.is_empty());

    assert_eq!(future.name.shown(), "future <U+202E>");
    let row = future.grants.datasets.get("logs").unwrap();
    let query = capability(Scope::Dataset, "query");
    assert_eq!(row.verbs(query), Verbs::R);
    let unknown = [
        Unknown::Verb { capability: query, json: r#""stream""#.into() },
        Unknown::Capability { name: "archive".into(), json: r#"{ "tier": 1.0e5 }"#.into() },
    ];
    assert_eq!(row.unknown(), unknown);
    let unknown = Unknown::Capability { name: "teleport".into(), json: r#"["create"]"#.into() };
    assert_eq!(future.grants.org.unknown(), [unknown]);
    let edge = UnknownScope {
        name: "edgeCapabilities".into(),
        json: r#"{ "fra": { "cache": ["purge"] } }"#.into(),
    };
    assert_eq!(future.grants.unknown, [edge]);
}

#[tokio::test]
async fn unknown_parts_from_a_newer_server_are_sent_back_unchanged() {
    let response = include_str!("../golden/tokens_answer.json");
    let (_, reply) = exchange(Call::ListTokens, response).await;
    let Reply::Tokens(mut tokens) = reply else { panic!("{reply:?}") };
    let grants = tokens.remove(2).grants;
    let copy = Call::CreateToken(Box::new(NewToken { grants, ..new_token() }));
    let (request, _) = exchange(copy, include_str!("../golden/create_answer.json")).await;
    for part in [
        r#""query":["read","stream"]"#,
        r#""archive":{ "tier": 1.0e5 }"#,
        r#""orgCapabilities":{"users":["read"],"teleport":["create"]}"#,
        r#""edgeCapabilities":{ "fra": { "cache": ["purge"] } }"#,
    ] {
        assert!(request.body.contains(part), "{part} is not in {}", request.body);
    }
}

#[tokio::test]
async fn datasets_views_and_organisations_are_parsed() {
    let (request, reply) =
        exchange(Call::ListDatasets, include_str!("../golden/datasets_answer.json")).await;
    assert_eq!(request.path, "/v2/datasets");
    let Reply::Datasets(datasets) = reply else { panic!("{reply:?}") };
    let dataset = |name: &str, description: &str| Dataset {
        name: name.into(),
        description: description.into(),
    };
    assert_eq!(datasets, [dataset("build-logs", "what the build says"), dataset("traces", "")]);

    let (request, reply) =
        exchange(Call::ListViews, include_str!("../golden/views_answer.json")).await;
    assert_eq!(request.path, "/v2/views");
    let Reply::Views(views) = reply else { panic!("{reply:?}") };
    let view = |name: &str, description: &str, datasets: &[&str]| View {
        name: name.into(),
        description: description.into(),
        datasets: datasets.iter().map(|d| SafeText::from(*d)).collect(),
    };
    let daily = view("errors by day", "daily", &["build-logs", "traces"]);
    assert_eq!(views, [daily, view("shared", "", &[])]);

    let (request, reply) =
        exchange(Call::ListOrgs, include_str!("../golden/orgs_answer.json")).await;
    assert_eq!(request.path, "/v2/orgs");
    let Reply::Orgs(orgs) = reply else { panic!("{reply:?}") };
    let org = |id: &str, name: &str, role: Option<&str>| Org {
        id: id.into(),
        name: name.into(),
        role: role.map(SafeText::from),
        audit_window: None,
    };
    assert_eq!(orgs, [org("acme-1a2b", "Acme", Some("owner")), org("lab-3c4d", "Lab", None)]);
}

#[tokio::test]
async fn a_user_is_parsed_with_and_without_a_role() {
    for (response, role) in [
        (include_str!("../golden/user_answer.json"), Some("Owner")),
        (include_str!("../golden/user_answer_without_role.json"), None),
    ] {
        let (request, reply) = exchange(Call::CurrentUser, response).await;
        assert_eq!(request.path, "/v2/user");
        let user = User {
            id: "usr_1".into(),
            name: "Ada".into(),
            email: "ada@example.org".into(),
            role: role.map(SafeText::from),
        };
        assert!(matches!(reply, Reply::User(read) if *read == user));
    }
}

#[tokio::test]
async fn null_is_an_empty_list() {
    for call in [Call::ListTokens, Call::ListDatasets, Call::ListViews, Call::ListOrgs] {
        let (_, reply) = exchange(call, "null").await;
        let shown = format!("{reply:?}");
        assert!(shown.ends_with("([])"), "{shown}");
    }
}

#[tokio::test]
async fn requests_have_the_expected_headers() {
    let server = Server::plays([
        Play::Keep(json(200, "[]")),
        Play::Keep(json(200, include_str!("../golden/create_answer.json"))),
    ]);
    let client = server.client();
    client.send(&Call::ListTokens, None).await.unwrap();
    client.send(&create_call(), Some(&"acme-1a2b".into())).await.unwrap();
    let [list, post] = &server.requests()[..] else { panic!() };
    for request in [list, post] {
        let bearer = format!("Bearer {CREDENTIAL}");
        assert_eq!(request.header("authorization"), Some(&*bearer));
        assert_eq!(request.header("accept"), Some("application/json"));
        let agent = concat!("axtok/", env!("CARGO_PKG_VERSION"));
        assert_eq!(request.header("user-agent"), Some(agent));
    }
    assert_eq!(list.header("x-axiom-org-id"), None);
    assert_eq!(post.header("x-axiom-org-id"), Some("acme-1a2b"));
    assert_eq!(list.header("content-type"), None);
    assert_eq!(post.header("content-type"), Some("application/json"));
}
