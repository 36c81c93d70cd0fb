//! Exemptions from rules, each with a last day.

use std::fmt;

use jiff::{Timestamp, civil, tz::TimeZone};

use super::Rule;
use crate::domain::{SafeText, pattern};

/// Tokens that need not satisfy some rules until a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exemption {
    /// The token's name, or a pattern with `*` and `?`.
    pub token: String,
    /// The rules that do not apply.
    pub rules: Vec<Rule>,
    /// The last day, in UTC.
    pub until: civil::Date,
    /// Why, in the words of the policy.
    pub reason: SafeText,
}

impl Exemption {
    /// Whether the last day is over.
    #[must_use]
    pub fn has_ended(&self, now: Timestamp) -> bool {
        now.to_zoned_datetime(TimeZone::UTC).date() > self.until
    }

    /// The token, the rules, the last day and the reason.
    #[must_use]
    pub fn describe(&self) -> String {
        format!("{} from {} {self}", SafeText::from(self.token.as_str()), self.keys())
    }

    /// Whether a token with this name is exempt from its rules.
    pub(super) fn is_of(&self, name: &str) -> bool {
        pattern::matches(&self.token, name)
    }

    /// The keys of its rules.
    pub(super) fn keys(&self) -> String {
        let keys: Vec<_> = self.rules.iter().map(|rule| rule.key()).collect();
        keys.join(", ")
    }
}

/// The last day and the reason: `until 30 Jun 2027 (on-call)`.
impl fmt::Display for Exemption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "until {} ({})", self.until.strftime("%-d %b %Y"), self.reason)
    }
}
