//! Reads: which failures are retried, and which responses are rejected.

use std::time::Duration;

use axtok::api::{Call, FailureKind, Limits, Reply};

use crate::server::{Play, Server, json, limits, response};

/// Lists the tokens; returns the kind of failure, if any, and the number of requests.
async fn list(plays: Vec<Play>, limits: Limits) -> (Option<FailureKind>, usize) {
    let server = Server::plays(plays);
    let response = server.client_with(limits).send(&Call::ListTokens, None).await;
    let kind = match response {
        Ok(Reply::Tokens(_)) => None,
        Ok(other) => panic!("{other:?}"),
        Err(failure) => Some(failure.kind),
    };
    (kind, server.requests().len())
}

fn close(status: u16) -> Play {
    Play::Close(json(status, "[]"))
}

#[tokio::test]
async fn transient_failures_are_retried() {
    let cut = || Play::Close(json(200, "[]")[..30].to_vec());
    assert_eq!(
        list(vec![close(502), close(503), close(504), close(200)], limits()).await,
        (None, 4)
    );
    assert_eq!(list(vec![Play::Close(Vec::new()), cut(), close(200)], limits()).await, (None, 3));
}

#[tokio::test]
async fn retries_are_limited() {
    let plays = || (0..9).map(|_| close(503)).collect();
    assert_eq!(list(plays(), limits()).await, (Some(FailureKind::Foreign(503)), 4));
    assert_eq!(list(Vec::new(), limits()).await, (Some(FailureKind::Broken), 4));
}

#[tokio::test]
async fn other_failures_are_not_retried() {
    for status in [301, 400, 401, 403, 404, 408, 422, 429, 430, 500, 501] {
        let end = list(vec![close(status), close(200)], limits()).await;
        // With an empty body, only a rate limit counts as the API's own response.
        let is_limit = matches!(status, 429 | 430);
        let kind =
            if is_limit { FailureKind::Status(status) } else { FailureKind::Foreign(status) };
        assert_eq!(end, (Some(kind), 1));
    }
    let short = Limits { whole: Duration::from_millis(200), ..limits() };
    let end = list(vec![Play::Hold(Vec::new()), close(200)], short).await;
    assert_eq!(end, (Some(FailureKind::Timeout), 1));
}

#[tokio::test]
async fn a_body_that_is_not_a_list_is_unreadable() {
    for body in ["", "<html></html>", "{}", r#"{"message":"hello"}"#, "[1]", "[] []"] {
        let end = list(vec![Play::Close(json(200, body))], limits()).await;
        assert_eq!(end, (Some(FailureKind::Unreadable), 1), "{body}");
    }
}

#[tokio::test]
async fn a_list_is_accepted_with_any_content_type() {
    let says = response(200, "text/plain", "", r#"[{"id":"a"}]"#);
    assert_eq!(list(vec![Play::Close(says)], limits()).await, (None, 1));
}

#[tokio::test]
async fn a_list_that_is_too_large_is_abandoned() {
    let small = Limits { list_bytes: 1000, ..limits() };
    let fits = format!("[{}]", " ".repeat(998));
    assert_eq!(list(vec![Play::Close(json(200, &fits))], small).await, (None, 1));
    let over = format!("[{}]", " ".repeat(999));
    let end = list(vec![Play::Close(json(200, &over))], small).await;
    assert_eq!(end, (Some(FailureKind::TooLarge), 1));
}

#[tokio::test]
async fn reads_share_a_connection() {
    let server = Server::plays([Play::Keep(json(200, "[]")), Play::Keep(json(200, "[]"))]);
    let client = server.client();
    for _ in 0..2 {
        client.send(&Call::ListTokens, None).await.unwrap();
    }
    assert!(server.requests().iter().all(|r| r.connection == 0));
}

/// Ten thousand tokens, more than fit into one chunk.
fn many() -> Vec<String> {
    let token = |i| {
        format!(
            r#"{{"id":"tok-{i}","name":"token {i}","description":"","expiresAt":null,
               "datasetCapabilities":{{"logs":{{"query":["read"]}},"traces":{{"ingest":["create"]}}}},
               "orgCapabilities":{{}}}}"#
        )
    };
    (0..10_000).map(token).collect()
}

#[tokio::test]
async fn ten_thousand_tokens_are_parsed_in_order() {
    let body = format!("[{}]", many().join(","));
    let server = Server::plays([Play::Close(json(200, &body))]);
    let reply = server.client().send(&Call::ListTokens, None).await.unwrap();
    let Reply::Tokens(tokens) = reply else { panic!("{reply:?}") };
    assert_eq!(tokens.len(), 10_000);
    assert!(tokens.iter().enumerate().all(|(i, t)| t.id.raw() == format!("tok-{i}")));
}

#[tokio::test]
async fn a_long_list_is_parsed_completely_or_not_at_all() {
    let long = many().join(",");
    let mut odd = many();
    odd[7_000] = "7".to_owned();
    let odd = odd.join(",");
    for body in [format!("[{long},]"), format!("[{long}"), format!("[{long}]]"), format!("[{odd}]")]
    {
        let end = list(vec![Play::Close(json(200, &body))], limits()).await;
        assert_eq!(end, (Some(FailureKind::Unreadable), 1), "{}", &body[body.len() - 20..]);
    }
    let whole = json(200, &format!("[{long}]"));
    let cut = Play::Close(whole[..whole.len() / 2].to_vec());
    assert_eq!(list(vec![cut, Play::Close(whole)], limits()).await, (None, 2));
}
