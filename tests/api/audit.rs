//! The audit log query against requests and responses written by hand. Like every POST it is sent
//! only once.

use axtok::{
    api::{Call, FailureKind, Reply, call::LogAnswer},
    domain::{
        TokenId,
        audit::{AuditAction, AuditEvent, LogQuery, LogQuestion, Rows, Window},
    },
    simulator::{Scenario, Simulator},
};
use serde_json::Value;

use crate::server::{Play, Server, json};

fn call() -> Call {
    let window = Window::last(None, "2026-11-23T14:00:00Z".parse().unwrap());
    Call::AuditLog(LogQuery { window, question: LogQuestion::Events })
}

fn event(at: &str, action: AuditAction, actor: &str, token: &str, name: &str) -> AuditEvent {
    AuditEvent {
        at: at.parse().unwrap(),
        action,
        actor: actor.into(),
        token: TokenId::new(token),
        name: name.into(),
    }
}

async fn exchange(response: &str) -> Vec<AuditEvent> {
    let server = Server::plays([Play::Close(json(200, response))]);
    let reply = server.client().send(&call(), None).await.unwrap();
    let [request] = &server.requests()[..] else { panic!("not exactly one request") };
    assert_eq!(request.method, "POST");
    assert_eq!(request.path, "/v1/datasets/_apl?format=tabular");
    let parse = |text| serde_json::from_str::<Value>(text).unwrap();
    assert_eq!(parse(&request.body), parse(include_str!("../golden/audit_request.json")));
    match reply {
        Reply::AuditLog(_, LogAnswer::Events(rows)) => rows.rows,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_tabular_response_is_parsed() {
    let events = exchange(include_str!("../golden/audit_answer.json")).await;
    let name = "evil \u{202e} name";
    assert_eq!(
        events,
        [
            event(
                "2026-11-22T09:00:00Z",
                AuditAction::Created,
                "ada@example.org",
                "tok-1",
                "ci ingest"
            ),
            event("2026-11-22T08:00:00.5Z", AuditAction::Deleted, "tok-rotator", "tok-0", name),
            event(
                "2026-11-23T09:00:00Z",
                AuditAction::Regenerated,
                "ada@example.org",
                "tok-1",
                "ci ingest"
            ),
        ]
    );
    assert_eq!(events[1].name.shown(), "evil <U+202E> name");
}

#[tokio::test]
async fn a_response_in_the_legacy_format_is_parsed() {
    let events = exchange(include_str!("../golden/audit_answer_legacy.json")).await;
    let created = event(
        "2026-11-22T09:00:00Z",
        AuditAction::Created,
        "ada@example.org",
        "tok-1",
        "ci ingest",
    );
    assert_eq!(events, [created]);
}

#[tokio::test]
async fn the_query_is_never_retried() {
    for response in [json(503, "{}"), json(502, "{}"), b"HTTP/1.1 20".to_vec(), Vec::new()] {
        let server = Server::plays([Play::Close(response), Play::Close(json(200, "{}"))]);
        server.client().send(&call(), None).await.unwrap_err();
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn the_query_uses_a_new_connection() {
    let response = include_str!("../golden/audit_answer.json");
    let server = Server::plays([Play::Keep(json(200, "[]")), Play::Close(json(200, response))]);
    let client = server.client();
    client.send(&Call::ListTokens, None).await.unwrap();
    client.send(&call(), None).await.unwrap();
    let [list, query] = &server.requests()[..] else { panic!("not exactly two requests") };
    assert_ne!(list.connection, query.connection);
}

#[tokio::test]
async fn missing_permission_is_reported() {
    for (status, advice) in [(403, "by default, only owners"), (404, "no audit log")] {
        let server = Server::plays([Play::Close(json(status, r#"{"code":1,"message":"no"}"#))]);
        let failure = server.client().send(&call(), None).await.unwrap_err();
        assert_eq!(failure.kind, FailureKind::Status(status));
        assert!(failure.headline(&call()).starts_with("could not read the audit log"));
        assert!(failure.advice(&call()).contains(advice), "{}", failure.advice(&call()));
    }
}

#[tokio::test]
async fn the_simulator_records_changes() {
    use axtok::{
        api::{Client, Endpoint},
        domain::Secret,
    };
    let scenario = "[role]\nid = 'r'\nname = 'r'\n[[org]]\nid = 'a'\nname = 'A'\n\
                    [org.datasets.events]\naxiom-audit = ''\n\
                    [[org.token]]\nid = 'old'\nname = 'asks'\nquery_on = ['axiom-audit']\n\
                    secret = 'xaat-asks'\n[[org.token]]\nname = 'blind'\nsecret = 'xaat-blind'\n\
                    query_on = ['other']\n[[org.audit]]\nat = '-1h'\naction = 'createAPIToken'\n\
                    actor = 'jo'\ntoken = 'asks'\n[[org.audit]]\nat = '-9d'\n\
                    action = 'createAPIToken'\ntoken = 'asks'\n";
    let simulator =
        Simulator::start(Scenario::parse(scenario).unwrap(), Simulator::ANY_PORT).await.unwrap();
    let client = |secret: &str| {
        let endpoint = Endpoint::parse(&simulator.url()).unwrap();
        let secret = std::sync::Arc::new(Secret::new(secret.to_owned()));
        Client::with_limits(endpoint, secret, crate::server::limits()).unwrap()
    };
    let user = client(simulator.personal_token());
    user.send(&crate::server::create(), None).await.unwrap();
    let listed = match user.send(&Call::ListTokens, None).await.unwrap() {
        Reply::Tokens(tokens) => tokens,
        other => panic!("{other:?}"),
    };
    let new = listed.last().unwrap().id.clone();
    user.send(&Call::DeleteToken(new.clone()), None).await.unwrap();
    #[expect(clippy::disallowed_methods, reason = "the simulator has the real clock")]
    let until = jiff::Timestamp::now();
    let window = Window::last(None, until);
    let call = Call::AuditLog(LogQuery { window, question: LogQuestion::Events });
    for who in [&user, &client("xaat-asks")] {
        let answer = who.send(&call, None).await.unwrap();
        let Reply::AuditLog(_, LogAnswer::Events(Rows { rows: events, .. })) = answer else {
            panic!()
        };
        let listed_events: Vec<_> = events.iter().map(|e| (e.action, e.token.raw())).collect();
        assert_eq!(
            listed_events,
            [
                (AuditAction::Deleted, new.raw()),
                (AuditAction::Created, new.raw()),
                (AuditAction::Created, "old")
            ]
        );
        assert!(events[0].actor.raw().contains('@'));
    }
    let failure = client("xaat-blind").send(&call, None).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Status(403));
}
