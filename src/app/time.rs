//! Moments, counted in milliseconds.

use jiff::Timestamp;

/// A moment some milliseconds later.
#[must_use]
pub fn after(at: Timestamp, milliseconds: i64) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond() + milliseconds).unwrap_or(Timestamp::MAX)
}

/// When a countdown to this moment changes next: at each full second before it, and
/// at its end, be that less than a millisecond away.
#[must_use]
pub fn next_tick(until: Timestamp, now: Timestamp) -> Option<Timestamp> {
    (until > now).then(|| match seconds_left(until, now) {
        0 | 1 => until,
        left => after(until, -(left - 1) * 1000),
    })
}

/// Seconds from now until then, begun ones counted; 0 if that is past.
#[must_use]
pub fn seconds_left(until: Timestamp, now: Timestamp) -> i64 {
    let left = until.as_millisecond() - now.as_millisecond();
    (left.max(0) + 999) / 1000
}
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_countdown_ticks_to_its_very_end() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let until = at("2026-11-23T14:00:02.0005Z");
        for (now, tick) in [
            ("2026-11-23T14:00:00Z", Some("2026-11-23T14:00:01Z")),
            ("2026-11-23T14:00:01.5Z", Some("2026-11-23T14:00:02.0005Z")),
            // Nobody would wake up for what is left of it.
            ("2026-11-23T14:00:02.0001Z", Some("2026-11-23T14:00:02.0005Z")),
            ("2026-11-23T14:00:02.0005Z", None),
        ] {
            assert_eq!(next_tick(until, at(now)), tick.map(at), "{now}");
        }
    }
}
