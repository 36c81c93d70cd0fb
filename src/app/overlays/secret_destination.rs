//! Where a secret goes: the screen, a new file, or a command. Chosen before the
//! request is sent, or for a secret that is on the screen.

use crate::{
    app::{
        effect::{Effect, LayerId, SecretId},
        form::{Form, Outcome, Part},
        layer::{Cx, Event, Layer, Step, has_form},
        shared::Shared,
    },
    domain::{destination::Destination, text::sentence},
    input::Action,
};

/// A part of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    Kind,
    /// The path, or the command.
    Place,
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
pub struct SecretDestination {
    pub form: Form<Field>,
    purpose: Purpose,
    /// The place that is being looked at. Until that is answered the field takes
    /// no keys: what was checked is where the secret goes.
    pub checking: Option<Destination>,
}

impl SecretDestination {
    /// For the secret that this dialog's change will bring.
    #[must_use]
    pub fn before(destination: Option<&Destination>, asker: Option<LayerId>) -> Self {
        Self::with(destination, Purpose::Next(asker))
    }

    /// For a secret on the screen: such a place.
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

    /// Whether it is for a secret that is on the screen.
    #[must_use]
    pub const fn is_for_shown(&self) -> bool {
        matches!(self.purpose, Purpose::Shown(_))
    }

    /// What was chosen; `None` is the screen.
    #[must_use]
    pub fn destination(&self) -> Option<Destination> {
        let text = || self.form.text(Field::Place).trim().to_owned();
        match self.form.chosen(Field::Kind) {
            0 => None,
            1 => Some(Destination::File(text())),
            _ => Some(Destination::Command(text())),
        }
    }

    /// Another kind was chosen: what is missing then is the place.
    fn update_parts(&mut self) {
        let is_elsewhere = self.destination().is_some();
        self.form.show(Field::Place, is_elsewhere);
        self.form.focus(if is_elsewhere { Field::Place } else { Field::Kind });
    }

    fn act(&mut self, action: Action, cx: &Cx<'_>) -> Step {
        if let (Action::NextField | Action::PreviousField, Purpose::Next(_)) =
            (action, self.purpose)
        {
            // Without a way to leave the field, Tab would do nothing at all on the screen.
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

    /// The place was looked at: nothing is in the way, or what is.
    fn checked(&mut self, result: Result<(), String>, cx: &mut Cx<'_>) -> Step {
        let Some(destination) = self.checking.take() else { return Step::none() };
        if let Err(why) = result {
            self.form.refuse(Field::Place, sentence(&why));
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
