//! The policies in force, and what they say about a token.

use std::fmt;

use jiff::Timestamp;

use super::{EXEMPTION_ENDED, Found, Policy, Rule, Subject, UNCHECKED};
use crate::domain::{
    ApiToken, Grants, SafeText,
    review::{Finding, FindingKind, Severity},
};

/// Why a new token is sent although it breaks rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// The codes of what stood against it.
    pub codes: Vec<String>,
    /// The reason, in the words of whoever sent it.
    pub reason: SafeText,
}

impl Override {
    /// Overrides these objections, if there are any.
    #[must_use]
    pub fn of(objections: &[Finding], reason: &SafeText) -> Option<Self> {
        let codes: Vec<_> = objections.iter().map(|f| f.code.to_owned()).collect();
        (!codes.is_empty()).then(|| Self { codes, reason: reason.clone() })
    }
}

/// The codes and the reason: `policy/name, policy/forbid: agreed with security`.
impl fmt::Display for Override {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", SafeText::from(self.codes.join(", ")), self.reason)
    }
}

static NONE: Policies = Policies { all: Vec::new(), unusable: None };

/// No policies.
impl Default for &Policies {
    fn default() -> Self {
        &NONE
    }
}

/// The policies in force, each with the file that it is from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policies {
    /// Each file's path, and its rules.
    pub all: Vec<(SafeText, Policy)>,
    /// Why a policy cannot be used, although there is one.
    pub unusable: Option<String>,
}

impl Policies {
    /// The rules of the demo organisation.
    #[must_use]
    pub fn of_demo() -> Self {
        // A test parses it.
        let policy = Policy::parse(include_str!("../../../assets/demo-policy.toml"));
        let all = policy.ok().map(|policy| ("the demo's policy".into(), policy));
        Self { all: all.into_iter().collect(), unusable: None }
    }

    /// Whether there is no rule at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.unusable.is_none() && self.all.iter().all(|(_, policy)| policy.is_empty())
    }

    /// The policies, if all of them can be used.
    ///
    /// # Errors
    /// Why one of them cannot be used.
    pub fn usable(&self) -> Result<&Self, String> {
        match &self.unusable {
            Some(why) => Err(format!("the policy cannot be used: {why}")),
            None => Ok(self),
        }
    }

    /// The codes of the rules that no policy has.
    #[must_use]
    pub fn unset(&self) -> Vec<&'static str> {
        let is_set = |rule| self.all.iter().any(|(_, p)| p.rules().any(|(set, _)| set == rule));
        let unset = Rule::ALL.into_iter().filter(|rule| !is_set(*rule)).map(Rule::code);
        let no_exemption = self.all.iter().all(|(_, policy)| policy.exempt.is_empty());
        unset.chain(no_exemption.then_some(EXEMPTION_ENDED)).collect()
    }

    /// The rules that this token breaks, in the order of [`Rule::ALL`].
    #[must_use]
    pub fn breaks(&self, token: &Subject<'_>, now: Timestamp) -> Vec<Finding> {
        let mut found = Found::new();
        self.all.iter().for_each(|(_, policy)| policy.check(token, now, &mut found));
        found.into_iter().map(|(rule, why)| finding(rule.code(), why, rule.fix())).collect()
    }

    /// What stands against sending this new token: the rules that it breaks, or that a policy
    /// cannot be used.
    #[must_use]
    pub fn objections(&self, new: &Subject<'_>, now: Timestamp) -> Vec<Finding> {
        let unchecked = self.unusable.as_ref().map(|why| unchecked(why));
        unchecked.into_iter().chain(self.breaks(new, now)).collect()
    }

    /// The findings about a listed token: the rules that it breaks, and exemptions that have
    /// ended. None about a token that has expired, since its rights have no effect.
    #[must_use]
    pub fn findings(&self, token: &ApiToken, now: Timestamp) -> Vec<Finding> {
        if self.all.is_empty() || token.expiry.is_past(now) {
            return Vec::new();
        }
        let mut all = self.breaks(&token.into(), now);
        let name = token.name.raw();
        let ended = self.all.iter().flat_map(|(_, policy)| policy.ended(name, now));
        let ended: Vec<_> = ended.map(|e| format!("{} {e}", e.keys())).collect();
        if !ended.is_empty() {
            let why = format!("was exempt from {}", ended.join("; "));
            all.push(finding(EXEMPTION_ENDED, why, "remove the exemption, or give it a later day"));
        }
        all
    }

    /// Whether this listed token still works and breaks a rule.
    #[must_use]
    pub fn is_broken_by(&self, token: &ApiToken, now: Timestamp) -> bool {
        !self.all.is_empty()
            && !token.expiry.is_past(now)
            && !self.breaks(&token.into(), now).is_empty()
    }

    /// These rights without those that a policy forbids.
    #[must_use]
    pub fn narrowed(&self, grants: &Grants) -> Grants {
        let mut narrowed = grants.clone();
        for (_, policy) in &self.all {
            policy.forbid.iter().for_each(|rule| rule.remove(&mut narrowed));
        }
        narrowed
    }
}

/// What is said about a new token if a policy cannot be used, for this reason.
#[must_use]
pub fn unchecked(why: &str) -> Finding {
    Finding {
        code: UNCHECKED,
        severity: Severity::High,
        why: format!("cannot be checked against the policy: {why}"),
        fix: "mend the policy first",
    }
}

fn finding(code: &'static str, why: String, fix: &'static str) -> Finding {
    let kind = FindingKind::of(code);
    let severity = kind.map_or(Severity::High, |kind| kind.severity);
    Finding { code, severity, why, fix }
}
