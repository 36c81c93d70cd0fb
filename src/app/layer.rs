//! What a screen and a dialog are to the core. Each owns its state and answers
//! events; what it wants done comes back as a [`Step`]. It names no other one:
//! where to go next is data, see [`Open`].

pub mod event;
pub mod open;
pub mod step;
mod token;

use std::fmt;

use jiff::Timestamp;

pub use event::{Event, Settled};
pub use open::{
    Ask, Choice, DeleteTarget, Draft, Drafted, Open, Page, Question, Secrecy, Text, Wanted,
};
pub use step::{Nav, Order, Step, Unsent};
pub use token::{about_token, compare, granted, refusal, writable};

use super::{
    command::Command,
    effect::{LayerId, Ticket},
    field::Field,
    form::Parts,
    list::List,
    matrix::command::Preview,
    mouse::Scrolled,
    secret_field::SecretField,
    shared::{Shared, Topic},
};
use crate::{
    domain::{Theme, TokenId},
    input::{Action, Context},
};

/// An action with the words of its hint.
pub type Hint = (Action, &'static str);

/// The screen under a dialog.
pub type Below<'a> = (LayerId, &'a dyn Layer);

/// What a layer may look at and change besides itself.
pub struct Cx<'a> {
    /// Its own number.
    pub me: LayerId,
    /// The screen that a dialog stands over.
    pub screen: Option<Below<'a>>,
    /// No other dialog is open, and no screen stands over it.
    pub is_alone: bool,
    pub shared: &'a mut Shared,
}

impl Cx<'_> {
    /// The key for an action on the screen under a dialog.
    #[must_use]
    pub fn screen_key(&self, action: Action) -> String {
        let context = self.screen.map_or(Context::Anywhere, |(_, screen)| screen.home());
        self.shared.key_in(context, action)
    }
}

impl fmt::Debug for Cx<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cx").field("me", &self.me).finish_non_exhaustive()
    }
}

/// What is left when the place is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaving {
    /// The same place with another credential.
    Credential,
    /// The place, with or without its drafts.
    Organisation { drafts: bool },
}

/// A screen or a dialog.
pub trait Layer: fmt::Debug {
    /// Which keys it listens to.
    fn context(&self) -> Context {
        Context::Form
    }

    /// The same while no filter is typed.
    fn home(&self) -> Context {
        self.context()
    }

    /// Its form, if it has one: see [`has_form`].
    fn form(&self) -> Option<&dyn Parts> {
        None
    }

    /// The same.
    fn form_mut(&mut self) -> Option<&mut dyn Parts> {
        None
    }

    /// Whether printable keys are text. While an answer is waited for, a form stays as
    /// it is.
    fn is_typing(&self) -> bool {
        let is_waiting = self.sent().is_some() || self.is_checking();
        !is_waiting && self.form().is_some_and(Parts::is_typing)
    }

    /// The text field that has the focus.
    fn field_mut(&mut self) -> Option<&mut Field> {
        if self.is_typing() { self.form_mut()?.field_mut() } else { None }
    }

    /// The field for a secret that has the focus.
    fn secret_mut(&mut self) -> Option<&mut SecretField> {
        if self.is_typing() { self.form_mut()?.secret_mut() } else { None }
    }

    /// What scrolls in it.
    fn list_mut(&mut self) -> Option<&mut List> {
        None
    }

    /// What scrolls under the wheel.
    fn scrolled_mut(&mut self, _what: Scrolled) -> Option<&mut List> {
        self.list_mut()
    }

    /// What the footer hints at, the most useful first.
    fn hints(&self, _shared: &Shared) -> Vec<Hint> {
        self.form().map_or_else(Vec::new, Parts::hints)
    }

    /// Keys are dropped for now: they were meant for what was here before.
    fn is_deaf(&self, _shared: &Shared) -> bool {
        false
    }

    /// Something that was typed is being checked, and stays as it is.
    fn is_checking(&self) -> bool {
        false
    }

    /// Puts the focus on a part that was clicked; true if that presses it as well, as
    /// Enter does then.
    fn focus_on(&mut self, part: usize) -> bool {
        self.form_mut().is_some_and(|form| form.click(part))
    }

    /// The change that it has sent and waits for.
    fn sent(&self) -> Option<Ticket> {
        None
    }

    /// When it changes by itself.
    fn next_wake(&self, _shared: &Shared) -> Option<Timestamp> {
        None
    }

    /// What it is about has gone: it closes.
    fn is_over(&self, _shared: &Shared) -> bool {
        false
    }

    /// Leaving it would lose what was typed.
    fn is_changed(&self) -> bool {
        false
    }

    /// Whether `q` and Ctrl-C go back within it as Esc does, before they leave it.
    fn goes_back_by_steps(&self) -> bool {
        false
    }

    /// What Ctrl-C means in it; `None` is to quit.
    fn interrupt(&self, _shared: &Shared) -> Option<Action> {
        Some(Action::Back)
    }

    /// Whether it stays when this is left.
    fn stays(&self, leaving: Leaving) -> bool {
        leaving == Leaving::Credential
    }

    /// Whether it is put below secrets that nobody has stored, since it comes
    /// unasked.
    fn yields_to_secrets(&self) -> bool {
        false
    }

    /// The lists of [`super::shared::Data`] that it shows.
    fn topics(&self) -> &'static [Topic] {
        &[]
    }

    /// The API token that its actions are about.
    fn token<'a>(&'a self, _shared: &'a Shared) -> Option<&'a TokenId> {
        None
    }

    /// Why an action cannot be carried out now.
    fn refuses(&self, _action: Action, _shared: &Shared) -> Option<String> {
        None
    }

    /// Why a command means nothing here.
    fn unfit(&self, command: Command) -> Option<&'static str> {
        command.misplaced()
    }

    /// What a line of the matrix's command language would do here; `None` where
    /// there is no matrix.
    fn preview(&self, _line: &str) -> Option<Result<Preview, String>> {
        None
    }

    /// The theme that is looked at meanwhile.
    fn theme(&self) -> Option<Theme> {
        None
    }

    /// Takes what happened.
    fn handle(&mut self, event: Event, cx: &mut Cx<'_>) -> Step;
}

/// Gives a layer the form in its field `form`.
macro_rules! has_form {
    () => {
        fn form(&self) -> Option<&dyn $crate::app::form::Parts> {
            Some(&self.form)
        }

        fn form_mut(&mut self) -> Option<&mut dyn $crate::app::form::Parts> {
            Some(&mut self.form)
        }
    };
}

pub(super) use has_form;
