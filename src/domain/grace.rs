//! Grace periods: how long an old token keeps working after it was regenerated.

use jiff::Timestamp;

use super::{Expiry, TokenExpiry, expiry::ExpiryError};

/// The grace periods on offer: the label and its meaning.
pub const GRACES: [(&str, Grace); 6] = [
    ("now", Grace::Now),
    ("1h", Grace::Length("1h")),
    ("24h", Grace::Length("24h")),
    ("48h", Grace::Length("48h")),
    ("7d", Grace::Length("7d")),
    ("custom", Grace::Custom),
];
/// The position of the default, 48 hours: long enough to roll out a secret on weekdays.
pub const DEFAULT_GRACE: usize = 3;
/// The default grace period as a user would type it.
pub const DEFAULT_LENGTH: &str = GRACES[DEFAULT_GRACE].0;

/// A choice of grace period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grace {
    /// None: callers with the old token fail immediately. Needs a confirmation.
    Now,
    /// A fixed length such as `24h`.
    Length(&'static str),
    /// A length or a date that the user types.
    Custom,
}

/// When the old token stops, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OldEnd {
    /// The moment that the old token stops working.
    pub at: Timestamp,
    /// The token's own expiry comes before the end of the grace period.
    pub own_expiry: bool,
}

/// Why a typed grace period is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GraceError {
    /// The user typed `never`; the API requires an end.
    #[error("the old token must expire: enter a length such as 3d")]
    Never,
    /// The text is not a valid length or date.
    #[error(transparent)]
    Unreadable(#[from] ExpiryError),
}

impl Grace {
    /// The choice that a typed text stands for: `now`, or a length or date.
    #[must_use]
    pub fn of(typed: &str) -> Self {
        if typed.trim().eq_ignore_ascii_case("now") { Self::Now } else { Self::Custom }
    }

    /// When the grace period ends; `None` means immediately. `typed` only matters for
    /// [`Self::Custom`].
    ///
    /// # Errors
    /// When `typed` matters and is not a valid grace period.
    pub fn end(self, typed: &str, now: Timestamp) -> Result<Option<Timestamp>, GraceError> {
        let text = match self {
            Self::Now => return Ok(None),
            Self::Length(text) => text,
            Self::Custom => typed,
        };
        match Expiry::parse(text, now)? {
            Expiry::At(at) => Ok(Some(at)),
            Expiry::Never => Err(GraceError::Never),
        }
    }

    /// When an old token with the expiry `own` stops.
    ///
    /// # Errors
    /// As [`Self::end`].
    pub fn old_end(
        self,
        typed: &str,
        own: &TokenExpiry,
        now: Timestamp,
    ) -> Result<OldEnd, GraceError> {
        Ok(capped(own, self.end(typed, now)?.unwrap_or(now)))
    }

    /// Whether callers with this token would fail immediately, which needs a
    /// confirmation; not if the token has already expired.
    #[must_use]
    pub fn fails_callers(self, own: &TokenExpiry, now: Timestamp) -> bool {
        self == Self::Now && !own.is_past(now)
    }
}

/// When the old token stops: at `at`, or at its own expiry if that comes first. Whole
/// seconds.
#[must_use]
pub fn capped(own: &TokenExpiry, at: Timestamp) -> OldEnd {
    let at = Timestamp::from_second(at.as_second()).unwrap_or(at);
    match own.at() {
        Some(own) if own < at => OldEnd { at: own, own_expiry: true },
        _ => OldEnd { at, own_expiry: false },
    }
}

/// The labels of [`GRACES`], in order.
#[must_use]
pub fn graces() -> [&'static str; GRACES.len()] {
    GRACES.map(|(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn an_old_token_stops_after_its_grace_period_or_at_its_own_expiry() {
        let now = at("2026-11-23T14:00:00.5Z");
        let own = |text: &str| TokenExpiry::Known(Expiry::parse(text, now).unwrap());
        let end = |grace: &str, own: &TokenExpiry| Grace::of(grace).old_end(grace, own, now);
        let ends = |at, own_expiry| Ok(OldEnd { at, own_expiry });
        let whole = at("2026-11-23T14:00:00Z");
        assert_eq!(end(" Now ", &own("never")), ends(whole, false));
        assert_eq!(end("2d", &own("never")), ends(at("2026-11-25T14:00:00Z"), false));
        assert_eq!(end("2d", &own("1d")), ends(at("2026-11-24T14:00:00Z"), true));
        assert_eq!(end("never", &own("1d")), Err(GraceError::Never));
        assert!(end("soon", &own("1d")).is_err());
        assert!(Grace::Now.fails_callers(&own("never"), now));
        assert!(!Grace::Now.fails_callers(&Expiry::At(now).into(), now), "it has expired");
        assert!(!Grace::Custom.fails_callers(&own("never"), now));
    }
}
