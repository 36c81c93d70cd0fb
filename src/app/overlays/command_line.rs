//! The command line of the matrix: what it would do is shown as one types.

use crate::{
    app::{
        effect::Effect, field::Field, matrix::command::Preview, model::Model, overlays::Overlay,
        screens::matrix,
    },
    input::Action,
};

/// The overlay's state.
#[derive(Debug, Default)]
pub struct CommandLine {
    pub field: Field,
    /// What Enter would do; nothing was typed yet without.
    pub preview: Option<Result<Preview, String>>,
}

/// Looks at what was typed.
pub fn preview(model: &mut Model) {
    let Some(Overlay::CommandLine(state)) = model.overlays.last() else { return };
    let line = state.field.text().trim().to_owned();
    let preview = model.form().filter(|_| !line.is_empty()).map(|f| f.matrix().command(&line));
    if let Some(Overlay::CommandLine(state)) = model.overlays.last_mut() {
        state.preview = preview;
    }
}

/// Carries out an action.
pub fn perform(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some(Overlay::CommandLine(state)) = model.overlays.last() else { return Vec::new() };
    match action {
        Action::Back => drop(model.overlays.pop()),
        Action::Accept => {
            if let Some(Ok(preview)) = &state.preview {
                let plan = preview.plan.clone();
                model.overlays.pop();
                matrix::offer(model, plan);
            }
        }
        _ => {}
    }
    Vec::new()
}
