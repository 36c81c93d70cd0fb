//! Review: what a new token will be, in words, before anything is sent. This is
//! the confirmation.

use crate::{
    app::{
        effect::{LayerId, Ticket},
        layer::{Cx, Drafted, Event, Hint, Layer, Step},
        round::{Round, direction},
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

/// Which button has the focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Button {
    Back,
    Create,
}

impl Round for Button {
    const ALL: &'static [Self] = &[Self::Back, Self::Create];
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
    pub sending: Sending,
    /// The form whose draft it is.
    form: Option<LayerId>,
}

impl Review {
    #[must_use]
    pub fn new(draft: Drafted, form: Option<LayerId>, shared: &Shared) -> Self {
        let Drafted { token, destination } = draft;
        let findings = findings(&token.grants, &token.expiry.into(), shared.server_now());
        let duplicate = shared.data.listed_tokens().iter().any(|t| t.name.raw() == token.name);
        // What deserves a second look is not confirmed by a second Enter.
        let serious = findings.iter().any(|f| f.severity > Severity::Low);
        let in_doubt = shared.doubts.iter().any(|d| d.name().raw() == token.name);
        let focus = if !serious && !duplicate && !in_doubt { Button::Create } else { Button::Back };
        let sending = Sending::to(destination);
        Self { token, findings, duplicate, in_doubt, focus, sending, form }
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Step {
        match action {
            Action::Destination => return self.sending.ask(),
            Action::Back => return Step::back(),
            Action::Accept | Action::Toggle => match self.focus {
                Button::Back => return Step::back(),
                Button::Create => {
                    let change = Intent::create(self.token.clone());
                    return self.sending.send(cx, self.form, change);
                }
            },
            action => {
                if let Some(forward) = direction(action) {
                    self.focus = self.focus.step(forward);
                }
            }
        }
        Step::none()
    }
}

impl Layer for Review {
    fn hints(&self, _shared: &Shared) -> Vec<Hint> {
        vec![(Action::Accept, "choose"), (Action::Back, "back"), (Action::NextField, "next")]
    }

    fn sent(&self) -> Option<Ticket> {
        self.sending.ticket()
    }

    fn focus_on(&mut self, part: usize) -> bool {
        self.focus = Button::at(part);
        true
    }

    fn handle(&mut self, event: Event, cx: &mut Cx<'_>) -> Step {
        match event {
            Event::Action(action) => self.act(action, cx),
            event => self.sending.told_for(self.form, event),
        }
    }
}
