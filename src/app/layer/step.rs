//! What a layer wants done.

use super::{Event, Leaving, Open, Page};
use crate::{
    api::call::Call,
    app::{
        effect::{Effect, LayerId, Ticket},
        in_flight::Sender,
    },
    domain::{Org, SafeText, destination::Destination},
    input::Action,
    ops::change::Intent,
};

/// What is to be done after an event: effects first, then the ways to go.
#[derive(Debug, Default)]
#[must_use]
pub struct Step {
    pub effects: Vec<Effect>,
    pub navs: Vec<Nav>,
}

/// Where to go, or whom to tell.
#[derive(Clone, Debug)]
pub enum Nav {
    /// Close the layer that says so.
    Back,
    /// Open a dialog over it.
    Open(Open),
    /// Show a screen.
    Show(Page),
    /// Close this layer and all that stands over it.
    Close(LayerId),
    /// Tell another layer something.
    Tell(LayerId, Event),
    /// Tell all layers something: each knows whether it is about it.
    TellAll(Event),
    /// Carry out an action on what is on top then.
    Act(Action),
    Order(Order),
    /// Close what does not stay when this is left, and tell the rest of it.
    Leave(Leaving),
    /// Fetch all that is shown.
    FetchAll,
    /// The way to another place failed: tell who set out on it, if it is still
    /// there.
    Stuck(Option<LayerId>, String),
    /// Quit, unless something would be lost: then ask.
    Quit,
    /// Quit whatever is lost: the admin was asked.
    QuitNow,
}

/// A decision about what is shared, as an answer to a question.
#[derive(Clone, Debug)]
pub enum Order {
    /// Send no further request of the run.
    StopRun,
    /// Send this change though the journal cannot be written.
    SendUnrecorded(Box<Unsent>),
    /// Go to another organisation of the same credential.
    GoToOrg(SafeText),
    /// Leave for the deployment of this name.
    GoTo(String),
    /// Ask about a change in doubt of which nobody was told yet, if nothing else is
    /// on the screen.
    TellUnconfirmed,
    /// Have one of these chosen, if nothing else is on the screen.
    ChooseOrg(Vec<Org>, String),
    /// Allow changes in this session.
    AllowChanges,
}

/// A change that was not sent, for want of the journal.
#[derive(Clone, Debug)]
pub struct Unsent {
    pub ticket: Ticket,
    pub intent: Intent,
    pub call: Call,
    pub sender: Sender,
}

impl Unsent {
    /// Where its secret is to go.
    #[must_use]
    pub const fn destination(&self) -> Option<&Destination> {
        self.sender.destination.as_ref()
    }
}

impl Step {
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

    /// Opens a dialog over it.
    pub fn open(open: Open) -> Self {
        Self::none().nav(Nav::Open(open))
    }

    /// Closes the layer and opens another one in its place.
    pub fn replace(open: Open) -> Self {
        Self::back().nav(Nav::Open(open))
    }

    /// Closes the layer and tells another one.
    pub fn back_telling(layer: Option<LayerId>, event: Event) -> Self {
        Self::back().tell(layer, event)
    }

    pub fn act(action: Action) -> Self {
        Self::none().nav(Nav::Act(action))
    }

    pub fn effect(effect: Effect) -> Self {
        Self { effects: vec![effect], navs: Vec::new() }
    }

    /// The same, and then this.
    pub fn nav(mut self, nav: Nav) -> Self {
        self.navs.push(nav);
        self
    }

    /// The same, and a layer is told something, if there is one to tell.
    pub fn tell(mut self, layer: Option<LayerId>, event: Event) -> Self {
        self.navs.extend(layer.map(|layer| Nav::Tell(layer, event)));
        self
    }

    /// The same, and then the other.
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
