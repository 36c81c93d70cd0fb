//! The journal's contents: entries, and marks that record their progress.

use std::fmt;

use jiff::Timestamp;
use uuid::Uuid;

use super::{known::Known, rotation::Step};
use crate::domain::{Expiry, Fingerprint, Grants, TokenId, policy::Override};

/// An entry's id, on each of its lines.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntryId(pub(super) String);

impl EntryId {
    /// A new random id.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "two of them are never equal")]
    pub fn new() -> Self {
        Self(Uuid::new_v4().to_string())
    }
}

impl From<&str> for EntryId {
    fn from(written: &str) -> Self {
        Self(written.to_owned())
    }
}

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where a change was requested.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// The deployment's name.
    pub deployment: String,
    /// The API's address.
    pub url: String,
    /// The organisation's id; `None` with an API token, which does not reveal it.
    pub org: Option<String>,
}

/// A requested change: without secrets, but with enough to recognise the result in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Create an API token.
    Create {
        /// The requested name.
        name: String,
        /// The requested description.
        description: String,
        /// The requested expiry.
        expiry: Expiry,
        /// The requested rights.
        grants: Grants,
    },
    /// Regenerate an API token, with the same or other rights.
    Regenerate {
        /// The old token's id.
        old: TokenId,
        /// When the old token stops working.
        old_ends: Timestamp,
        /// The new token's name.
        name: String,
        /// The new token's description.
        description: String,
        /// The new token's expiry.
        expiry: Expiry,
        /// The new token's rights.
        grants: Grants,
    },
    /// Delete an API token.
    Delete {
        /// The token's id.
        id: TokenId,
        /// The token's name.
        name: String,
    },
    /// Create a personal token.
    CreatePersonal {
        /// The requested name.
        name: String,
        /// The requested description.
        description: String,
    },
    /// Delete a personal token.
    DeletePersonal {
        /// The token's id.
        id: TokenId,
        /// The token's name.
        name: String,
    },
}

impl Asked {
    /// The present participle, as in "creating ci".
    #[must_use]
    pub const fn describe(&self) -> &'static str {
        match self {
            Self::Create { .. } | Self::CreatePersonal { .. } => "creating",
            Self::Regenerate { .. } => "regenerating",
            Self::Delete { .. } | Self::DeletePersonal { .. } => "deleting",
        }
    }

    /// The name of the token that is changed; for a regeneration, the new token's.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Create { name, .. }
            | Self::Regenerate { name, .. }
            | Self::Delete { name, .. }
            | Self::CreatePersonal { name, .. }
            | Self::DeletePersonal { name, .. } => name,
        }
    }

    /// Whether the response contains a secret, which the server sends only once.
    #[must_use]
    pub const fn brings_secret(&self) -> bool {
        match self {
            Self::Create { .. } | Self::Regenerate { .. } | Self::CreatePersonal { .. } => true,
            Self::Delete { .. } | Self::DeletePersonal { .. } => false,
        }
    }
}

/// A change that was requested from the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Identifies the entry's lines.
    pub id: EntryId,
    /// When the change was requested.
    pub at: Timestamp,
    /// Where it was requested.
    pub location: Location,
    /// What was requested.
    pub asked: Asked,
    /// The tokens that existed before: none of them can be the result.
    pub known: Known,
    /// Whether it is part of a rotation with proof, which a later run may continue.
    pub is_rotation: bool,
    /// Which of the organisation's rules the new token breaks, and why it was sent anyway.
    pub overridden: Option<Override>,
}

/// The progress of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// The request was not sent, so nothing changed.
    NotSent,
    /// The server refused, so nothing changed.
    Rejected,
    /// The outcome is unknown: an unconfirmed change.
    Unknown,
    /// The token was created, but the response could not be read, so its secret is lost.
    Unreadable {
        /// The new token's id, if it could be read.
        id: Option<TokenId>,
    },
    /// The change was made; if it brings a secret, axtok received it.
    Done {
        /// The new token's id, if there is one and the response said so.
        id: Option<TokenId>,
    },
    /// The secret is about to be delivered: from here on, its store may have it.
    Delivering {
        /// Recognises the secret when it is read back.
        print: Fingerprint,
    },
    /// The admin confirmed storing the secret, or a file or command accepted it.
    Delivered {
        /// The new token's id, if the response said so.
        id: Option<TokenId>,
        /// Where the secret went, in words; `None` if the admin stored it.
        to: Option<String>,
    },
    /// The secret was read back from its store, and the server accepts it.
    Proven,
    /// The program that checks the users of the token has succeeded.
    Probed,
    /// A step of a rotation failed. Changes nothing about how far the rotation got.
    Stuck {
        /// The step that failed.
        step: Step,
        /// Why, in words.
        why: String,
    },
    /// The admin resolved an unconfirmed change or a lost secret, or dismissed it.
    Settled {
        /// The reason, if one was given.
        why: Option<String>,
    },
}

impl Mark {
    /// Whether an entry whose last mark this is needs no further action.
    #[must_use]
    pub const fn ends(&self, asked: &Asked) -> bool {
        match self {
            Self::NotSent
            | Self::Rejected
            | Self::Delivered { .. }
            | Self::Proven
            | Self::Probed
            | Self::Settled { .. } => true,
            Self::Done { .. } => !asked.brings_secret(),
            Self::Unknown
            | Self::Unreadable { .. }
            | Self::Delivering { .. }
            | Self::Stuck { .. } => false,
        }
    }
}

impl Location {
    /// Whether this is the address and, where both are known, the organisation. An API
    /// token does not reveal its organisation.
    #[must_use]
    pub fn is_at(&self, url: &str, org: Option<&str>) -> bool {
        let orgs = self.org.as_deref().zip(org);
        self.url == url && orgs.is_none_or(|(there, here)| there == here)
    }
}

/// An unfinished entry of an earlier run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    /// The entry.
    pub entry: Entry,
    /// The last mark; `None` if axtok ended before it wrote one.
    pub last: Option<Mark>,
}

impl Open {
    /// The id of the token that it created, if that is known.
    #[must_use]
    pub const fn made(&self) -> Option<&TokenId> {
        match &self.last {
            Some(Mark::Unreadable { id } | Mark::Done { id }) => id.as_ref(),
            _ => None,
        }
    }
}
