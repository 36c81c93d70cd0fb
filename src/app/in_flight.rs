//! Changes on their way, and the pairs of tokens that they leave.

use super::{effect::LayerId, remote::Load};
use crate::{
    api::call::Call,
    domain::{destination::Destination, session::Session},
    journal::Asked,
    ops::change::Intent,
};

/// A change that was asked of the server and is not answered yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InFlightChange {
    pub load: Load,
    pub intent: Intent,
    /// What was sent, to say what failed if it does.
    pub call: Call,
    /// What was asked for, to say how the answer differs from it.
    pub asked: Option<Asked>,
    /// Where it was sent from: its answer may come when we are elsewhere.
    pub session: Session,
    /// That place in words.
    pub place: String,
    pub sender: Sender,
}

/// Who sent a change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sender {
    /// The dialog that waits for the answer.
    pub layer: Option<LayerId>,
    /// The form whose draft it is.
    pub draft: Option<LayerId>,
    /// Where its secret goes; `None` is the screen.
    pub destination: Option<Destination>,
}

impl Sender {
    /// A dialog, with the secret going to the screen.
    #[must_use]
    pub fn dialog(layer: LayerId) -> Self {
        Self { layer: Some(layer), ..Self::default() }
    }

    /// Who is told of its fate.
    pub fn told(&self) -> impl Iterator<Item = LayerId> {
        self.layer.into_iter().chain(self.draft)
    }
}
