//! A review for other programs: code scanning, CI systems and monitoring.
//!
//! Text is in its shown form, as in the tables.

use jiff::Timestamp;

use crate::domain::{
    policy::is_policy,
    review::{
        FindingKind, Item, KINDS, Severity,
        accepted::{Acceptance, Accepted},
    },
    token::ApiToken,
};

use super::{junit, openmetrics, sarif};

/// Findings of an organisation, with the tokens that were reviewed.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// The organisation's id, as shown.
    pub org: &'a str,
    /// The console's page of the API tokens, if it is known.
    pub console: Option<&'a str>,
    /// All tokens of the organisation.
    pub tokens: &'a [ApiToken],
    /// The positions of the tokens that were reviewed.
    pub reviewed: &'a [usize],
    /// The findings of these tokens.
    pub items: &'a [Item],
    /// The accepted findings of the organisation.
    pub accepted: &'a Accepted<'a>,
    /// The codes of findings that could not be checked.
    pub not_checked: &'a [&'static str],
    /// The codes of findings that were not to be checked.
    pub not_asked: &'a [&'static str],
    /// The lowest severity of a failure; `None` if only what is about the policy fails.
    pub least: Option<Severity>,
    /// Whether accepted findings are failures too.
    pub ignores_accepted: bool,
    /// When the tokens were listed, by the server's clock.
    pub now: Timestamp,
}

impl<'a> Report<'a> {
    /// Whether a finding is a failure in a test report, and for the exit status.
    #[must_use]
    pub fn fails(&self, item: &Item) -> bool {
        let counts = match self.least {
            Some(least) => item.finding.severity >= least,
            None => is_policy(item.finding.code),
        };
        counts && (self.ignores_accepted || self.acceptance(item).is_none())
    }

    /// SARIF 2.1.0, for code scanning.
    #[must_use]
    pub fn sarif(&self) -> String {
        sarif::write(self)
    }

    /// A test report in `JUnit`'s XML format, for CI systems.
    #[must_use]
    pub fn junit(&self) -> String {
        junit::write(self)
    }

    /// Metrics that are both `OpenMetrics` 1.0 and Prometheus's text format.
    #[must_use]
    pub fn openmetrics(&self) -> String {
        openmetrics::write(self)
    }

    /// The reviewed tokens.
    pub(super) fn reviewed(&self) -> impl Iterator<Item = (usize, &'a ApiToken)> {
        self.reviewed.iter().filter_map(|at| Some((*at, self.tokens.get(*at)?)))
    }

    pub(super) fn acceptance(&self, item: &Item) -> Option<&'a Acceptance> {
        self.accepted.of_item(item, self.tokens)
    }

    /// Every kind of finding that is known or was found: its code, its severity, and the kind if
    /// it is known.
    pub(super) fn kinds(&self) -> Vec<(&'static str, Severity, Option<&'static FindingKind>)> {
        let known = KINDS.iter().map(|kind| (kind.code, kind.severity, Some(kind)));
        let mut all: Vec<_> = known.collect();
        for Item { finding, .. } in self.items {
            if all.iter().all(|(code, ..)| *code != finding.code) {
                all.push((finding.code, finding.severity, None));
            }
        }
        all
    }
}

/// A token's name, or its id if it has none.
pub(super) fn label(token: &ApiToken) -> String {
    if token.name.is_empty() { token.id.to_string() } else { token.name.to_string() }
}

#[cfg(test)]
mod tests;
