//! The tokens to delete.

use crate::domain::{ApiToken, PersonalToken};

/// The tokens that a delete dialog asks about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeleteTarget {
    /// One or more API tokens.
    Api(Vec<ApiToken>),
    /// One personal token.
    Personal(PersonalToken),
}
