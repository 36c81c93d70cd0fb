//! The command line: in the matrix it changes rights, elsewhere it speaks to
//! the program. What Enter would do is shown as one types.

use crate::{
    app::{
        command::Command,
        effect::Effect,
        field::Field,
        matrix::command::Preview,
        model::Model,
        overlays::Overlay,
        screens::{Screen, matrix},
    },
    input::Action,
};

/// What Enter would do.
#[derive(Clone, Debug)]
pub enum Doing {
    Rights(Preview),
    Program(Command),
}

/// The overlay's state.
#[derive(Debug, Default)]
pub struct CommandLine {
    pub field: Field,
    /// What Enter would do; nothing was typed yet without.
    pub preview: Option<Result<Doing, String>>,
}

/// Whether the line is about the rights of a draft.
#[must_use]
pub fn is_of_matrix(model: &Model) -> bool {
    matches!(model.screen(), Some(Screen::NewToken(form)) if form.in_matrix)
}

/// Looks at what was typed.
pub fn preview(model: &mut Model) {
    let Some(Overlay::CommandLine(state)) = model.overlays.last() else { return };
    let line = state.field.text().trim().to_owned();
    let preview = match model.form().filter(|_| is_of_matrix(model)) {
        _ if line.is_empty() => None,
        Some(form) => Some(form.matrix().command(&line).map(Doing::Rights)),
        None => Some(Command::parse(&line).map(Doing::Program)),
    };
    if let Some(Overlay::CommandLine(state)) = model.overlays.last_mut() {
        state.preview = preview;
    }
}

/// Carries out an action.
pub fn perform(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some(Overlay::CommandLine(state)) = model.overlays.last() else { return Vec::new() };
    match (action, &state.preview) {
        (Action::Back, _) => drop(model.overlays.pop()),
        (Action::Accept, Some(Ok(Doing::Rights(preview)))) => {
            let plan = preview.plan.clone();
            model.overlays.pop();
            matrix::offer(model, plan);
        }
        (Action::Accept, Some(Ok(Doing::Program(command)))) => {
            let command = *command;
            model.overlays.pop();
            return command.run(model);
        }
        _ => {}
    }
    Vec::new()
}
