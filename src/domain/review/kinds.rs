//! The table of kinds of findings: what each is called over a whole
//! organisation, how much it matters, and the usual way out.

use super::Severity;

/// What mostly helps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fix {
    /// A replacement with narrower rights, which can be prepared.
    Narrow,
    /// A replacement that somebody has to think about.
    Replace,
    /// The same token anew, with an end.
    Regenerate,
    Delete,
}

/// One kind of finding.
#[derive(Debug, PartialEq, Eq)]
pub struct FindingKind {
    /// See [`super::Finding::code`].
    pub code: &'static str,
    pub severity: Severity,
    /// As in "3 tokens: …".
    pub title: &'static str,
    pub way: Fix,
}

impl FindingKind {
    /// The kind with this code.
    #[must_use]
    pub fn of(code: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.code == code)
    }

    /// Its place in the table: the worst first.
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

use Severity::{High, Low, Medium};
use Fix::{Delete, Narrow, Regenerate, Replace};

/// Every kind, the worst first.
pub const KINDS: [FindingKind; 23] = [
    kind(High, "mints-api-tokens", "can mint API tokens", Narrow),
    kind(High, "mints-access-control", "can change access control", Narrow),
    kind(High, "mints-users", "can add or change users", Narrow),
    kind(High, "writes-all-datasets", "writes to all datasets", Narrow),
    kind(High, "writes-all-views", "writes to all views", Narrow),
    kind(High, "shares-data", "can share data outside", Narrow),
    kind(High, "changes-billing", "can change billing", Narrow),
    kind(Medium, "full-org", "every right in the organisation", Replace),
    kind(Medium, "locks-out", "can lock others out", Narrow),
    kind(Medium, "changes-shared-keys", "can change shared access keys", Narrow),
    kind(Medium, "destroys-data", "can destroy stored data", Narrow),
    kind(Medium, "unreadable-expiry", "has an expiry that cannot be read", Regenerate),
    kind(Medium, "never-expires", "never expires", Regenerate),
    kind(Low, "long-life", "lives for more than a year", Regenerate),
    kind(Low, "full-dataset", "every right on a dataset", Replace),
    kind(Low, "two-purposes", "serves two purposes", Replace),
    kind(Low, "ends-sharing", "can end sharing", Narrow),
    kind(Low, "deletes-settings", "can delete settings", Narrow),
    kind(Low, "missing-dataset", "names datasets that are gone", Narrow),
    kind(Low, "missing-view", "names views that are gone", Narrow),
    kind(Low, "unknown-rights", "has rights unknown here", Narrow),
    kind(Low, "same-name", "shares its name", Replace),
    kind(Low, "expired", "has expired", Delete),
];
