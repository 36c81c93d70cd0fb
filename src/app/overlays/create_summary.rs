//! Review: what a new token will be, in words, before anything is sent. This is
//! the confirmation.

use crate::{
    app::{
        effect::{LayerId, Ticket},
        form::{Form, Outcome, Part},
        layer::{Cx, Drafted, Event, Layer, Step, has_form},
        sending::Sending,
        shared::Shared,
    },
    domain::{
        NewToken,
        review::{Finding, Severity, findings},
    },
    input::Action,
    ops::change::Intent,
};

/// A button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Button {
    Back,
    Create,
}

/// The overlay's state.
#[derive(Debug)]
pub struct CreateSummary {
    pub token: NewToken,
    pub findings: Vec<Finding>,
    /// A token of this name exists already.
    pub duplicate: bool,
    /// One of this name was asked for, and it is not known what came of it.
    pub is_unconfirmed: bool,
    pub form: Form<Button>,
    pub sending: Sending,
    /// The layer whose draft it is.
    drafter: Option<LayerId>,
}

impl CreateSummary {
    #[must_use]
    pub fn new(draft: Drafted, drafter: Option<LayerId>, shared: &Shared) -> Self {
        let Drafted { token, destination } = draft;
        let findings = findings(&token.grants, &token.expiry.into(), shared.server_now());
        let duplicate = shared.data.listed_tokens().iter().any(|t| t.name.raw() == token.name);
        // What deserves a second look is not confirmed by a second Enter.
        let serious = findings.iter().any(|f| f.severity > Severity::Low);
        let is_unconfirmed = shared.unconfirmed.iter().any(|d| d.name().raw() == token.name);
        let focus = if !serious && !duplicate && !is_unconfirmed { Button::Create } else { Button::Back };
        let buttons = [Part::back(Button::Back, "Back"), Part::button(Button::Create, "Create")];
        let (form, sending) = (Form::new(buttons).on(focus), Sending::to(destination));
        Self { token, findings, duplicate, is_unconfirmed, form, sending, drafter }
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Step {
        if action == Action::Destination {
            return self.sending.ask();
        }
        match self.form.act(action) {
            Outcome::Back => Step::back(),
            Outcome::Pressed(_) => {
                let change = Intent::create(self.token.clone());
                self.sending.send(cx, self.drafter, change)
            }
            _ => Step::none(),
        }
    }
}

impl Layer for CreateSummary {
    has_form!();

    fn sent(&self) -> Option<Ticket> {
        self.sending.ticket()
    }

    fn handle(&mut self, event: Event, cx: &mut Cx<'_>) -> Step {
        match event {
            Event::Action(action) => self.act(action, cx),
            event => self.sending.told_for(self.drafter, event),
        }
    }
}
