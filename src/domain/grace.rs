//! How long an old token works on after it was regenerated.

use jiff::Timestamp;

use super::{Expiry, TokenExpiry, expiry::ExpiryError};

/// How long the old token may be left to work: label, and what it stands for.
pub const GRACES: [(&str, Grace); 6] = [
    ("now", Grace::Now),
    ("1h", Grace::Length("1h")),
    ("24h", Grace::Length("24h")),
    ("48h", Grace::Length("48h")),
    ("7d", Grace::Length("7d")),
    ("custom", Grace::Custom),
];
/// The position of 48 hours: long enough for a weekday's roll-out.
pub const DEFAULT_GRACE: usize = 3;
/// The same, as it is typed.
pub const DEFAULT_LENGTH: &str = GRACES[DEFAULT_GRACE].0;

/// A choice of grace period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grace {
    /// Callers fail at once; wants to be confirmed.
    Now,
    Length(&'static str),
    /// A length or a date that is typed.
    Custom,
}

/// When the old token stops, and why then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OldEnd {
    pub at: Timestamp,
    /// Its own expiry comes before the grace period ends.
    pub own_expiry: bool,
}

/// What is wrong with a grace period that was typed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GraceError {
    #[error("the old token must end: write a length such as 3d")]
    Never,
    #[error(transparent)]
    Unreadable(#[from] ExpiryError),
}

impl Grace {
    /// What somebody means who types all of it: `now`, a length or a date.
    #[must_use]
    pub fn of(typed: &str) -> Self {
        if typed.trim().eq_ignore_ascii_case("now") { Self::Now } else { Self::Custom }
    }

    /// When old tokens are to stop; `None` is at once.
    ///
    /// # Errors
    /// With what is wrong with `typed`, if that is what counts.
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

    /// When a token of this expiry stops.
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

    /// Whether callers of a token of this expiry would fail at once, which wants to be
    /// confirmed.
    #[must_use]
    pub fn fails_callers(self, own: &TokenExpiry, now: Timestamp) -> bool {
        self == Self::Now && !own.is_past(now)
    }
}

/// When an old token stops that is to stop then; not later than by itself.
#[must_use]
pub fn capped(own: &TokenExpiry, at: Timestamp) -> OldEnd {
    let at = Timestamp::from_second(at.as_second()).unwrap_or(at);
    match own.at() {
        Some(own) if own < at => OldEnd { at: own, own_expiry: true },
        _ => OldEnd { at, own_expiry: false },
    }
}

/// The names of the grace periods, in their order.
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
    fn an_old_token_stops_after_its_grace_period_or_by_itself() {
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
        assert!(!Grace::Now.fails_callers(&Expiry::At(now).into(), now), "it has ended");
        assert!(!Grace::Custom.fails_callers(&own("never"), now));
    }
}
