//! What is known about the use of a token as a whole.

use jiff::Timestamp;

use super::{Unknowable, Usage, Verdict};
use crate::domain::token::ApiToken;

/// Whether a token is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overall {
    /// It did something in the window.
    Used,
    /// Nothing was seen of it, although its use would be in the log.
    Unused,
    /// It cannot be known.
    Unknown(Unknowable),
}

impl Overall {
    /// The word for a column. [`Unknowable::short`] has the reason for the last one.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Used => "used",
            Self::Unused => "unused",
            Self::Unknown(_) => "unknown",
        }
    }
}

impl Usage {
    /// Whether a token is used.
    #[must_use]
    pub fn overall(&self, token: &ApiToken) -> Overall {
        if self.last(token).is_some() {
            return Overall::Used;
        }
        if self.is_unused(token) {
            return Overall::Unused;
        }
        let unknown = |right: super::RightUse| match right.verdict {
            Verdict::Unknown(why) => Some(why),
            Verdict::Used { .. } | Verdict::NotSeen => None,
        };
        let why = self.of(token).filter_map(unknown).find(|why| !why.is_of_right());
        Overall::Unknown(why.unwrap_or(Unknowable::NotLogged))
    }

    /// The moment since which nothing was seen of a token: its last use, or the start of the
    /// window if it is unused. `None` if it may have done something since that the log does
    /// not show.
    #[must_use]
    pub fn idle_since(&self, token: &ApiToken) -> Option<Timestamp> {
        let Some(last) = self.last(token) else {
            return self.is_unused(token).then_some(self.window.since);
        };
        if !self.is_complete || token.grants.has_unknown() {
            return None;
        }
        let mut since = last.at;
        for right in self.of(token) {
            match right.verdict {
                Verdict::Unknown(why) if !why.is_of_right() && why != Unknowable::Young => {
                    return None;
                }
                _ => {}
            }
            // Others may have been this token.
            let others = [Some(&self.strangers), self.shared.get(&token.name)];
            for trace in others.into_iter().flatten() {
                let count = trace.on(&right.target, right.capability, right.verb);
                since = count.map_or(since, |count| since.max(count.last));
            }
        }
        Some(since)
    }
}
