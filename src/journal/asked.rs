//! The JSON of a requested change.

use serde::{Deserialize, Serialize};

use super::{entry::Asked, grants::GrantsJson};
use crate::domain::{Expiry, Grants, TokenId};

const NEVER: &str = "never";

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum AskedJson {
    Create(TokenJson),
    Regenerate {
        old: String,
        old_ends: String,
        new: TokenJson,
    },
    Delete {
        id: String,
        name: String,
    },
    CreatePersonal {
        name: String,
        description: String,
    },
    DeletePersonal {
        id: String,
        name: String,
    },
    /// A change that only a newer version knows.
    #[serde(other, skip_serializing)]
    Foreign,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct TokenJson {
    name: String,
    description: String,
    /// An RFC 3339 time, or `never`. Never is explicit, so that it differs from a missing
    /// member.
    expires: String,
    grants: GrantsJson,
}

impl TokenJson {
    fn of(name: &str, description: &str, expiry: Expiry, grants: &Grants) -> Self {
        Self {
            name: name.to_owned(),
            description: description.to_owned(),
            expires: expiry.at().map_or_else(|| NEVER.to_owned(), |at| at.to_string()),
            grants: GrantsJson::of(grants),
        }
    }

    fn expiry(&self) -> Option<Expiry> {
        if self.expires == NEVER {
            return Some(Expiry::Never);
        }
        self.expires.parse().ok().map(Expiry::At)
    }
}

impl AskedJson {
    pub fn of(asked: &Asked) -> Self {
        let text = |id: &TokenId| id.raw().to_owned();
        match asked {
            Asked::Create { name, description, expiry, grants } => {
                Self::Create(TokenJson::of(name, description, *expiry, grants))
            }
            Asked::Regenerate { old, old_ends, name, description, expiry, grants } => {
                Self::Regenerate {
                    old: text(old),
                    old_ends: old_ends.to_string(),
                    new: TokenJson::of(name, description, *expiry, grants),
                }
            }
            Asked::Delete { id, name } => Self::Delete { id: text(id), name: name.clone() },
            Asked::CreatePersonal { name, description } => {
                Self::CreatePersonal { name: name.clone(), description: description.clone() }
            }
            Asked::DeletePersonal { id, name } => {
                Self::DeletePersonal { id: text(id), name: name.clone() }
            }
        }
    }

    /// The change; `None` if a time in it is invalid, or if only a newer version knows the
    /// change.
    pub fn asked(self) -> Option<Asked> {
        Some(match self {
            Self::Create(new) => Asked::Create {
                expiry: new.expiry()?,
                grants: new.grants.grants(),
                name: new.name,
                description: new.description,
            },
            Self::Regenerate { old, old_ends, new } => Asked::Regenerate {
                old: TokenId::new(old),
                old_ends: old_ends.parse().ok()?,
                expiry: new.expiry()?,
                grants: new.grants.grants(),
                name: new.name,
                description: new.description,
            },
            Self::Delete { id, name } => Asked::Delete { id: TokenId::new(id), name },
            Self::CreatePersonal { name, description } => {
                Asked::CreatePersonal { name, description }
            }
            Self::DeletePersonal { id, name } => {
                Asked::DeletePersonal { id: TokenId::new(id), name }
            }
            Self::Foreign => return None,
        })
    }
}
