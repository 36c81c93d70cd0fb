//! Layers: screens and dialogs. A layer owns its state and answers each event with a
//! [`Step`], which says what to do next. Layers do not refer to each other: what to open
//! next is data, see [`Open`].

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
    matrix::command::Typed,
    mouse::Scrolled,
    secret_field::SecretField,
    shared::{Shared, Topic},
};
use crate::{
    domain::{Theme, TokenId},
    input::{Action, Context, Key},
};

/// An action, and the word that the footer shows for it.
pub type Hint = (Action, &'static str);

/// The screen under a dialog, with its number.
pub type Below<'a> = (LayerId, &'a dyn Layer);

/// What a layer can access besides its own state.
pub struct Cx<'a> {
    /// The layer's own number.
    pub me: LayerId,
    /// The screen under a dialog; `None` for a screen.
    pub screen: Option<Below<'a>>,
    /// Whether no other dialog is open and no screen covers this layer.
    pub is_alone: bool,
    /// The data that several layers use.
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

/// What the session leaves when it changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaving {
    /// Only the credential: the organisation stays the same.
    Credential,
    /// The organisation or deployment.
    Organisation {
        /// Whether changed drafts stay open.
        drafts: bool,
    },
}

/// A screen or a dialog.
pub trait Layer: fmt::Debug {
    /// The keymap context of its keys.
    fn context(&self) -> Context {
        self.form().map_or(Context::Form, Parts::context)
    }

    /// The keymap context while no filter is being typed.
    fn home(&self) -> Context {
        self.context()
    }

    /// The layer's form, if it has one: see `has_form!`.
    fn form(&self) -> Option<&dyn Parts> {
        None
    }

    /// The layer's form, for changes.
    fn form_mut(&mut self) -> Option<&mut dyn Parts> {
        None
    }

    /// Whether printable keys enter text. Not while the layer waits for a response: until
    /// then its form is frozen.
    fn is_typing(&self) -> bool {
        let is_waiting = self.sent().is_some() || self.is_checking();
        !is_waiting && self.form().is_some_and(Parts::is_typing)
    }

    /// The text field that has the focus.
    fn field_mut(&mut self) -> Option<&mut Field> {
        if self.is_typing() { self.form_mut()?.field_mut() } else { None }
    }

    /// Whether a key is for the focused text field before it is for the keymap.
    fn types(&self, _key: Key, _shared: &Shared) -> bool {
        true
    }

    /// The secret field that has the focus.
    fn secret_mut(&mut self) -> Option<&mut SecretField> {
        if self.is_typing() { self.form_mut()?.secret_mut() } else { None }
    }

    /// The list or text that scrolls in the layer.
    fn list_mut(&mut self) -> Option<&mut List> {
        None
    }

    /// The list or text that the mouse wheel scrolls.
    fn scrolled_mut(&mut self, _what: Scrolled) -> Option<&mut List> {
        self.list_mut()
    }

    /// The footer's hints, most useful first.
    fn hints(&self, _shared: &Shared) -> Vec<Hint> {
        self.form().map_or_else(Vec::new, Parts::hints)
    }

    /// Whether keys are ignored for a moment, because they were typed for what the screen
    /// showed before.
    fn ignores_keys(&self, _shared: &Shared) -> bool {
        false
    }

    /// Whether the input is being checked and must not change.
    fn is_checking(&self) -> bool {
        false
    }

    /// Puts the focus on a clicked part. Returns `true` if the click also presses it, as
    /// Enter would.
    fn focus_on(&mut self, part: usize) -> bool {
        self.form_mut().is_some_and(|form| form.click(part))
    }

    /// The ticket of the change that the layer has sent and is waiting for.
    fn sent(&self) -> Option<Ticket> {
        None
    }

    /// When the layer next changes without input.
    fn next_wake(&self, _shared: &Shared) -> Option<Timestamp> {
        None
    }

    /// Whether the layer's subject no longer exists, so that the layer closes.
    fn is_over(&self, _shared: &Shared) -> bool {
        false
    }

    /// Whether closing the layer would lose unsaved input.
    fn is_changed(&self) -> bool {
        false
    }

    /// Whether `q` and Ctrl-C first go back within the layer, as Esc does, before they
    /// close it.
    fn goes_back_by_steps(&self) -> bool {
        false
    }

    /// The action that Ctrl-C triggers; `None` quits.
    fn interrupt(&self, _shared: &Shared) -> Option<Action> {
        Some(Action::Back)
    }

    /// Whether the layer stays open after this change of session.
    fn stays(&self, leaving: Leaving) -> bool {
        leaving == Leaving::Credential
    }

    /// Whether the dialog opens below dialogs with unsaved secrets, because the user did
    /// not ask for it.
    fn yields_to_secrets(&self) -> bool {
        false
    }

    /// The lists of [`super::shared::Data`] that the layer shows.
    fn topics(&self) -> &'static [Topic] {
        &[]
    }

    /// The API token that the layer's actions apply to.
    fn token<'a>(&'a self, _shared: &'a Shared) -> Option<&'a TokenId> {
        None
    }

    /// Whether an action of the keymap does something in this layer. All forms share the
    /// keys of one context, and no form uses all of them: help and palette list only these.
    fn offers(&self, action: Action, _shared: &Shared) -> bool {
        let is_form = matches!(self.context(), Context::Form | Context::Path);
        !is_form || self.form().is_some_and(|form| form.offers(action))
    }

    /// Why an action is not possible now; `None` if it is.
    fn refuses(&self, _action: Action, _shared: &Shared) -> Option<String> {
        None
    }

    /// Why a command is not available here; `None` if it is.
    fn unfit(&self, command: Command) -> Option<&'static str> {
        command.misplaced()
    }

    /// A matrix command as far as it is typed; `None` if the layer has no matrix.
    fn typed(&self, _line: &str) -> Option<Typed> {
        None
    }

    /// The theme that the layer is previewing.
    fn theme(&self) -> Option<Theme> {
        None
    }

    /// Handles an event.
    fn handle(&mut self, event: Event, cx: &mut Cx<'_>) -> Step;
}

/// Implements the form methods of [`Layer`] with the field `form`.
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
