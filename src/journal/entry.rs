//! What the journal keeps: entries, the marks that say how they went, and which
//! of them are over.

use std::fmt;

use jiff::Timestamp;
use uuid::Uuid;

use super::known::Known;
use crate::domain::{Expiry, Grants, TokenId};

/// The number of one entry; the same on all its lines.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntryId(pub(super) String);

impl EntryId {
    /// A new one, unlike every other.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "two of them are never equal")]
    pub fn new() -> Self {
        Self(Uuid::new_v4().to_string())
    }
}

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where it was asked: the name and address of the deployment, and the
/// organisation where there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    pub deployment: String,
    pub url: String,
    pub org: Option<String>,
}

/// What was asked: without any secret, and enough to recognise the result in a
/// list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    Create {
        name: String,
        description: String,
        expiry: Expiry,
        grants: Grants,
    },
    /// Beside the old token's id and end, the new token as it should be.
    Regenerate {
        old: TokenId,
        old_ends: Timestamp,
        name: String,
        description: String,
        expiry: Expiry,
        grants: Grants,
    },
    Delete {
        id: TokenId,
        name: String,
    },
    CreatePersonal {
        name: String,
        description: String,
    },
    DeletePersonal {
        id: TokenId,
        name: String,
    },
}

impl Asked {
    /// As in "creating ci".
    #[must_use]
    pub const fn describe(&self) -> &'static str {
        match self {
            Self::Create { .. } | Self::CreatePersonal { .. } => "creating",
            Self::Regenerate { .. } => "regenerating",
            Self::Delete { .. } | Self::DeletePersonal { .. } => "deleting",
        }
    }

    /// The name of the token that it is about.
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

    /// Whether its answer brings a secret, which is given only once.
    #[must_use]
    pub const fn brings_secret(&self) -> bool {
        match self {
            Self::Create { .. } | Self::Regenerate { .. } | Self::CreatePersonal { .. } => true,
            Self::Delete { .. } | Self::DeletePersonal { .. } => false,
        }
    }
}

/// One change that was asked of the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub id: EntryId,
    pub at: Timestamp,
    pub location: Location,
    pub asked: Asked,
    /// The tokens that existed before: none of them can be the result.
    pub known: Known,
}

/// How far an entry got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Nothing was sent, so nothing happened.
    NotSent,
    /// Refused, so nothing happened.
    Rejected,
    /// Nobody knows: it must be looked for.
    Unknown,
    /// Made, but its secret is lost.
    Unreadable { id: Option<TokenId> },
    /// Made or deleted; if it brings a secret, that reached us.
    Done { id: Option<TokenId> },
    /// The admin has stored the secret, or a file or command took it.
    Delivered { id: Option<TokenId> },
    /// Looked for, and the admin decided: found and dealt with, or given up.
    Settled,
}

impl Mark {
    /// Whether nothing is left to do when this is an entry's last mark.
    #[must_use]
    pub const fn ends(&self, asked: &Asked) -> bool {
        match self {
            Self::NotSent | Self::Rejected | Self::Delivered { .. } | Self::Settled => true,
            Self::Done { .. } => !asked.brings_secret(),
            Self::Unknown | Self::Unreadable { .. } => false,
        }
    }
}

/// A regeneration: until the old token ends, both work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotation {
    pub location: Location,
    pub at: Timestamp,
    pub old: TokenId,
    /// `None`: the answer did not say.
    pub new: Option<TokenId>,
    pub old_ends: Timestamp,
}

impl Rotation {
    /// Whether this token is its old or its new one.
    #[must_use]
    pub fn has(&self, id: &TokenId) -> bool {
        self.old == *id || self.new.as_ref() == Some(id)
    }

    /// Whether it happened at this address, in this organisation. An API token does not
    /// say which one is its.
    #[must_use]
    pub fn is_at(&self, url: &str, org: Option<&str>) -> bool {
        self.location.is_at(url, org)
    }
}

impl Location {
    /// Whether it is this address, and can be this organisation. An API token does not
    /// say which one is its.
    #[must_use]
    pub fn is_at(&self, url: &str, org: Option<&str>) -> bool {
        let orgs = self.org.as_deref().zip(org);
        self.url == url && orgs.is_none_or(|(there, here)| there == here)
    }
}

/// An entry of an earlier run that is not over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    pub entry: Entry,
    /// `None` when the program ended before it could mark it.
    pub last: Option<Mark>,
}

impl Open {
    /// The token that it made, if that is known.
    #[must_use]
    pub const fn made(&self) -> Option<&TokenId> {
        match &self.last {
            Some(Mark::Unreadable { id } | Mark::Done { id }) => id.as_ref(),
            _ => None,
        }
    }
}
