//! A draft that replaces a token with narrower rights.

use super::{NewTokenForm, Origin};
use crate::domain::{ApiToken, Grants, Kind};

impl NewTokenForm {
    /// A draft that starts from the token's rights and narrows them to `grants` in one
    /// change, which can be undone. `words` names the change.
    #[must_use]
    pub fn narrowing(token: &ApiToken, grants: &Grants, words: String) -> Self {
        // A plan has no rows for scopes unknown to this version, so set them directly.
        let mut start = token.clone();
        start.grants.unknown.clone_from(&grants.unknown);
        let mut form = Self::replacing_as(Kind::Advanced, &start);
        form.origin = Origin::Replace(Box::new(token.clone()));
        let plan = form.advanced.plan_to(grants, words);
        form.advanced.apply(plan);
        form
    }
}
