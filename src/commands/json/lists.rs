//! The JSON of the other lists: personal tokens, datasets, organisations, unconfirmed changes.

use serde::Serialize;

use super::{ChangeKind, Time};
use crate::{
    domain::{self, SafeText, TokenId},
    journal::{Mark, Open},
};

/// A personal token.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct PersonalToken<'a> {
    /// The id.
    id: &'a str,
    /// The name. Names are not unique.
    name: &'a str,
    /// The description; may be empty.
    description: &'a str,
}

impl<'a> From<&'a domain::PersonalToken> for PersonalToken<'a> {
    fn from(token: &'a domain::PersonalToken) -> Self {
        let domain::PersonalToken { id, name, description, .. } = token;
        Self { id: id.raw(), name: name.raw(), description: description.raw() }
    }
}

/// A dataset.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Dataset<'a> {
    /// The name.
    name: &'a str,
    /// The description; may be empty.
    description: &'a str,
}

impl<'a> From<&'a domain::Dataset> for Dataset<'a> {
    fn from(dataset: &'a domain::Dataset) -> Self {
        Self { name: dataset.name.raw(), description: dataset.description.raw() }
    }
}

/// An organisation that the credential has access to.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Org<'a> {
    /// The id.
    id: &'a str,
    /// The name.
    name: &'a str,
    /// The user's role; null for an API token.
    role: Option<&'a str>,
}

impl<'a> From<&'a domain::Org> for Org<'a> {
    fn from(org: &'a domain::Org) -> Self {
        let role = org.role.as_ref().map(SafeText::raw);
        Self { id: org.id.raw(), name: org.name.raw(), role }
    }
}

/// A change of an earlier run whose outcome is not confirmed.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct JournalEntry<'a> {
    /// The entry's id, for `axtok journal close`.
    entry: String,
    /// When the change was sent.
    at: Time,
    /// What was sent.
    change: ChangeKind,
    /// The token's name.
    name: &'a str,
    /// The deployment's name.
    deployment: &'a str,
    /// The deployment's address.
    url: &'a str,
    /// The organisation's id; null if it was not known, as with an API token.
    org: Option<&'a str>,
    /// The id of the token that was to be regenerated or deleted; null for a new token.
    old_id: Option<&'a str>,
    /// The new token's id; null if it is not known, or if there is none.
    id: Option<&'a str>,
    /// What is known about the outcome.
    outcome: JournalOutcome,
}

/// What is known about the outcome of an unconfirmed change.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
enum JournalOutcome {
    /// Nothing: the change may have taken effect.
    Unknown,
    /// The token was created, but its secret could not be read.
    SecretLost,
    /// The token was created, and nobody confirmed that its secret is stored.
    SecretNotConfirmed,
}

impl<'a> From<&'a Open> for JournalEntry<'a> {
    fn from(open: &'a Open) -> Self {
        let entry = &open.entry;
        let (change, old_id) = ChangeKind::of(&entry.asked);
        let outcome = match open.last {
            Some(Mark::Unreadable { .. }) => JournalOutcome::SecretLost,
            Some(Mark::Done { .. }) => JournalOutcome::SecretNotConfirmed,
            _ => JournalOutcome::Unknown,
        };
        Self {
            entry: entry.id.to_string(),
            at: Time(entry.at),
            change,
            name: entry.asked.name(),
            deployment: &entry.location.deployment,
            url: &entry.location.url,
            org: entry.location.org.as_deref(),
            old_id,
            id: open.made().map(TokenId::raw),
            outcome,
        }
    }
}
