//! Whether a session may change anything.

/// What a session may do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Access {
    /// Whatever its credential may.
    #[default]
    Full,
    /// Read only, until the admin lifts it.
    ReadOnly,
    /// Read only; the settings say that it cannot be lifted.
    Locked,
}

impl Access {
    #[must_use]
    pub const fn is_read_only(self) -> bool {
        matches!(self, Self::ReadOnly | Self::Locked)
    }
}
