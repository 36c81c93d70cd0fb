//! What a layer is told.

use super::open::Wanted;
use crate::{
    app::{
        effect::Ticket,
        matrix::Plan,
        mouse::{Scrolled, HitTarget},
        shared::Topic,
        sort::Sort,
    },
    domain::{
        SafeText, TokenId, destination::Destination, preset::Preset, session::DeploymentSummary,
    },
    input::Action,
};

/// Something that happened to a layer.
#[derive(Clone, Debug)]
pub enum Event {
    /// It was opened just now.
    Opened,
    Action(Action),
    /// What its form says has changed: a text, or an option that was clicked.
    Edited,
    /// The wheel moved one of its lists.
    Wheeled(Scrolled),
    /// A click, and whether it was a double one.
    Click(HitTarget, bool),
    /// The place that it asked about was looked at: what is in the way, if
    /// something is.
    Checked(Result<(), String>),
    /// The presets that it asked for.
    Presets(Result<Vec<Preset>, String>),
    /// The deployments that it asked for.
    Deployments(Result<Vec<DeploymentSummary>, String>),
    /// The audit log that it asked for has come.
    Audited,
    /// The way to another place that it set out on failed.
    Stuck(String),
    /// A change that it sent, or that was sent from its draft, has this fate.
    Settled(Ticket, Settled),
    /// Its draft was sent by this request.
    Sent(Ticket),
    /// A part of the shared data has changed.
    Changed(Topic),
    /// The place was left: what is known of it is known no more.
    Left,
    /// Put the cursor on this API token.
    Show(TokenId),
    /// Put the cursor on this personal token.
    ShowPersonal(TokenId),
    /// What was to be done with this token is done.
    Unmark(TokenId),
    /// A token is gone.
    Deleted(TokenId),
    /// A token was regenerated: this one has taken its place.
    Replaced(TokenId, TokenId),
    /// Make this change of the rights, or ask where much hangs on it.
    Plan(Box<Plan>),
    /// Make this change of the rights: it was asked about.
    Make(Box<Plan>),
    /// Something it had asked for was typed.
    Typed(Wanted, String),
    /// Where its secret is to go; `None` is the screen.
    Destination(Option<Destination>),
    /// Filter by this text.
    Filter(String),
    /// Order by this, perhaps reversed.
    Sort(Sort, bool),
}

/// What became of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settled {
    Done,
    /// Nobody knows, or its secret is lost: the doubt is asked about.
    Unresolved,
    /// Nothing happened; the server's words, if it had any.
    Refused(Option<SafeText>),
    /// It was not sent after all.
    NotSent,
    /// It was not sent before, and is now, by this request.
    Resent(Ticket),
}
