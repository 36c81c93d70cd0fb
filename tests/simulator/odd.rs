//! Malformed and unusual requests: always a response, never a 500.

use serde_json::{Value, json};

use crate::raw::Running;

/// Asserts that the simulator still works.
fn still_works(running: &Running) {
    assert_eq!(running.user("GET", "/v2/user", &Value::Null).json()["name"], "Jo");
}

#[test]
fn unusual_paths_get_a_response() {
    let running = Running::with("");
    for path in [
        "/",
        "//",
        "*",
        "/v2/tokens/%",
        "/v2/tokens/%FF%00",
        "/v2/tokens/%2F..%2F",
        "/v2/../v2/user",
        "/v2/tokens/a%20b",
        "/v2/tokens//regenerate",
        "/v2/tokens/;a=b",
        "/v2/tokens?",
        "/v2/tokens/?a",
        "http://elsewhere/v2/user",
        "/v2/tokens/%E6%97%A5",
        "/%76%32/user",
    ] {
        for method in ["GET", "POST", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "BREW", "get"]
        {
            let secret = running.simulator.personal_token();
            let response = running.try_send(secret, method, path, &Value::Null).unwrap();
            assert!(response.status < 500, "{method} {path}: {}", response.status);
            if !response.body.is_empty() {
                response.json();
            }
        }
    }
    let long = format!("/v2/tokens/{}", "x".repeat(60_000));
    assert_eq!(running.user("GET", &long, &Value::Null).status, 404);
    still_works(&running);
}

#[test]
fn unusual_headers_get_a_response() {
    let running = Running::with("");
    for headers in [
        "Authorization: Bearer \u{65e5}\r\n",
        "X-Axiom-Org-Id: \u{1f600}\r\nAuthorization: Bearer x\r\n",
        "Content-Type: ;;;\r\n",
        "Authorization: \r\nAuthorization: Bearer x\r\n",
        &format!("Authorization: Bearer {}\r\n", "x".repeat(50_000)),
        &format!("X-Large: {}\r\n", "x".repeat(300_000)),
        &"X-Many: 1\r\n".repeat(90),
        &"X-Many: 1\r\n".repeat(1000),
        "Expect: 100-continue\r\n",
    ] {
        let response = running.ask("POST", "/v2/tokens", headers, b"").unwrap();
        let shown = &headers[..headers.len().min(40)];
        assert!((100..500).contains(&response.status), "{shown}: {}", response.status);
    }
    still_works(&running);
}

#[test]
fn unusual_bodies_get_a_response() {
    let running = Running::with("");
    let secret = running.simulator.personal_token();
    let headers = format!("Authorization: Bearer {secret}\r\nContent-Type: application/json\r\n");
    let deep = |open: &str, close: &str| [open.repeat(9000), close.repeat(9000)].concat();
    for body in [
        b"\xff\xfe".to_vec(),
        b"\"\\ud800\"".to_vec(),
        b"null".to_vec(),
        b"1e999".to_vec(),
        b"{}{}".to_vec(),
        b"\xef\xbb\xbf{}".to_vec(),
        deep("[", "]").into_bytes(),
        deep("{\"a\":", "}").into_bytes(),
        br#"{"name":"a","name":1}"#.to_vec(),
        br#"{"name":"\u0000","orgCapabilities":{"":[]}}"#.to_vec(),
        json!({ "name": "a", "datasetCapabilities": { "": { "": [] } } }).to_string().into_bytes(),
        json!({ "name": "a", "orgCapabilities": { "apiTokens": [[]] } }).to_string().into_bytes(),
        json!({ "name": "a", "expiresAt": "9999-99-99T99:99:99+99:99" }).to_string().into_bytes(),
        json!({ "name": "a", "expiresAt": "\u{65e5}\u{672c}" }).to_string().into_bytes(),
    ] {
        let shown = String::from_utf8_lossy(&body[..body.len().min(60)]);
        for path in ["/v2/tokens", "/v2/tokens/x/regenerate"] {
            let (status, _, _) = running.ask("POST", path, &headers, &body).unwrap().refusal();
            assert!((400..500).contains(&status), "{path} {shown}: {status}");
        }
        let personal = running.ask("POST", "/v1/tokens/personal", &headers, &body).unwrap();
        assert!(personal.status < 500, "{shown}: {}", personal.status);
        let ignored = running.ask("GET", "/v2/user", &headers, &body).unwrap();
        assert_eq!(ignored.status, 200, "the body of a GET is ignored");
    }
    still_works(&running);
}

#[test]
fn non_http_input_is_handled() {
    let running = Running::with("");
    for bytes in [&b"\x16\x03\x01\x00\x00"[..], b"HELLO\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n"] {
        if let Some(response) = running.raw(bytes) {
            assert_eq!(response.status, 400);
        }
    }
    still_works(&running);
}

#[test]
fn a_truncated_body_changes_nothing() {
    let running = Running::with("");
    let secret = running.simulator.personal_token();
    let body = json!({ "name": "a", "orgCapabilities": { "views": ["read"] } }).to_string();
    let chunk = format!("{:x}\r\n{body}\r\n", body.len());
    let post = |chunks: String| {
        let head = "POST /v2/tokens HTTP/1.1\r\nHost: a\r\nConnection: close\r\n";
        running.raw(
            format!(
                "{head}Authorization: Bearer {secret}\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}"
            )
            .as_bytes(),
        )
    };
    assert_eq!(post(format!("{chunk}0\r\n\r\n")).unwrap().status, 200);
    assert_eq!(post(format!("{chunk}zz\r\n")).unwrap().refusal().0, 400);
    let list = running.user("GET", "/v2/tokens", &Value::Null).json();
    assert_eq!(list.as_array().unwrap().len(), 1);
}
