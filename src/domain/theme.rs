//! The themes by name. What they look like is `ui`'s; here they are data, so
//! that settings, core and drawing mean the same.

use super::words::nearest;

/// One of the themes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Theme {
    /// The terminal's own 16 colours on its own background, so it suits a light
    /// and a dark one alike.
    #[default]
    Terminal,
    /// `Dark` or `Light`, after the terminal's background.
    Auto,
    Dark,
    Light,
    HighContrast,
    ColourBlind,
}

impl Theme {
    pub const ALL: [Self; 6] = [
        Self::Terminal,
        Self::Auto,
        Self::Dark,
        Self::Light,
        Self::HighContrast,
        Self::ColourBlind,
    ];

    /// As it is written in the settings and in `assets/themes.toml`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Terminal => "terminal",
            Self::Auto => "auto",
            Self::Dark => "dark",
            Self::Light => "light",
            Self::HighContrast => "high-contrast",
            Self::ColourBlind => "colour-blind",
        }
    }

    /// What it is for.
    #[must_use]
    pub const fn about(self) -> &'static str {
        match self {
            Self::Terminal => "the terminal's own 16 colours",
            Self::Auto => "dark or light, after the terminal's background",
            Self::Dark => "light letters on a dark ground",
            Self::Light => "dark letters on a light ground",
            Self::HighContrast => "white and yellow on black",
            Self::ColourBlind => "blue, yellow and orange in place of green and red",
        }
    }

    /// Reads a name.
    ///
    /// # Errors
    /// With the name that is meant, perhaps, and those that there are.
    pub fn parse(name: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|theme| theme.name() == name);
        found.ok_or_else(|| {
            let known = Self::ALL.map(Self::name);
            match nearest(name, &known) {
                Some(near) => format!("there is no theme {name:?}: did you mean {near:?}?"),
                None => format!("there is no theme {name:?}: there are {}", known.join(", ")),
            }
        })
    }

    /// The theme that is drawn with: `Auto` becomes what suits the background.
    #[must_use]
    pub const fn on(self, background: Background) -> Self {
        match (self, background) {
            (Self::Auto, Background::Dark) => Self::Dark,
            (Self::Auto, Background::Light) => Self::Light,
            (theme, _) => theme,
        }
    }
}

/// What the terminal's letters stand on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Background {
    #[default]
    Dark,
    Light,
}

/// What is drawn with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Themes {
    pub chosen: Theme,
    pub background: Background,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_and_the_nearest_is_said() {
        for theme in Theme::ALL {
            assert_eq!(Theme::parse(theme.name()), Ok(theme));
        }
        let said = Theme::parse("drak").unwrap_err();
        assert_eq!(said, "there is no theme \"drak\": did you mean \"dark\"?");
        let said = Theme::parse("solarized").unwrap_err();
        assert!(said.contains("there are terminal, auto, dark, light"), "{said}");
    }

    #[test]
    fn only_auto_looks_at_the_background() {
        assert_eq!(Theme::Auto.on(Background::Light), Theme::Light);
        assert_eq!(Theme::Auto.on(Background::Dark), Theme::Dark);
        assert_eq!(Theme::Dark.on(Background::Light), Theme::Dark);
    }
}
