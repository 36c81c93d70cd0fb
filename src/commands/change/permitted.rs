//! Checks new tokens against the organisation's rules, before anything is sent.

use jiff::Timestamp;

use super::Job;
use crate::{
    cli::args::Overriding,
    commands::{ExitError, exit, words::tell},
    domain::{Policies, SafeText, policy::Override, review::accepted},
    ops::Listed,
};

/// Changes that the organisation's rules allow, or that the user sends although they do not.
#[derive(Debug)]
pub struct Permitted(pub(super) Vec<Job>);

impl Permitted {
    /// Checks new tokens against the organisation's rules. `reason` overrides them.
    ///
    /// # Errors
    /// If a new token would break a rule and there is no reason, or none that is valid.
    pub fn check(
        mut jobs: Vec<Job>,
        policies: &Policies,
        listed: &Listed,
        overriding: &Overriding,
        now: Timestamp,
    ) -> Result<Self, ExitError> {
        let reason = overriding.override_policy.as_deref().map(reason_of).transpose()?;
        let mut broken = Vec::new();
        for job in &mut jobs {
            let objections = job.objections(policies, listed, now);
            broken
                .extend(objections.iter().map(|f| format!("{}: {} ({})", job.name, f.why, f.code)));
            job.overridden = reason.as_ref().and_then(|why| Override::of(&objections, why));
        }
        match &reason {
            _ if broken.is_empty() => Ok(Self(jobs)),
            None => {
                let broken = broken.join("; ");
                let words = format!(
                    "refused by the policy: {broken}. Nothing was sent; --override-policy REASON \
                     sends it anyway, and the history keeps the reason"
                );
                Err(ExitError::new(exit::REFUSED, words))
            }
            Some(_) => {
                for words in &broken {
                    tell([format!("policy overridden: {words}").as_str()]);
                }
                Ok(Self(jobs))
            }
        }
    }

    /// Changes that the rules say nothing about: deletions, and personal tokens.
    #[must_use]
    pub const fn without_rules(jobs: Vec<Job>) -> Self {
        Self(jobs)
    }
}

/// The reason in `--override-policy`.
fn reason_of(text: &str) -> Result<SafeText, ExitError> {
    let reason = match accepted::reason(text) {
        Err(_) if text.trim().is_empty() => Err("enter a reason: the history keeps it".to_owned()),
        reason => reason,
    };
    reason.map_err(|why| ExitError::usage(format!("--override-policy: {why}")))
}
