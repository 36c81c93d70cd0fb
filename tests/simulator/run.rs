//! The server around the rules: rate limit, clock, size, start and stop.

use axtok::simulator::{Scenario, Simulator, StartError};
use serde_json::Value;

use crate::raw::Running;

#[test]
fn the_rate_limit_is_announced_and_enforced() {
    let limited = Running::with("rate_limit = 3");
    let ask = |path| limited.user("GET", path, &Value::Null);
    // A new minute can begin in between, but only once.
    let responses: Vec<_> = (0..8).map(|_| ask("/v2/orgs")).collect();
    let over = responses.iter().find(|a| a.status == 429).unwrap();
    assert_eq!(over.refusal(), (429, 429, "rate limit exceeded".to_owned()));
    for response in [over, &responses[0], &ask("/nowhere")] {
        assert_eq!(response.header("x-ratelimit-scope"), Some("organization"));
        assert_eq!(response.header("x-ratelimit-limit"), Some("3"));
        let reset: i64 = response.header("x-ratelimit-reset").unwrap().parse().unwrap();
        let wait = reset - now();
        assert!((-60..=60).contains(&wait), "{wait}");
    }
    assert_eq!(responses[0].header("x-ratelimit-remaining"), Some("2"));
    assert_eq!(over.header("x-ratelimit-remaining"), Some("0"));
}

#[test]
fn the_clock_can_be_offset() {
    let ahead = Running::with("clock_offset_s = 86400");
    let date = ahead.user("GET", "/v2/orgs", &Value::Null).header("date").unwrap().to_owned();
    let shown = jiff::fmt::rfc2822::parse(&date).unwrap().timestamp().as_second();
    let offset = shown - now();
    assert!((86_300..=86_400).contains(&offset), "{date}");
}

#[test]
fn thousands_of_tokens_can_be_generated() {
    let many = Running::with("[generate]\ntokens = 10000\ndatasets = 5000");
    let tokens = many.user("GET", "/v2/tokens", &Value::Null).json();
    assert_eq!(tokens.as_array().unwrap().len(), 10_000);
    let datasets = many.user("GET", "/v2/datasets", &Value::Null).json();
    assert_eq!(datasets.as_array().unwrap().len(), 5000);
}

#[test]
fn secrets_differ_between_runs_unless_fixed() {
    let (one, two) = (Running::start(Scenario::demo()), Running::start(Scenario::demo()));
    assert_ne!(one.simulator.personal_token(), two.simulator.personal_token());
    assert_ne!(one.simulator.api_token(), two.simulator.api_token());
    let fixed = Running::with("[user]\nsecret = 'xapt-1'");
    assert_eq!(fixed.simulator.personal_token(), "xapt-1");
    assert_eq!(fixed.simulator.api_token(), "", "there is an API token");
}

#[tokio::test]
async fn the_server_listens_only_on_loopback_and_stops_when_dropped() {
    let anywhere = "0.0.0.0:0".parse().unwrap();
    let error = Simulator::start(Scenario::default(), anywhere).await.unwrap_err();
    assert!(matches!(error, StartError::NotLoopback(_)), "{error}");

    let simulator = Simulator::start(Scenario::default(), Simulator::ANY_PORT).await.unwrap();
    let address = simulator.url().strip_prefix("http://").unwrap().to_owned();
    let taken = Simulator::start(Scenario::default(), address.parse().unwrap()).await;
    assert!(matches!(taken, Err(StartError::Listen(..))));

    assert!(tokio::net::TcpStream::connect(&address).await.is_ok());
    drop(simulator);
    let refused = async {
        while tokio::net::TcpStream::connect(&address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), refused).await.unwrap();
}

#[expect(clippy::disallowed_methods, reason = "the server's clock is compared with the real one")]
fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}
