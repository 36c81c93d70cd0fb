//! The state of a dialog that sends a change: the secret's destination and the request
//! that the dialog waits for.

use super::{
    effect::{LayerId, Ticket},
    in_flight::Sender,
    layer::{Cx, Event, Open, Settled, Step},
};
use crate::{
    api::call::Call,
    domain::{destination::Destination, policy::Override},
    ops::change::Intent,
};

/// The destination of the new secret, and the request in progress.
#[derive(Debug, Default)]
pub struct Sending {
    ticket: Option<Ticket>,
    /// Where the new secret goes; `None` is the screen.
    pub destination: Option<Destination>,
    /// Which of the organisation's rules the new token breaks, and why it is sent anyway.
    pub overridden: Option<Override>,
}

impl Sending {
    /// Starts with this destination.
    #[must_use]
    pub const fn to(destination: Option<Destination>) -> Self {
        Self { ticket: None, destination, overridden: None }
    }

    /// The request in progress, if any.
    #[must_use]
    pub const fn ticket(&self) -> Option<Ticket> {
        self.ticket
    }

    /// Whether no request is in progress.
    #[must_use]
    pub const fn is_idle(&self) -> bool {
        self.ticket.is_none()
    }

    /// Opens the choice of the secret's destination. `file` is the path to propose.
    pub fn ask(&self, file: String) -> Step {
        Step::open(Open::Destination { chosen: self.destination.clone(), file })
    }

    /// Sends a change. `draft` is the form that it comes from, if any.
    pub fn send(
        &mut self,
        cx: &mut Cx<'_>,
        draft: Option<LayerId>,
        (intent, call): (Intent, Call),
    ) -> Step {
        let (destination, overridden) = (self.destination.clone(), self.overridden.take());
        let sender = Sender { layer: Some(cx.me), draft, destination, overridden };
        let (ticket, effect) = cx.shared.change(sender, intent, call);
        self.ticket = Some(ticket);
        Step::effect(effect).tell(draft, Event::Sent(ticket))
    }

    /// Handles the outcome of the change, and the choice of a destination.
    pub fn on_event(&mut self, event: Event) -> Step {
        match event {
            Event::Destination(destination) => self.destination = destination,
            Event::Settled(ticket, settled) if self.ticket == Some(ticket) => match settled {
                Settled::Done | Settled::Unresolved => return Step::back(),
                // The dialog stays open and keeps its input.
                Settled::Refused(_) | Settled::NotSent => self.ticket = None,
                Settled::Resent(again) => self.ticket = Some(again),
            },
            _ => {}
        }
        Step::none()
    }

    /// Like [`Self::on_event`], and passes a chosen destination on to the draft's form.
    pub fn on_event_for(&mut self, form: Option<LayerId>, event: Event) -> Step {
        let for_form = form.filter(|_| matches!(event, Event::Destination(_)));
        let step = Step::none().tell(for_form, event.clone());
        self.on_event(event).and(step)
    }
}
