//! The parts of the form, and Tab's way round them.

/// Where the keys go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Focus {
    Name,
    Description,
    Expiry,
    /// Basic or advanced.
    Kind,
    /// The line in which rows are filtered.
    Filter,
    /// The list of a basic token, or the way to the matrix.
    Rights,
    Review,
}

impl Focus {
    /// Tab's way round; the filter is reached by its own key.
    pub(super) const ROUND: [Self; 6] =
        [Self::Name, Self::Description, Self::Expiry, Self::Kind, Self::Rights, Self::Review];

    /// Whether it is a text field.
    #[must_use]
    pub const fn is_text(self) -> bool {
        matches!(self, Self::Name | Self::Description | Self::Expiry | Self::Filter)
    }

    pub(super) fn step(self, by: usize) -> Self {
        let from = if self == Self::Filter { Self::Rights } else { self };
        let at = Self::ROUND.iter().position(|f| *f == from).unwrap_or(0);
        Self::ROUND[(at + by) % Self::ROUND.len()]
    }
}
