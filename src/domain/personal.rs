//! Personal tokens: they belong to a user, act for that user in every organisation, and
//! have neither rights of their own nor an expiry.
//!
//! The published API description lacks them; the fields are those of the public SDKs
//! (assumed).

use super::{safe_text::SafeText, token::TokenId};

/// A personal token, as the server lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonalToken {
    /// The token's id.
    pub id: TokenId,
    /// The token's name; not unique.
    pub name: SafeText,
    /// The description; may be empty.
    pub description: SafeText,
}

/// A request to create a personal token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPersonalToken {
    /// The token's name; not empty.
    pub name: String,
    /// The description; may be empty.
    pub description: String,
}
