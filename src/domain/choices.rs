//! What the user chose on the screens, for the next session to start with.

use jiff::Timestamp;

use super::{Theme, sort::Sort};

/// The choices of earlier sessions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    /// The theme, and the theme that the settings had when it was chosen.
    pub theme: Option<(Theme, Theme)>,
    /// The column that the token list is sorted by.
    pub sort: Sort,
    /// Whether the sort order is reversed.
    pub reverse: bool,
    /// The folder of the last file with a secret, as the user typed it.
    pub folder: Option<String>,
    /// The time of the latest unconfirmed change in another organisation that the user was
    /// told about.
    pub told: Option<Timestamp>,
}

/// One choice to save.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// A theme.
    Theme {
        /// The theme.
        theme: Theme,
        /// The theme in the settings.
        setting: Theme,
    },
    /// The order of the token list, and whether it is reversed.
    Order(Sort, bool),
    /// A folder for files with secrets.
    Folder(String),
    /// The user was told about unconfirmed changes elsewhere up to this time.
    Told(Timestamp),
}

impl Choices {
    /// Adds a choice, in place of the one before.
    pub fn set(&mut self, choice: Choice) {
        match choice {
            Choice::Theme { theme, setting } => self.theme = Some((theme, setting)),
            Choice::Order(sort, reverse) => (self.sort, self.reverse) = (sort, reverse),
            Choice::Folder(folder) => self.folder = Some(folder),
            Choice::Told(at) => self.told = self.told.max(Some(at)),
        }
    }

    /// The theme to start with: the chosen one, until the theme in the settings is changed.
    #[must_use]
    pub fn theme_over(&self, setting: Theme) -> Theme {
        self.theme.filter(|(_, over)| *over == setting).map_or(setting, |(theme, _)| theme)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chosen_theme_is_kept_until_the_setting_changes() {
        let mut choices = Choices::default();
        assert_eq!(choices.theme_over(Theme::Light), Theme::Light);
        choices.set(Choice::Theme { theme: Theme::Dark, setting: Theme::Light });
        assert_eq!(choices.theme_over(Theme::Light), Theme::Dark);
        assert_eq!(choices.theme_over(Theme::ColourBlind), Theme::ColourBlind);
    }
}
