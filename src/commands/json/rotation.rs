//! The JSON of `axtok rotate`.

use serde::Serialize;

use super::{Outcome, Time};
use crate::{
    domain::TokenId,
    journal::{Stage, Step},
    ops::rotation::{
        End, Report,
        overview::{Row, State},
    },
};

/// What `axtok rotate` did with one token.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RotationResult<'a> {
    /// The token's name.
    name: &'a str,
    /// How it ended. `done` also if nothing was left to do.
    outcome: Outcome,
    /// The exit status for this outcome.
    status: u8,
    /// How far the rotation is; null if there is no new token.
    stage: Option<StageWord>,
    /// The step that failed; null if none did.
    #[cfg_attr(feature = "schemas", schemars(schema_with = "super::schema::steps"))]
    failed: Option<&'static str>,
    /// What happened, in the order of the steps.
    messages: &'a [String],
    /// What is left to do; null if nothing is.
    advice: Option<&'a str>,
    /// The id of the token that was due.
    old_id: Option<&'a str>,
    /// When the old token stops working; null if it was deleted.
    old_expires_at: Option<Time>,
    /// The new token's id; null if there is none, or if it is not known.
    id: Option<&'a str>,
}

/// How far a rotation is. Each stage includes those before it.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
enum StageWord {
    /// The new token exists.
    Made,
    /// The delivery has begun, and did not succeed yet.
    Delivering,
    /// The store has accepted the secret.
    Delivered,
    /// The secret was read back, and the server accepts it.
    Proven,
    /// The users of the token are well.
    Probed,
}

impl From<Stage> for StageWord {
    fn from(stage: Stage) -> Self {
        match stage {
            Stage::Made => Self::Made,
            Stage::Delivering => Self::Delivering,
            Stage::Delivered => Self::Delivered,
            Stage::Proven => Self::Proven,
            Stage::Probed => Self::Probed,
        }
    }
}

impl<'a> RotationResult<'a> {
    /// The result of a report with this exit status.
    #[must_use]
    pub fn new(report: &'a Report, status: u8) -> Self {
        let outcome = match report.end {
            End::Skipped => Outcome::NotSent,
            _ => Outcome::of(status),
        };
        let failed = match report.end {
            End::Stuck(step) => Some(step.label()),
            End::Unknown | End::Refused(..) => Some(Step::Regenerate.label()),
            End::Complete | End::Unchanged | End::Skipped => None,
        };
        Self {
            name: report.name.raw(),
            outcome,
            status,
            stage: report.stage.map(Into::into),
            failed,
            messages: &report.words,
            advice: report.advice.as_deref(),
            old_id: report.old.as_ref().map(TokenId::raw),
            old_expires_at: report.old_ends.map(Time),
            id: report.new.as_ref().map(TokenId::raw),
        }
    }
}

/// A token of the plan that is due, rotating, proven or stuck.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PlannedRotation<'a> {
    /// The token's name.
    name: &'a str,
    /// What is the case.
    state: StateWord,
    /// The step at which it is stuck; null in other states.
    #[cfg_attr(feature = "schemas", schemars(schema_with = "super::schema::steps"))]
    step: Option<&'static str>,
    /// Why it is stuck; null in other states.
    reason: Option<&'a str>,
    /// How far the rotation is; null before there is a new token, and if axtok did not make it.
    stage: Option<StageWord>,
    /// Whether the pair of tokens is a guess, by name and rights.
    inferred: bool,
    /// The line of the rule in the plan; null if none fits.
    rule: Option<usize>,
    /// The id of the token that is due, or that was replaced.
    old_id: Option<&'a str>,
    /// When the old token stops working; null if that is not known.
    old_expires_at: Option<Time>,
    /// The new token's id; null if there is none.
    id: Option<&'a str>,
}

/// The state of a token of the plan.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
enum StateWord {
    /// A step failed, or was interrupted.
    Stuck,
    /// The token expires soon, and nothing has replaced it.
    Due,
    /// The token has expired, and nothing has replaced it.
    Expired,
    /// The token's expiry cannot be read.
    Unreadable,
    /// There is a new token, and the old one still works.
    Rotating,
    /// Every step has succeeded, and the old token still works.
    Proven,
}

impl<'a> From<&'a Row> for PlannedRotation<'a> {
    fn from(row: &'a Row) -> Self {
        let (state, step, reason) = match &row.state {
            State::Stuck { step, why } => {
                (StateWord::Stuck, Some(step.label()), Some(why.as_str()))
            }
            State::Due => (StateWord::Due, None, None),
            State::Expired => (StateWord::Expired, None, None),
            State::Unreadable => (StateWord::Unreadable, None, None),
            State::Rotating => (StateWord::Rotating, None, None),
            State::Proven => (StateWord::Proven, None, None),
        };
        Self {
            name: row.name.raw(),
            state,
            step,
            reason,
            stage: row.recorded.as_ref().and_then(|r| r.stage).map(Into::into),
            inferred: row.is_inferred(),
            rule: row.rule.as_ref().map(|rule| rule.line),
            old_id: row.old().map(TokenId::raw),
            old_expires_at: row.old_ends.map(Time),
            id: row.new.as_ref().map(TokenId::raw),
        }
    }
}
