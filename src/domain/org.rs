//! The organisation around the tokens: itself, its datasets and views, the user.

use super::safe_text::SafeText;

/// An organisation that the credential can see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Org {
    pub id: SafeText,
    pub name: SafeText,
    /// The user's role in it; absent for API tokens.
    pub role: Option<SafeText>,
}

/// A dataset. Its name, not its id, is what grants refer to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dataset {
    pub name: SafeText,
    pub description: SafeText,
}

/// A view: a stored query over datasets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    pub name: SafeText,
    pub description: SafeText,
    pub datasets: Vec<SafeText>,
}

/// Whom a personal token belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    pub id: SafeText,
    pub name: SafeText,
    pub email: SafeText,
    /// Live answers can lack it.
    pub role: Option<SafeText>,
}
