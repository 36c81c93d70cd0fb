//! The events that layers handle.

use std::sync::Arc;

use super::open::Wanted;
use crate::{
    app::{
        effect::Ticket,
        matrix::Plan,
        mouse::{HitTarget, Scrolled},
        shared::Topic,
    },
    domain::{
        SafeText, TokenId, destination::Destination, preset::Preset, session::DeploymentSummary,
        sort::Sort,
    },
    input::Action,
    journal::RecordedChange,
};

/// An event for a layer.
#[derive(Clone, Debug)]
pub enum Event {
    /// The layer has just been opened.
    Opened,
    /// The user triggered an action.
    Action(Action),
    /// The content of the layer's form changed: a text, or a clicked option.
    Edited,
    /// The mouse wheel scrolled one of the layer's lists.
    Wheeled(Scrolled),
    /// A click; `true` for the second click of a double click.
    Click(HitTarget, bool),
    /// The destination that the layer asked about was checked: why it cannot be used, if it
    /// cannot.
    Checked(Result<(), String>),
    /// The presets that the layer asked for.
    Presets(Result<Vec<Preset>, String>),
    /// The deployments that the layer asked for.
    Deployments(Result<Vec<DeploymentSummary>, String>),
    /// The changes in the journal that the layer asked for, or why it cannot be read.
    History(Arc<Result<Vec<RecordedChange>, String>>),
    /// The audit log that the layer asked for has arrived.
    Audited,
    /// The switch that the layer started failed, for this reason.
    Stuck(String),
    /// The outcome of a change that the layer sent, or that was made from its draft.
    Settled(Ticket, Settled),
    /// The layer's draft was sent with this ticket.
    Sent(Ticket),
    /// This part of the shared data changed.
    Changed(Topic),
    /// The session switched to another organisation: data about the previous one is stale.
    Left,
    /// Put the cursor on this API token.
    Show(TokenId),
    /// Put the cursor on this personal token.
    ShowPersonal(TokenId),
    /// Remove the mark from this token: its change is done.
    Unmark(TokenId),
    /// This token was deleted.
    Deleted(TokenId),
    /// The first token was regenerated; the second is its replacement.
    Replaced(TokenId, TokenId),
    /// Apply this change of rights, or ask first if it is a big one.
    Plan(Box<Plan>),
    /// Apply this change of rights, which the user has confirmed.
    Make(Box<Plan>),
    /// The user entered a text that the layer had asked for.
    Typed(Wanted, String),
    /// The user chose where the new secret goes; `None` is the screen.
    Destination(Option<Destination>),
    /// Filter by this text.
    Filter(String),
    /// Sort by this column; `true` reverses the order.
    Sort(Sort, bool),
}

/// The outcome of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settled {
    /// The change was made.
    Done,
    /// The change is unconfirmed: its outcome is unknown, or its secret is lost.
    Unresolved,
    /// The change was not made; the server's message, if there was one.
    Refused(Option<SafeText>),
    /// The change was not sent.
    NotSent,
    /// The change had not been sent, and is now sent with this ticket.
    Resent(Ticket),
}
