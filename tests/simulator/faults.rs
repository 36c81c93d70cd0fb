//! Injected faults: what the client sees, and whether the change happened anyway.

use std::{
    io::ErrorKind,
    net::TcpStream,
    time::{Duration, Instant},
};

use axtok::simulator::{Fault, Hangup};
use serde_json::{Value, json};

use crate::raw::Running;

const CREATE: &str = "POST /v2/tokens";

fn running(fault: Fault) -> Running {
    let running = Running::with("");
    running.simulator.inject(fault);
    running
}

fn new_token() -> Value {
    json!({ "name": "ci", "orgCapabilities": { "views": ["read"] } })
}

fn tokens(running: &Running) -> usize {
    running.user("GET", "/v2/tokens", &Value::Null).json().as_array().map_or(0, Vec::len)
}

#[test]
fn a_dropped_connection_does_not_reveal_the_outcome() {
    for (drop, made) in [(Hangup::Before, 0), (Hangup::After, 1)] {
        let fault = Fault { drop: Some(drop), times: Some(1), ..Fault::on(CREATE) };
        let running = running(fault);
        let secret = running.simulator.personal_token();
        assert!(running.try_send(secret, "POST", "/v2/tokens", &new_token()).is_none());
        assert_eq!(tokens(&running), made, "{drop:?}");
        assert_eq!(running.simulator.requests()[0].status, None);
        assert_eq!(
            running.user("POST", "/v2/tokens", &new_token()).status,
            200,
            "the fault is repeated"
        );
    }
}

#[test]
fn a_cut_sends_exactly_that_many_bytes_of_the_announced_length() {
    let running = Running::with("");
    let whole = running.user("POST", "/v2/tokens", &new_token());
    let length = whole.body.len();
    for cut in 0..length {
        let fault = Fault { cut: Some(cut), after: 0, times: Some(1), ..Fault::on(CREATE) };
        running.simulator.inject(fault);
        let response = running.user("POST", "/v2/tokens", &new_token());
        assert_eq!(response.header("content-length"), Some(length.to_string().as_str()));
        assert_eq!(response.body.len(), cut);
    }
    assert_eq!(tokens(&running), length + 1, "a token is missing");
    assert_eq!(running.count("POST", "/v2/tokens"), length + 1);
}

#[test]
fn a_status_fault_can_commit_the_change_or_not() {
    for (commit, made) in [(false, 0), (true, 1)] {
        let body = Some("<h1>Bad gateway</h1>".to_owned());
        let content_type = Some("text/html".to_owned());
        let headers = [("Retry-After".to_owned(), "5".to_owned())].into();
        let running = running(Fault {
            status: Some(502),
            commit,
            body,
            content_type,
            headers,
            ..Fault::on(CREATE)
        });
        let response = running.user("POST", "/v2/tokens", &new_token());
        assert_eq!((response.status, &response.body[..]), (502, &b"<h1>Bad gateway</h1>"[..]));
        assert_eq!(response.header("content-type"), Some("text/html"));
        assert_eq!(response.header("retry-after"), Some("5"));
        assert_eq!(tokens(&running), made);
    }
}

#[test]
fn a_status_without_a_body_gets_a_json_body() {
    for commit in [false, true] {
        let running = running(Fault { status: Some(500), commit, ..Fault::on(CREATE) });
        let response = running.user("POST", "/v2/tokens", &new_token());
        assert_eq!((response.status, &response.json()["code"]), (500, &json!(500)));
        assert_eq!(
            response.header("x-ratelimit-limit").is_some(),
            commit,
            "a header that only the API sends"
        );
    }
}

#[test]
fn content_type_and_body_can_be_replaced() {
    let running = running(Fault { content_type: Some("text/plain".into()), ..Fault::on(CREATE) });
    let response = running.user("POST", "/v2/tokens", &new_token());
    assert_eq!((response.status, response.header("content-type")), (200, Some("text/plain")));
    assert!(serde_json::from_slice::<Value>(&response.body).unwrap()["token"].is_string());

    running.simulator.inject(Fault { body: Some("[]".into()), ..Fault::on("GET /v2/user") });
    assert_eq!(running.user("GET", "/v2/user", &Value::Null).json(), json!([]));
}

#[test]
fn a_scenario_can_contain_faults() {
    let running = Running::with(
        "[[fault]]\nroute = 'DELETE /v2/tokens/{id}'\ndrop = 'after'\n\
         [[fault]]\nroute = '*'\nafter = 1\ntimes = 1\nstatus = 503\nbody = ''",
    );
    assert_eq!(running.user("GET", "/v2/orgs", &Value::Null).status, 200);
    let response = running.user("GET", "/nowhere", &Value::Null);
    assert_eq!((response.status, response.body.len()), (503, 0));
    let secret = running.simulator.personal_token();
    assert!(running.try_send(secret, "DELETE", "/v2/tokens/x", &Value::Null).is_none());
}

#[test]
fn a_body_can_be_wrapped_in_another_object() {
    let running = running(Fault { wrap: Some("data".into()), ..Fault::on("GET /v2/user") });
    let response = running.user("GET", "/v2/user", &Value::Null);
    assert_eq!(response.json()["data"]["name"], "Jo");
    assert_eq!(response.json().as_object().unwrap().len(), 1);
}

#[test]
fn a_rate_limit_response_says_when_it_ends() {
    let running = Running::with("clock_offset_s = 86400");
    for status in [429, 430] {
        running.simulator.inject(Fault {
            status: Some(status),
            times: Some(1),
            ..Fault::on("GET /v2/user")
        });
        let response = running.user("GET", "/v2/user", &Value::Null);
        assert_eq!(response.status, status);
        assert_eq!(response.header("x-ratelimit-remaining"), Some("0"));
        let reset = response.header("x-ratelimit-reset").unwrap().parse::<i64>().unwrap();
        let date = jiff::fmt::rfc2822::parse(response.header("date").unwrap()).unwrap();
        let left = reset - date.timestamp().as_second();
        assert!((1..=60).contains(&left), "{left} s by the server's clock");
        let next = running.user("GET", "/v2/user", &Value::Null);
        assert_ne!(next.header("x-ratelimit-remaining"), Some("0"), "the limit was enforced");
    }
}

#[test]
fn connections_can_be_refused_for_a_while() {
    let running = running(Fault { refuse_ms: 300, times: Some(1), ..Fault::on("GET /v2/user") });
    let url = running.simulator.url();
    let connect = || TcpStream::connect(url.strip_prefix("http://").unwrap());
    assert_eq!(running.user("GET", "/v2/user", &Value::Null).status, 200);
    assert_eq!(connect().unwrap_err().kind(), ErrorKind::ConnectionRefused);
    let deadline = Instant::now() + Duration::from_secs(20);
    while connect().is_err() {
        assert!(Instant::now() < deadline, "the port stays closed");
        std::thread::yield_now();
    }
    assert_eq!(running.user("GET", "/v2/user", &Value::Null).status, 200);
}

#[test]
fn bodies_can_be_slow_or_very_long() {
    let running = running(Fault { drip_ms: 1, latency_ms: 1, ..Fault::on("GET /v2/user") });
    let response = running.user("GET", "/v2/user", &Value::Null);
    assert_eq!(response.header("content-length"), Some(response.body.len().to_string().as_str()));
    assert_eq!(response.json()["name"], "Jo");

    running.simulator.inject(Fault { flood: 1_000_000, ..Fault::on("GET /v2/orgs") });
    let response = running.user("GET", "/v2/orgs", &Value::Null);
    assert_eq!(response.header("content-length"), None);
    assert!(response.body.len() > 1_000_000);
}

#[test]
fn a_late_token_appears_in_the_third_list() {
    let running = running(Fault { late: 2, times: Some(1), ..Fault::on(CREATE) });
    assert_eq!(running.user("POST", "/v2/tokens", &new_token()).status, 200);
    assert_eq!([tokens(&running), tokens(&running), tokens(&running)], [0, 0, 1]);
}

#[test]
fn a_fault_on_one_connection_does_not_affect_another() {
    let running = running(Fault { cut: Some(5), times: Some(1), ..Fault::on("GET /v2/user") });
    assert_eq!(running.user("GET", "/v2/user", &Value::Null).body.len(), 5);
    assert_eq!(running.user("GET", "/v2/user", &Value::Null).json()["name"], "Jo");
}
