//! A row of the overview: a token that is due, or a pair of an old and a new token.

use jiff::Timestamp;

use crate::{
    domain::{Fingerprint, SafeText, TokenId, rotation::Rule},
    journal::{EntryId, Stage, Step},
};

/// A token that is due, or a pair of an old and a new token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The token's name.
    pub name: SafeText,
    /// The old tokens: the first is the one that was due. Further ones were made by attempts
    /// whose secret was lost.
    pub olds: Vec<TokenId>,
    /// The new token, if there is one and its id is known.
    pub new: Option<TokenId>,
    /// When the last of the old tokens stops working; for a token that is due, its expiry.
    pub old_ends: Option<Timestamp>,
    /// How far it is.
    pub state: State,
    /// The rule of the plan.
    pub rule: Option<Rule>,
    /// What the journal says; `None` for a token that is due and for a pair that was made
    /// elsewhere.
    pub recorded: Option<Recorded>,
}

/// A rotation in the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Its entry.
    pub entry: EntryId,
    /// When it was requested.
    pub at: Timestamp,
    /// How far it got; `None` if the outcome of the request is not known.
    pub stage: Option<Stage>,
    /// Whether it is part of a rotation with proof, which a later run may continue.
    pub is_planned: bool,
    /// Recognises the new secret.
    pub print: Option<Fingerprint>,
    /// Where the secret went, in words.
    pub place: Option<String>,
}

/// The state of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// A step failed, or was interrupted.
    Stuck {
        /// The next step.
        step: Step,
        /// Why it was not made.
        why: String,
    },
    /// The token expires soon, and nothing has replaced it.
    Due,
    /// The token has expired, and nothing has replaced it.
    Expired,
    /// The token's expiry cannot be read, so that it may be due.
    Unreadable,
    /// There is a new token, and the old one still works.
    Rotating,
    /// Every step has succeeded, and the old token still works.
    Proven,
}

impl State {
    /// The word for the state.
    #[must_use]
    pub const fn label(&self) -> &'static str {
        match self {
            Self::Stuck { .. } => "stuck",
            Self::Due => "due",
            Self::Expired => "expired",
            Self::Unreadable => "unreadable",
            Self::Rotating => "rotating",
            Self::Proven => "proven",
        }
    }

    /// Whether a run may send a change for a row in this state.
    #[must_use]
    pub const fn may_send(&self) -> bool {
        !matches!(self, Self::Rotating | Self::Proven)
    }

    pub(super) const fn rank(&self) -> u8 {
        match self {
            Self::Stuck { .. } => 0,
            Self::Expired => 1,
            Self::Due | Self::Unreadable => 2,
            Self::Rotating => 3,
            Self::Proven => 4,
        }
    }
}

impl Row {
    /// The token that was or is due.
    #[must_use]
    pub fn old(&self) -> Option<&TokenId> {
        self.olds.first()
    }

    /// Whether the pair is a guess: two tokens with the same name and rights.
    #[must_use]
    pub const fn is_inferred(&self) -> bool {
        self.recorded.is_none() && self.new.is_some()
    }

    /// Whether this token is part of the row.
    #[must_use]
    pub fn has(&self, id: &TokenId) -> bool {
        self.olds.contains(id) || self.new.as_ref() == Some(id)
    }
}
