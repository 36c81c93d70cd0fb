//! API requests and responses as data.

use super::error::Failure;
pub use super::preview::{Preview, terraform};
use crate::domain::{
    ApiToken, Dataset, NewPersonalToken, NewToken, Org, PersonalToken, Regeneration, Secret,
    TokenId, User, Verb, View,
    audit::{AuditEvent, LogQuery, Rows, Window},
    token::PresentMembers,
    usage::{Deed, Received},
};

/// One request. A mutation is sent at most once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// All API tokens of the organisation.
    ListTokens,
    /// One API token.
    GetToken(TokenId),
    /// Create an API token. The response has the secret.
    CreateToken(Box<NewToken>),
    /// Give an API token a new id and secret. The old one works until the end of its grace period.
    RegenerateToken(TokenId, Box<Regeneration>),
    /// Delete an API token.
    DeleteToken(TokenId),
    /// The organisation's datasets.
    ListDatasets,
    /// The organisation's views.
    ListViews,
    /// The organisations that the credential can access.
    ListOrgs,
    /// The user whom the credential belongs to.
    CurrentUser,
    /// The user's personal tokens. This call and the next two have no published routes. The
    /// routes are assumed, and a deployment without them is not unusual
    /// (`Failure::lacks_routes`).
    ListPersonalTokens,
    /// Create a personal token. Fetching the secret may need a second request.
    CreatePersonalToken(Box<NewPersonalToken>),
    /// Delete a personal token.
    DeletePersonalToken(TokenId),
    /// The users of the organisation.
    ListUsers,
    /// A query of the audit log. Read-only, but sent only once because it is a POST.
    AuditLog(LogQuery),
}

impl Call {
    /// Whether the call changes something. Such a call is never retried automatically.
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

    /// Whether the call is sent at most once, even if it fails: true for changes and for POST
    /// requests.
    #[must_use]
    pub const fn is_sent_once(&self) -> bool {
        self.is_mutation() || matches!(self, Self::AuditLog(_))
    }

    /// Whether the response contains a secret.
    #[must_use]
    pub const fn yields_secret(&self) -> bool {
        matches!(
            self,
            Self::CreateToken(_) | Self::RegenerateToken(..) | Self::CreatePersonalToken(_)
        )
    }

    /// A verb phrase for the call, as in "could not …".
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
            Self::ListUsers => "list the users",
            Self::AuditLog(_) => "read the audit log",
        }
    }

    /// The organisation right that the call requires, as (capability, verb). `None` if the API
    /// description requires none or does not have the call. Source: `x-axiom-capability`.
    #[must_use]
    pub const fn needs(&self) -> Option<(&'static str, Verb)> {
        match self {
            Self::ListTokens | Self::GetToken(_) => Some(("apiTokens", Verb::Read)),
            Self::CreateToken(_) => Some(("apiTokens", Verb::Create)),
            Self::RegenerateToken(..) => Some(("apiTokens", Verb::Update)),
            Self::DeleteToken(_) => Some(("apiTokens", Verb::Delete)),
            Self::ListViews => Some(("views", Verb::Read)),
            Self::ListUsers => Some(("users", Verb::Read)),
            Self::ListDatasets
            | Self::ListOrgs
            | Self::CurrentUser
            | Self::ListPersonalTokens
            | Self::CreatePersonalToken(_)
            | Self::DeletePersonalToken(_)
            | Self::AuditLog(_) => None,
        }
    }

    /// The request that would create or regenerate an API token, as text. `None` for any other
    /// call, and for one that cannot be sent. The routes for personal tokens depend on a setting;
    /// see [`Preview::of_change`].
    #[must_use]
    pub fn preview(&self) -> Option<Preview> {
        Preview::of(self)
    }
}

/// A successful response.
#[derive(Debug)]
pub enum Reply {
    /// To [`Call::ListTokens`].
    Tokens(Vec<ApiToken>),
    /// To [`Call::GetToken`].
    Token(Box<ApiToken>),
    /// To [`Call::CreateToken`] and [`Call::RegenerateToken`].
    Created(Box<Created<ApiToken>>),
    /// The token was deleted, or did not exist any more.
    Deleted,
    /// To [`Call::ListDatasets`].
    Datasets(Vec<Dataset>),
    /// To [`Call::ListViews`].
    Views(Vec<View>),
    /// To [`Call::ListOrgs`].
    Orgs(Vec<Org>),
    /// To [`Call::CurrentUser`].
    User(Box<User>),
    /// To [`Call::ListPersonalTokens`].
    PersonalTokens(Vec<PersonalToken>),
    /// To [`Call::CreatePersonalToken`].
    PersonalCreated(Box<Created<PersonalToken>>),
    /// To [`Call::ListUsers`].
    Users(Vec<User>),
    /// To [`Call::AuditLog`], with the part of the log that was queried.
    AuditLog(Window, LogAnswer),
}

/// The answer to a query of the audit log.
#[derive(Clone, Debug, PartialEq)]
pub enum LogAnswer {
    /// To [`LogQuestion::Events`](crate::domain::audit::LogQuestion::Events).
    Events(Rows<AuditEvent>),
    /// To [`LogQuestion::Deeds`](crate::domain::audit::LogQuestion::Deeds).
    Deeds(Rows<Deed>),
    /// To [`LogQuestion::Received`](crate::domain::audit::LogQuestion::Received).
    Received(Rows<Received>),
}

impl Reply {
    /// The id of the new token.
    #[must_use]
    pub const fn new_id(&self) -> Option<&TokenId> {
        match self {
            Self::Created(created) => created.id.as_ref(),
            Self::PersonalCreated(created) => created.id.as_ref(),
            _ => None,
        }
    }
}

/// A new token with its secret, which no later response contains.
#[derive(Debug)]
pub struct Created<T> {
    /// The token's value.
    pub secret: Secret,
    /// Missing only if the response was damaged.
    pub id: Option<TokenId>,
    /// Missing if the response was damaged; the secret is valid nevertheless.
    pub token: Option<T>,
    /// What was wrong with the response, if anything: "incomplete response".
    pub warning: Option<&'static str>,
    /// Which facts about the token the response contains.
    pub present: PresentMembers,
}

/// The result of a call.
pub type Answer = Result<Reply, Failure>;
