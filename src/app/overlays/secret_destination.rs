//! The destination of a secret: the screen, a new file or a command. Chosen before the
//! request is sent, or for a secret that is already on the screen.

use crate::{
    app::{
        effect::{Effect, LayerId, SecretId},
        form::{Form, Outcome, Part, Parts, Paths},
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
    /// The path of the file.
    File,
    /// The command line.
    Command,
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
    /// Chooses the destination of the secret that the change of `asker` will create. `file`
    /// is the path to propose.
    #[must_use]
    pub fn before(
        destination: Option<&Destination>,
        file: &str,
        asker: Option<LayerId>,
        shared: &Shared,
    ) -> Self {
        let propose = Part::proposed;
        let (mut path, mut line) =
            (propose(Field::File, "", file), propose(Field::Command, "", &shared.commands.one));
        let kind = match destination {
            None => 0,
            Some(Destination::File(chosen)) => {
                path = Part::text(Field::File, "", chosen);
                1
            }
            Some(Destination::Command(chosen)) => {
                line = Part::text(Field::Command, "", chosen);
                2
            }
        };
        Self::with(kind, path, line, Purpose::Next(asker))
    }

    /// Sends a secret on the screen to a file or a command.
    #[must_use]
    pub fn of(secret: SecretId, to_file: bool, shared: &Shared) -> Self {
        let held = shared.secrets.get(secret);
        let is_renewed = held.and_then(|held| held.id.as_ref()).is_some_and(|id| {
            shared
                .rotations
                .contents
                .rotations
                .iter()
                .any(|rotation| rotation.new.as_ref() == Some(id))
        });
        let name = held.map_or("", |held| held.name.raw());
        Self::with(
            if to_file { 1 } else { 2 },
            Part::proposed(Field::File, "", &shared.proposed_file(name, is_renewed)),
            Part::proposed(Field::Command, "", &shared.commands.one),
            Purpose::Shown(secret),
        )
    }

    fn with(kind: usize, path: Part<Field>, line: Part<Field>, purpose: Purpose) -> Self {
        let kinds = ["Screen", "New file", "Command"];
        let is_chosen = matches!(purpose, Purpose::Shown(_));
        let form = Form::new([
            Part::choice(Field::Kind, "", kinds, kind).hidden(is_chosen),
            path.completing(Paths::Files).pressed_by_enter(),
            line.pressed_by_enter(),
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
        let text = |field| self.form.text(field).trim().to_owned();
        match self.form.chosen(Field::Kind) {
            0 => None,
            1 => Some(Destination::File(text(Field::File))),
            _ => Some(Destination::Command(text(Field::Command))),
        }
    }

    /// Shows and focuses the field for the path or command if the kind has one.
    fn update_parts(&mut self) {
        let kind = self.form.chosen(Field::Kind);
        self.form.show(Field::File, kind == 1);
        self.form.show(Field::Command, kind == 2);
        self.form.focus([Field::Kind, Field::File, Field::Command][kind]);
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
            let is_file = matches!(destination, Destination::File(_));
            self.form.refuse(if is_file { Field::File } else { Field::Command }, why);
            return Step::none();
        }
        let kept = cx.shared.remember(&destination);
        let kept = kept.map_or_else(Step::none, Step::effect);
        let Purpose::Shown(secret) = self.purpose else {
            return kept.and(self.chosen(Some(destination)));
        };
        let now = cx.shared.now;
        let Some(held) = cx.shared.secrets.get_mut(secret) else { return Step::back() };
        // Keys typed ahead were meant for the path. Ignore them for a moment, or they would
        // reveal or copy the secret.
        held.opened = now;
        kept.and(Step::back()).and(Step::effect(held.deliver(destination)))
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

    fn offers(&self, action: Action, _shared: &Shared) -> bool {
        let is_tab = matches!(action, Action::NextField | Action::PreviousField);
        is_tab && matches!(self.purpose, Purpose::Next(_)) || Parts::offers(&self.form, action)
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
