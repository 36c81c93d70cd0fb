//! Whether a session is read-only.

/// What a session may do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Access {
    /// Everything that its credential allows.
    #[default]
    Full,
    /// Read-only until the admin turns that off.
    ReadOnly,
    /// Read-only; the settings do not allow turning that off.
    Locked,
}

impl Access {
    /// Whether changes are refused, whether or not the admin can allow them.
    #[must_use]
    pub const fn is_read_only(self) -> bool {
        matches!(self, Self::ReadOnly | Self::Locked)
    }
}
