//! When the audit log is queried for what tokens do.

/// The setting `usage`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Asking {
    /// When the user asks for it.
    #[default]
    Ask,
    /// The screens query the log whenever they have read the list of tokens.
    Always,
    /// Never.
    Off,
}

impl Asking {
    /// Every value.
    pub const ALL: [Self; 3] = [Self::Ask, Self::Always, Self::Off];

    /// The value in the settings file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ask => "ask",
            Self::Always => "always",
            Self::Off => "off",
        }
    }

    /// The value with this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|asking| asking.name() == name)
    }
}
