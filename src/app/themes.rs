//! The theme in use. What it looks like is `ui`'s.

use super::{
    command::Command,
    model::{Model, NoticeKind},
    overlays::{Overlay, palette::Entry},
};
use crate::domain::{Background, Theme};

/// What is drawn with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Themes {
    pub chosen: Theme,
    pub background: Background,
}

/// The theme that a frame is drawn with, never `Auto`: the one that is looked at
/// while another is chosen, or the one that was.
#[must_use]
pub fn shown(model: &Model) -> Theme {
    let looked_at = match model.overlays.last() {
        Some(Overlay::Themes(state)) => state.under_cursor(),
        Some(Overlay::Palette(state)) => match (&state.ready, state.selected()) {
            (Some(Ok(ready)), _) => ready.theme(),
            (_, Some(Entry::Argument(Command::Theme, name))) => Theme::parse(name).ok(),
            _ => None,
        },
        _ => None,
    };
    looked_at.unwrap_or(model.themes.chosen).on(model.themes.background)
}

/// Takes a theme for this run.
pub fn choose(model: &mut Model, theme: Theme) {
    model.themes.chosen = theme;
    let words = format!("Theme {0}. For good: theme = \"{0}\" in the settings.", theme.name());
    model.notify(NoticeKind::Info, words);
}
