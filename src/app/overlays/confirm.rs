//! A question with a few answers; the safe one has the focus.

use crate::{
    app::{effect::Effect, model::Model, overlays::Overlay},
    input::Action,
};

/// What an answer does, as data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// Go back to where one was.
    Nothing,
    /// Leave the screen on top, and what was typed there.
    LeaveScreen,
    Quit,
}

/// The overlay's state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirm {
    pub title: String,
    pub lines: Vec<String>,
    /// What can be answered; the first is the safe one.
    pub choices: Vec<(String, Then)>,
    pub focus: usize,
}

impl Confirm {
    fn new(title: &str, lines: Vec<String>, choices: &[(&str, Then)]) -> Self {
        let choices = choices.iter().map(|(label, then)| ((*label).to_owned(), *then)).collect();
        Self { title: title.to_owned(), lines, choices, focus: 0 }
    }

    #[must_use]
    pub fn discard_form() -> Self {
        Self::new(
            "Leave the form?",
            vec!["What you typed would be lost.".to_owned()],
            &[("Go on editing", Then::Nothing), ("Leave", Then::LeaveScreen)],
        )
    }

    /// Quitting with a change on its way.
    #[must_use]
    pub fn quit_in_flight(waiting_for: &[String], secret_at_stake: bool) -> Self {
        let mut lines = vec![format!("Still {}.", waiting_for.join(", "))];
        lines.push(if secret_at_stake {
            "If you leave now it may be done all the same, and its secret will be lost.".to_owned()
        } else {
            "If you leave now it may be done all the same.".to_owned()
        });
        Self::new("Quit?", lines, &[("Wait", Then::Nothing), ("Leave", Then::Quit)])
    }

    /// Quitting with a form that was changed.
    #[must_use]
    pub fn quit_form() -> Self {
        Self::new(
            "Quit?",
            vec!["What you typed in the form would be lost.".to_owned()],
            &[("Stay", Then::Nothing), ("Quit", Then::Quit)],
        )
    }
}

/// Carries out an action.
pub fn perform(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some(Overlay::Confirm(state)) = model.overlays.last_mut() else { return Vec::new() };
    let count = state.choices.len();
    match action {
        Action::NextField | Action::NextChoice | Action::Down => {
            state.focus = (state.focus + 1) % count;
        }
        Action::PreviousField | Action::PreviousChoice | Action::Up => {
            state.focus = (state.focus + count - 1) % count;
        }
        Action::Back => drop(model.overlays.pop()),
        Action::Accept | Action::Toggle => {
            let then = state.choices.get(state.focus).map_or(Then::Nothing, |(_, then)| *then);
            model.overlays.pop();
            return carry_out(model, then);
        }
        _ => {}
    }
    Vec::new()
}

fn carry_out(model: &mut Model, then: Then) -> Vec<Effect> {
    match then {
        Then::Nothing => {}
        Then::LeaveScreen => drop(model.screens.pop()),
        Then::Quit => return vec![Effect::Quit],
    }
    Vec::new()
}
