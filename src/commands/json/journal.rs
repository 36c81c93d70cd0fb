//! The JSON of `axtok history` and `axtok journal look`.

use serde::Serialize;

use super::{ChangeKind, Time, change::Candidate};
use crate::journal::{self, Asked, Outcome};

/// A change in the journal.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RecordedChange<'a> {
    /// The entry's id, for `axtok journal`.
    entry: String,
    /// When the change was sent.
    at: Time,
    /// What was sent.
    change: ChangeKind,
    /// Whether it is about a personal token.
    personal: bool,
    /// The token's name; for a regeneration that of the new token.
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
    /// How the change ended, or how far it is.
    outcome: HistoryOutcome,
    /// When `outcome` was recorded; null if that is not known.
    recorded_at: Option<Time>,
    /// Whether the outcome is unknown, or the secret is not confirmed as stored.
    open: bool,
    /// Whether it is part of a rotation with proof.
    rotation: bool,
    /// The step of a rotation that failed last; null if none did, or if one succeeded since.
    stuck: Option<Stuck<'a>>,
    /// Where the secret went, in words; null if it went nowhere, or if the user stored it.
    delivered: Option<&'a str>,
    /// Which rules of the organisation the new token breaks, and why it was sent anyway; null if
    /// it breaks none.
    #[serde(rename = "override")]
    overridden: Option<Overridden<'a>>,
    /// Why the entry was closed; null if it was not closed, or without a reason.
    reason: Option<&'a str>,
}

/// Rules that were overridden.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
struct Overridden<'a> {
    /// The codes of the findings, such as `policy/max-lifetime`.
    rules: &'a [String],
    /// Why, in the words of whoever sent the change.
    reason: &'a str,
}

/// A step of a rotation that failed.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
struct Stuck<'a> {
    /// The step: `regenerate`, `deliver`, `prove`, `probe` or `end-old`.
    step: &'static str,
    /// What happened.
    message: &'a str,
}

/// How a change ended, or how far it is.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
enum HistoryOutcome {
    /// Another process is making it now.
    InProgress,
    /// The request was not sent.
    NotSent,
    /// The server refused the request.
    Refused,
    /// It may have taken effect.
    Unknown,
    /// The token was created, but its secret could not be read.
    SecretLost,
    /// The token was created, and nobody confirmed that its secret is stored.
    SecretNotConfirmed,
    /// The delivery of the secret has begun, and its end is unknown.
    Delivering,
    /// A step of a rotation failed: see `stuck`.
    Stuck,
    /// A rotation delivered the secret, and has not proven yet that it is stored.
    Delivered,
    /// A rotation read the stored secret back, and the server accepts it.
    Proven,
    /// A rotation is proven, and the users of the token are well.
    Probed,
    /// The change was made, and its secret, if it brings one, is stored.
    Done,
    /// The user closed the entry.
    Closed,
}

impl From<Outcome> for HistoryOutcome {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::InProgress => Self::InProgress,
            Outcome::NotSent => Self::NotSent,
            Outcome::Refused => Self::Refused,
            Outcome::Unknown => Self::Unknown,
            Outcome::Lost => Self::SecretLost,
            Outcome::NotConfirmed => Self::SecretNotConfirmed,
            Outcome::Delivering => Self::Delivering,
            Outcome::Stuck(_) => Self::Stuck,
            Outcome::Delivered => Self::Delivered,
            Outcome::Proven => Self::Proven,
            Outcome::Probed => Self::Probed,
            Outcome::Done => Self::Done,
            Outcome::Closed => Self::Closed,
        }
    }
}

impl<'a> From<&'a journal::RecordedChange> for RecordedChange<'a> {
    fn from(change: &'a journal::RecordedChange) -> Self {
        let (entry, location) = (&change.entry, &change.entry.location);
        let (kind, old) = ChangeKind::of(&entry.asked);
        Self {
            entry: entry.id.to_string(),
            at: Time(entry.at),
            change: kind,
            personal: entry.asked.is_personal(),
            name: entry.asked.name(),
            deployment: &location.deployment,
            url: &location.url,
            org: location.org.as_deref(),
            old_id: old,
            id: change.made.as_ref().map(crate::domain::TokenId::raw),
            outcome: change.outcome().into(),
            recorded_at: change.marked.map(Time),
            open: change.is_open(),
            rotation: entry.is_rotation,
            stuck: change
                .stuck
                .as_ref()
                .map(|(step, message)| Stuck { step: step.label(), message }),
            delivered: change.place.as_deref(),
            overridden: entry
                .overridden
                .as_ref()
                .map(|given| Overridden { rules: &given.codes, reason: given.reason.raw() }),
            reason: change.reason(),
        }
    }
}

impl ChangeKind {
    /// What was requested, and the id of the token that it regenerates or deletes.
    pub(super) fn of(asked: &Asked) -> (Self, Option<&str>) {
        match asked {
            Asked::Create { .. } | Asked::CreatePersonal { .. } => (Self::Create, None),
            Asked::Regenerate { old, .. } => (Self::Regenerate, Some(old.raw())),
            Asked::Delete { id, .. } | Asked::DeletePersonal { id, .. } => {
                (Self::Delete, Some(id.raw()))
            }
        }
    }
}

/// What the list of tokens shows about an unconfirmed change.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Looked<'a> {
    /// The entry's id.
    pub entry: String,
    /// The token's name.
    pub name: &'a str,
    /// What the list shows.
    pub found: Found,
    /// Listed tokens that may be the result, most likely first.
    pub candidates: Vec<Candidate<'a>>,
}

/// What the list of tokens shows about an unconfirmed change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Found {
    /// The token that was to be deleted is gone. The entry is closed.
    Deleted,
    /// The token that was to be deleted is still listed.
    StillListed,
    /// No token in the list can be the result. It may still appear.
    Nothing,
    /// One token is certainly the result: see `candidates`.
    One,
    /// Tokens may be the result: see `candidates`.
    Candidates,
}
