//! Formats times and durations for people. All times are in UTC, as in the API, so that
//! colleagues in other time zones read the same.

use jiff::{
    Timestamp,
    tz::{Offset, TimeZone},
};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// `21 Feb 2027`. Called for each row of a list, so it avoids parsing a format pattern.
#[must_use]
pub fn date(at: Timestamp) -> String {
    let date = Offset::UTC.to_datetime(at);
    let month = usize::try_from(date.month() - 1).ok().and_then(|m| MONTHS.get(m));
    format!("{} {} {:04}", date.day(), month.unwrap_or(&""), date.year())
}

/// `21 Feb 2027 00:00 UTC`
#[must_use]
pub fn date_time(at: Timestamp) -> String {
    at.to_zoned_datetime(TimeZone::UTC).strftime("%-d %b %Y %H:%M UTC").to_string()
}

/// `25 Nov 21:02 UTC`
#[must_use]
pub fn day_time(at: Timestamp) -> String {
    at.to_zoned_datetime(TimeZone::UTC).strftime("%-d %b %H:%M UTC").to_string()
}

/// `21:02 UTC`, or `25 Nov 21:02 UTC` if that is not today.
#[must_use]
pub fn time(at: Timestamp, now: Timestamp) -> String {
    let (then, now) = [at, now].map(|t| t.to_zoned_datetime(TimeZone::UTC)).into();
    if then.date() == now.date() { then.strftime("%H:%M UTC").to_string() } else { day_time(at) }
}

/// `21 Feb 2027 14:00 UTC · in 90 days`
#[must_use]
pub fn moment(at: Timestamp, now: Timestamp) -> String {
    format!("{} · {}", date_time(at), relative(at, now))
}

/// `in 90 days`, `in 48 hours`, `2 days ago`, `now`.
#[must_use]
pub fn relative(at: Timestamp, now: Timestamp) -> String {
    let seconds = at.as_second() - now.as_second();
    let words = length(seconds.abs());
    match seconds {
        0 => "now".to_owned(),
        1.. => format!("in {words}"),
        _ => format!("{words} ago"),
    }
}

/// `in 83 d`, `in 17 h`, for columns. A time in the past becomes `in 0 s`.
#[must_use]
pub fn relative_short(at: Timestamp, now: Timestamp) -> String {
    format!("in {}", short(at.as_second() - now.as_second()))
}

/// `2 h ago`, for columns. A time in the future becomes `0 s ago`.
#[must_use]
pub fn ago_short(at: Timestamp, now: Timestamp) -> String {
    format!("{} ago", short(now.as_second() - at.as_second()))
}

fn short(seconds: i64) -> String {
    let (count, unit) = largest_unit(seconds.max(0));
    let unit = match unit {
        "second" => "s",
        "minute" => "min",
        "hour" => "h",
        _ => "d",
    };
    format!("{count} {unit}")
}

/// Formats a number of seconds, rounded to the largest fitting unit: `90 days`,
/// `47 hours`, `5 minutes`, `30 seconds`.
#[must_use]
pub fn length(seconds: i64) -> String {
    let (count, unit) = largest_unit(seconds);
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

/// Clock differences up to this many seconds are ignored.
const CLOCK_TOLERANCE: i64 = 60;

/// How this computer's clock differs from the server's, as in `is 2 hours behind the
/// server's`. `ahead` is how many seconds the server is ahead. `None` if the difference is
/// too small to matter.
#[must_use]
pub fn clock_difference(ahead: i64) -> Option<String> {
    let side = if ahead > 0 { "behind" } else { "ahead of" };
    let matters = ahead.saturating_abs() > CLOCK_TOLERANCE;
    matters.then(|| format!("is {} {side} the server's", length(ahead.saturating_abs())))
}

/// A running countdown, from the seconds left: `42 s`, `2 min 05 s`.
#[must_use]
pub fn countdown(seconds: i64) -> String {
    match (seconds / MINUTE, seconds % MINUTE) {
        (0, seconds) => format!("{seconds} s"),
        (minutes, seconds) => format!("{minutes} min {seconds:02} s"),
    }
}

const fn largest_unit(seconds: i64) -> (i64, &'static str) {
    match seconds {
        s if s < MINUTE => (s, "second"),
        // Rounded to the nearest unit, so that "90d" still reads "in 90 days" a second
        // after it was typed.
        s if s < HOUR => (rounded(s, MINUTE), "minute"),
        s if s <= 48 * HOUR => (rounded(s, HOUR), "hour"),
        s => (rounded(s, DAY), "day"),
    }
}

const fn rounded(seconds: i64, unit: i64) -> i64 {
    (seconds + unit / 2) / unit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_naturally() {
        for (seconds, words) in [
            (1, "1 second"),
            (90, "2 minutes"),
            (3600, "1 hour"),
            (47 * HOUR + 59 * MINUTE, "48 hours"),
            (48 * HOUR, "48 hours"),
            (72 * HOUR, "3 days"),
            (90 * DAY - 1, "90 days"),
        ] {
            assert_eq!(length(seconds), words);
        }
    }

    #[test]
    fn a_countdown_shows_every_second() {
        let told = [0, 1, 59, 60, 125, 900].map(countdown);
        assert_eq!(told, ["0 s", "1 s", "59 s", "1 min 00 s", "2 min 05 s", "15 min 00 s"]);
    }

    #[test]
    fn dates_are_in_utc() {
        let at: Timestamp = "2027-02-21T01:30:00+02:00".parse().unwrap();
        assert_eq!(date(at), "20 Feb 2027");
        for day in 1..=366 {
            let at = at + jiff::SignedDuration::from_hours(24 * day);
            let written = at.to_zoned_datetime(TimeZone::UTC).strftime("%-d %b %Y");
            assert_eq!(date(at), written.to_string());
        }
        assert_eq!(date_time(at), "20 Feb 2027 23:30 UTC");
        assert_eq!(time(at, at), "23:30 UTC");
        assert_eq!(time(at, "2027-02-21T00:00:00Z".parse().unwrap()), "20 Feb 23:30 UTC");
        let now: Timestamp = "2027-02-20T23:30:00Z".parse().unwrap();
        assert_eq!(relative(at, now), "now");
        assert_eq!(relative(now, "2027-02-22T23:30:01Z".parse().unwrap()), "2 days ago");
    }
}
