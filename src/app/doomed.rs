//! A token of either kind that is to be deleted.

use super::round::Round;
use crate::domain::{ApiToken, PersonalToken, SafeText, TokenId};

/// A token that is to be deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doomed {
    Api(ApiToken),
    Personal(PersonalToken),
}

impl Doomed {
    #[must_use]
    pub const fn id(&self) -> &TokenId {
        match self {
            Self::Api(token) => &token.id,
            Self::Personal(token) => &token.id,
        }
    }

    #[must_use]
    pub const fn name(&self) -> &SafeText {
        match self {
            Self::Api(token) => &token.name,
            Self::Personal(token) => &token.name,
        }
    }
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
