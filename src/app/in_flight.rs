//! In-flight changes: sent to the server, no response yet.

use super::{effect::LayerId, remote::Load};
use crate::{
    api::call::Call,
    domain::{destination::Destination, policy::Override, session::Session},
    journal::Asked,
    ops::change::Intent,
};

/// A change that was sent to the server and has no response yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InFlightChange {
    /// Its request.
    pub load: Load,
    /// What the change does, for messages and for the bookkeeping when it is done.
    pub intent: Intent,
    /// The call that was sent, for error messages.
    pub call: Call,
    /// The requested token, to compare with the created one.
    pub asked: Option<Asked>,
    /// The session it was sent from. The response may arrive after a switch.
    pub session: Session,
    /// The name of that session's organisation or deployment.
    pub place: String,
    /// Who waits for the outcome, and where the secret goes.
    pub sender: Sender,
}

/// The layers that wait for the outcome of a change, and the destination of its secret.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sender {
    /// The dialog that waits for the response.
    pub layer: Option<LayerId>,
    /// The form that the draft came from.
    pub draft: Option<LayerId>,
    /// Where the secret goes; `None` is the screen.
    pub destination: Option<Destination>,
    /// Which of the organisation's rules the new token breaks, and why it is sent anyway.
    pub overridden: Option<Override>,
}

impl Sender {
    /// A dialog whose new secret is shown on the screen.
    #[must_use]
    pub fn dialog(layer: LayerId) -> Self {
        Self { layer: Some(layer), ..Self::default() }
    }

    /// The layers to notify about the outcome.
    pub fn listeners(&self) -> impl Iterator<Item = LayerId> {
        self.layer.into_iter().chain(self.draft)
    }
}
