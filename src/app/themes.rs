//! Choosing a theme. What it looks like is `ui`'s.

use super::{notice::NoticeKind, shared::Shared};
use crate::domain::Theme;

/// Takes a theme for this run.
pub fn choose(shared: &mut Shared, theme: Theme) {
    shared.themes.chosen = theme;
    let words = format!("Theme {0}. For good: theme = \"{0}\" in the settings.", theme.name());
    shared.notify(NoticeKind::Info, words);
}
