//! Answers a question for a whole organisation: which tokens can delete, and what.

use jiff::Timestamp;

use super::{Question, reach::Grantee};
use crate::domain::{
    capability::{Scope, Verbs},
    grants::Target,
    rights::Rights,
    safe_text::SafeText,
    token::{self, ApiToken},
};

/// One token's access to one dataset, view or capability of the organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessEntry {
    /// What kind of thing `name` is.
    pub scope: Scope,
    /// The dataset or view; for the organisation, the capability's JSON name.
    pub name: SafeText,
    /// The token and its rights on the thing.
    pub grantee: Grantee,
}

impl AccessEntry {
    /// The thing's name on screens.
    #[must_use]
    pub fn label(&self) -> &str {
        let capability = match self.scope {
            Scope::Org => self.scope.capability(self.name.raw()),
            Scope::Dataset | Scope::View => None,
        };
        capability.map_or(self.name.shown(), |c| c.label)
    }
}

/// Every row of rights that answers the question, grouped by token: valid tokens first,
/// then by name. A row `*` is one entry, however many datasets it covers.
#[must_use]
pub fn anywhere(tokens: &[ApiToken], question: Question, now: Timestamp) -> Vec<AccessEntry> {
    let mut order: Vec<usize> = (0..tokens.len()).collect();
    token::sort(&mut order, tokens, &|at| u64::from(tokens[at].expiry.is_past(now)));
    let mut answers = Vec::new();
    for at in order {
        let token = &tokens[at];
        let mut add = |scope: Scope, name: SafeText, own: Rights| {
            if question.is_answered_by(scope, &own) {
                let grantee = Grantee {
                    token: at,
                    own,
                    everywhere: Rights::default(),
                    whole: Verbs::NONE,
                    mints: Question::Mint.is_answered_by(Scope::Org, &token.grants.org),
                    expired: token.expiry.is_past(now),
                };
                answers.push(AccessEntry { scope, name, grantee });
            }
        };
        for (target, rights) in token.grants.rows() {
            match target {
                Target::Dataset(name) => add(Scope::Dataset, name, rights.clone()),
                Target::View(name) => add(Scope::View, name, rights.clone()),
                Target::Org => {
                    for capability in Scope::Org.capabilities() {
                        let mut own = Rights::default();
                        // Cannot fail: the rights come from the table.
                        let _ = own.set(capability, rights.verbs(capability));
                        add(Scope::Org, capability.wire.into(), own);
                    }
                }
            }
        }
    }
    answers
}
