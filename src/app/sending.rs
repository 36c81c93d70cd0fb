//! A change that a dialog sends: where its secret is to go, and the request that
//! it waits for.

use super::{
    effect::{LayerId, Ticket},
    in_flight::Sender,
    layer::{Cx, Event, Open, Settled, Step},
};
use crate::{api::call::Call, domain::destination::Destination, ops::change::Intent};

/// The state of it.
#[derive(Debug, Default)]
pub struct Sending {
    ticket: Option<Ticket>,
    /// Where the secret that it brings goes; `None` is the screen.
    pub destination: Option<Destination>,
}

impl Sending {
    /// With a place for its secret that was chosen before.
    #[must_use]
    pub const fn to(destination: Option<Destination>) -> Self {
        Self { ticket: None, destination }
    }

    /// The request that is waited for.
    #[must_use]
    pub const fn ticket(&self) -> Option<Ticket> {
        self.ticket
    }

    #[must_use]
    pub const fn is_idle(&self) -> bool {
        self.ticket.is_none()
    }

    /// Asks where its secret is to go.
    pub fn ask(&self) -> Step {
        Step::open(Open::Destination(self.destination.clone()))
    }

    /// Sends a change; one from a form's draft names the form.
    pub fn send(
        &mut self,
        cx: &mut Cx<'_>,
        draft: Option<LayerId>,
        (intent, call): (Intent, Call),
    ) -> Step {
        let destination = self.destination.clone();
        let sender = Sender { layer: Some(cx.me), draft, destination };
        let (ticket, effect) = cx.shared.change(sender, intent, call);
        self.ticket = Some(ticket);
        Step::effect(effect).tell(draft, Event::Sent(ticket))
    }

    /// Takes the fate of the change, and where its secret is to go.
    pub fn told(&mut self, event: Event) -> Step {
        match event {
            Event::Destination(destination) => self.destination = destination,
            Event::Settled(ticket, settled) if self.ticket == Some(ticket) => match settled {
                Settled::Done | Settled::Unresolved => return Step::back(),
                // It stays, with everything that was chosen.
                Settled::Refused(_) | Settled::NotSent => self.ticket = None,
                Settled::Resent(again) => self.ticket = Some(again),
            },
            _ => {}
        }
        Step::none()
    }

    /// The same; a form keeps what was chosen for its draft.
    pub fn told_for(&mut self, form: Option<LayerId>, event: Event) -> Step {
        let for_form = form.filter(|_| matches!(event, Event::Destination(_)));
        let step = Step::none().tell(for_form, event.clone());
        self.told(event).and(step)
    }
}
