//! When a rate limit allows the next request.

#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;

use jiff::{SignedDuration, Timestamp};
use reqwest::{
    StatusCode,
    header::{HeaderMap, RETRY_AFTER},
};

use super::clock;

/// Bounds of the wait, in seconds: a server's clock or ours may be off.
const SHORTEST: i64 = 1;
const LONGEST: i64 = 15 * 60;

/// The local time from which the server takes requests again, if it says so.
pub fn retry_at(status: StatusCode, headers: &HeaderMap) -> Option<Timestamp> {
    if !matches!(status.as_u16(), 429 | 430) {
        return None;
    }
    #[expect(clippy::disallowed_methods, reason = "the server's clock is compared with ours")]
    let now = Timestamp::now();
    now.checked_add(SignedDuration::from_secs(wait(headers, now)?)).ok()
}

/// Seconds to wait: `X-RateLimit-Reset` is a point on the server's clock, so it
/// is compared with the server's `Date`; `Retry-After` is a length.
fn wait(headers: &HeaderMap, now: Timestamp) -> Option<i64> {
    let text = |name| headers.get(name).and_then(|v| v.to_str().ok()).map(str::trim);
    let number = |name| text(name)?.parse::<i64>().ok();
    let seconds = match number("x-ratelimit-reset") {
        Some(reset) => reset.saturating_sub(clock::date(headers).unwrap_or(now).as_second()),
        None => number(RETRY_AFTER.as_str())?,
    };
    Some(seconds.clamp(SHORTEST, LONGEST))
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderName, HeaderValue};

    use super::*;

    fn waits(pairs: &[(&'static str, &'static str)]) -> Option<i64> {
        let pairs = pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        wait(&pairs.collect(), "2026-11-23T14:00:00Z".parse().unwrap())
    }

    #[test]
    fn the_reset_is_read_on_the_servers_clock() {
        // 2026-11-23T14:00:00Z is 1795442400; the server is a day behind us.
        let date = ("date", "Sun, 22 Nov 2026 14:00:00 GMT");
        let reset = |value| ("x-ratelimit-reset", value);
        assert_eq!(waits(&[date, reset("1795356030")]), Some(30));
        assert_eq!(waits(&[reset("1795442442")]), Some(42), "without a date, on ours");
        assert_eq!(waits(&[date, reset("1795356000")]), Some(SHORTEST));
        assert_eq!(waits(&[date, reset("0")]), Some(SHORTEST));
        assert_eq!(waits(&[date, reset("9999999999")]), Some(LONGEST));
        assert_eq!(waits(&[date, reset("-9223372036854775808")]), Some(SHORTEST));
    }

    #[test]
    fn retry_after_is_a_length() {
        assert_eq!(waits(&[("retry-after", "7")]), Some(7));
        assert_eq!(waits(&[("retry-after", "99999")]), Some(LONGEST));
        assert_eq!(waits(&[("retry-after", "soon")]), None);
        assert_eq!(waits(&[("x-ratelimit-reset", "soon"), ("retry-after", "7")]), Some(7));
        assert_eq!(waits(&[]), None);
    }

    #[test]
    fn only_rate_limits_have_a_wait() {
        let headers = [(RETRY_AFTER, HeaderValue::from_static("7"))].into_iter().collect();
        for (status, limited) in [(429, true), (430, true), (503, false), (403, false)] {
            let at = retry_at(StatusCode::from_u16(status).unwrap(), &headers);
            assert_eq!(at.is_some(), limited, "{status}");
        }
    }
}
