//! When a token expires, and how users write that.

use jiff::{Span, Timestamp, civil, tz::TimeZone};

use super::{safe_text::SafeText, text, when};

/// How many characters of an unreadable expiry are shown.
const SHOWN: usize = 40;

/// Days for which an expired token matters: whatever used it may just have failed.
pub const EXPIRED_DAYS: i64 = 7;

/// When a token stops working.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// The token does not expire.
    Never,
    /// The token stops working at this moment.
    At(Timestamp),
}

impl Expiry {
    /// The moment of expiry; `None` for never.
    #[must_use]
    pub const fn at(self) -> Option<Timestamp> {
        match self {
            Self::Never => None,
            Self::At(at) => Some(at),
        }
    }

    /// Whether the token has expired by `now`.
    #[must_use]
    pub fn is_past(self, now: Timestamp) -> bool {
        self.at().is_some_and(|at| at <= now)
    }

    /// Whether the token is still valid and expires within `days` days.
    #[must_use]
    pub fn is_within_days(self, now: Timestamp, days: i64) -> bool {
        self.at().is_some_and(|at| at > now && at.as_second() - now.as_second() <= days * 86_400)
    }

    /// `never` or `21 Feb 2027 00:00 UTC · in 90 days`.
    #[must_use]
    pub fn describe(self, now: Timestamp) -> String {
        match self {
            Self::Never => "never".to_owned(),
            Self::At(at) => when::moment(at, now),
        }
    }

    /// [`describe`](Self::describe) without the time of day, or with the date alone, if it has
    /// more columns.
    #[must_use]
    pub fn describe_within(self, now: Timestamp, columns: usize) -> String {
        let (full, Self::At(at)) = (self.describe(now), self) else { return self.describe(now) };
        let date = when::date(at);
        let short = format!("{date} · {}", when::relative(at, now));
        [full, short].into_iter().find(|text| text::width(text) <= columns).unwrap_or(date)
    }

    /// Parses an expiry that a user typed: `never`, a length from now (`12h`, `90d`,
    /// `2w`, `6mo`, `1y`), a date (its start in UTC) or an RFC 3339 time.
    ///
    /// # Errors
    /// When the text is none of these, or in the past. The message says what to enter
    /// instead.
    pub fn parse(text: &str, now: Timestamp) -> Result<Self, ExpiryError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(ExpiryError::Empty);
        }
        if text.eq_ignore_ascii_case("never") {
            return Ok(Self::Never);
        }
        let at = match parse_length(text) {
            Some(span) => from_now(span?, now)?,
            None => moment(text)?,
        };
        if at <= now {
            return Err(ExpiryError::Past { ago: when::relative(at, now) });
        }
        Ok(Self::At(at))
    }
}

/// A listed token's expiry, as the server sent it.
///
/// A request sends an [`Expiry`]. A response can hold something else; that is neither
/// guessed nor treated as "never".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenExpiry {
    /// An expiry in a known format.
    Known(Expiry),
    /// The JSON of an expiry that cannot be read.
    Unread(SafeText),
}

impl From<Expiry> for TokenExpiry {
    fn from(expiry: Expiry) -> Self {
        Self::Known(expiry)
    }
}

impl TokenExpiry {
    /// The expiry, if it can be read.
    #[must_use]
    pub const fn known(&self) -> Option<Expiry> {
        match self {
            Self::Known(expiry) => Some(*expiry),
            Self::Unread(_) => None,
        }
    }

    /// Whether the server sent an expiry that cannot be read.
    #[must_use]
    pub const fn is_unread(&self) -> bool {
        matches!(self, Self::Unread(_))
    }

    /// The moment of expiry; `None` for never, and if it cannot be read.
    #[must_use]
    pub const fn at(&self) -> Option<Timestamp> {
        match self {
            Self::Known(expiry) => expiry.at(),
            Self::Unread(_) => None,
        }
    }

    /// Whether the token has expired by `now`; `false` if the expiry cannot be read.
    #[must_use]
    pub fn is_past(&self, now: Timestamp) -> bool {
        self.known().is_some_and(|expiry| expiry.is_past(now))
    }

    /// `never`, `21 Feb 2027 00:00 UTC · in 90 days`, or `unknown: cannot read "soon"`.
    #[must_use]
    pub fn describe(&self, now: Timestamp) -> String {
        match self {
            Self::Known(expiry) => expiry.describe(now),
            Self::Unread(_) => format!("unknown: cannot read {}", self.unread_text()),
        }
    }

    /// `21 Feb 2027`, `never`, or `unknown`, for columns.
    #[must_use]
    pub fn date(&self) -> String {
        match self {
            Self::Known(Expiry::Never) => "never".to_owned(),
            Self::Known(Expiry::At(at)) => when::date(*at),
            Self::Unread(_) => "unknown".to_owned(),
        }
    }

    /// The beginning of what the server sent instead of a time; empty if the expiry can
    /// be read.
    #[must_use]
    pub fn unread_text(&self) -> String {
        let Self::Unread(json) = self else { return String::new() };
        match json.raw().as_bytes().first() {
            Some(b'{') => return "an object instead of a time".to_owned(),
            Some(b'[') => return "a list instead of a time".to_owned(),
            _ => {}
        }
        let mut letters = json.shown().chars();
        let mut text: String = letters.by_ref().take(SHOWN).collect();
        if letters.next().is_some() {
            text.push('…');
        }
        text
    }

    /// Whether the token expired at least `days` days ago; `None` if it has not expired.
    #[must_use]
    pub fn is_past_by_days(&self, now: Timestamp, days: i64) -> Option<bool> {
        let ago = now.as_second() - self.at().filter(|_| self.is_past(now))?.as_second();
        Some(ago >= days * 86_400)
    }

    /// A sort key, by how soon the expiry matters: first an unreadable one, since it can be
    /// any moment, then those that expired in the last [`EXPIRED_DAYS`] or are still to come,
    /// by time, then "never", and last those that expired before, the latest first.
    #[must_use]
    pub fn order(&self, now: Timestamp) -> (u8, i64) {
        match self {
            Self::Unread(_) => (0, 0),
            Self::Known(Expiry::Never) => (2, 0),
            Self::Known(Expiry::At(at))
                if self.is_past_by_days(now, EXPIRED_DAYS) == Some(true) =>
            {
                (3, -at.as_second())
            }
            Self::Known(Expiry::At(at)) => (1, at.as_second()),
        }
    }
}

/// Why a typed expiry is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExpiryError {
    /// Nothing was typed.
    #[error("enter an expiry: 90d, 6mo, a date, or never")]
    Empty,
    /// The unit is `m`, which could be minutes or months.
    #[error("m is ambiguous: use {count}mo (months) or {count}h (hours)")]
    Ambiguous {
        /// The number before the unit, as typed.
        count: String,
    },
    /// The length is zero.
    #[error("0 would expire immediately: use at least 1h")]
    Zero,
    /// The moment is not in the future.
    #[error("that is in the past ({ago})")]
    Past {
        /// How long ago, such as `14 hours ago`.
        ago: String,
    },
    /// The moment is beyond the years that the API's format can hold.
    #[error("too far ahead: use never for no expiry")]
    TooFar,
    /// A time of day without a UTC offset.
    #[error("the time has no UTC offset: add Z for UTC")]
    NoOffset,
    /// The text has none of the known forms.
    #[error("not understood: try 90d, 6mo, 2027-12-31, or never")]
    Unknown,
}

/// A length such as `90d`; `None` if the text does not have that form.
///
/// # Errors
/// When the unit is not known, or the length is zero or too large.
pub fn parse_length(text: &str) -> Option<Result<Span, ExpiryError>> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let (count, unit) = text.split_at(digits);
    let unit = unit.trim_start();
    if count.is_empty() || !unit.chars().all(|c| c.is_ascii_alphabetic()) {
        return None;
    }
    Some(span(count, &unit.to_ascii_lowercase()))
}

fn span(count: &str, unit: &str) -> Result<Span, ExpiryError> {
    let n: i64 = count.parse().map_err(|_| ExpiryError::TooFar)?;
    let span = match unit {
        "m" => return Err(ExpiryError::Ambiguous { count: count.to_owned() }),
        "h" | "hour" | "hours" => Span::new().try_hours(n),
        "d" | "day" | "days" => Span::new().try_days(n),
        "w" | "week" | "weeks" => Span::new().try_weeks(n),
        "mo" | "month" | "months" => Span::new().try_months(n),
        "y" | "year" | "years" => Span::new().try_years(n),
        _ => return Err(ExpiryError::Unknown),
    };
    match span {
        _ if n == 0 => Err(ExpiryError::Zero),
        Ok(span) => Ok(span),
        Err(_) => Err(ExpiryError::TooFar),
    }
}

/// A moment in the past: a length before now (`30d`), a date (its start in UTC) or an RFC 3339
/// time. `None` if the text is none of these, or in the future.
#[must_use]
pub fn past(text: &str, now: Timestamp) -> Option<Timestamp> {
    let at = match parse_length(text.trim()) {
        Some(span) => from_now(span.ok()?.negate(), now),
        None => moment(text.trim()),
    };
    at.ok().filter(|at| *at <= now)
}

/// Adds the span in UTC's calendar, since days and months are calendar lengths.
fn from_now(span: Span, now: Timestamp) -> Result<Timestamp, ExpiryError> {
    let later =
        now.to_zoned_datetime(TimeZone::UTC).checked_add(span).map_err(|_| ExpiryError::TooFar)?;
    // The API's times have four-digit years.
    if later.year() > 9998 {
        return Err(ExpiryError::TooFar);
    }
    Timestamp::from_second(later.timestamp().as_second()).map_err(|_| ExpiryError::TooFar)
}

fn moment(text: &str) -> Result<Timestamp, ExpiryError> {
    let has_time = text.contains(['T', 't', ' ']);
    if !has_time {
        let date: civil::Date = text.parse().map_err(|_| ExpiryError::Unknown)?;
        let zoned = date.to_zoned_datetime(TimeZone::UTC).map_err(|_| ExpiryError::TooFar)?;
        return Ok(zoned.timestamp());
    }
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    match text.parse::<civil::DateTime>() {
        Ok(_) => Err(ExpiryError::NoOffset),
        Err(_) => Err(ExpiryError::Unknown),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-11-23T14:00:00Z";

    fn parsed(text: &str) -> Result<String, String> {
        match Expiry::parse(text, NOW.parse().unwrap()) {
            Ok(Expiry::Never) => Ok("never".to_owned()),
            Ok(Expiry::At(at)) => Ok(at.to_string()),
            Err(e) => Err(e.to_string()),
        }
    }

    #[test]
    fn valid_expiries_are_parsed() {
        for (text, at) in [
            ("never", "never"),
            ("NEVER", "never"),
            ("90d", "2027-02-21T14:00:00Z"),
            (" 90 days ", "2027-02-21T14:00:00Z"),
            ("2w", "2026-12-07T14:00:00Z"),
            ("12h", "2026-11-24T02:00:00Z"),
            ("6mo", "2027-05-23T14:00:00Z"),
            ("3mo", "2027-02-23T14:00:00Z"),
            ("1y", "2027-11-23T14:00:00Z"),
            ("2026-12-31", "2026-12-31T00:00:00Z"),
            ("2026-12-31T10:00:00+01:00", "2026-12-31T09:00:00Z"),
            ("2026-11-23T14:00:01Z", "2026-11-23T14:00:01Z"),
        ] {
            assert_eq!(parsed(text).as_deref(), Ok(at), "{text}");
        }
    }

    #[test]
    fn invalid_expiries_are_rejected_with_a_reason() {
        for (text, why) in [
            ("", "enter an expiry"),
            ("5m", "use 5mo (months)"),
            ("0d", "0 would expire immediately"),
            ("0h", "0 would expire immediately"),
            ("2020-01-01", "in the past (2519 days ago)"),
            ("2026-11-23", "in the past (14 hours ago)"),
            ("2026-11-23T14:00:00Z", "in the past (now)"),
            ("2026-12-31T10:00:00", "has no UTC offset"),
            ("99999y", "too far ahead"),
            ("99999999999999999999d", "too far ahead"),
            ("9000y", "too far ahead"),
            ("soon", "not understood"),
            ("90", "not understood"),
            ("5min", "not understood"),
            ("-5d", "not understood"),
            ("2026-02-30", "not understood"),
        ] {
            let error = parsed(text).unwrap_err();
            assert!(error.contains(why), "{text}: {error}");
        }
    }

    #[test]
    fn month_arithmetic_stops_at_the_last_day_of_the_month() {
        let now: Timestamp = "2027-01-31T12:00:00Z".parse().unwrap();
        let expiry = Expiry::parse("1mo", now).unwrap();
        assert_eq!(expiry, Expiry::At("2027-02-28T12:00:00Z".parse().unwrap()));
    }

    #[test]
    fn the_description_gives_the_time_and_the_remaining_days() {
        let now: Timestamp = NOW.parse().unwrap();
        let expiry = Expiry::parse("90d", now).unwrap();
        assert_eq!(expiry.describe(now), "21 Feb 2027 14:00 UTC · in 90 days");
        assert_eq!(Expiry::Never.describe(now), "never");
    }
}
