//! What can be asked of the API, and what it answers, as data.

use jiff::Timestamp;

use super::error::Failure;
pub use super::preview::{Preview, terraform};
use crate::domain::{
    ApiToken, Dataset, NewPersonalToken, NewToken, Org, PersonalToken, Regeneration, Secret,
    TokenId, User, Verb, View, audit::AuditEvent, token::PresentMembers,
};

/// One request. Sent exactly once if it is a mutation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    ListTokens,
    GetToken(TokenId),
    CreateToken(Box<NewToken>),
    RegenerateToken(TokenId, Box<Regeneration>),
    DeleteToken(TokenId),
    ListDatasets,
    ListViews,
    ListOrgs,
    CurrentUser,
    /// This and the next two have no published routes: they are assumed, and a
    /// deployment without them is nothing unusual (`Failure::lacks_routes`).
    ListPersonalTokens,
    /// Answers with the secret, for which a second request may be needed.
    CreatePersonalToken(Box<NewPersonalToken>),
    DeletePersonalToken(TokenId),
    /// What was done with API tokens in this time. A query, which changes nothing
    /// but is a POST: it is sent once. Its route is assumed.
    AuditLog {
        since: Timestamp,
        until: Timestamp,
    },
}

impl Call {
    /// Whether it changes something; such a call is never repeated by itself.
    #[must_use]
    pub const fn is_mutation(&self) -> bool {
        matches!(
            self,
            Self::CreateToken(_)
                | Self::RegenerateToken(..)
                | Self::DeleteToken(_)
                | Self::CreatePersonalToken(_)
                | Self::DeletePersonalToken(_)
        )
    }

    /// Whether it is sent once at most, whatever comes of it: a change, and what
    /// is a POST.
    #[must_use]
    pub const fn is_sent_once(&self) -> bool {
        self.is_mutation() || matches!(self, Self::AuditLog { .. })
    }

    /// Whether its answer carries a secret.
    #[must_use]
    pub const fn yields_secret(&self) -> bool {
        matches!(
            self,
            Self::CreateToken(_) | Self::RegenerateToken(..) | Self::CreatePersonalToken(_)
        )
    }

    /// What it does, as in "could not …".
    #[must_use]
    pub const fn describe(&self) -> &'static str {
        match self {
            Self::ListTokens => "list the API tokens",
            Self::GetToken(_) => "read the token",
            Self::CreateToken(_) => "create the token",
            Self::RegenerateToken(..) => "regenerate the token",
            Self::DeleteToken(_) => "delete the token",
            Self::ListDatasets => "list the datasets",
            Self::ListViews => "list the views",
            Self::ListOrgs => "list the organisations",
            Self::CurrentUser => "read the user",
            Self::ListPersonalTokens => "list the personal tokens",
            Self::CreatePersonalToken(_) => "create the personal token",
            Self::DeletePersonalToken(_) => "delete the personal token",
            Self::AuditLog { .. } => "read the audit log",
        }
    }

    /// The organisation right that it needs, as (capability, verb). `None`
    /// where the API description asks for none, or does not have it at all.
    /// Source: `x-axiom-capability`.
    #[must_use]
    pub const fn needs(&self) -> Option<(&'static str, Verb)> {
        match self {
            Self::ListTokens | Self::GetToken(_) => Some(("apiTokens", Verb::Read)),
            Self::CreateToken(_) => Some(("apiTokens", Verb::Create)),
            Self::RegenerateToken(..) => Some(("apiTokens", Verb::Update)),
            Self::DeleteToken(_) => Some(("apiTokens", Verb::Delete)),
            Self::ListViews => Some(("views", Verb::Read)),
            Self::ListDatasets
            | Self::ListOrgs
            | Self::CurrentUser
            | Self::ListPersonalTokens
            | Self::CreatePersonalToken(_)
            | Self::DeletePersonalToken(_)
            | Self::AuditLog { .. } => None,
        }
    }

    /// What creating or regenerating an API token would send, as text. `None` for
    /// any other call (where personal tokens are is a setting, which no call
    /// knows), and for one that cannot be sent.
    #[must_use]
    pub fn preview(&self) -> Option<Preview> {
        Preview::of(self)
    }
}

/// What came back.
#[derive(Debug)]
pub enum Reply {
    Tokens(Vec<ApiToken>),
    Token(Box<ApiToken>),
    /// From create and regenerate.
    Created(Box<Created<ApiToken>>),
    /// Deleted now, or gone already.
    Deleted,
    Datasets(Vec<Dataset>),
    Views(Vec<View>),
    Orgs(Vec<Org>),
    User(Box<User>),
    PersonalTokens(Vec<PersonalToken>),
    PersonalCreated(Box<Created<PersonalToken>>),
    AuditLog(Vec<AuditEvent>),
}

impl Reply {
    /// The id of the token that was made.
    #[must_use]
    pub const fn new_id(&self) -> Option<&TokenId> {
        match self {
            Self::Created(created) => created.id.as_ref(),
            Self::PersonalCreated(created) => created.id.as_ref(),
            _ => None,
        }
    }
}

/// A new token with its secret, which no other answer will ever carry.
#[derive(Debug)]
pub struct Created<T> {
    pub secret: Secret,
    /// Missing only when the answer was damaged.
    pub id: Option<TokenId>,
    /// Missing when the answer was damaged; the secret counts all the same.
    pub token: Option<T>,
    /// What was wrong with the answer, if something was: "incomplete reply".
    pub warning: Option<&'static str>,
    /// What the answer tells of the token.
    pub told: PresentMembers,
}

/// How a call ended.
pub type Answer = Result<Reply, Failure>;
