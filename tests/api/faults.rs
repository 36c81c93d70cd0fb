//! Failures before and after the server acts.

use std::{net::TcpListener, sync::Arc, time::Duration};

use axtok::{
    api::{Call, Certainty, Client, Endpoint, Failure, FailureKind, Limits, Reply},
    domain::{Secret, TokenId},
};

use crate::server::{Play, Server, create, json, limits, response};

fn delete() -> Call {
    Call::DeleteToken(TokenId::new("tok-1"))
}

/// Sends one call, which must be received once and fail.
async fn failure(call: &Call, play: Play) -> Failure {
    let server = Server::plays([play]);
    let failure = server.client().send(call, None).await.unwrap_err();
    assert_eq!(server.requests().len(), 1);
    failure
}

#[tokio::test]
async fn a_refused_connection_means_nothing_was_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let credential = Arc::new(Secret::new("xapt-1".to_owned()));
    let client = Client::new(Endpoint::parse(&url).unwrap(), credential).unwrap();
    for call in [create(), delete(), Call::ListTokens] {
        let failure = client.send(&call, None).await.unwrap_err();
        assert_eq!((failure.certainty, failure.kind), (Certainty::NotSent, FailureKind::Connect));
    }
}

#[tokio::test]
async fn localhost_means_this_computer() {
    let server = Server::plays([Play::Close(json(200, "[]"))]);
    let url = format!("http://localhost:{}", server.port);
    let credential = Arc::new(Secret::new("xapt-1".to_owned()));
    let client = Client::new(Endpoint::parse(&url).unwrap(), credential).unwrap();
    assert!(client.send(&Call::ListTokens, None).await.is_ok());
}

#[tokio::test]
async fn the_status_determines_the_outcome_of_a_change() {
    for (status, certainty) in [
        (302, Certainty::Unknown),
        (307, Certainty::Unknown),
        (400, Certainty::Rejected),
        (401, Certainty::Rejected),
        (403, Certainty::Rejected),
        (408, Certainty::Unknown),
        (422, Certainty::Rejected),
        (429, Certainty::Rejected),
        (430, Certainty::Rejected),
        (500, Certainty::Unknown),
        (502, Certainty::Unknown),
        (503, Certainty::Unknown),
        (504, Certainty::Unknown),
    ] {
        for call in [create(), delete()] {
            let failure = failure(&call, Play::Close(json(status, REFUSAL))).await;
            assert_eq!(failure.certainty, certainty, "{status}");
            assert_eq!(failure.kind, FailureKind::Status(status));
        }
    }
    let failure = failure(&create(), Play::Close(json(404, REFUSAL))).await;
    assert_eq!(failure.certainty, Certainty::Rejected);
}

/// The API's error body.
const REFUSAL: &str = r#"{"code":1,"message":"no"}"#;

#[tokio::test]
async fn a_token_is_deleted_when_the_api_says_so() {
    for says in [
        json(204, ""),
        json(404, r#"{"code":404,"message":"token not found"}"#),
        b"HTTP/1.1 204 No Content\r\n\r\n".to_vec(),
    ] {
        let server = Server::plays([Play::Close(says)]);
        let response = server.client().send(&delete(), None).await;
        assert!(matches!(response, Ok(Reply::Deleted)), "{response:?}");
        assert_eq!(server.requests()[0].method, "DELETE");
    }
}

/// Responses to a deletion that do not follow the API description. Only the list can show the
/// outcome.
#[tokio::test]
async fn an_arbitrary_response_does_not_confirm_a_deletion() {
    let html = "<html>signed in</html>";
    for says in [
        response(200, "text/html", "", html),
        json(200, "{}"),
        json(200, ""),
        json(200, r#"{"code":500,"message":"failed"}"#),
        json(202, r#"{"status":"queued"}"#),
        json(206, ""),
        b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\ncut".to_vec(),
        response(404, "text/html", "server: nginx\r\n", html),
        response(404, "text/plain", "", "404 page not found"),
        json(404, r#"{"message":"Not Found"}"#),
        json(404, ""),
        response(404, "text/html", "x-axiom-trace-id: abc\r\n", html),
        json(404, r#"{"code":404,"message":"path /v2/tokens/tok-1 was not found"}"#),
        response(403, "text/html", "", html),
        response(401, "text/html", "", html),
        json(410, "{}"),
    ] {
        let shown = says.escape_ascii().to_string();
        let failure = failure(&delete(), Play::Close(says)).await;
        let is_refused = failure.certainty == Certainty::Rejected;
        let is_from_api = shown.contains("x-axiom") || shown.contains("path /");
        assert!(
            failure.certainty == Certainty::Unknown || is_refused && is_from_api,
            "{shown}: {failure:?}"
        );
    }
    let failure = failure(&delete(), Play::Close(Vec::new())).await;
    assert_eq!((failure.certainty, failure.kind), (Certainty::Unknown, FailureKind::Broken));
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let target = Server::plays([]);
    let location = format!("location: http://127.0.0.1:{}/v2/tokens\r\n", target.port);
    for call in [create(), delete(), Call::ListTokens] {
        for status in [301, 302, 303, 307, 308] {
            let says = response(status, "text/html", &location, "<a>moved</a>");
            let failure = failure(&call, Play::Close(says)).await;
            assert_eq!(failure.kind, FailureKind::Foreign(status));
            assert!(failure.headline(&call).contains("redirect"));
        }
    }
    assert_eq!(target.requests().len(), 0);
}

#[tokio::test]
async fn a_silent_server_times_out() {
    let server = Server::plays([Play::Hold(Vec::new()), Play::Hold(json(500, "cut")[..40].into())]);
    let client = server.client_with(Limits { whole: Duration::from_millis(200), ..limits() });
    for _ in 0..2 {
        let failure = client.send(&delete(), None).await.unwrap_err();
        assert_eq!((failure.certainty, failure.kind), (Certainty::Unknown, FailureKind::Timeout));
    }
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn an_invalid_request_is_not_sent() {
    let server = Server::plays([]);
    let client = server.client();
    for id in ["", ".", ".."] {
        for call in [Call::GetToken(TokenId::new(id)), Call::DeleteToken(TokenId::new(id))] {
            let failure = client.send(&call, None).await.unwrap_err();
            assert_eq!(
                (failure.certainty, failure.kind),
                (Certainty::NotSent, FailureKind::Request)
            );
        }
    }
    let org = "two\nlines".into();
    let failure = client.send(&Call::ListTokens, Some(&org)).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Request);
    assert_eq!(server.requests().len(), 0);
}

#[tokio::test]
async fn unusual_ids_are_sent_as_one_path_segment() {
    let ids = [
        ("a/../b", "/v2/tokens/a%2F..%2Fb"),
        ("%2e%2e", "/v2/tokens/%252e%252e"),
        ("?x#y", "/v2/tokens/%3Fx%23y"),
        ("ünï \t", "/v2/tokens/%C3%BCn%C3%AF%20%09"),
        ("...", "/v2/tokens/..."),
    ];
    let server = Server::plays(ids.iter().map(|_| Play::Close(json(204, ""))));
    let client = server.client();
    for (id, _) in ids {
        client.send(&Call::DeleteToken(TokenId::new(id)), None).await.unwrap();
    }
    let paths: Vec<_> = server.requests().into_iter().map(|r| r.path).collect();
    assert_eq!(paths, ids.map(|(_, path)| path));
}

/// A proxy would receive the credential. A process cannot safely change its own environment, so a
/// child process runs two of the tests.
#[test]
fn loopback_requests_bypass_the_proxy() {
    let unused_proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = format!("http://{}", unused_proxy.local_addr().unwrap());
    let mut tests = std::process::Command::new(std::env::current_exe().unwrap());
    tests.args([
        "--exact",
        "golden::requests_have_the_expected_headers",
        "faults::localhost_means_this_computer",
    ]);
    for name in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
        tests.env(name, &proxy);
    }
    tests.env_remove("NO_PROXY").env_remove("no_proxy");
    let output = tests.output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && printed.contains("2 passed"), "{printed}");
    unused_proxy.set_nonblocking(true).unwrap();
    assert!(unused_proxy.accept().is_err(), "the proxy was used");
}
