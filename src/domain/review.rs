//! Least-privilege findings: what about a token deserves a second look, why,
//! and what would be narrower.
//!
//! `data` looks at datasets and views, `org` at the organisation. A finding is
//! about what the table knows; that there is more is a finding too.
//!
//! Over a whole organisation: `survey` finds, `reach` turns the matrix round,
//! `question` says what is asked of it, `anywhere` asks it of everything,
//! `narrower` prepares a way out.

pub mod accepted;
pub mod anywhere;
pub mod compare;
mod data;
pub mod export;
mod kinds;
mod narrower;
mod org;
mod question;
pub mod reach;
mod survey;

use jiff::Timestamp;

use super::{
    expiry::{Expiry, TokenExpiry},
    grants::Grants,
};

pub use kinds::{FindingKind, KINDS, Fix};
pub use narrower::narrower;
pub use question::Question;
pub use survey::{Inventory, Item, survey};

const YEAR_DAYS: i64 = 366;

/// The code of rights that cannot be judged.
const UNKNOWN: &str = "unknown-rights";

/// Names that a sentence lists one by one; more are counted.
const NAMED: usize = 3;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    Low,
    Medium,
    High,
}

impl Severity {
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// Something that deserves a second look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Names the kind of finding for filters and files; never reused for
    /// another kind. A token has each at most once.
    pub code: &'static str,
    pub severity: Severity,
    /// One sentence, without a full stop.
    pub why: String,
    /// What would be narrower.
    pub narrower: &'static str,
}

impl Finding {
    fn new(
        severity: Severity,
        code: &'static str,
        why: impl Into<String>,
        narrower: &'static str,
    ) -> Self {
        Self { code, severity, why: why.into(), narrower }
    }
}

/// All findings for these grants and this expiry, the worst first.
#[must_use]
pub fn findings(grants: &Grants, expiry: &TokenExpiry, now: Timestamp) -> Vec<Finding> {
    with_expiry(about_grants(grants), expiry, now)
}

/// The findings that have nothing to do with time.
#[must_use]
pub fn about_grants(grants: &Grants) -> Vec<Finding> {
    let mut all = Vec::new();
    org::check(&grants.org, &mut all);
    data::check(grants, &mut all);
    all.extend(grants.has_unknown().then(|| {
        Finding::new(
            Severity::Low,
            UNKNOWN,
            "it has rights that this version does not know and cannot judge",
            "leave them out, or look them up in the console",
        )
    }));
    all
}

/// The same with what is to be said of the expiry, the worst first.
#[must_use]
pub fn with_expiry(mut all: Vec<Finding>, expiry: &TokenExpiry, now: Timestamp) -> Vec<Finding> {
    // What is not known of the rights comes last.
    let at = all.iter().position(|f| f.code == UNKNOWN).unwrap_or(all.len());
    all.splice(at..at, long_life(expiry, now));
    // Stable: within a severity the order above stays.
    all.sort_by_key(|f| std::cmp::Reverse(f.severity));
    all
}

fn long_life(expiry: &TokenExpiry, now: Timestamp) -> Option<Finding> {
    let narrower = "set an expiry such as 90d and regenerate in time";
    match expiry {
        TokenExpiry::Unread(_) => {
            let why = format!("its expiry cannot be read: {}", expiry.unread_text());
            let look = "look it up in the console, or regenerate it with a known expiry";
            Some(Finding::new(Severity::Medium, "unreadable-expiry", why, look))
        }
        TokenExpiry::Known(Expiry::Never) => Some(Finding::new(
            Severity::Medium,
            "never-expires",
            "it never expires, so a leaked copy works forever",
            narrower,
        )),
        TokenExpiry::Known(known @ Expiry::At(_))
            if !known.is_within_days(now, YEAR_DAYS) && !known.is_past(now) =>
        {
            let why = "it lives for more than a year";
            Some(Finding::new(Severity::Low, "long-life", why, narrower))
        }
        TokenExpiry::Known(Expiry::At(_)) => None,
    }
}

/// `a, b, c and 4 more`.
fn listed(names: &[&str]) -> String {
    match names.len().checked_sub(NAMED) {
        Some(more @ 1..) => format!("{} and {more} more", names[..NAMED].join(", ")),
        _ => names.join(", "),
    }
}

#[cfg(test)]
mod tests;
