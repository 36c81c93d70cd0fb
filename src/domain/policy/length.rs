//! The rule for how far ahead a token may expire.

use jiff::{SignedDuration, Span, Timestamp, tz::TimeZone};

use crate::domain::{TokenExpiry, expiry, when};

/// Seconds in a day.
const DAY: i64 = 86_400;

/// Clock differences up to this many seconds do not break a rule.
const TOLERANCE: SignedDuration = SignedDuration::from_secs(60);

/// A length of time, as written: `90d`.
#[derive(Clone, Debug)]
pub(super) struct Length {
    pub text: String,
    span: Span,
}

impl Length {
    /// Parses a length such as `90d`.
    ///
    /// # Errors
    /// What to write instead.
    pub fn parse(text: &str) -> Result<Self, String> {
        match expiry::parse_length(text.trim()) {
            Some(Ok(span)) => Ok(Self { text: text.trim().to_owned(), span }),
            Some(Err(why)) => Err(why.to_string()),
            None => Err("write a length such as \"90d\"".to_owned()),
        }
    }

    /// The latest moment of expiry; `None` beyond the years that a time can have.
    fn last(&self, now: Timestamp) -> Option<Timestamp> {
        let now = now.to_zoned_datetime(TimeZone::UTC);
        now.checked_add(self.span).ok().map(|last| last.timestamp())
    }

    /// Whether the expiry is later than that, or may be.
    pub fn is_less(&self, expiry: &TokenExpiry, now: Timestamp) -> bool {
        let last = self.last(now).and_then(|last| last.checked_add(TOLERANCE).ok());
        match (expiry.known(), last) {
            (Some(expiry), Some(last)) => expiry.at().is_some_and(|at| at > last),
            // Beyond the years that a time can have.
            (Some(_), None) => false,
            (None, _) => true,
        }
    }

    /// Why an expiry breaks it, as the predicate of a sentence about the token.
    pub fn why(&self, expiry: &TokenExpiry, now: Timestamp) -> String {
        let max = &self.text;
        let beyond =
            |at: Timestamp| at.as_second() - self.last(now).map_or(0, Timestamp::as_second);
        match expiry.at() {
            Some(at) if beyond(at) < DAY => {
                let beyond = when::length(beyond(at));
                format!("expires {beyond} later than the policy's {max}")
            }
            Some(at) => format!("expires {}, and the policy allows {max}", when::relative(at, now)),
            None => format!("has an unreadable expiry, and the policy allows {max}"),
        }
    }
}
