//! Computes when a rate limit allows the next request.

#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;

use jiff::{SignedDuration, Timestamp};
use reqwest::{
    StatusCode,
    header::{HeaderMap, RETRY_AFTER},
};

use super::clock;

/// Bounds of the wait, in seconds, since either clock may be wrong.
const SHORTEST: i64 = 1;
const LONGEST: i64 = 15 * 60;

/// A number in `Retry-After` is a time, not a duration, from this value on. As a duration it would
/// be 31 years; as a time it is in 2001.
const FIRST_TIME: i64 = 1_000_000_000;

/// A time is in milliseconds from this value on. In seconds it would be in the year 5138.
const FIRST_MILLIS: i64 = 100_000_000_000;

/// The local time at which the server accepts requests again, if the headers say so.
pub fn retry_at(status: StatusCode, headers: &HeaderMap) -> Option<Timestamp> {
    if !matches!(status.as_u16(), 429 | 430) {
        return None;
    }
    #[expect(clippy::disallowed_methods, reason = "the server's clock is compared with ours")]
    let now = crate::clock::now();
    now.checked_add(SignedDuration::from_secs(wait(headers, now)?)).ok()
}

/// Seconds to wait, from `X-RateLimit-Reset` or `Retry-After`: the first value within the bounds.
/// If there is none, the largest value, clamped: a reset in the past does not shorten what
/// `Retry-After` says.
fn wait(headers: &HeaderMap, now: Timestamp) -> Option<i64> {
    // Times are by the server's clock, so compare them with the response's `Date`.
    let now = clock::date(headers).unwrap_or(now).as_second();
    let texts = |name| headers.get_all(name).iter().filter_map(|v| v.to_str().ok()).map(str::trim);
    let resets = texts("x-ratelimit-reset").filter_map(|text| time(text, i64::MIN, now));
    let afters = texts(RETRY_AFTER.as_str()).filter_map(|text| time(text, FIRST_TIME, now));
    let waits: Vec<_> = resets.chain(afters).collect();
    let within = waits.iter().find(|wait| (SHORTEST..=LONGEST).contains(*wait));
    let wait = within.or_else(|| waits.iter().max())?;
    Some((*wait).clamp(SHORTEST, LONGEST))
}

/// Seconds from `now` until a time, which is a date, or seconds or milliseconds since 1970. A
/// number below `first` is already a duration. Both headers occur in all of these forms, depending
/// on the proxy.
fn time(text: &str, first: i64, now: i64) -> Option<i64> {
    match number(text) {
        Some(length) if length < first => Some(length),
        Some(time @ FIRST_MILLIS..) => Some((time / 1000).saturating_sub(now)),
        Some(time) => Some(time.saturating_sub(now)),
        None => Some(clock::http_date(text)?.as_second().saturating_sub(now)),
    }
}

/// Parses a decimal number, rounding up so that nothing is sent too early. Saturates.
fn number(text: &str) -> Option<i64> {
    let (is_negative, digits) = match text.strip_prefix(['+', '-']) {
        Some(digits) => (text.starts_with('-'), digits),
        None => (false, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !is_number(whole) || !is_number(fraction) {
        return None;
    }
    let whole = whole.parse().unwrap_or(i64::MAX);
    let has_fraction = fraction.bytes().any(|b| b != b'0');
    Some(if is_negative { -whole } else { whole.saturating_add(has_fraction.into()) })
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
    fn the_reset_time_uses_the_servers_clock() {
        // 2026-11-23T14:00:00Z is 1795442400; the server's clock is a day behind.
        let date = ("date", "Sun, 22 Nov 2026 14:00:00 GMT");
        let reset = |value| ("x-ratelimit-reset", value);
        assert_eq!(waits(&[date, reset("1795356030")]), Some(30));
        assert_eq!(waits(&[reset("1795442442")]), Some(42), "without a date, by the local clock");
        assert_eq!(waits(&[date, reset("1795356000")]), Some(SHORTEST));
        assert_eq!(waits(&[date, reset("0")]), Some(SHORTEST));
        assert_eq!(waits(&[date, reset("9999999999")]), Some(LONGEST));
        assert_eq!(waits(&[date, reset("-9223372036854775808")]), Some(SHORTEST));
    }

    #[test]
    fn retry_after_is_a_duration() {
        assert_eq!(waits(&[("retry-after", "7")]), Some(7));
        assert_eq!(waits(&[("retry-after", "99999")]), Some(LONGEST));
        assert_eq!(waits(&[("retry-after", "99999999999999999999")]), Some(LONGEST));
        assert_eq!(waits(&[("retry-after", "soon")]), None);
        assert_eq!(waits(&[("x-ratelimit-reset", "soon"), ("retry-after", "7")]), Some(7));
        assert_eq!(waits(&[]), None);
    }

    #[test]
    fn a_fraction_of_a_second_is_rounded_up() {
        for (text, seconds) in [
            ("7.0", Some(7)),
            ("6.2", Some(7)),
            ("0.3", Some(SHORTEST)),
            ("+7", Some(7)),
            ("-6.5", Some(SHORTEST)),
            // Other forms that a floating-point parser would accept.
            ("inf", None),
            ("NaN", None),
            ("1e2", None),
            ("0x7", None),
            (".5", None),
            ("5.", None),
            ("1.2.3", None),
            ("--7", None),
            ("7 s", None),
            ("", None),
            ("-", None),
        ] {
            assert_eq!(waits(&[("retry-after", text)]), seconds, "{text}");
        }
        assert_eq!(waits(&[("x-ratelimit-reset", "1795442441.5")]), Some(42));
    }

    #[test]
    fn a_date_is_compared_with_the_servers_clock() {
        let date = ("date", "Sun, 22 Nov 2026 14:00:00 GMT");
        for text in [
            "Sun, 22 Nov 2026 14:00:30 GMT",
            "Sunday, 22-Nov-26 14:00:30 GMT",
            "Sun Nov 22 14:00:30 2026",
            "2026-11-22T14:00:30Z",
            "2026-11-22T16:00:30+02:00",
        ] {
            for name in ["retry-after", "x-ratelimit-reset"] {
                assert_eq!(waits(&[date, (name, text)]), Some(30), "{name}: {text}");
                // The same by the local clock, which is a day ahead.
                assert_eq!(waits(&[(name, text)]), Some(SHORTEST), "{name}: {text}");
            }
        }
        assert_eq!(waits(&[("retry-after", "Mon, 23 Nov 2026 14:00:07 GMT")]), Some(7));
        assert_eq!(waits(&[("retry-after", "Wed, 29 Dec 9999 23:59:59 GMT")]), Some(LONGEST));
    }

    #[test]
    fn the_plausible_one_of_two_waits_is_used() {
        let reset = |value| ("x-ratelimit-reset", value);
        let after = |value| ("retry-after", value);
        for (one, other, seconds) in [
            // A reset a minute ago.
            (reset("1795442340"), after("7"), 7),
            (reset("1795442340"), after("Mon, 23 Nov 2026 14:00:07 GMT"), 7),
            (reset("1795442340"), after("99999"), LONGEST),
            (reset("1795442340"), after("0"), SHORTEST),
            (reset("0"), after("6.5"), 7),
            // One in the year 2286.
            (reset("9999999999"), after("7"), 7),
            (reset("1795442430"), after("7"), 30),
            (reset("1795442430"), after("0"), 30),
            (reset("1795442430"), after("Sun, 22 Nov 2026 14:00:00 GMT"), 30),
            // The same header twice: a proxy added its own.
            (after("0"), after("7"), 7),
            (after("soon"), after("7"), 7),
        ] {
            let pairs = |(name, value)| (HeaderName::from_static(name), value);
            let mut headers = HeaderMap::new();
            for (name, value) in [one, other].map(pairs) {
                headers.append(name, HeaderValue::from_static(value));
            }
            let now = "2026-11-23T14:00:00Z".parse().unwrap();
            assert_eq!(wait(&headers, now), Some(seconds), "{one:?} {other:?}");
        }
    }

    #[test]
    fn a_time_is_in_seconds_or_milliseconds() {
        for (text, seconds) in [
            ("1795442442", 42),
            ("1795442442000", 42),
            ("9999999999999", LONGEST),
            ("1000000000", SHORTEST),
        ] {
            assert_eq!(waits(&[("x-ratelimit-reset", text)]), Some(seconds), "{text}");
            assert_eq!(waits(&[("retry-after", text)]), Some(seconds), "{text}");
        }
        assert_eq!(waits(&[("x-ratelimit-reset", "42")]), Some(SHORTEST), "that was in 1970");
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
