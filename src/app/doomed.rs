//! Tokens of either kind that are to be deleted.

use super::round::Round;
use crate::domain::{ApiToken, PersonalToken};

/// One or more API tokens, or a personal one, to be deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doomed {
    Api(Vec<ApiToken>),
    Personal(PersonalToken),
}

/// Which part of a dialog that deletes has the focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Focus {
    Typed,
    Cancel,
    Regenerate,
    Delete,
}

impl Round for Focus {
    const ALL: &'static [Self] = &[Self::Typed, Self::Cancel, Self::Regenerate, Self::Delete];
}
