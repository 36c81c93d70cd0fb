//! The destination of a secret: the screen, a new file or a command. Chosen before the
//! request is sent, or for a secret that is already on the screen.

use crate::{
    app::{
        effect::{Effect, LayerId, SecretId},
        form::{Form, Outcome, Part},
        layer::{Cx, Event, Layer, Step, has_form},
        shared::Shared,
    },
    domain::destination::Destination,
    input::Action,
};

/// The parts of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Screen, file or command.
    Kind,
    /// The path, or the command.
    Place,
}

/// What the destination is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    /// The secret that the change of this dialog will create.
    Next(Option<LayerId>),
    /// A secret that is already on the screen.
    Shown(SecretId),
}

/// The dialog that chooses a destination.
#[derive(Debug)]
pub struct SecretDestination {
    /// The kind of destination, and the path or the command.
    pub form: Form<Field>,
    purpose: Purpose,
    /// The destination that is being checked. The field takes no keys until the result is
    /// there, so that the secret goes to the destination that was checked.
    pub checking: Option<Destination>,
}

impl SecretDestination {
    /// Chooses the destination of the secret that the change of `asker` will create.
    #[must_use]
    pub fn before(destination: Option<&Destination>, asker: Option<LayerId>) -> Self {
        Self::with(destination, Purpose::Next(asker))
    }

    /// Sends a secret on the screen to a destination of this kind.
    #[must_use]
    pub fn of(secret: SecretId, destination: &Destination) -> Self {
        Self::with(Some(destination), Purpose::Shown(secret))
    }

    fn with(destination: Option<&Destination>, purpose: Purpose) -> Self {
        let (kind, text) = match destination {
            None => (0, ""),
            Some(Destination::File(path)) => (1, path.as_str()),
            Some(Destination::Command(line)) => (2, line.as_str()),
        };
        let kinds = ["Screen", "New file", "Command"];
        let is_chosen = matches!(purpose, Purpose::Shown(_));
        let form = Form::new([
            Part::choice(Field::Kind, "", kinds, kind).hidden(is_chosen),
            Part::text(Field::Place, "", text).pressed_by_enter(),
        ]);
        let mut state = Self { form, purpose, checking: None };
        state.update_parts();
        state
    }

    /// Whether the secret is already on the screen.
    #[must_use]
    pub const fn is_for_shown(&self) -> bool {
        matches!(self.purpose, Purpose::Shown(_))
    }

    /// The chosen destination; `None` is the screen.
    #[must_use]
    pub fn destination(&self) -> Option<Destination> {
        let text = || self.form.text(Field::Place).trim().to_owned();
        match self.form.chosen(Field::Kind) {
            0 => None,
            1 => Some(Destination::File(text())),
            _ => Some(Destination::Command(text())),
        }
    }

    /// Shows and focuses the field for the path or command if the kind has one.
    fn update_parts(&mut self) {
        let is_elsewhere = self.destination().is_some();
        self.form.show(Field::Place, is_elsewhere);
        self.form.focus(if is_elsewhere { Field::Place } else { Field::Kind });
    }

    fn act(&mut self, action: Action, cx: &Cx<'_>) -> Step {
        if let (Action::NextField | Action::PreviousField, Purpose::Next(_)) =
            (action, self.purpose)
        {
            // With "Screen" chosen there is no other field, so Tab would do nothing: it
            // switches the kind instead.
            self.form.turn(Field::Kind, action == Action::NextField);
            self.update_parts();
            return Step::none();
        }
        match self.form.act(action) {
            Outcome::Back => return Step::back(),
            Outcome::Changed(_) => self.update_parts(),
            Outcome::Pressed(_) | Outcome::Submit => {
                let Some(destination) = self.destination() else { return self.chosen(None) };
                self.checking = Some(destination.clone());
                return Step::effect(Effect::CheckDestination { asker: cx.me, destination });
            }
            _ => {}
        }
        Step::none()
    }

    fn chosen(&self, destination: Option<Destination>) -> Step {
        match self.purpose {
            Purpose::Next(asker) => Step::back_telling(asker, Event::Destination(destination)),
            Purpose::Shown(_) => Step::back(),
        }
    }

    /// Takes the result of the check: `Err` says why the destination cannot be used.
    fn checked(&mut self, result: Result<(), String>, cx: &mut Cx<'_>) -> Step {
        let Some(destination) = self.checking.take() else { return Step::none() };
        if let Err(why) = result {
            self.form.refuse(Field::Place, why);
            return Step::none();
        }
        let Purpose::Shown(secret) = self.purpose else { return self.chosen(Some(destination)) };
        let now = cx.shared.now;
        let Some(held) = cx.shared.secrets.get_mut(secret) else { return Step::back() };
        // Keys typed ahead were meant for the path. Ignore them for a moment, or they would
        // reveal or copy the secret.
        held.opened = now;
        Step::back().and(Step::effect(held.deliver(destination)))
    }
}

impl Layer for SecretDestination {
    has_form!();

    fn is_checking(&self) -> bool {
        self.checking.is_some()
    }

    fn is_over(&self, shared: &Shared) -> bool {
        matches!(self.purpose, Purpose::Shown(id) if shared.secrets.get(id).is_none())
    }

    fn handle(&mut self, event: Event, cx: &mut Cx<'_>) -> Step {
        match event {
            Event::Action(action) => return self.act(action, cx),
            Event::Checked(result) => return self.checked(result, cx),
            Event::Edited if self.form.is_on(Field::Kind) => self.update_parts(),
            _ => {}
        }
        Step::none()
    }
}
