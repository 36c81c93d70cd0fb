//! Tokens of either kind that are to be deleted.

use crate::domain::{ApiToken, PersonalToken};

/// One or more API tokens, or a personal one, to be deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeleteTarget {
    Api(Vec<ApiToken>),
    Personal(PersonalToken),
}
