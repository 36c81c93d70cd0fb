//! What a layer asks for in response to an event.

use super::{Event, Leaving, Open, Page};
use crate::{
    api::call::Call,
    app::{
        effect::{Effect, LayerId, Ticket},
        in_flight::Sender,
    },
    domain::{Org, SafeText, destination::Destination},
    input::Action,
    ops::{change::Intent, rotation::Work},
};

/// What to do after an event: first the effects, then the navigation.
#[derive(Debug, Default)]
#[must_use]
pub struct Step {
    /// Effects to run.
    pub effects: Vec<Effect>,
    /// Navigation and events for other layers, in order.
    pub navs: Vec<Nav>,
}

/// A change to the open layers, or an event for one.
#[derive(Clone, Debug)]
pub enum Nav {
    /// Close the layer that returned this step.
    Back,
    /// Open a dialog on top.
    Open(Open),
    /// Show a screen.
    Show(Page),
    /// Close this layer; for a screen, also the screens above it.
    Close(LayerId),
    /// Send an event to another layer.
    Tell(LayerId, Event),
    /// Send an event to all layers; each decides whether it is relevant.
    TellAll(Event),
    /// Run an action on the layer that is then on top.
    Act(Action),
    /// Apply a decision about shared data.
    Order(Order),
    /// Close the layers that do not survive this change of session, and notify the others.
    Leave(Leaving),
    /// Fetch all data that the open layers show.
    FetchAll,
    /// A switch failed for this reason: notify the layer that started it, if it is still
    /// open.
    Stuck(Option<LayerId>, String),
    /// Quit, but ask first if something would be lost.
    Quit,
    /// Quit without asking: the user has confirmed.
    QuitNow,
}

/// A decision about shared data, such as the answer to a question.
#[derive(Clone, Debug)]
pub enum Order {
    /// Stop the bulk run after the current request.
    StopRun,
    /// Send this change although the journal cannot be written.
    SendUnrecorded(Box<Unsent>),
    /// Switch to another organisation of the same credential.
    GoToOrg(SafeText),
    /// Switch to the deployment of this name.
    GoTo(String),
    /// Open the dialog for an unconfirmed change that has not been shown yet, if no other
    /// dialog is open.
    TellUnconfirmed,
    /// Ask the user to choose one of these organisations, for this reason, if no other
    /// dialog is open.
    ChooseOrg(Vec<Org>, String),
    /// Rotate a token of this name with proof, or prove that its new secret is stored.
    Rotate(Work, SafeText),
    /// Allow changes until the session ends.
    AllowChanges,
}

/// A change that was not sent because the journal cannot be written.
#[derive(Clone, Debug)]
pub struct Unsent {
    /// The ticket of its unsent call.
    pub ticket: Ticket,
    /// What the change does.
    pub intent: Intent,
    /// The call to send.
    pub call: Call,
    /// Who waits for the outcome.
    pub sender: Sender,
}

impl Unsent {
    /// Where the secret goes; `None` is the screen.
    #[must_use]
    pub const fn destination(&self) -> Option<&Destination> {
        self.sender.destination.as_ref()
    }
}

impl Step {
    /// Does nothing.
    pub fn none() -> Self {
        Self::default()
    }

    /// Closes the layer.
    pub fn back() -> Self {
        Self::none().nav(Nav::Back)
    }

    /// Shows a screen.
    pub fn show(view: Page) -> Self {
        Self::none().nav(Nav::Show(view))
    }

    /// Opens a dialog on top.
    pub fn open(open: Open) -> Self {
        Self::none().nav(Nav::Open(open))
    }

    /// Closes the layer and opens another one instead.
    pub fn replace(open: Open) -> Self {
        Self::back().nav(Nav::Open(open))
    }

    /// Closes the layer and sends an event to another one.
    pub fn back_telling(layer: Option<LayerId>, event: Event) -> Self {
        Self::back().tell(layer, event)
    }

    /// Runs an action on the layer that is then on top.
    pub fn act(action: Action) -> Self {
        Self::none().nav(Nav::Act(action))
    }

    /// Runs one effect.
    pub fn effect(effect: Effect) -> Self {
        Self { effects: vec![effect], navs: Vec::new() }
    }

    /// Adds a navigation at the end.
    pub fn nav(mut self, nav: Nav) -> Self {
        self.navs.push(nav);
        self
    }

    /// Adds an event for a layer, if there is a layer.
    pub fn tell(mut self, layer: Option<LayerId>, event: Event) -> Self {
        self.navs.extend(layer.map(|layer| Nav::Tell(layer, event)));
        self
    }

    /// Adds everything in another step at the end.
    pub fn and(mut self, other: Self) -> Self {
        self.effects.extend(other.effects);
        self.navs.extend(other.navs);
        self
    }
}

impl From<Vec<Effect>> for Step {
    fn from(effects: Vec<Effect>) -> Self {
        Self { effects, navs: Vec::new() }
    }
}

impl From<Effect> for Step {
    fn from(effect: Effect) -> Self {
        Self::effect(effect)
    }
}
