//! The themes by name, shared by settings, core and drawing. `ui` defines their colours.

use super::words::nearest;

/// A colour theme.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Theme {
    /// The terminal's own 16 colours on its own background, so it suits light and dark
    /// terminals.
    #[default]
    Terminal,
    /// `Dark` or `Light`, to match the terminal's background.
    Auto,
    /// For dark backgrounds.
    Dark,
    /// For light backgrounds.
    Light,
    /// White and yellow on black.
    HighContrast,
    /// Without the pair of red and green.
    ColourBlind,
}

impl Theme {
    /// Every theme, in the order that screens list them.
    pub const ALL: [Self; 6] = [
        Self::Terminal,
        Self::Auto,
        Self::Dark,
        Self::Light,
        Self::HighContrast,
        Self::ColourBlind,
    ];

    /// The name in the settings and in `assets/themes.toml`.
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

    /// A description for the list of themes.
    #[must_use]
    pub const fn about(self) -> &'static str {
        match self {
            Self::Terminal => "the terminal's own 16 colours",
            Self::Auto => "dark or light, to match the terminal",
            Self::Dark => "light text on a dark background",
            Self::Light => "dark text on a light background",
            Self::HighContrast => "white and yellow on black",
            Self::ColourBlind => "blue, yellow and orange in place of green and red",
        }
    }

    /// The theme with this name.
    ///
    /// # Errors
    /// When there is none. The message suggests a similar name, or lists all names.
    pub fn parse(name: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|theme| theme.name() == name);
        found.ok_or_else(|| {
            let known = Self::ALL.map(Self::name);
            match nearest(name, &known) {
                Some(near) => format!("unknown theme {name:?}: did you mean {near:?}?"),
                None => format!("unknown theme {name:?}: use one of {}", known.join(", ")),
            }
        })
    }

    /// The theme to draw with: resolves `Auto` by the background.
    #[must_use]
    pub const fn on(self, background: Background) -> Self {
        match (self, background) {
            (Self::Auto, Background::Dark) => Self::Dark,
            (Self::Auto, Background::Light) => Self::Light,
            (theme, _) => theme,
        }
    }
}

/// The terminal's background.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Background {
    /// Dark, or not known.
    #[default]
    Dark,
    /// Light.
    Light,
}

/// The chosen theme and the background that `Auto` depends on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Themes {
    /// The theme in use.
    pub chosen: Theme,
    /// The theme in the settings.
    pub setting: Theme,
    /// The terminal's background.
    pub background: Background,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_parsed_and_typos_get_a_suggestion() {
        for theme in Theme::ALL {
            assert_eq!(Theme::parse(theme.name()), Ok(theme));
        }
        let said = Theme::parse("drak").unwrap_err();
        assert_eq!(said, "unknown theme \"drak\": did you mean \"dark\"?");
        let said = Theme::parse("solarized").unwrap_err();
        assert!(said.contains("use one of terminal, auto, dark, light"), "{said}");
    }

    #[test]
    fn only_auto_depends_on_the_background() {
        assert_eq!(Theme::Auto.on(Background::Light), Theme::Light);
        assert_eq!(Theme::Auto.on(Background::Dark), Theme::Dark);
        assert_eq!(Theme::Dark.on(Background::Light), Theme::Dark);
    }
}
