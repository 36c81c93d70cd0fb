//! A question with a few answers; the safe one has the focus.

use crate::{
    api::call::Call,
    app::{
        bulk,
        effect::{Destination, Effect, Ticket},
        matrix::Plan,
        model::{Intent, Model},
        overlays::{Overlay, orgs},
        screens::{Screen, matrix},
    },
    domain::{Capability, SafeText, Target, Verbs},
    input::Action,
};

/// What an answer does, as data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Then {
    /// Go back to where one was.
    Nothing,
    /// Leave the screen on top, and what was typed there.
    LeaveScreen,
    /// Close the dialog under this one, and what was typed there.
    CloseDialog,
    Quit,
    /// Send no further request of the run.
    StopRun,
    /// Make this change of the matrix.
    Change(Box<Plan>),
    /// Send this change though the journal cannot be written.
    SendUnrecorded(Box<Unsent>),
    /// Leave this organisation for another one.
    GoToOrg(SafeText),
    /// Leave this deployment for another one.
    GoToDeployment(String),
}

/// A change that was not sent, for want of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsent {
    /// What the dialog that asked for it knows it by.
    pub ticket: Ticket,
    pub intent: Intent,
    pub call: Call,
    /// Where its secret is to go.
    pub destination: Option<Destination>,
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
        let choices =
            choices.iter().map(|(label, then)| ((*label).to_owned(), then.clone())).collect();
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

    #[must_use]
    pub fn discard_dialog() -> Self {
        Self::new(
            "Close it?",
            vec!["What you typed would be lost.".to_owned()],
            &[("Go on editing", Then::Nothing), ("Close", Then::CloseDialog)],
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

    /// Esc while a run goes on.
    #[must_use]
    pub fn stop_run() -> Self {
        let lines = vec![
            "The token in hand is still finished; no other is begun.".to_owned(),
            "What is done stays done. The summary says how far it came, and can go on from there."
                .to_owned(),
        ];
        let choices = [("Go on", Then::Nothing), ("Stop after this one", Then::StopRun)];
        Self::new("Stop?", lines, &choices)
    }

    /// A change of many rows, or one that lets something be deleted; with the key
    /// that undoes it.
    #[must_use]
    pub fn change_rights(plan: Plan, undo: &str) -> Self {
        let mut lines = vec![format!("This changes {}: {}.", rows(plan.rows.len()), plan.words)];
        if plan.grants_delete() {
            lines.push("It grants to delete: what is deleted cannot be restored.".to_owned());
        }
        lines.push(format!("{undo} undoes it."));
        let change = Then::Change(Box::new(plan));
        Self::new("Change the rights?", lines, &[("Leave it", Then::Nothing), ("Change", change)])
    }

    /// What was revoked is still granted by the row for all.
    #[must_use]
    pub fn still_granted(
        still: &[(Target, &'static Capability, Verbs)],
        words: &str,
        expand: Plan,
    ) -> Self {
        let mut rights: Vec<String> = Vec::new();
        for (_, capability, verbs) in still {
            for verb in verbs.iter() {
                let right = capability.right(verb);
                if !rights.contains(&right) {
                    rights.push(right);
                }
            }
        }
        let lines = vec![
            format!("{words}, but * still grants {}.", rights.join(", ")),
            format!(
                "* can be written out: each of today's other rows gets it for itself ({}). \
                 Later ones would not be covered.",
                rows(expand.rows.len())
            ),
        ];
        let change = Then::Change(Box::new(expand));
        let choices = [("Leave it so", Then::Nothing), ("Write * out", change)];
        Self::new("Still granted by *", lines, &choices)
    }

    /// The journal cannot be written: should the change be sent all the same?
    #[must_use]
    pub fn unrecorded(why: &str, unsent: Unsent) -> Self {
        let lines = vec![
            "Nothing was sent: the journal cannot be written.".to_owned(),
            why.to_owned(),
            "Without it, a token whose answer gets lost is not looked for at the next start."
                .to_owned(),
        ];
        let send = Then::SendUnrecorded(Box::new(unsent));
        let choices = [("Cancel", Then::Nothing), ("Send it all the same", send)];
        Self::new("No journal", lines, &choices)
    }

    /// Going elsewhere with a form that was changed.
    #[must_use]
    pub fn leave_draft(to: &str, then: Then) -> Self {
        Self::new(
            &format!("Go to {to}?"),
            vec!["What you typed in the form would be lost: it is about this place.".to_owned()],
            &[("Stay", Then::Nothing), ("Go", then)],
        )
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
        Action::Back => {
            if let Some(Overlay::Confirm(state)) = model.overlays.pop() {
                keep_unsent(model, &state);
            }
        }
        Action::Accept | Action::Toggle => {
            let then = state.choices.get(state.focus).map_or(Then::Nothing, |(_, t)| t.clone());
            let Some(Overlay::Confirm(state)) = model.overlays.pop() else { return Vec::new() };
            if then == Then::Nothing {
                keep_unsent(model, &state);
            }
            return carry_out(model, then);
        }
        _ => {}
    }
    Vec::new()
}

/// A change is not sent after all: the dialog that asked for it goes on.
fn keep_unsent(model: &mut Model, state: &Confirm) {
    let unsent = state.choices.iter().find_map(|(_, then)| match then {
        Then::SendUnrecorded(unsent) => Some(unsent),
        _ => None,
    });
    let Some(unsent) = unsent else { return };
    let sender = model.overlays.iter_mut().find(|o| o.sent() == Some(unsent.ticket));
    if let Some(sender) = sender {
        sender.answered();
        model.destination.clone_from(&unsent.destination);
    }
}

/// Sends it without the journal. Only the dialog that asked for it waits for the
/// answer: another one may be open by now.
fn send_unrecorded(model: &mut Model, unsent: Unsent) -> Vec<Effect> {
    let chosen = std::mem::replace(&mut model.destination, unsent.destination);
    let (ticket, effect) = model.change_recorded(unsent.intent, unsent.call, true);
    model.form_sent(unsent.ticket, ticket);
    match model.overlays.iter_mut().find(|o| o.sent() == Some(unsent.ticket)) {
        Some(sender) => sender.sending(ticket),
        None => model.destination = chosen,
    }
    vec![effect]
}

fn carry_out(model: &mut Model, then: Then) -> Vec<Effect> {
    match then {
        Then::Nothing => {}
        // The form, and a screen that was opened from it.
        Then::LeaveScreen => {
            let form = model.screens.iter().position(|s| matches!(s, Screen::NewToken(_)));
            model.screens.truncate(form.unwrap_or(1).max(1));
        }
        Then::CloseDialog => drop(model.overlays.pop()),
        Then::Quit => return vec![Effect::Quit],
        Then::StopRun => return bulk::stop(model),
        Then::Change(plan) => matrix::make(model, *plan),
        Then::SendUnrecorded(unsent) => return send_unrecorded(model, *unsent),
        then @ (Then::GoToOrg(_) | Then::GoToDeployment(_)) => return orgs::go(model, then),
    }
    Vec::new()
}

fn rows(count: usize) -> String {
    if count == 1 { "1 row".to_owned() } else { format!("{count} rows") }
}
