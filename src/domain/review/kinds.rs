//! The table of kinds of findings: title, severity and usual fix of each.

use super::Severity;

/// The usual fix for a kind of finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fix {
    /// Replace the token with narrower rights, which `narrower` can derive.
    Narrow,
    /// Replace the token with rights that an admin has to choose.
    Replace,
    /// Regenerate the token with the same rights and an expiry.
    Regenerate,
    /// Delete the token.
    Delete,
}

/// One kind of finding.
#[derive(Debug, PartialEq, Eq)]
pub struct FindingKind {
    /// See [`super::Finding::code`].
    pub code: &'static str,
    /// The severity of every finding of this kind.
    pub severity: Severity,
    /// A heading for the tokens with this finding.
    pub title: &'static str,
    /// The usual fix.
    pub way: Fix,
}

impl FindingKind {
    /// The kind with this code.
    #[must_use]
    pub fn of(code: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.code == code)
    }

    /// The kind's position in [`KINDS`], worst first; unknown codes come last.
    #[must_use]
    pub fn rank(code: &str) -> usize {
        KINDS.iter().position(|kind| kind.code == code).unwrap_or(KINDS.len())
    }
}

const fn kind(
    severity: Severity,
    code: &'static str,
    title: &'static str,
    way: Fix,
) -> FindingKind {
    FindingKind { code, severity, title, way }
}

use Fix::{Delete, Narrow, Regenerate, Replace};
use Severity::{High, Low, Medium};

/// Every kind, worst first.
pub const KINDS: [FindingKind; 36] = [
    kind(High, "policy/forbid", "has rights that the policy forbids", Narrow),
    kind(High, "policy/allow-all-datasets", "breaks the policy on all datasets", Replace),
    kind(High, "policy/allow-all-views", "breaks the policy on all views", Replace),
    kind(High, "policy/never-expires", "never expires, against the policy", Regenerate),
    kind(High, "mints-api-tokens", "can mint API tokens", Narrow),
    kind(High, "mints-access-control", "can change access control", Narrow),
    kind(High, "mints-users", "can add or change users", Narrow),
    kind(High, "writes-all-datasets", "writes to all datasets", Narrow),
    kind(High, "writes-all-views", "writes to all views", Narrow),
    kind(High, "shares-data", "can share data externally", Narrow),
    kind(High, "changes-billing", "can change billing", Narrow),
    kind(Medium, "policy/max-lifetime", "expires later than the policy allows", Regenerate),
    kind(Medium, "policy/exemption-ended", "exemption from the policy has ended", Replace),
    kind(Medium, "full-org", "every right in the organisation", Replace),
    kind(Medium, "locks-out", "can lock others out", Narrow),
    kind(Medium, "changes-shared-keys", "can change shared access keys", Narrow),
    kind(Medium, "destroys-data", "can destroy stored data", Narrow),
    kind(Medium, "queries-all-datasets", "can query all datasets", Replace),
    kind(Medium, "queries-all-views", "can query all views", Replace),
    kind(Medium, "creator-left", "creator has left", Regenerate),
    kind(Medium, "unreadable-expiry", "has an unreadable expiry", Regenerate),
    kind(Medium, "never-expires", "never expires", Regenerate),
    kind(Medium, "unused-token", "was not used", Delete),
    kind(Low, "policy/name", "has a name against the policy", Replace),
    kind(Low, "policy/description", "has no description, against the policy", Replace),
    kind(Low, "unused-right", "has unused rights", Narrow),
    kind(Low, "long-life", "expires in more than a year", Regenerate),
    kind(Low, "full-dataset", "every right on a dataset", Replace),
    kind(Low, "two-purposes", "serves two purposes", Replace),
    kind(Low, "ends-sharing", "can end sharing", Narrow),
    kind(Low, "deletes-settings", "can delete settings", Narrow),
    kind(Low, "missing-dataset", "names missing datasets", Narrow),
    kind(Low, "missing-view", "names missing views", Narrow),
    kind(Low, "unknown-rights", "has unknown rights", Narrow),
    kind(Low, "same-name", "has a duplicate name", Replace),
    kind(Low, "expired", "has expired", Delete),
];
