//! Least-privilege findings: what is risky about a token, why, and how to fix it.
//!
//! `data` checks the rights on datasets and views, `org` those for the organisation, `used` what
//! the audit log says.
//! Rights that this version does not know are a finding of their own.
//!
//! For a whole organisation, `survey` collects all findings, `reach` indexes which tokens
//! can do what with each dataset, view and right, `question` defines the questions,
//! `anywhere` answers one for everything, and `narrower` derives the rights that fix a
//! finding.

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
mod used;

use jiff::Timestamp;
use serde::Serialize;

use super::{
    expiry::{Expiry, TokenExpiry},
    grants::Grants,
    policy::Policies,
    token::{ApiToken, NewToken},
};
use accepted::Accepted;

pub use kinds::{FindingKind, Fix, KINDS};
pub use narrower::narrower;
pub use question::Question;
pub use survey::{Inventory, Item, survey};
pub use used::unchecked;

const YEAR_DAYS: i64 = 366;

/// The code of the finding about unknown rights.
const UNKNOWN: &str = "unknown-rights";

/// How many names a sentence lists; any more are only counted.
const NAMED: usize = 3;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Broader or longer-lived than most tokens need.
    Low,
    /// Can cause lasting damage or query everything, or has no expiry or an unreadable one.
    Medium,
    /// Can gain further rights, write everywhere, share data or change billing.
    High,
}

impl Severity {
    /// The severity whose name begins like this.
    #[must_use]
    pub fn parse(begun: &str) -> Option<Self> {
        let all = [Self::High, Self::Medium, Self::Low];
        all.into_iter().find(|s| !begun.is_empty() && s.label().starts_with(begun))
    }

    /// The lower-case name, on screens and in JSON.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// Something about a token that deserves a second look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The kind of finding, for filters and files. Stable, and never reused for another
    /// kind. A token has each at most once.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// What is wrong, as the predicate of a sentence about the token, without a full stop.
    pub why: String,
    /// How to fix it, in a short imperative.
    pub fix: &'static str,
}

impl Finding {
    fn new(
        severity: Severity,
        code: &'static str,
        why: impl Into<String>,
        fix: &'static str,
    ) -> Self {
        Self { code, severity, why: why.into(), fix }
    }
}

/// All findings about a listed token, worst first; among equally bad ones, those of the policy
/// come first.
#[must_use]
pub fn findings(token: &ApiToken, policies: &Policies, now: Timestamp) -> Vec<Finding> {
    let own = about_grants(&token.grants);
    with_expiry(own, policies.findings(token, now), &token.expiry, now)
}

/// All findings about a new token, in the same order.
#[must_use]
pub fn findings_of_new(new: &NewToken, policies: &Policies, now: Timestamp) -> Vec<Finding> {
    let own = about_grants(&new.grants);
    with_expiry(own, policies.objections(&new.into(), now), &new.expiry.into(), now)
}

/// What decides whether a finding is open.
#[derive(Debug, Default)]
pub struct Standards<'a> {
    /// The organisation's own rules.
    pub policies: &'a Policies,
    /// The accepted findings.
    pub accepted: Accepted<'a>,
}

impl Standards<'_> {
    /// The highest severity among the open findings of a token that still works.
    #[must_use]
    pub fn worst(&self, token: &ApiToken, now: Timestamp) -> Option<Severity> {
        if token.expiry.is_past(now) {
            return None;
        }
        let all = findings(token, self.policies, now);
        let open = all.iter().find(|f| self.accepted.get(&token.id, f.code).is_none());
        open.map(|finding| finding.severity)
    }
}

/// The findings about the rights, in no particular order of severity.
#[must_use]
pub fn about_grants(grants: &Grants) -> Vec<Finding> {
    let mut all = Vec::new();
    org::check(&grants.org, &mut all);
    data::check(grants, &mut all);
    all.extend(grants.has_unknown().then(|| {
        Finding::new(
            Severity::Low,
            UNKNOWN,
            "has rights that this version of axtok does not know",
            "remove them, or check them in the console",
        )
    }));
    all
}

/// Adds the policy's findings and that about the expiry, if any, and sorts all, worst first.
#[must_use]
pub fn with_expiry(
    mut all: Vec<Finding>,
    of_policy: Vec<Finding>,
    expiry: &TokenExpiry,
    now: Timestamp,
) -> Vec<Finding> {
    // The finding about unknown rights stays last.
    let at = all.iter().position(|f| f.code == UNKNOWN).unwrap_or(all.len());
    all.splice(at..at, long_life(expiry, now));
    all.splice(0..0, of_policy);
    // A stable sort keeps the order above within a severity.
    all.sort_by_key(|f| std::cmp::Reverse(f.severity));
    all
}

fn long_life(expiry: &TokenExpiry, now: Timestamp) -> Option<Finding> {
    let fix = "set an expiry such as 90d, and regenerate before then";
    match expiry {
        TokenExpiry::Unread(_) => {
            let why = format!("has an unreadable expiry: {}", expiry.unread_text());
            let look = "check it in the console, or regenerate it with a new expiry";
            Some(Finding::new(Severity::Medium, "unreadable-expiry", why, look))
        }
        TokenExpiry::Known(Expiry::Never) => Some(Finding::new(
            Severity::Medium,
            "never-expires",
            "never expires, so a leaked copy works forever",
            fix,
        )),
        TokenExpiry::Known(known @ Expiry::At(_))
            if !known.is_within_days(now, YEAR_DAYS) && !known.is_past(now) =>
        {
            let why = "expires in more than a year";
            Some(Finding::new(Severity::Low, "long-life", why, fix))
        }
        TokenExpiry::Known(Expiry::At(_)) => None,
    }
}

/// `a, b, c and 4 more`.
pub(in crate::domain) fn listed(names: &[&str]) -> String {
    match names.len().checked_sub(NAMED) {
        Some(more @ 1..) => format!("{} and {more} more", names[..NAMED].join(", ")),
        _ => names.join(", "),
    }
}

#[cfg(test)]
mod tests;
