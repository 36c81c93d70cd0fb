//! Where a secret goes: the screen, a new file, or a command. Chosen before the
//! request is sent, or for a secret that is on the screen.

use crate::{
    app::{
        effect::{Effect, LayerId, SecretId},
        field::Field,
        layer::{Cx, Event, Hint, Layer, Step},
        round::{Round, direction},
        shared::Shared,
    },
    domain::destination::Destination,
    input::Action,
};

/// What can be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Screen,
    File,
    Command,
}

impl Round for Kind {
    const ALL: &'static [Self] = &[Self::Screen, Self::File, Self::Command];
}

/// For what a place is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    /// The secret that the change of this dialog will bring.
    Next(Option<LayerId>),
    /// A secret that is on the screen.
    Shown(SecretId),
}

/// The overlay's state.
#[derive(Debug)]
pub struct Handover {
    pub kind: Kind,
    pub field: Field,
    pub error: Option<String>,
    purpose: Purpose,
    /// The place that is being looked at. Until that is answered the field takes
    /// no keys: what was checked is where the secret goes.
    pub checking: Option<Destination>,
}

impl Handover {
    /// For the secret that this dialog's change will bring.
    #[must_use]
    pub fn before(destination: Option<&Destination>, asker: Option<LayerId>) -> Self {
        let (kind, text) = match destination {
            None => (Kind::Screen, ""),
            Some(Destination::File(path)) => (Kind::File, path.as_str()),
            Some(Destination::Command(line)) => (Kind::Command, line.as_str()),
        };
        let (error, purpose) = (None, Purpose::Next(asker));
        Self { kind, field: Field::with(text), error, purpose, checking: None }
    }

    /// For a secret on the screen.
    #[must_use]
    pub fn of(secret: SecretId, kind: Kind) -> Self {
        let (field, error) = (Field::default(), None);
        Self { kind, field, error, purpose: Purpose::Shown(secret), checking: None }
    }

    /// Whether it is for a secret that is on the screen.
    #[must_use]
    pub const fn is_for_shown(&self) -> bool {
        matches!(self.purpose, Purpose::Shown(_))
    }

    /// What was chosen; `None` is the screen.
    fn destination(&self) -> Option<Destination> {
        let text = self.field.text().trim().to_owned();
        match self.kind {
            Kind::Screen => None,
            Kind::File => Some(Destination::File(text)),
            Kind::Command => Some(Destination::Command(text)),
        }
    }

    fn act(&mut self, action: Action, cx: &Cx<'_>) -> Step {
        match (action, self.destination()) {
            (Action::Back, _) => return Step::back(),
            _ if self.checking.is_some() => {}
            (Action::Accept | Action::Submit, None) => return self.chosen(None),
            (Action::Accept | Action::Submit, Some(destination)) => {
                (self.checking, self.error) = (Some(destination.clone()), None);
                return Step::effect(Effect::CheckDestination { asker: cx.me, destination });
            }
            (action, _) => {
                if let (Some(forward), Purpose::Next(_)) = (direction(action), self.purpose) {
                    self.kind = self.kind.step(forward);
                }
            }
        }
        Step::none()
    }

    fn chosen(&self, destination: Option<Destination>) -> Step {
        match self.purpose {
            Purpose::Next(asker) => Step::back_telling(asker, Event::Destination(destination)),
            Purpose::Shown(_) => Step::back(),
        }
    }

    /// The place was looked at: nothing is in the way, or what is.
    fn checked(&mut self, result: Result<(), String>, cx: &mut Cx<'_>) -> Step {
        let Some(destination) = self.checking.take() else { return Step::none() };
        if let Err(why) = result {
            self.error = Some(why);
            return Step::none();
        }
        let Purpose::Shown(secret) = self.purpose else { return self.chosen(Some(destination)) };
        let now = cx.shared.now;
        let Some(held) = cx.shared.secrets.get_mut(secret) else { return Step::back() };
        // Keys that are typed on were meant for the path: here they would uncover the
        // secret, or copy it.
        held.opened = now;
        Step::back().and(Step::effect(held.deliver(destination)))
    }
}

impl Layer for Handover {
    fn is_typing(&self) -> bool {
        self.kind != Kind::Screen && self.checking.is_none()
    }

    fn field_mut(&mut self) -> Option<&mut Field> {
        if self.is_typing() { Some(&mut self.field) } else { None }
    }

    fn hints(&self, _shared: &Shared) -> Vec<Hint> {
        vec![(Action::Accept, "choose it"), (Action::Back, "cancel"), (Action::NextField, "next")]
    }

    fn is_checking(&self) -> bool {
        self.checking.is_some()
    }

    fn is_over(&self, shared: &Shared) -> bool {
        matches!(self.purpose, Purpose::Shown(id) if shared.secrets.get(id).is_none())
    }

    fn focus_on(&mut self, part: usize) -> bool {
        self.kind = Kind::at(part);
        false
    }

    fn handle(&mut self, event: Event, cx: &mut Cx<'_>) -> Step {
        match event {
            Event::Action(action) => self.act(action, cx),
            Event::Checked(result) => self.checked(result, cx),
            _ => Step::none(),
        }
    }
}
