//! The JSON of what tokens do, from the audit log.

use serde::Serialize;

use super::Time;
use crate::domain::{
    ApiToken, Scope,
    audit::{AuditAction, AuditEvent},
    usage::{Naming, RightUse, Unknowable, Usage, Verdict},
};

/// What the audit log says that a token does.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct TokenUsage {
    /// When the log last shows the token; null if it does not.
    last_seen: Option<Time>,
    /// How the organisation's log names tokens; null if it names none, and then nothing can be
    /// known. The same for every token.
    by: Option<NamedBy>,
    /// How far back the log was queried.
    window_seconds: i64,
    /// Whether the token was not seen, although its use would be in the log.
    unused: bool,
    /// The known rights, one by one.
    rights: Vec<RightUsage>,
}

/// How the log names tokens.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
enum NamedBy {
    /// By their ids.
    Id,
    /// By their names.
    Name,
}

/// Whether a right is used.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct RightUsage {
    /// What `target` is.
    scope: Scope,
    /// The dataset or view; `*` for all of them; null for the organisation.
    target: Option<String>,
    /// The right, such as `query:read`.
    right: String,
    /// Whether the right is used.
    verdict: UseVerdict,
    /// How many times it was used in the window; null unless the verdict is `used`.
    times: Option<u64>,
    /// When it was last used; null unless the verdict is `used`.
    last_used: Option<Time>,
    /// Why it is not known; null unless the verdict is `unknown`.
    reason: Option<Unknowable>,
}

/// Whether a right is used.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
enum UseVerdict {
    /// The log shows that it was used.
    Used,
    /// Its use would be in the log, and is not.
    NotSeen,
    /// The log cannot tell.
    Unknown,
}

impl TokenUsage {
    /// The usage of this token.
    #[must_use]
    pub fn of(token: &ApiToken, usage: &Usage) -> Self {
        let window = usage.window;
        Self {
            last_seen: usage.last(token).map(|last| Time(last.at)),
            by: match usage.naming {
                Naming::ById => Some(NamedBy::Id),
                Naming::ByName => Some(NamedBy::Name),
                Naming::Nobody => None,
            },
            window_seconds: window.until.duration_since(window.since).as_secs(),
            unused: usage.is_unused(token),
            rights: usage.of(token).map(|right| RightUsage::from(&right)).collect(),
        }
    }
}

impl From<&RightUse> for RightUsage {
    fn from(right: &RightUse) -> Self {
        let (verdict, times, last, reason) = match right.verdict {
            Verdict::Used { times, last } => (UseVerdict::Used, Some(times), Some(last), None),
            Verdict::NotSeen => (UseVerdict::NotSeen, None, None, None),
            Verdict::Unknown(why) => (UseVerdict::Unknown, None, None, Some(why)),
        };
        Self {
            scope: right.target.scope(),
            target: right.target.name().map(|name| name.raw().to_owned()),
            right: right.capability.right(right.verb),
            verdict,
            times,
            last_used: last.map(Time),
            reason,
        }
    }
}

/// An event about a token in the audit log.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct TokenEvent<'a> {
    /// When it happened.
    at: Time,
    /// What was done.
    action: TokenAction,
    /// Whether the token is a personal one.
    personal: bool,
    /// The token's id.
    token_id: &'a str,
    /// The token's name; empty if the log does not say.
    token_name: &'a str,
    /// Who did it: an e-mail address, a name or an id; empty if the log does not say.
    actor: &'a str,
}

/// What was done with a token.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
enum TokenAction {
    /// It was created.
    Created,
    /// It was regenerated.
    Regenerated,
    /// Its name or description was changed. Only of personal tokens.
    Updated,
    /// It was deleted.
    Deleted,
}

impl<'a> From<&'a AuditEvent> for TokenEvent<'a> {
    fn from(event: &'a AuditEvent) -> Self {
        use AuditAction as A;
        Self {
            at: Time(event.at),
            action: match event.action {
                A::Created | A::PersonalCreated => TokenAction::Created,
                A::Regenerated | A::PersonalRegenerated => TokenAction::Regenerated,
                A::PersonalUpdated => TokenAction::Updated,
                A::Deleted | A::PersonalDeleted => TokenAction::Deleted,
            },
            personal: event.action.is_personal(),
            token_id: event.token.raw(),
            token_name: event.name.raw(),
            actor: event.actor.raw(),
        }
    }
}
