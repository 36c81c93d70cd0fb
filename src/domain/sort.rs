//! The sort order of the token list.

use serde::{Deserialize, Serialize};

/// A column to sort by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sort {
    /// By expiry: expired tokens first, then the soonest to expire.
    #[default]
    Expiry,
    /// By name.
    Name,
    /// By type: basic or advanced.
    #[serde(rename = "type")]
    Kind,
    /// By last use: unused tokens first, then those that were not seen for longest.
    Seen,
}

impl Sort {
    /// All columns, in the order of the sort key.
    pub const ALL: [Self; 4] = [Self::Expiry, Self::Name, Self::Kind, Self::Seen];

    /// The column's name, as typed in the palette.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Expiry => "expiry",
            Self::Name => "name",
            Self::Kind => "type",
            Self::Seen => "seen",
        }
    }

    /// The next column; after the last comes the first.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Expiry => Self::Name,
            Self::Name => Self::Kind,
            Self::Kind => Self::Seen,
            Self::Seen => Self::Expiry,
        }
    }
}
