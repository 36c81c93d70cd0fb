//! A draft with narrower rights than the token has whose place it is to take.

use super::{NewTokenForm, Origin};
use crate::domain::{ApiToken, Grants};

impl NewTokenForm {
    /// The token's own rights, and over them one change, which can be undone.
    #[must_use]
    pub fn narrowing(token: &ApiToken, grants: &Grants, words: String) -> Self {
        // What this version does not know at all belongs to no row of a plan.
        let mut start = token.clone();
        start.grants.unknown.clone_from(&grants.unknown);
        let mut form = Self::replacing(&start);
        form.origin = Origin::Replace(Box::new(token.clone()));
        let plan = form.advanced.plan_to(grants, words);
        form.advanced.apply(plan);
        form
    }
}
