//! Changes, and what the journal records of them.

use jiff::Timestamp;

use crate::{
    api::call::Call,
    domain::{
        ApiToken, NewPersonalToken, NewToken, PersonalToken, Policies, Regeneration, SafeText,
        TokenId,
        policy::{self, Override, Subject},
        review::Finding,
        token::Renewal,
    },
    journal::{Asked, Known},
};

/// What a change does to which token, for messages and for handling the outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Intent {
    /// Create an API token.
    Create {
        /// The new token's name.
        name: String,
    },
    /// Regenerate an API token.
    Regenerate {
        /// The token that is replaced.
        old: TokenId,
        /// The old token's name.
        name: SafeText,
        /// When the old token stops working.
        old_ends: Timestamp,
    },
    /// Delete an API token.
    Delete {
        /// The token.
        id: TokenId,
        /// The token's name.
        name: SafeText,
    },
    /// Create a personal token.
    CreatePersonal {
        /// The new token's name.
        name: String,
    },
    /// Delete a personal token.
    DeletePersonal {
        /// The token.
        id: TokenId,
        /// The token's name.
        name: SafeText,
    },
}

impl Intent {
    /// Creating a token, and the call that does it.
    #[must_use]
    pub fn create(new: NewToken) -> (Self, Call) {
        (Self::Create { name: new.name.clone() }, Call::CreateToken(Box::new(new)))
    }

    /// Regenerating a token, and the call that does it.
    #[must_use]
    pub fn regenerate(token: &ApiToken, old_ends: Timestamp, renewal: Renewal) -> (Self, Call) {
        let (old, name) = (token.id.clone(), token.name.clone());
        let how = Box::new(Regeneration { old_ends, renewal });
        (Self::Regenerate { old: old.clone(), name, old_ends }, Call::RegenerateToken(old, how))
    }

    /// Deleting a token, and the call that does it.
    #[must_use]
    pub fn delete(token: &ApiToken) -> (Self, Call) {
        let (id, name) = (token.id.clone(), token.name.clone());
        (Self::Delete { id: id.clone(), name }, Call::DeleteToken(id))
    }

    /// Creating a personal token, and the call that does it.
    #[must_use]
    pub fn create_personal(new: NewPersonalToken) -> (Self, Call) {
        let name = new.name.clone();
        (Self::CreatePersonal { name }, Call::CreatePersonalToken(Box::new(new)))
    }

    /// Deleting a personal token, and the call that does it.
    #[must_use]
    pub fn delete_personal(token: &PersonalToken) -> (Self, Call) {
        let (id, name) = (token.id.clone(), token.name.clone());
        (Self::DeletePersonal { id: id.clone(), name }, Call::DeletePersonalToken(id))
    }

    /// The name of the token.
    #[must_use]
    pub fn name(&self) -> SafeText {
        match self {
            Self::Create { name } | Self::CreatePersonal { name } => name.as_str().into(),
            Self::Regenerate { name, .. }
            | Self::Delete { name, .. }
            | Self::DeletePersonal { name, .. } => name.clone(),
        }
    }

    /// The existing token that is changed.
    #[must_use]
    pub const fn old(&self) -> Option<&TokenId> {
        match self {
            Self::Create { .. } | Self::CreatePersonal { .. } => None,
            Self::Regenerate { old: id, .. }
            | Self::Delete { id, .. }
            | Self::DeletePersonal { id, .. } => Some(id),
        }
    }

    /// Whether this existing token is changed.
    #[must_use]
    pub fn is_about(&self, token: &TokenId) -> bool {
        self.old() == Some(token)
    }

    /// A phrase such as "creating ci-edge".
    #[must_use]
    pub fn describe(&self) -> String {
        let doing = match self {
            Self::Create { .. } | Self::CreatePersonal { .. } => "creating",
            Self::Regenerate { .. } => "regenerating",
            Self::Delete { .. } | Self::DeletePersonal { .. } => "deleting",
        };
        format!("{doing} {}", self.name())
    }
}

/// What the journal records of a change before it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The requested change.
    pub asked: Asked,
    /// Tokens that already exist.
    pub known: Known,
    /// The admin chose to send the change although the journal cannot be written.
    pub without_journal: bool,
    /// The change is part of a rotation with proof.
    pub is_rotation: bool,
    /// Which of the organisation's rules the new token breaks, and why it is sent anyway.
    pub overridden: Option<Override>,
}

/// The token lists that were read; `None` for a list that was not.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lists<'a> {
    /// The API tokens.
    pub tokens: Option<&'a [ApiToken]>,
    /// The personal tokens.
    pub personal: Option<&'a [PersonalToken]>,
}

/// What the organisation's rules have against the token that a change would make; nothing against
/// other changes. A token whose rights are not known cannot be checked.
#[must_use]
pub fn objections(
    policies: &Policies,
    lists: Lists<'_>,
    (intent, call): (&Intent, &Call),
    now: Timestamp,
) -> Vec<Finding> {
    if policies.is_empty() {
        return Vec::new();
    }
    let (name, description, expiry, grants) = match asked_of(lists, intent, call) {
        Some((Asked::Create { name, description, expiry, grants }, _)) => {
            (name, description, expiry, grants)
        }
        Some((Asked::Regenerate { old, name, description, expiry, grants, .. }, _)) => {
            let is_same = matches!(call, Call::RegenerateToken(_, how)
                if matches!(how.renewal, Renewal::Same { .. }));
            // A token that was listed without any right has some that were left out.
            let is_known = |t: &ApiToken| t.id == old && !t.grants.is_empty();
            if is_same && !lists.tokens.is_some_and(|all| all.iter().any(is_known)) {
                return vec![policy::unchecked("the old token's rights are not known")];
            }
            (name, description, expiry, grants)
        }
        _ => return Vec::new(),
    };
    let new =
        Subject { name: &name, description: &description, expiry: expiry.into(), grants: &grants };
    policies.objections(&new, now)
}

/// What the journal records of a change: the request, completed from the lists that were read,
/// and the tokens that already exist. `None` for a call that changes nothing.
#[must_use]
pub fn asked_of(lists: Lists<'_>, intent: &Intent, call: &Call) -> Option<(Asked, Known)> {
    let asked = match (call, intent) {
        (Call::CreateToken(new), _) => Asked::Create {
            name: new.name.clone(),
            description: new.description.clone(),
            expiry: new.expiry,
            grants: new.grants.clone(),
        },
        (Call::RegenerateToken(id, how), Intent::Regenerate { name, .. }) => {
            let old = lists.tokens.unwrap_or_default().iter().find(|t| t.id == *id);
            let (description, grants) = old.map_or_else(Default::default, |t| {
                (t.description.raw().to_owned(), t.grants.clone())
            });
            let (old, old_ends) = (id.clone(), how.old_ends);
            match &how.renewal {
                Renewal::Same { new_expiry } => Asked::Regenerate {
                    old,
                    old_ends,
                    name: name.raw().to_owned(),
                    description,
                    expiry: *new_expiry,
                    grants,
                },
                Renewal::Replaced(new) => Asked::Regenerate {
                    old,
                    old_ends,
                    name: new.name.clone(),
                    description: new.description.clone(),
                    expiry: new.expiry,
                    grants: new.grants.clone(),
                },
            }
        }
        (Call::DeleteToken(id), Intent::Delete { name, .. }) => {
            Asked::Delete { id: id.clone(), name: name.raw().to_owned() }
        }
        (Call::CreatePersonalToken(new), _) => {
            Asked::CreatePersonal { name: new.name.clone(), description: new.description.clone() }
        }
        (Call::DeletePersonalToken(id), Intent::DeletePersonal { name, .. }) => {
            Asked::DeletePersonal { id: id.clone(), name: name.raw().to_owned() }
        }
        _ => return None,
    };
    let wanted = asked.name();
    let known = match &asked {
        Asked::CreatePersonal { .. } | Asked::DeletePersonal { .. } => {
            let list = lists.personal.map(|all| all.iter().map(|t| (&t.id, t.name.raw())));
            Known::of(list, wanted)
        }
        _ => Known::of(lists.tokens.map(|all| all.iter().map(|t| (&t.id, t.name.raw()))), wanted),
    };
    Some((asked, known))
}

#[cfg(test)]
mod tests;
