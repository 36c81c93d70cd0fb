//! Which tokens are due, rotating, proven or stuck: from the plan, the list of tokens and the
//! journal. Reads nothing itself.

mod row;

use std::collections::{HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};

use crate::{
    domain::{
        ApiToken, SafeText, TokenId,
        expiry::EXPIRED_DAYS,
        rotation::{Plan, Rule},
        token::State as TokenState,
    },
    journal::{Asked, Contents, EntryId, Mark, RecordedChange, Rotation, Stage, Step},
};

pub use row::{Recorded, Row, State};

/// How long the list may lack a new token.
const LATE: SignedDuration = SignedDuration::from_secs(60);

/// What decides about rotations.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The rules for this deployment and organisation; empty without a plan.
    pub plan: &'a Plan,
    /// The listed tokens.
    pub tokens: &'a [ApiToken],
    /// The journal.
    pub contents: &'a Contents,
    /// The address of the API.
    pub url: &'a str,
    /// The organisation's id, if it is known.
    pub org: Option<&'a str>,
    /// The time on the server's clock.
    pub now: Timestamp,
}
/// The stage at which a rotation under this rule is complete. Without a rule, only a proof is.
#[must_use]
pub fn goal(rule: Option<&Rule>) -> Stage {
    match rule {
        Some(rule) if rule.probe.is_some() => Stage::Probed,
        Some(rule) if rule.prove.is_none() => Stage::Delivered,
        _ => Stage::Proven,
    }
}

/// The step that follows a stage under this rule.
#[must_use]
pub fn next_step(stage: Option<Stage>, rule: Option<&Rule>) -> Step {
    match stage {
        None => Step::Regenerate,
        Some(Stage::Made | Stage::Delivering) => Step::Deliver,
        Some(Stage::Delivered) if rule.is_none_or(|rule| rule.prove.is_some()) => Step::Prove,
        Some(Stage::Delivered | Stage::Proven) => Step::Probe,
        Some(Stage::Probed) => Step::EndOld,
    }
}

/// What is due, rotating, proven or stuck here; what needs attention first.
#[must_use]
pub fn overview(facts: Facts<'_>) -> Vec<Row> {
    let listed: HashMap<&TokenId, &ApiToken> = facts.tokens.iter().map(|t| (&t.id, t)).collect();
    let mut rows = recorded(facts, &listed);
    let paired: HashSet<TokenId> = rows.iter().flat_map(|row| row.olds.iter().cloned()).collect();
    let deleted = just_deleted(facts);
    let rest = facts.tokens.iter().filter(|t| !paired.contains(&t.id) && !deleted.contains(&t.id));
    let namesakes = namesakes(facts, &paired);
    for token in rest {
        let row = match later_twin(token, &namesakes, facts.now) {
            Some(twin) => inferred(token, twin, facts),
            None => due(token, facts),
        };
        rows.extend(row);
    }
    rows.sort_by(|a, b| {
        let key = |row: &Row| (row.state.rank(), row.old_ends);
        key(a).cmp(&key(b)).then_with(|| a.name.shown().cmp(b.name.shown()))
    });
    rows
}

/// The tokens that were deleted a moment ago: the list may still have them.
fn just_deleted(facts: Facts<'_>) -> HashSet<&TokenId> {
    let recent = facts.contents.changes.iter().filter(|change| {
        matches!(change.last, Some(Mark::Done { .. }))
            && facts.now.duration_since(change.entry.at) <= LATE
    });
    recent
        .filter_map(|change| match &change.entry.asked {
            Asked::Delete { id, .. } => Some(id),
            _ => None,
        })
        .collect()
}

/// The rotations in the journal: one row for each new token that is the last of its chain.
fn recorded(facts: Facts<'_>, listed: &HashMap<&TokenId, &ApiToken>) -> Vec<Row> {
    let pairs: Vec<&Rotation> =
        facts.contents.rotations.iter().filter(|r| r.is_at(facts.url, facts.org)).collect();
    let unknown: Vec<&RecordedChange> =
        facts.contents.changes.iter().filter(|change| is_unknown(change, facts)).collect();
    let by_new: HashMap<&TokenId, &Rotation> =
        pairs.iter().filter_map(|r| Some((r.new.as_ref()?, *r))).collect();
    // The latest attempt for an old token counts.
    let mut latest: HashMap<&TokenId, EntryId> = HashMap::new();
    for (old, entry) in pairs.iter().filter_map(|r| Some((&r.old, r.entry.clone()?))) {
        latest.insert(old, entry);
    }
    for change in &unknown {
        if let Asked::Regenerate { old, .. } = &change.entry.asked {
            latest.insert(old, change.entry.id.clone());
        }
    }
    let is_last = |old: &TokenId, entry: Option<&EntryId>| latest.get(old) == entry;
    let mut rows = Vec::new();
    for pair in pairs {
        let is_continued =
            is_unfinished(pair) && pair.new.as_ref().is_some_and(|new| latest.contains_key(new));
        let is_gone = pair.new.as_ref().is_some_and(|new| !listed.contains_key(new))
            && facts.now.duration_since(pair.at) > LATE;
        if !is_continued && !is_gone && is_last(&pair.old, pair.entry.as_ref()) {
            rows.extend(pair_row(pair, &by_new, facts));
        }
    }
    for change in unknown {
        let Asked::Regenerate { old, name, old_ends, .. } = &change.entry.asked else { continue };
        if !is_last(old, Some(&change.entry.id)) {
            continue;
        }
        let (olds, earlier) = chain(old, &by_new);
        let name = SafeText::from(name.as_str());
        let why = change.stuck.as_ref().map_or_else(
            || "the outcome of the request is not known".to_owned(),
            |(_, why)| why.clone(),
        );
        rows.push(Row {
            rule: rule_of(old, &name, facts, listed),
            name,
            olds,
            new: None,
            old_ends: earlier.max(Some(*old_ends)),
            state: State::Stuck { step: Step::Regenerate, why },
            recorded: Some(Recorded {
                entry: change.entry.id.clone(),
                at: change.entry.at,
                stage: None,
                is_planned: true,
                print: None,
                place: None,
            }),
        });
    }
    rows
}

fn is_unknown(change: &RecordedChange, facts: Facts<'_>) -> bool {
    change.entry.is_rotation
        && change.stage.is_none()
        && !change.is_over()
        && change.entry.location.is_at(facts.url, facts.org)
}

/// Whether a regeneration of the new token continues the rotation: its secret was lost, or is not
/// in its store. Otherwise it begins another one.
fn is_unfinished(pair: &Rotation) -> bool {
    pair.stage < Stage::Delivered || pair.stuck.is_some()
}

/// The old tokens that lead to this one, from the first, and when the last of them stops.
fn chain(
    old: &TokenId,
    by_new: &HashMap<&TokenId, &Rotation>,
) -> (Vec<TokenId>, Option<Timestamp>) {
    let (mut olds, mut ends) = (vec![old.clone()], None);
    let mut here = old;
    while let Some(pair) = by_new.get(here).filter(|pair| !olds.contains(&pair.old)) {
        if !is_unfinished(pair) {
            break;
        }
        ends = ends.max(Some(pair.old_ends));
        here = &pair.old;
        olds.push(here.clone());
    }
    olds.reverse();
    (olds, ends)
}

fn pair_row(
    pair: &Rotation,
    by_new: &HashMap<&TokenId, &Rotation>,
    facts: Facts<'_>,
) -> Option<Row> {
    let (olds, earlier) = chain(&pair.old, by_new);
    let old_ends = earlier.max(Some(pair.old_ends));
    let token = pair.new.as_ref().and_then(|new| facts.tokens.iter().find(|t| t.id == *new));
    let name = token.map_or_else(|| SafeText::from(pair.name.as_str()), |t| t.name.clone());
    let rule = match token {
        Some(token) => facts.plan.rule(token, facts.now),
        None => facts.plan.rule_by_name(name.raw()),
    };
    let is_complete = pair.stage >= goal(rule);
    let state = match &pair.stuck {
        Some((step, why)) if pair.is_planned => State::Stuck { step: *step, why: why.clone() },
        _ if pair.is_planned && !is_complete => State::Stuck {
            step: next_step(Some(pair.stage), rule),
            why: match rule {
                Some(_) => "interrupted".to_owned(),
                None => "no rule of the plan fits it".to_owned(),
            },
        },
        _ if pair.stage >= Stage::Proven => State::Proven,
        _ => State::Rotating,
    };
    let is_stuck = matches!(state, State::Stuck { .. });
    if !is_stuck && old_ends.is_some_and(|at| at <= facts.now) {
        return None;
    }
    let recorded = pair.entry.clone().map(|entry| Recorded {
        entry,
        at: pair.at,
        stage: Some(pair.stage),
        is_planned: pair.is_planned,
        print: pair.print,
        place: pair.place.clone(),
    });
    let (rule, new) = (rule.cloned(), pair.new.clone());
    Some(Row { name, olds, new, old_ends, state, rule, recorded })
}

fn rule_of(
    id: &TokenId,
    name: &SafeText,
    facts: Facts<'_>,
    listed: &HashMap<&TokenId, &ApiToken>,
) -> Option<Rule> {
    let rule = match listed.get(id) {
        Some(token) => facts.plan.rule(token, facts.now),
        None => facts.plan.rule_by_name(name.raw()),
    };
    rule.cloned()
}

/// The tokens that may have replaced others, by name.
type Namesakes<'a> = HashMap<&'a str, Vec<&'a ApiToken>>;

fn namesakes<'a>(facts: Facts<'a>, paired: &HashSet<TokenId>) -> Namesakes<'a> {
    let mut found = Namesakes::new();
    // A token that was replaced replaces none.
    for token in facts.tokens.iter().filter(|token| !paired.contains(&token.id)) {
        found.entry(token.name.raw()).or_default().push(token);
    }
    found
}

/// A working token with the same name and rights that expires later, the last of them. If this
/// token still works too, it was probably regenerated.
fn later_twin<'a>(
    token: &ApiToken,
    namesakes: &Namesakes<'a>,
    now: Timestamp,
) -> Option<&'a ApiToken> {
    let own = token.expiry.at()?;
    let is_later = |other: &&&ApiToken| {
        let end = other.expiry.known();
        other.id != token.id
            && other.grants == token.grants
            && end.is_some_and(|e| e.at().is_none_or(|at| at > own && at > now))
    };
    let twins = namesakes.get(token.name.raw())?.iter().filter(is_later);
    twins.max_by_key(|t| t.expiry.at().unwrap_or(Timestamp::MAX)).copied()
}

fn inferred(token: &ApiToken, twin: &ApiToken, facts: Facts<'_>) -> Option<Row> {
    if token.expiry.is_past(facts.now) {
        return None;
    }
    Some(Row {
        name: token.name.clone(),
        olds: vec![token.id.clone()],
        new: Some(twin.id.clone()),
        old_ends: token.expiry.at(),
        state: State::Rotating,
        rule: facts.plan.rule(token, facts.now).cloned(),
        recorded: None,
    })
}

/// The row of a token that nothing has replaced, if it needs attention.
fn due(token: &ApiToken, facts: Facts<'_>) -> Option<Row> {
    let rule = facts.plan.rule(token, facts.now);
    let state = match (token.state(facts.now), rule) {
        (TokenState::Unknown, Some(_)) => State::Unreadable,
        (TokenState::Expired, _) => {
            let is_old = token.expiry.is_past_by_days(facts.now, EXPIRED_DAYS) != Some(false);
            if is_old || rule.is_none() {
                return None;
            }
            State::Expired
        }
        (TokenState::Expiring | TokenState::Active, Some(rule)) => {
            token.expiry.at().filter(|at| *at <= rule.due_until(facts.now))?;
            State::Due
        }
        (TokenState::Expiring, None) => State::Due,
        (TokenState::Active | TokenState::Unknown, None) => return None,
    };
    Some(Row {
        name: token.name.clone(),
        olds: vec![token.id.clone()],
        new: None,
        old_ends: token.expiry.at(),
        state,
        rule: rule.cloned(),
        recorded: None,
    })
}

#[cfg(test)]
mod tests;
