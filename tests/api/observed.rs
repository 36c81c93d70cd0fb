//! What an observer receives about requests, and what is written to the log.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axtok::{
    api::{Call, Client, Limits, Sent},
    domain::{NewToken, SafeText, TokenId},
    log::{Line, Log},
};
use jiff::Timestamp;

use crate::server::{CREDENTIAL, Play, Server, json, limits, new_token, response};

type Reports = Arc<Mutex<Vec<Sent>>>;

/// The client, and what its observer has received.
fn observed(client: Client) -> (Client, Reports) {
    let reports = Reports::default();
    let kept = Arc::clone(&reports);
    let client = client.with_observer(Arc::new(move |sent| kept.lock().unwrap().push(*sent)));
    (client, reports)
}

fn lines(reports: &Reports) -> Vec<(&'static str, &'static str, Result<u16, &'static str>, u32)> {
    let reports = reports.lock().unwrap();
    reports.iter().map(|s| (s.method, s.route, s.outcome, s.attempt)).collect()
}

#[tokio::test]
async fn every_attempt_is_reported() {
    let server = Server::plays([
        Play::Close(json(503, "")),
        Play::Close(Vec::new()),
        Play::Close(json(200, "[]")),
    ]);
    let (client, reports) = observed(server.client());
    client.send(&Call::ListTokens, None).await.unwrap();
    let route = "/v2/tokens";
    assert_eq!(
        lines(&reports),
        [("GET", route, Ok(503), 1), ("GET", route, Err("broken"), 2), ("GET", route, Ok(200), 3)]
    );
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn failures_have_fixed_words() {
    let server = Server::plays([Play::Hold(Vec::new()), Play::Hold(Vec::new())]);
    let short = Limits { whole: Duration::from_millis(200), ..limits() };
    let (client, reports) = observed(server.client_with(short));
    client.send(&Call::ListOrgs, None).await.unwrap_err();
    assert_eq!(lines(&reports), [("GET", "/v2/orgs", Err("timeout"), 1)]);
    assert!(reports.lock().unwrap()[0].time >= Duration::from_millis(200));

    // The caller stops waiting for the response.
    let (client, reports) = observed(server.client());
    let call = Call::ListViews;
    let _ = tokio::time::timeout(Duration::from_millis(200), client.send(&call, None)).await;
    assert_eq!(lines(&reports), [("GET", "/v2/views", Err("abandoned"), 1)]);

    // An invalid request is not an attempt.
    client.send(&Call::GetToken(TokenId::new("..")), None).await.unwrap_err();
    assert_eq!(reports.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn creating_a_personal_token_may_take_two_requests() {
    let server = Server::plays([
        Play::Close(json(200, r#"{"id":"canary-id","name":"n"}"#)),
        Play::Close(json(502, "")),
        Play::Close(json(200, r#"{"token":"xapt-canary-1"}"#)),
    ]);
    let (client, reports) = observed(server.client().with_personal_path("/canary/path"));
    let new = axtok::domain::NewPersonalToken { name: "n".to_owned(), description: String::new() };
    client.send(&Call::CreatePersonalToken(Box::new(new)), None).await.unwrap();
    assert_eq!(
        lines(&reports),
        [
            ("POST", "/{personal}", Ok(200), 1),
            ("GET", "/{personal}/{id}/token", Ok(502), 1),
            ("GET", "/{personal}/{id}/token", Ok(200), 2)
        ]
    );
    let paths: Vec<_> = server.requests().into_iter().map(|r| r.path).collect();
    let fetch = "/canary/path/canary-id/token";
    assert_eq!(paths, ["/canary/path", fetch, fetch]);
}

/// Every variable part contains a canary, and none may be in the log.
#[tokio::test]
async fn no_variable_data_gets_into_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    let log = Log::open(&path).unwrap();
    let headers = "x-axiom-trace-id: canary-trace\r\nx-canary: canary\r\n";
    let made = r#"{"token":"xaat-canary-2","id":"canary-made","name":"canary"}"#;
    let server = Server::plays([
        Play::Close(response(200, "application/json", headers, made)),
        Play::Close(response(403, "text/plain", headers, r#"{"message":"canary"}"#)),
        Play::Close(response(
            404,
            "application/canary",
            headers,
            r#"{"code":404,"message":"canary"}"#,
        )),
        Play::Close(b"HTTP/1.1 canary\r\n\r\n".to_vec()),
    ]);
    let client = server.client().with_observer(Arc::new(move |sent: &Sent| {
        let line = Line {
            at: Timestamp::UNIX_EPOCH,
            method: sent.method,
            route: sent.route,
            outcome: sent.outcome,
            milliseconds: u64::try_from(sent.time.as_millis()).unwrap(),
            attempt: sent.attempt,
        };
        log.request(&line).unwrap();
    }));
    let org = SafeText::from("canary-org");
    let id = || TokenId::new("canary-id");
    let new =
        NewToken { name: "canary".to_owned(), description: "canary".to_owned(), ..new_token() };
    client.send(&Call::CreateToken(Box::new(new)), Some(&org)).await.unwrap();
    client.send(&Call::GetToken(id()), Some(&org)).await.unwrap_err();
    client.send(&Call::DeleteToken(id()), Some(&org)).await.unwrap();
    client.send(&Call::DeletePersonalToken(id()), Some(&org)).await.unwrap_err();

    let asked = format!("{:?}", server.requests());
    for canary in [CREDENTIAL, "canary-org", "canary-id", r#"\"canary\""#] {
        assert!(asked.contains(canary), "{canary} was not sent: {asked}");
    }
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(!text.contains("canary"), "{text}");
    let without_time: Vec<_> = text
        .lines()
        .map(|line| {
            let words: Vec<_> = line.split(' ').collect();
            assert!(words[4].strip_suffix("ms").unwrap().parse::<u64>().is_ok(), "{line}");
            [&words[..4], &words[5..]].concat().join(" ")
        })
        .collect();
    assert_eq!(
        without_time,
        [
            "1970-01-01T00:00:00.000Z POST /v2/tokens 200 attempt=1",
            "1970-01-01T00:00:00.000Z GET /v2/tokens/{id} 403 attempt=1",
            "1970-01-01T00:00:00.000Z DELETE /v2/tokens/{id} 404 attempt=1",
            "1970-01-01T00:00:00.000Z DELETE /{personal}/{id} broken attempt=1",
        ]
    );
}
