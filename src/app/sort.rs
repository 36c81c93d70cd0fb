//! What the list of tokens is ordered by.

/// A column to order by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// Expired and soonest to expire first.
    #[default]
    Expiry,
    Name,
    Kind,
}

impl Sort {
    pub const ALL: [Self; 3] = [Self::Expiry, Self::Name, Self::Kind];

    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Expiry => "expiry",
            Self::Name => "name",
            Self::Kind => "kind",
        }
    }

    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Expiry => Self::Name,
            Self::Name => Self::Kind,
            Self::Kind => Self::Expiry,
        }
    }
}
