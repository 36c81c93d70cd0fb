//! The JSON of commands that change something: results, and requests of a dry run.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use super::{ExpiresAt, Outcome, Time};
use crate::{
    api::call::Preview,
    domain::SafeText,
    journal::{self, Likeness},
    ops::reconcile,
};

/// What a change does.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// Creates a token.
    Create,
    /// Regenerates a token, with the same rights or with others.
    Regenerate,
    /// Deletes a token.
    Delete,
}

/// The result of one change.
#[derive(Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ChangeResult<'a> {
    /// What the change does.
    pub change: ChangeKind,
    /// The token's name; for a new token as in the response.
    pub name: &'a str,
    /// How the change ended.
    pub outcome: Outcome,
    /// The exit status for this outcome. A change that was not sent has the status of the
    /// change that stopped the command.
    pub status: u8,
    /// What happened.
    pub message: String,
    /// What is left to do; null if nothing is.
    pub advice: Option<&'a str>,
    /// The id of the token that is regenerated or deleted; null for a new token.
    pub old_id: Option<&'a str>,
    /// When the regenerated token stops working; null unless there is a new token for it.
    pub old_expires_at: Option<Time>,
    /// The new token's id; null if there is none, or if the response has no id.
    pub id: Option<&'a str>,
    /// When the new token stops working; null if it never does, or if there is no new token.
    pub expires_at: Option<ExpiresAt>,
    /// How the new token differs from the request.
    pub differences: Vec<Difference<'a>>,
    /// After a lost response: listed tokens that may be the new one, most likely first.
    pub candidates: Vec<Candidate<'a>>,
    /// Where the secret was delivered, in words; null if `secret` has it.
    pub delivered: Option<&'a str>,
    /// The new token's secret; null if it was delivered elsewhere, or if there is none.
    pub secret: Option<&'a str>,
}

/// Without the secret.
impl fmt::Debug for ChangeResult<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("ChangeResult");
        shown.field("name", &self.name).field("outcome", &self.outcome).finish_non_exhaustive()
    }
}

/// A difference between a new token and the request.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Difference<'a> {
    /// The member that differs.
    #[cfg_attr(feature = "schemas", schemars(schema_with = "super::schema::fields"))]
    field: &'static str,
    /// The requested value; null for a right that was not requested. An expiry is a time in
    /// RFC 3339 or `never`.
    requested: Option<&'a str>,
    /// The new token's value; null for a right that it lacks. Both values are null if they
    /// differ in rights that axtok does not know.
    actual: Option<&'a str>,
}

impl<'a> From<&'a journal::Difference> for Difference<'a> {
    fn from(difference: &'a journal::Difference) -> Self {
        let journal::Difference { what, asked, made, .. } = difference;
        let raw = |text: &'a Option<SafeText>| text.as_ref().map(SafeText::raw);
        Self { field: what, requested: raw(asked), actual: raw(made) }
    }
}

/// A listed token that may be the result of a change.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Candidate<'a> {
    /// The token's id.
    id: &'a str,
    /// The token's name.
    name: &'a str,
    /// How likely it is the result.
    certainty: Likeness,
}

impl<'a> From<&'a reconcile::Candidate> for Candidate<'a> {
    fn from(candidate: &'a reconcile::Candidate) -> Self {
        let reconcile::Candidate { id, name, likeness, .. } = candidate;
        Self { id: id.raw(), name: name.raw(), certainty: *likeness }
    }
}

/// A request that a dry run does not send.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct PlannedRequest<'a> {
    /// The HTTP method.
    #[cfg_attr(feature = "schemas", schemars(schema_with = "super::schema::methods"))]
    method: &'static str,
    /// The percent-encoded path below the deployment's address.
    path: &'a str,
    /// The JSON body; null without one.
    #[cfg_attr(feature = "schemas", schemars(with = "Option<serde_json::Map<String, Value>>"))]
    body: Value,
}

impl<'a> From<&'a Preview> for PlannedRequest<'a> {
    fn from(preview: &'a Preview) -> Self {
        let body = serde_json::from_str(&preview.body).unwrap_or(Value::Null);
        Self { method: preview.method, path: &preview.path, body }
    }
}
