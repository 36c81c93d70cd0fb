//! A question that is asked of everything at once: who can delete, and where.

use jiff::Timestamp;

use super::{Question, reach::Grantee};
use crate::domain::{
    capability::{Scope, Verbs},
    grants::Target,
    rights::Rights,
    safe_text::SafeText,
    token::{self, ApiToken},
};

/// A token that can do something with a thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessEntry {
    pub scope: Scope,
    /// The dataset or view; for the organisation the capability's wire name.
    pub name: SafeText,
    pub grantee: Grantee,
}

impl AccessEntry {
    /// What the thing is called on screens.
    #[must_use]
    pub fn label(&self) -> &str {
        let capability = match self.scope {
            Scope::Org => self.scope.capability(self.name.raw()),
            Scope::Dataset | Scope::View => None,
        };
        capability.map_or(self.name.shown(), |c| c.label)
    }
}

/// Each row of rights that answers a question; those of one token together, the
/// living ones first, by name. A row `*` is one answer, whatever it reaches.
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
                        // It is in the table, so nothing is refused.
                        let _ = own.set(capability, rights.verbs(capability));
                        add(Scope::Org, capability.wire.into(), own);
                    }
                }
            }
        }
    }
    answers
}
