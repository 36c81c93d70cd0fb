//! The server's clock, from the headers of its responses.

use std::sync::{Mutex, PoisonError};

use jiff::{
    Timestamp,
    fmt::{rfc2822, strtime},
    tz::TimeZone,
};
use reqwest::header::{DATE, HeaderMap};

/// The response's `Date`, in whole seconds.
pub fn date(headers: &HeaderMap) -> Option<Timestamp> {
    http_date(headers.get(DATE)?.to_str().ok()?.trim())
}

/// Parses a time in a header: one of the three HTTP formats, or RFC 3339, which some servers use
/// instead.
pub fn http_date(text: &str) -> Option<Timestamp> {
    const OBSOLETE: [&str; 2] = ["%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"];
    let obsolete = |form: &&str| {
        let time = strtime::parse(form, text).ok()?.to_datetime().ok()?;
        TimeZone::UTC.to_timestamp(time).ok()
    };
    let usual = rfc2822::DateTimeParser::new().parse_timestamp(text).ok();
    usual.or_else(|| text.parse().ok()).or_else(|| OBSOLETE.iter().find_map(obsolete))
}

/// The last known difference between the server's clock and the local one.
#[derive(Debug, Default)]
pub struct Ahead(Mutex<Option<i64>>);

impl Ahead {
    /// Seconds that the server is ahead; negative if it is behind.
    pub fn seconds(&self) -> Option<i64> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Compares a response's time with the local times before and after the request.
    pub fn see(&self, headers: &HeaderMap, asked: Timestamp, answered: Timestamp) {
        if let Some(date) = date(headers) {
            let ours = i64::midpoint(asked.as_second(), answered.as_second());
            let ahead = date.as_second().saturating_sub(ours);
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(ahead);
        }
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    #[test]
    fn clock_skew_is_measured_from_the_middle_of_the_request() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let (asked, answered) = (at("2026-11-23T14:00:00Z"), at("2026-11-23T14:00:20Z"));
        let seen = |text: &'static str| {
            let ahead = Ahead::default();
            let headers = [(DATE, HeaderValue::from_static(text))].into_iter().collect();
            ahead.see(&headers, asked, answered);
            ahead.seconds()
        };
        assert_eq!(seen("Mon, 23 Nov 2026 14:00:10 GMT"), Some(0));
        assert_eq!(seen("Tue, 24 Nov 2026 14:00:10 GMT"), Some(86_400));
        assert_eq!(seen("Sun, 22 Nov 2026 14:00:10 GMT"), Some(-86_400));
        assert_eq!(seen("soon"), None);
    }
}
