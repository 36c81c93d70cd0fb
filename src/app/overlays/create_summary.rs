//! Describes a new token before the request is sent. Creating it needs no further
//! confirmation.

use crate::{
    app::{
        effect::{LayerId, Ticket},
        form::{Form, Outcome, Part, Parts},
        layer::{Cx, Drafted, Event, Hint, Layer, Step, has_form},
        list::List,
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

/// The buttons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Button {
    /// Returns to the draft.
    Back,
    /// Sends the request.
    Create,
}

/// The dialog that confirms a new token.
#[derive(Debug)]
pub struct CreateSummary {
    /// The token to create.
    pub token: NewToken,
    /// The findings of the access review for this token.
    pub findings: Vec<Finding>,
    /// Whether another token already has this name.
    pub duplicate: bool,
    /// Whether a change to a token of this name is unconfirmed.
    pub is_unconfirmed: bool,
    /// The scroll position of the names.
    pub list: List,
    /// The buttons.
    pub form: Form<Button>,
    /// The destination of the secret, and the request once it is sent.
    pub sending: Sending,
    /// The layer that owns the draft.
    drafter: Option<LayerId>,
}

impl CreateSummary {
    /// Reviews a draft. Focuses Create only if there is nothing to warn about.
    #[must_use]
    pub fn new(draft: Drafted, drafter: Option<LayerId>, shared: &Shared) -> Self {
        let Drafted { token, destination } = draft;
        let findings = findings(&token.grants, &token.expiry.into(), shared.server_now());
        let duplicate = shared.data.listed_tokens().iter().any(|t| t.name.raw() == token.name);
        // With a warning on the screen, pressing Enter twice must not create the token.
        let serious = findings.iter().any(|f| f.severity > Severity::Low);
        let is_unconfirmed = shared.unconfirmed.iter().any(|d| d.name().raw() == token.name);
        let focus =
            if !serious && !duplicate && !is_unconfirmed { Button::Create } else { Button::Back };
        let buttons = [Part::back(Button::Back, "Back"), Part::button(Button::Create, "Create")];
        let (form, sending) = (Form::new(buttons).on(focus), Sending::to(destination));
        let list = List::default();
        Self { token, findings, duplicate, is_unconfirmed, list, form, sending, drafter }
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Step {
        if action == Action::Destination {
            return self.sending.ask(cx.shared.proposed_file(&self.token.name, false));
        }
        if self.list.scrolls(action) && self.list.scroll(action) {
            return Step::none();
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

    fn list_mut(&mut self) -> Option<&mut List> {
        Some(&mut self.list)
    }

    fn hints(&self, _shared: &Shared) -> Vec<Hint> {
        let mut hints = Parts::hints(&self.form);
        if self.list.is_cut() {
            hints.push((Action::Down, "scroll"));
        }
        hints
    }

    fn sent(&self) -> Option<Ticket> {
        self.sending.ticket()
    }

    fn offers(&self, action: Action, _shared: &Shared) -> bool {
        action == Action::Destination
            || self.list.scrolls(action)
            || Parts::offers(&self.form, action)
    }

    fn handle(&mut self, event: Event, cx: &mut Cx<'_>) -> Step {
        match event {
            Event::Action(action) => self.act(action, cx),
            event => self.sending.on_event_for(self.drafter, event),
        }
    }
}
