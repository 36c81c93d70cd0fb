//! Choosing a theme. Its colours are in `ui`.

use super::{notice::NoticeKind, shared::Shared};
use crate::domain::Theme;

/// Uses a theme until the program ends.
pub fn choose(shared: &mut Shared, theme: Theme) {
    shared.themes.chosen = theme;
    let words = format!("Theme {0}. To keep it: theme = \"{0}\" in the settings.", theme.name());
    shared.notify(NoticeKind::Info, words);
}
