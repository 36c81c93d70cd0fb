//! Arithmetic with timestamps.

use jiff::Timestamp;

/// Milliseconds after which a list counts as old.
pub const LONG_MS: i64 = 5 * 60 * 1000;

/// The time this many milliseconds after `at`.
#[must_use]
pub fn after(at: Timestamp, milliseconds: i64) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond() + milliseconds).unwrap_or(Timestamp::MAX)
}

/// When a countdown to `until` next changes: at each full second before it, and at its
/// end, even if that is less than a millisecond away. `None` once it has ended.
#[must_use]
pub fn next_tick(until: Timestamp, now: Timestamp) -> Option<Timestamp> {
    (until > now).then(|| match seconds_left(until, now) {
        0 | 1 => until,
        left => after(until, -(left - 1) * 1000),
    })
}

/// Seconds until `until`, rounded up; 0 if it is past.
#[must_use]
pub fn seconds_left(until: Timestamp, now: Timestamp) -> i64 {
    let left = until.as_millisecond() - now.as_millisecond();
    (left.max(0) + 999) / 1000
}
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_countdown_ticks_until_its_end() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let until = at("2026-11-23T14:00:02.0005Z");
        for (now, tick) in [
            ("2026-11-23T14:00:00Z", Some("2026-11-23T14:00:01Z")),
            ("2026-11-23T14:00:01.5Z", Some("2026-11-23T14:00:02.0005Z")),
            // Less than a millisecond before the end.
            ("2026-11-23T14:00:02.0001Z", Some("2026-11-23T14:00:02.0005Z")),
            ("2026-11-23T14:00:02.0005Z", None),
        ] {
            assert_eq!(next_tick(until, at(now)), tick.map(at), "{now}");
        }
    }
}
