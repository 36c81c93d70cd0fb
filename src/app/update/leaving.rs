//! Going back, closing a form, and quitting. Each asks before anything is lost.

use super::in_layer;
use crate::{
    app::{
        bulk,
        effect::{Effect, LayerId},
        layer::{Event, Nav, Open, Page, Question, Secrecy, Step},
        model::Model,
        time::after,
    },
    input::Action,
};

/// Milliseconds after `q` has closed a child screen in which another `q` does not quit.
const SECOND_Q_MS: i64 = 300;
/// Milliseconds within which a second Ctrl-C forces the program to quit.
const SECOND_INTERRUPT_MS: i64 = 2_000;

pub(super) fn back_or_quit(model: &mut Model) -> Vec<Effect> {
    if model.stack.screens().len() > 1 {
        model.left_child = Some(model.shared.now);
        let (top, screen) = model.stack.top();
        if screen.goes_back_by_steps() {
            return model.tell(top, Event::Action(Action::Back));
        }
        return model.apply(Some(top), Step::back());
    }
    let just_left = model.left_child.is_some_and(|at| model.shared.now < after(at, SECOND_Q_MS));
    if just_left { Vec::new() } else { quit(model) }
}

/// The screen with unsaved input, if there is one.
fn changed_form(model: &Model) -> Option<LayerId> {
    let screens = model.stack.screens().iter().rev();
    screens.filter(|p| p.kind.layer().is_changed()).map(|p| p.id).next()
}

/// Goes to the token list or to another screen. If a form has unsaved input, asks first.
pub(super) fn leave_form(model: &mut Model, to: Option<Page>) -> Step {
    match (changed_form(model), to) {
        (Some(form), _) => Step::open(Open::Confirm(Box::new(Question::discard_form(form)))),
        (None, Some(view)) => Step::show(view),
        (None, None) => {
            model.stack.go_root();
            Step::none()
        }
    }
}

/// Quits, but asks first if something would be lost.
pub fn quit(model: &mut Model) -> Vec<Effect> {
    let shared = &model.shared;
    let ask = |lines: Vec<String>, stay: &str, leave: &str| {
        let choices = vec![(stay, Vec::new()), (leave, vec![Nav::QuitNow])];
        Open::Confirm(Box::new(Question::new("Quit?", lines, choices)))
    };
    let open = if let Some(secret) = shared.secrets.shown().next() {
        Open::Secret(secret.number, Secrecy::ConfirmStored)
    } else if let Some(run) = &shared.rotations.run {
        let lines = vec![
            format!("Still {}.", run.describe()),
            "If you quit now, the rotation stops between two steps. The old token keeps working, \
             and the next rotation continues it."
                .to_owned(),
        ];
        ask(lines, "Wait", "Quit")
    } else if !shared.in_flight.is_empty() {
        let words: Vec<_> = shared.in_flight.iter().map(|f| f.intent.describe()).collect();
        let at_stake = shared.in_flight.iter().any(|f| f.call.yields_secret());
        let lost = if at_stake {
            "If you quit now, the change may still happen, and its secret will be lost."
        } else {
            "If you quit now, the change may still happen."
        };
        ask(vec![format!("Still {}.", words.join(", ")), lost.to_owned()], "Wait", "Quit")
    } else if changed_form(model).is_some() {
        ask(vec!["Unsaved changes in the form will be lost.".to_owned()], "Keep editing", "Quit")
    } else {
        return vec![Effect::Quit];
    };
    model.apply(None, Step::open(open))
}

/// Ctrl-C works like `q`, but everywhere. Twice within two seconds forces the program to
/// quit, except while a secret is on the screen or a bulk run is in progress.
pub(super) fn interrupt(model: &mut Model) -> Vec<Effect> {
    let now = model.shared.now;
    let again = model.interrupted.is_some_and(|at| now < after(at, SECOND_INTERRUPT_MS));
    model.interrupted = Some(now);
    let has_secret = model.shared.secrets.shown().next().is_some();
    // Quitting a bulk run could lose many secrets.
    let is_rotating = model.shared.rotations.run.is_some();
    if again && !has_secret && !is_rotating && !bulk::is_going(&model.shared) {
        return vec![Effect::Quit];
    }
    if model.overlay().is_none() {
        return back_or_quit(model);
    }
    match model.top().interrupt(&model.shared) {
        Some(action) => in_layer(model, action),
        None => quit(model),
    }
}
