//! Personal tokens: they belong to a user, act for that user everywhere, and
//! have neither rights of their own nor an end.
//!
//! No published description has them; the members here are what the public
//! SDKs knew (assumed).

use super::{safe_text::SafeText, token::TokenId};

/// A personal token, as the server lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonalToken {
    pub id: TokenId,
    pub name: SafeText,
    pub description: SafeText,
}

/// A personal token that is to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPersonalToken {
    pub name: String,
    pub description: String,
}
