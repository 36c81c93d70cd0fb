//! Changes on their way, and the pairs of tokens that they leave.

use super::{effect::Destination, remote::Load, session::Session};
pub use crate::ops::change::Intent;
use crate::{api::call::Call, journal::Asked};

/// A change that was asked of the server and is not answered yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flight {
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
    /// Where its secret goes; `None` is the screen.
    pub destination: Option<Destination>,
}
