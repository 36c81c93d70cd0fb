//! Changes on their way, and the pairs of tokens that they leave.

use jiff::Timestamp;

use super::{effect::Destination, remote::Load, session::Session};
use crate::{
    api::call::Call,
    domain::{SafeText, TokenId},
    journal::Asked,
};

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

/// What a change is about, for words and for what follows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Intent {
    Create { name: String },
    Regenerate { old: TokenId, name: SafeText, old_ends: Timestamp },
    Delete { id: TokenId, name: SafeText },
    CreatePersonal { name: String },
    DeletePersonal { id: TokenId, name: SafeText },
}

impl Intent {
    /// Whether it changes this token.
    #[must_use]
    pub fn is_about(&self, token: &TokenId) -> bool {
        match self {
            Self::Create { .. } | Self::CreatePersonal { .. } => false,
            Self::Regenerate { old: id, .. }
            | Self::Delete { id, .. }
            | Self::DeletePersonal { id, .. } => id == token,
        }
    }

    /// As in "creating ci-edge".
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Create { name } | Self::CreatePersonal { name } => {
                format!("creating {}", SafeText::from(name.as_str()))
            }
            Self::Regenerate { name, .. } => format!("regenerating {name}"),
            Self::Delete { name, .. } | Self::DeletePersonal { name, .. } => {
                format!("deleting {name}")
            }
        }
    }
}
