//! What a rotation does, step by step.

use jiff::Timestamp;

use crate::{
    app::shared::Shared,
    domain::{
        SafeText,
        grace::capped,
        rotation::{EndOld, Pair, Rule},
        when,
    },
    journal::{Stage, Step},
    ops::rotation::overview::{Row, State, next_step},
};

/// A step of a rotation, and how far it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Whether it succeeded; `None` if it was not made yet, or is not in the rule.
    pub is_done: Option<bool>,
    /// What was done, or will be.
    pub words: String,
}

/// The steps of a row, from the first.
#[must_use]
pub fn parts(row: &Row, now: Timestamp) -> Vec<Part> {
    let (rule, recorded) = (row.rule.as_ref(), row.recorded.as_ref());
    let stage = recorded.and_then(|recorded| recorded.stage);
    let failed = match &row.state {
        State::Stuck { step, .. } => Some(*step),
        _ => None,
    };
    let part = |step: Step, reached: Stage, words: String| {
        let is_done = match failed {
            _ if stage >= Some(reached) => Some(true),
            Some(failed) if failed == step => Some(false),
            _ => None,
        };
        Part { is_done, words }
    };
    let regenerate = match recorded {
        Some(recorded) if stage.is_some() => {
            format!("regenerated {}", when::moment(recorded.at, now))
        }
        Some(recorded) => format!("regenerate: requested {}", when::moment(recorded.at, now)),
        None => "regenerate".to_owned(),
    };
    let mut parts = vec![part(Step::Regenerate, Stage::Made, regenerate)];
    let place = recorded.and_then(|recorded| recorded.place.clone());
    let to = place.or_else(|| rule.map(|rule| program(&rule.deliver, row)));
    let deliver = match (to, stage >= Some(Stage::Delivered)) {
        (Some(to), true) => format!("delivered to {to}"),
        (None, true) => "stored by hand".to_owned(),
        (Some(to), false) => format!("deliver to {to}"),
        (None, false) => "deliver".to_owned(),
    };
    parts.push(part(Step::Deliver, Stage::Delivered, deliver));
    let is_proven = stage >= Some(Stage::Proven);
    match rule.and_then(|rule| rule.prove.as_ref()) {
        _ if is_proven => {
            let words = "proven: read back, and the server accepts it".to_owned();
            parts.push(part(Step::Prove, Stage::Proven, words));
        }
        Some(prove) => {
            let words = format!("prove with {}", program(prove, row));
            parts.push(part(Step::Prove, Stage::Proven, words));
        }
        None => parts.push(part(Step::Prove, Stage::Proven, "prove: no program".to_owned())),
    }
    if let Some(probe) = rule.and_then(|rule| rule.probe.as_ref()) {
        let done = stage >= Some(Stage::Probed);
        let words = if done { "its users are well: " } else { "check its users with " };
        let words = format!("{words}{}", program(probe, row));
        parts.push(part(Step::Probe, Stage::Probed, words));
    }
    let words = match (rule.map(|rule| rule.end_old), row.old_ends) {
        (Some(EndOld::AfterProof), _) => "delete the old token after all steps".to_owned(),
        (_, Some(ends)) if row.new.is_some() => {
            format!("old token ends {}", when::moment(ends, now))
        }
        _ => "old token ends after its grace period".to_owned(),
    };
    let is_done = (failed == Some(Step::EndOld)).then_some(false);
    parts.push(Part { is_done, words });
    parts
}

/// What the rotation of a row will do now, one sentence each.
pub(super) fn lines(row: &Row, rule: &Rule, shared: &Shared) -> Vec<String> {
    let now = shared.server_now();
    let stage = row.recorded.as_ref().and_then(|recorded| recorded.stage);
    let mut lines = Vec::new();
    let (expiry, grace) = (rule.new_expiry(now).describe(now), rule.old_ends(now));
    match (next_step(stage, Some(rule)), &row.state) {
        (Step::Regenerate, State::Stuck { .. }) => lines.push(
            "Search: looks for the token that the lost response made. If it exists, it is \
             regenerated, since its secret is lost."
                .to_owned(),
        ),
        (Step::Regenerate, _) => {
            lines.push(format!("Regenerate: the new token expires {expiry}."));
            let old = row.old().and_then(|id| shared.data.token(id));
            lines.push(match old {
                Some(old) if old.expiry.is_past(now) => "The old token has expired.".to_owned(),
                Some(old) => {
                    let end = capped(&old.expiry, grace).at;
                    format!("The old token works until {}.", when::moment(end, now))
                }
                None => format!("The old token works until {}.", when::moment(grace, now)),
            });
        }
        (Step::Deliver, _) => lines.push(
            "Continues with the kept secret. If that is lost, regenerates the new token once more."
                .to_owned(),
        ),
        _ => {}
    }
    if stage < Some(Stage::Delivered) {
        lines.push(format!("Deliver: {} reads the secret.", program(&rule.deliver, row)));
    }
    match &rule.prove {
        Some(prove) => lines.push(format!(
            "Prove: {} must print the secret, and the server must accept it.",
            program(prove, row)
        )),
        None => lines.push("Prove: not possible, the rule has no prove.".to_owned()),
    }
    if let Some(probe) = &rule.probe {
        lines.push(format!("Probe: {} must succeed.", program(probe, row)));
    }
    lines.push(match rule.end_old {
        EndOld::Grace => "The old token ends with its grace period.".to_owned(),
        EndOld::AfterProof => "Then the old token is deleted.".to_owned(),
    });
    lines
}

/// A program of a rule as it is run for a row, in backquotes.
#[must_use]
pub fn program(args: &[String], row: &Row) -> String {
    let filled = row.old().cloned().and_then(|old| {
        let pair = Pair { name: row.name.clone(), old, new: row.new.clone() };
        Rule::filled(args, &pair).ok()
    });
    let quoted = |arg: &String| {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,@%+{}~".contains(c);
        if !arg.is_empty() && arg.chars().all(is_plain) { arg.clone() } else { format!("'{arg}'") }
    };
    let args = filled.as_deref().unwrap_or(args).iter().map(quoted);
    SafeText::from(format!("`{}`", args.collect::<Vec<_>>().join(" "))).to_string()
}
