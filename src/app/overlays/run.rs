//! A run on its way, and what came of it. It is not left while it goes on: that
//! would leave its secrets without anyone who looks.

use crate::{
    app::{
        bulk::{self, Stage},
        effect::Effect,
        list::List,
        model::{Model, NoticeKind},
        overlays::{Overlay, confirm::Confirm, prompt::Prompt},
    },
    input::Action,
};

/// The overlay's state; the run is the model's.
#[derive(Debug, Default)]
pub struct Dialog {
    pub list: List,
}

/// Carries out an action.
pub fn perform(model: &mut Model, action: Action) -> Vec<Effect> {
    let stage = model.run.as_ref().map(|run| run.stage);
    let Some(Overlay::Run(dialog)) = model.overlays.last_mut() else { return Vec::new() };
    if dialog.list.scroll(action) {
        return Vec::new();
    }
    match (action, stage) {
        (Action::Back, Some(Stage::Going)) => {
            model.overlays.push(Overlay::Confirm(Confirm::stop_run()));
        }
        (Action::Back, Some(Stage::Stopping)) => {
            model.notify(NoticeKind::Info, "It stops when this one is answered.");
        }
        (Action::Back, Some(Stage::Over) | None) => {
            model.overlays.pop();
            bulk::close(model);
        }
        (Action::Retry, Some(Stage::Over)) => return bulk::retry(model),
        (Action::SaveReport, Some(Stage::Over)) => {
            model.overlays.push(Overlay::Prompt(Prompt::report()));
        }
        _ => {}
    }
    Vec::new()
}
