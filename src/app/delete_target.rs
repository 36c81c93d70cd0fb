//! The tokens that a delete dialog is about.

use crate::domain::{ApiToken, PersonalToken};

/// One or more API tokens, or one personal token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeleteTarget {
    Api(Vec<ApiToken>),
    Personal(PersonalToken),
}
