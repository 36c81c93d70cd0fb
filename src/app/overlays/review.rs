//! Review: what a new token will be, in words, before anything is sent. This is
//! the confirmation.

use crate::{
    api::call::Call,
    app::{
        effect::{Effect, Ticket},
        model::{Intent, Model},
        overlays::Overlay,
    },
    domain::{
        NewToken,
        review::{Finding, Severity, findings},
    },
    input::Action,
};

/// Which button has the focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Button {
    Back,
    Create,
}

/// The overlay's state.
#[derive(Debug)]
pub struct Review {
    pub token: NewToken,
    pub findings: Vec<Finding>,
    /// A token of this name exists already.
    pub duplicate: bool,
    /// One of this name was asked for, and it is not known what came of it.
    pub in_doubt: bool,
    pub focus: Button,
    /// The request is on its way.
    pub sent: Option<Ticket>,
}

impl Review {
    #[must_use]
    pub fn new(token: NewToken, model: &Model) -> Self {
        let findings = findings(&token.grants, &token.expiry.into(), model.server_now());
        let duplicate = model
            .data
            .tokens
            .value()
            .is_some_and(|tokens| tokens.iter().any(|t| t.name.raw() == token.name));
        // What deserves a second look is not confirmed by a second Enter.
        let serious = findings.iter().any(|f| f.severity > Severity::Low);
        let in_doubt = model.doubts.iter().any(|d| d.name().raw() == token.name);
        let focus = if !serious && !duplicate && !in_doubt { Button::Create } else { Button::Back };
        Self { token, findings, duplicate, in_doubt, focus, sent: None }
    }
}

/// Carries out an action.
pub fn perform(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some(Overlay::Review(state)) = model.overlays.last_mut() else { return Vec::new() };
    match action {
        Action::NextField
        | Action::PreviousField
        | Action::NextChoice
        | Action::PreviousChoice
        | Action::Up
        | Action::Down => {
            state.focus = if state.focus == Button::Back { Button::Create } else { Button::Back };
        }
        Action::Back => drop(model.overlays.pop()),
        Action::Accept | Action::Toggle => match state.focus {
            Button::Back => drop(model.overlays.pop()),
            Button::Create => return create(model),
        },
        _ => {}
    }
    Vec::new()
}

fn create(model: &mut Model) -> Vec<Effect> {
    let Some(Overlay::Review(state)) = model.overlays.last() else { return Vec::new() };
    let token = state.token.clone();
    let intent = Intent::Create { name: token.name.clone() };
    let (ticket, effect) = model.change(intent, Call::CreateToken(Box::new(token)));
    if let Some(Overlay::Review(state)) = model.overlays.last_mut() {
        state.sent = Some(ticket);
    }
    if let Some(form) = model.form_mut() {
        form.is_sent_by(ticket);
    }
    vec![effect]
}
