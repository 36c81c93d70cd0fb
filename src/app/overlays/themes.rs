//! The themes to choose from: the one under the cursor is drawn with at once,
//! Enter keeps it, Esc leaves the former one.

use crate::{
    app::{effect::Effect, list::List, model::Model, overlays::Overlay, themes},
    domain::Theme,
    input::Action,
};

/// The overlay's state.
#[derive(Debug, Default)]
pub struct Themes {
    pub list: List,
}

impl Themes {
    #[must_use]
    pub fn under_cursor(&self) -> Option<Theme> {
        Theme::ALL.get(self.list.cursor).copied()
    }
}

/// Opens the list, on the theme in use.
pub fn open(model: &mut Model) -> Vec<Effect> {
    let mut state = Themes::default();
    let here = Theme::ALL.iter().position(|t| *t == model.themes.chosen);
    state.list.cursor = here.unwrap_or_default();
    model.overlays.push(Overlay::Themes(state));
    Vec::new()
}

/// Carries out an action.
pub fn perform(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some(Overlay::Themes(state)) = model.overlays.last_mut() else { return Vec::new() };
    let action = match action {
        Action::NextField | Action::NextChoice => Action::Down,
        Action::PreviousField | Action::PreviousChoice => Action::Up,
        other => other,
    };
    if state.list.step(action, Theme::ALL.len()) {
        return Vec::new();
    }
    let theme = state.under_cursor();
    match action {
        Action::Back => drop(model.overlays.pop()),
        Action::Accept | Action::Toggle => {
            model.overlays.pop();
            themes::choose(model, theme.unwrap_or_default());
        }
        _ => {}
    }
    Vec::new()
}
