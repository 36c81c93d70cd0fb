//! What is reported about a refusal: the server's message and trace id, and when to retry; never a
//! secret or HTML.

use axtok::api::{Call, Failure};
use jiff::Timestamp;

use crate::server::{CREDENTIAL, Play, Server, create, json, response};

async fn refusal(call: &Call, says: Vec<u8>) -> Failure {
    let server = Server::plays([Play::Close(says)]);
    server.client().send(call, None).await.unwrap_err()
}

#[tokio::test]
async fn the_servers_message_and_trace_id_are_reported() {
    let body = include_str!("../golden/refusal_answer.json");
    let says = response(422, "application/json", "X-Axiom-Trace-Id: abc123\r\n", body);
    let failure = refusal(&create(), says).await;
    assert_eq!(
        failure.headline(&create()),
        "could not create the token: the server returned 422: name in body is required"
    );
    assert_eq!(
        failure.details(),
        ["status: 422 invalid", "message: name in body is required", "trace id: abc123"]
    );
}

#[tokio::test]
async fn a_missing_right_is_named() {
    let failure = refusal(&create(), json(403, r#"{"code":403,"message":"forbidden"}"#)).await;
    assert!(failure.advice(&create()).contains("apiTokens:create"));
}

#[tokio::test]
async fn nothing_else_in_a_response_is_reported() {
    let html = format!("<html>canary {CREDENTIAL}</html>");
    let quoted = format!(r#"{{"code":401,"message":"bad token {CREDENTIAL}"}}"#);
    let location = format!("location: https://me:canary@example.org/?{CREDENTIAL}\r\n");
    for says in [
        response(502, "text/html", "", &html),
        response(400, "application/json", "", &html),
        response(302, "text/html", &location, &html),
        json(401, &quoted),
        json(200, &format!(r#"[{{"id":{CREDENTIAL}}}]"#)),
        json(200, &format!(r#"{{"token":"{CREDENTIAL}"#)),
        format!("HTTP/1.1 canary {CREDENTIAL}\r\n\r\n").into_bytes(),
    ] {
        for call in [create(), Call::ListTokens] {
            let failure = refusal(&call, says.clone()).await;
            let reported = format!(
                "{failure:?} {} {} {:?}",
                failure.headline(&call),
                failure.advice(&call),
                failure.details()
            );
            assert!(!reported.contains("canary") && !reported.contains("html"), "{reported}");
        }
    }
}

#[tokio::test]
async fn a_rate_limit_says_when_to_retry() {
    // The server's clock is years behind ours; only the difference counts.
    let reset = "Date: Thu, 01 Jan 1970 00:01:40 GMT\r\nX-RateLimit-Reset: 160\r\n";
    for (status, headers, seconds) in [
        (429, reset, 60),
        (430, "Retry-After: 5\r\n", 5),
        (429, "Retry-After: 0\r\n", 1),
        (429, "Retry-After: 86400\r\n", 900),
        (429, "Retry-After: 4.5\r\n", 5),
        (
            429,
            "Date: Thu, 01 Jan 1970 00:01:40 GMT\r\nRetry-After: Thu, 01 Jan 1970 00:01:47 GMT\r\n",
            7,
        ),
        (429, "X-RateLimit-Reset: 1795442340\r\nRetry-After: 7\r\n", 7),
    ] {
        let body = r#"{"message":"rate limit exceeded"}"#;
        let before = now();
        let failure = refusal(&create(), response(status, "application/json", headers, body)).await;
        let after = now();
        let at = failure.retry_at.unwrap();
        assert!(at.duration_since(before).as_secs() >= seconds, "{headers}");
        assert!(at.duration_since(after).as_secs() <= seconds, "{headers}");
        assert!(failure.advice(&create()).starts_with("rate limit: wait until"));
    }
    let failure = refusal(&create(), json(429, "{}")).await;
    assert_eq!(failure.retry_at, None);
}

#[expect(clippy::disallowed_methods, reason = "the client compares with the real clock")]
fn now() -> Timestamp {
    Timestamp::now()
}
