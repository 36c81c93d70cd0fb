//! The JSON of API tokens, findings and expiries.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::{Serialize, Serializer, ser::SerializeMap as _};
use serde_json::Value;

use super::{Time, TokenUsage};
use crate::{
    api::wire,
    domain::{
        ApiToken, Expiry, Grants, Kind, Policies, TokenExpiry,
        review::{self, Severity},
        token::State,
        usage::Usage,
    },
    ops::Half,
};

/// An API token, with its state and findings at the time of the command.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Token<'a> {
    /// The id.
    id: &'a str,
    /// The name. Names are not unique.
    name: &'a str,
    /// The description; may be empty.
    description: &'a str,
    /// The type that Axiom's console shows, inferred from the rights.
    #[serde(rename = "type")]
    kind: Kind,
    /// Whether the token works.
    state: State,
    /// When the token stops working.
    expires_at: ExpiresAt,
    /// What the token can do, in words.
    summary: String,
    /// What deserves a second look. Findings that depend on other tokens or on the lists of
    /// datasets and views are only in the output of `axtok review`.
    findings: Vec<Finding<'static>>,
    /// Which token of a regeneration it is; only while both work, and if this computer made the
    /// regeneration.
    #[serde(skip_serializing_if = "Option::is_none")]
    rotation: Option<RotationHalf>,
    /// What the audit log says that the token does. Only with `--usage`.
    #[serde(skip_serializing_if = "Option::is_none")]
    usage: Option<TokenUsage>,
    #[serde(flatten)]
    capabilities: Capabilities<'a>,
}

impl<'a> Token<'a> {
    /// The token at this time.
    #[must_use]
    pub fn at(token: &'a ApiToken, policies: &Policies, now: Timestamp) -> Self {
        let findings = review::findings(token, policies, now).into_iter();
        Self {
            id: token.id.raw(),
            name: token.name.raw(),
            description: token.description.raw(),
            kind: token.kind(),
            state: token.state(now),
            expires_at: (&token.expiry).into(),
            summary: token.grants.summary(),
            findings: findings.map(Into::into).collect(),
            rotation: None,
            usage: None,
            capabilities: Capabilities(&token.grants),
        }
    }

    /// The same, with what the token does.
    #[must_use]
    pub fn with_usage(self, token: &ApiToken, usage: Option<&Usage>) -> Self {
        Self { usage: usage.map(|usage| TokenUsage::of(token, usage)), ..self }
    }

    /// The same, with the half of a regeneration that it is.
    #[must_use]
    pub fn with_half(self, half: Option<&Half>) -> Self {
        Self { rotation: half.map(Into::into), ..self }
    }
}

/// One of two tokens of a regeneration.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
struct RotationHalf {
    /// Which one it is.
    half: HalfWord,
    /// The id of the other one; null if the response did not say it.
    other: Option<String>,
}

/// Which token of a regeneration.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
enum HalfWord {
    /// The one that was regenerated.
    Old,
    /// The one that replaces it.
    New,
}

impl From<&Half> for RotationHalf {
    fn from(half: &Half) -> Self {
        let word = if half.is_old { HalfWord::Old } else { HalfWord::New };
        Self { half: word, other: half.other.as_ref().map(|id| id.raw().to_owned()) }
    }
}

/// Something about a token that deserves a second look.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Finding<'a> {
    /// The kind of finding.
    #[cfg_attr(feature = "schemas", schemars(schema_with = "super::schema::codes"))]
    code: &'static str,
    /// How much the finding matters.
    severity: Severity,
    /// What is wrong.
    message: Cow<'a, str>,
    /// How to fix it.
    fix: &'static str,
}

impl From<review::Finding> for Finding<'_> {
    fn from(review::Finding { code, severity, why, fix }: review::Finding) -> Self {
        Self { code, severity, message: why.into(), fix }
    }
}

impl<'a> From<&'a review::Finding> for Finding<'a> {
    fn from(finding: &'a review::Finding) -> Self {
        let review::Finding { code, severity, why, fix } = finding;
        Self { code, severity: *severity, message: why.into(), fix }
    }
}

/// When a token stops working.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum ExpiresAt {
    /// Never.
    Never,
    /// At this time.
    At(Time),
    /// The server's value, which is not a time. The token's state is `unknown`. Null becomes
    /// the string `null`, and a number that would lose digits becomes a string.
    Unreadable(Value),
}

impl From<&TokenExpiry> for ExpiresAt {
    fn from(expiry: &TokenExpiry) -> Self {
        match expiry {
            TokenExpiry::Known(Expiry::Never) => Self::Never,
            TokenExpiry::Known(Expiry::At(at)) => Self::At(Time(*at)),
            TokenExpiry::Unread(json) => {
                let value: Value = serde_json::from_str(json.raw()).unwrap_or(Value::Null);
                let written = value.to_string();
                let as_it_came = value.is_string() || written == json.raw();
                let is_safe = as_it_came && !value.is_null();
                Self::Unreadable(if is_safe { value } else { json.raw().into() })
            }
        }
    }
}

/// The rights, as in the API. The three known scopes are always present.
#[derive(Debug)]
pub struct Capabilities<'a>(&'a Grants);

impl Serialize for Capabilities<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        wire::capabilities(&mut map, self.0, true)?;
        map.end()
    }
}
