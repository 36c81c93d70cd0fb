//! What goes wrong on purpose: what the client sees, and what happened anyway.

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
fn a_dropped_connection_says_nothing_about_what_happened() {
    for (drop, made) in [(Hangup::Before, 0), (Hangup::After, 1)] {
        let fault = Fault { drop: Some(drop), times: Some(1), ..Fault::on(CREATE) };
        let running = running(fault);
        let secret = running.simulator.personal_token();
        assert!(running.try_send(secret, "POST", "/v2/tokens", &new_token()).is_none());
        assert_eq!(tokens(&running), made, "{drop:?}");
        assert_eq!(running.simulator.requests()[0].status, None);
        assert_eq!(running.user("POST", "/v2/tokens", &new_token()).status, 200, "only once");
    }
}

#[test]
fn a_cut_keeps_exactly_so_many_bytes_of_the_promised_length() {
    let running = Running::with("");
    let whole = running.user("POST", "/v2/tokens", &new_token());
    let length = whole.body.len();
    for cut in 0..length {
        let fault = Fault { cut: Some(cut), after: 0, times: Some(1), ..Fault::on(CREATE) };
        running.simulator.inject(fault);
        let answer = running.user("POST", "/v2/tokens", &new_token());
        assert_eq!(answer.header("content-length"), Some(length.to_string().as_str()));
        assert_eq!(answer.body.len(), cut);
    }
    assert_eq!(tokens(&running), length + 1, "each one was made");
    assert_eq!(running.count("POST", "/v2/tokens"), length + 1);
}

#[test]
fn a_status_of_its_own_comes_with_or_without_the_deed() {
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
        let answer = running.user("POST", "/v2/tokens", &new_token());
        assert_eq!((answer.status, &answer.body[..]), (502, &b"<h1>Bad gateway</h1>"[..]));
        assert_eq!(answer.header("content-type"), Some("text/html"));
        assert_eq!(answer.header("retry-after"), Some("5"));
        assert_eq!(tokens(&running), made);
    }
}

#[test]
fn a_status_alone_is_answered_as_json() {
    for commit in [false, true] {
        let running = running(Fault { status: Some(500), commit, ..Fault::on(CREATE) });
        let answer = running.user("POST", "/v2/tokens", &new_token());
        assert_eq!((answer.status, &answer.json()["code"]), (500, &json!(500)));
        assert_eq!(answer.header("x-ratelimit-limit").is_some(), commit, "whoever answered");
    }
}

#[test]
fn another_content_type_and_another_body() {
    let running = running(Fault { content_type: Some("text/plain".into()), ..Fault::on(CREATE) });
    let answer = running.user("POST", "/v2/tokens", &new_token());
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/plain")));
    assert!(serde_json::from_slice::<Value>(&answer.body).unwrap()["token"].is_string());

    running.simulator.inject(Fault { body: Some("[]".into()), ..Fault::on("GET /v2/user") });
    assert_eq!(running.user("GET", "/v2/user", &Value::Null).json(), json!([]));
}

#[test]
fn a_scenario_holds_faults_too() {
    let running = Running::with(
        "[[fault]]\nroute = 'DELETE /v2/tokens/{id}'\ndrop = 'after'\n\
         [[fault]]\nroute = '*'\nafter = 1\ntimes = 1\nstatus = 503\nbody = ''",
    );
    assert_eq!(running.user("GET", "/v2/orgs", &Value::Null).status, 200);
    let answer = running.user("GET", "/nowhere", &Value::Null);
    assert_eq!((answer.status, answer.body.len()), (503, 0));
    let secret = running.simulator.personal_token();
    assert!(running.try_send(secret, "DELETE", "/v2/tokens/x", &Value::Null).is_none());
}

#[test]
fn a_body_within_another_object() {
    let running = running(Fault { wrap: Some("data".into()), ..Fault::on("GET /v2/user") });
    let answer = running.user("GET", "/v2/user", &Value::Null);
    assert_eq!(answer.json()["data"]["name"], "Jo");
    assert_eq!(answer.json().as_object().unwrap().len(), 1);
}

#[test]
fn a_rate_limit_says_when_it_ends() {
    let running = Running::with("clock_offset_s = 86400");
    for status in [429, 430] {
        running.simulator.inject(Fault {
            status: Some(status),
            times: Some(1),
            ..Fault::on("GET /v2/user")
        });
        let answer = running.user("GET", "/v2/user", &Value::Null);
        assert_eq!(answer.status, status);
        assert_eq!(answer.header("x-ratelimit-remaining"), Some("0"));
        let reset = answer.header("x-ratelimit-reset").unwrap().parse::<i64>().unwrap();
        let date = jiff::fmt::rfc2822::parse(answer.header("date").unwrap()).unwrap();
        let left = reset - date.timestamp().as_second();
        assert!((1..=60).contains(&left), "{left} s by the clock of the server");
        let next = running.user("GET", "/v2/user", &Value::Null);
        assert_ne!(next.header("x-ratelimit-remaining"), Some("0"), "it was only said");
    }
}

#[test]
fn connections_are_refused_for_some_time() {
    let running = running(Fault { refuse_ms: 300, times: Some(1), ..Fault::on("GET /v2/user") });
    let url = running.simulator.url();
    let connect = || TcpStream::connect(url.strip_prefix("http://").unwrap());
    assert_eq!(running.user("GET", "/v2/user", &Value::Null).status, 200);
    assert_eq!(connect().unwrap_err().kind(), ErrorKind::ConnectionRefused);
    let deadline = Instant::now() + Duration::from_secs(20);
    while connect().is_err() {
        assert!(Instant::now() < deadline, "it opens again");
        std::thread::yield_now();
    }
    assert_eq!(running.user("GET", "/v2/user", &Value::Null).status, 200);
}

#[test]
fn slow_and_endless_bodies() {
    let running = running(Fault { drip_ms: 1, latency_ms: 1, ..Fault::on("GET /v2/user") });
    let answer = running.user("GET", "/v2/user", &Value::Null);
    assert_eq!(answer.header("content-length"), Some(answer.body.len().to_string().as_str()));
    assert_eq!(answer.json()["name"], "Jo");

    running.simulator.inject(Fault { flood: 1_000_000, ..Fault::on("GET /v2/orgs") });
    let answer = running.user("GET", "/v2/orgs", &Value::Null);
    assert_eq!(answer.header("content-length"), None);
    assert!(answer.body.len() > 1_000_000);
}

#[test]
fn a_late_token_appears_at_the_third_look() {
    let running = running(Fault { late: 2, times: Some(1), ..Fault::on(CREATE) });
    assert_eq!(running.user("POST", "/v2/tokens", &new_token()).status, 200);
    assert_eq!([tokens(&running), tokens(&running), tokens(&running)], [0, 0, 1]);
}

#[test]
fn one_connection_survives_what_another_suffers() {
    let running = running(Fault { cut: Some(5), times: Some(1), ..Fault::on("GET /v2/user") });
    assert_eq!(running.user("GET", "/v2/user", &Value::Null).body.len(), 5);
    assert_eq!(running.user("GET", "/v2/user", &Value::Null).json()["name"], "Jo");
}
