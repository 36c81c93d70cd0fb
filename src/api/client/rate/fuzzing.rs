//! Rate limit headers: whatever they contain, the wait is reasonable.

use jiff::Timestamp;
use reqwest::{
    StatusCode,
    header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER},
};

use super::{LONGEST, SHORTEST, retry_at, wait};

/// Reads lines of `name: value` as the headers of a 429.
///
/// # Panics
/// If the wait is shorter than a second or longer than 15 minutes, is missing although a header
/// has a number, or if a second header changes a wait that is within the bounds.
pub fn rate(lines: &[u8]) {
    let headers: HeaderMap = lines.split(|b| *b == b'\n').filter_map(header).collect();
    let is_told = is_told(&headers);
    for now in [Timestamp::MIN, Timestamp::UNIX_EPOCH, Timestamp::MAX] {
        let wait = wait(&headers, now);
        assert!(wait.is_none_or(|seconds| (SHORTEST..=LONGEST).contains(&seconds)));
        assert!(wait.is_some() || !is_told, "a header has a number");
    }
    let limited = |status| retry_at(status, &headers);
    assert!(limited(StatusCode::TOO_MANY_REQUESTS).is_some() || !is_told);
    assert!(limited(StatusCode::SERVICE_UNAVAILABLE).is_none());
    beside(&headers);
}

/// Whether one of the headers has an integer.
fn is_told(headers: &HeaderMap) -> bool {
    let values = ["x-ratelimit-reset", "retry-after"].map(|name| headers.get_all(name));
    let mut texts = values.iter().flatten().filter_map(|value| value.to_str().ok());
    texts.any(|text| text.trim().parse::<i64>().is_ok())
}

/// Checks a `Retry-After` together with a reset.
fn beside(headers: &HeaderMap) {
    const NOW: Timestamp = Timestamp::UNIX_EPOCH;
    let mut reset = headers.clone();
    reset.remove(RETRY_AFTER);
    let Some(alone) = wait(&reset, NOW) else { return };
    let with = |after: &'static str| {
        let mut both = reset.clone();
        both.insert(RETRY_AFTER, HeaderValue::from_static(after));
        wait(&both, NOW)
    };
    if alone == SHORTEST || alone == LONGEST {
        assert!([Some(77), Some(alone)].contains(&with("77")), "the wait is one of the two");
    } else {
        // The reset time takes precedence.
        assert_eq!(with("77"), Some(alone));
        assert_eq!(with("0"), Some(alone));
    }
}

fn header(line: &[u8]) -> Option<(HeaderName, HeaderValue)> {
    let colon = line.iter().position(|b| *b == b':')?;
    let (name, value) = line.split_at(colon);
    let value = value[1..].trim_ascii_start();
    Some((HeaderName::from_bytes(name).ok()?, HeaderValue::from_bytes(value).ok()?))
}
