//! When a token ends, and how people write it.

use jiff::{Span, Timestamp, civil, tz::TimeZone};

use super::{safe_text::SafeText, when};

/// Letters of an expiry that cannot be read, as far as they are shown.
const SHOWN: usize = 40;

/// When a token stops working.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    Never,
    At(Timestamp),
}

impl Expiry {
    /// The moment, if there is one.
    #[must_use]
    pub const fn at(self) -> Option<Timestamp> {
        match self {
            Self::Never => None,
            Self::At(at) => Some(at),
        }
    }

    #[must_use]
    pub fn is_past(self, now: Timestamp) -> bool {
        self.at().is_some_and(|at| at <= now)
    }

    /// Whether it ends within the given number of days from now.
    #[must_use]
    pub fn is_within_days(self, now: Timestamp, days: i64) -> bool {
        self.at().is_some_and(|at| at > now && at.as_second() - now.as_second() <= days * 86_400)
    }

    /// `never` or `21 Feb 2027 00:00 UTC · in 90 days`.
    #[must_use]
    pub fn describe(self, now: Timestamp) -> String {
        match self {
            Self::Never => "never".to_owned(),
            Self::At(at) => format!("{} · {}", when::date_time(at), when::relative(at, now)),
        }
    }

    /// Reads what a person typed: `never`, a length from now (`12h`, `90d`,
    /// `2w`, `6mo`, `1y`), a date (its start in UTC) or an RFC 3339 time.
    ///
    /// # Errors
    /// With what to write instead.
    pub fn parse(text: &str, now: Timestamp) -> Result<Self, ExpiryError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(ExpiryError::Empty);
        }
        if text.eq_ignore_ascii_case("never") {
            return Ok(Self::Never);
        }
        let at = match length(text) {
            Some(span) => from_now(span?, now)?,
            None => moment(text)?,
        };
        if at <= now {
            return Err(ExpiryError::Past { ago: when::relative(at, now) });
        }
        Ok(Self::At(at))
    }
}

/// When a listed token stops working, as the server says it.
///
/// A request asks for an [`Expiry`]. An answer can hold something else, which is
/// neither guessed nor taken for "never".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenExpiry {
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

    #[must_use]
    pub const fn is_unread(&self) -> bool {
        matches!(self, Self::Unread(_))
    }

    /// The moment, if there is one and it can be read.
    #[must_use]
    pub const fn at(&self) -> Option<Timestamp> {
        match self {
            Self::Known(expiry) => expiry.at(),
            Self::Unread(_) => None,
        }
    }

    /// Whether the moment has passed; not if it cannot be read.
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

    /// The beginning of what the server wrote instead of a time; empty if the expiry
    /// can be read.
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

    /// Orders by time: what cannot be read first, since it can be any moment, and
    /// "never" last.
    #[must_use]
    pub fn order(&self) -> (u8, Timestamp) {
        match self {
            Self::Unread(_) => (0, Timestamp::MIN),
            Self::Known(Expiry::At(at)) => (1, *at),
            Self::Known(Expiry::Never) => (2, Timestamp::MIN),
        }
    }
}

/// Why an expiry cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExpiryError {
    #[error("write when it ends: 90d, 6mo, a date, or never")]
    Empty,
    #[error("m is ambiguous: write {count}mo (months) or {count}h (hours)")]
    Ambiguous { count: String },
    #[error("zero would end at once: write at least 1h")]
    Zero,
    #[error("that is in the past ({ago})")]
    Past { ago: String },
    #[error("too far away: write never if it must not end")]
    TooFar,
    #[error("a time needs its offset: add Z for UTC")]
    NoOffset,
    #[error("not understood: try 90d, 6mo, 2027-12-31, or never")]
    Unknown,
}

/// A length such as `90d`; `None` if the text is not of that form at all.
fn length(text: &str) -> Option<Result<Span, ExpiryError>> {
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

/// Days and months are calendar lengths, so they are added in UTC's calendar.
fn from_now(span: Span, now: Timestamp) -> Result<Timestamp, ExpiryError> {
    let later =
        now.to_zoned_datetime(TimeZone::UTC).checked_add(span).map_err(|_| ExpiryError::TooFar)?;
    // The API's times have four-digit years, and nobody means the year 9000.
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
    fn what_is_understood() {
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
    fn what_is_refused_and_why() {
        for (text, why) in [
            ("", "write when it ends"),
            ("5m", "write 5mo (months)"),
            ("0d", "zero would end at once"),
            ("0h", "zero would end at once"),
            ("2020-01-01", "in the past (2519 days ago)"),
            ("2026-11-23", "in the past (14 hours ago)"),
            ("2026-11-23T14:00:00Z", "in the past (now)"),
            ("2026-12-31T10:00:00", "needs its offset"),
            ("99999y", "too far away"),
            ("99999999999999999999d", "too far away"),
            ("9000y", "too far away"),
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
    fn months_end_on_the_last_day_there_is() {
        let now: Timestamp = "2027-01-31T12:00:00Z".parse().unwrap();
        let expiry = Expiry::parse("1mo", now).unwrap();
        assert_eq!(expiry, Expiry::At("2027-02-28T12:00:00Z".parse().unwrap()));
    }

    #[test]
    fn the_echo_says_both_when_and_how_soon() {
        let now: Timestamp = NOW.parse().unwrap();
        let expiry = Expiry::parse("90d", now).unwrap();
        assert_eq!(expiry.describe(now), "21 Feb 2027 14:00 UTC · in 90 days");
        assert_eq!(Expiry::Never.describe(now), "never");
    }
}
