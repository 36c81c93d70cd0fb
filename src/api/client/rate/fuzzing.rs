//! The headers of a rate limit: whatever they say, the wait is one that an
//! admin can sit out.

use jiff::Timestamp;
use reqwest::{
    StatusCode,
    header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER},
};

use super::{LONGEST, SHORTEST, retry_at, wait};

/// Reads lines of `name: value` as the headers of a 429.
///
/// # Panics
/// When the wait is shorter than a second or longer than 15 minutes, comes from
/// nothing, or goes amiss though there is something to go by.
pub fn rate(lines: &[u8]) {
    let headers: HeaderMap = lines.split(|b| *b == b'\n').filter_map(header).collect();
    let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse::<i64>().ok();
    let (reset, after) = (number("x-ratelimit-reset"), number("retry-after"));
    for now in [Timestamp::MIN, Timestamp::UNIX_EPOCH, Timestamp::MAX] {
        let wait = wait(&headers, now);
        assert!(wait.is_none_or(|seconds| (1..=15 * 60).contains(&seconds)));
        assert_eq!(wait.is_some(), reset.or(after).is_some());
        if let (None, Some(after)) = (reset, after) {
            assert_eq!(wait, Some(after.clamp(SHORTEST, LONGEST)), "a length needs no clock");
        }
    }
    if reset.is_some() {
        // The point in time is the better word of the two.
        let mut both = headers.clone();
        both.insert(RETRY_AFTER, HeaderValue::from_static("77"));
        assert_eq!(wait(&both, Timestamp::UNIX_EPOCH), wait(&headers, Timestamp::UNIX_EPOCH));
    }
    let limited = |status| retry_at(status, &headers).is_some();
    assert_eq!(limited(StatusCode::TOO_MANY_REQUESTS), reset.or(after).is_some());
    assert!(!limited(StatusCode::SERVICE_UNAVAILABLE));
}

fn header(line: &[u8]) -> Option<(HeaderName, HeaderValue)> {
    let colon = line.iter().position(|b| *b == b':')?;
    let (name, value) = line.split_at(colon);
    let value = value[1..].trim_ascii_start();
    Some((HeaderName::from_bytes(name).ok()?, HeaderValue::from_bytes(value).ok()?))
}
