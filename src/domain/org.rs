//! The organisation, its datasets and views, and the user.

use super::safe_text::SafeText;

/// An organisation that the credential can see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Org {
    /// The id, sent with requests of a personal token.
    pub id: SafeText,
    /// The display name.
    pub name: SafeText,
    /// The user's role in it; absent for API tokens.
    pub role: Option<SafeText>,
    /// How far back its audit log can be queried, in seconds, if the server says so.
    pub audit_window: Option<i64>,
}

/// A dataset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dataset {
    /// The name. Grants refer to a dataset by its name, not its id.
    pub name: SafeText,
    /// The description; may be empty.
    pub description: SafeText,
}

/// A view: a stored query over datasets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// The name that grants refer to.
    pub name: SafeText,
    /// The description; may be empty.
    pub description: SafeText,
    /// The names of the datasets that it queries.
    pub datasets: Vec<SafeText>,
}

/// The user that a personal token belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The user's id.
    pub id: SafeText,
    /// The display name.
    pub name: SafeText,
    /// The e-mail address.
    pub email: SafeText,
    /// The role; real responses can lack it.
    pub role: Option<SafeText>,
}
