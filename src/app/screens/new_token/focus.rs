//! The parts of the form, and Tab's way round them.

use crate::app::round::Round;

/// Where the keys go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Focus {
    Name,
    Description,
    Expiry,
    /// Basic or advanced.
    Kind,
    /// The list of a basic token, or the way to the matrix.
    Rights,
    Review,
    /// The line in which rows are filtered.
    Filter,
}

impl Round for Focus {
    const ALL: &'static [Self] = &[
        Self::Name,
        Self::Description,
        Self::Expiry,
        Self::Kind,
        Self::Rights,
        Self::Review,
        Self::Filter,
    ];
}

impl Focus {
    /// Whether it is a text field.
    #[must_use]
    pub const fn is_text(self) -> bool {
        matches!(self, Self::Name | Self::Description | Self::Expiry | Self::Filter)
    }

    /// The next one of Tab's way; the filter, which has a key of its own, belongs to
    /// the list.
    pub(super) fn next(self, forward: bool) -> Self {
        let from = if self == Self::Filter { Self::Rights } else { self };
        from.step_among(forward, |focus| focus != Self::Filter)
    }
}
