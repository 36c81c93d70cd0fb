//! All keys that work here and now, from the live keymap.

use crate::{
    app::{effect::Effect, list::List, model::Model, overlays::Overlay},
    input::{Action, Context},
};

/// The overlay's state.
#[derive(Debug)]
pub struct Help {
    /// What the help is about: where it was opened.
    pub context: Context,
    pub list: List,
}

/// Carries out an action.
pub fn perform(model: &mut Model, action: Action) -> Vec<Effect> {
    if let Some(Overlay::Help(state)) = model.overlays.last_mut()
        && !state.list.scroll(action)
        && action == Action::Back
    {
        model.overlays.pop();
    }
    Vec::new()
}
