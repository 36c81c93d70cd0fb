//! Handles the responses of a bulk run.

use std::sync::Arc;

use super::send_next;
use crate::{
    api::{
        call::{Answer, Call, Created, Reply},
        error::{Certainty, Failure, FailureKind},
    },
    app::{
        effect::{Effect, SecretId},
        in_flight::InFlightChange,
        layer::{Event, Nav, Open, Secrecy, Step},
        reconcile, replies,
        run::{Kind, Outcome, Run},
        shared::{Shared, changes::not_as_asked},
        time::after,
    },
    domain::{ApiToken, Expiry, SafeText, TokenId},
    journal::Entry,
    ops::change::Intent,
};

/// Consecutive failures after which a run stops, if the next request would probably fail
/// as well.
const ENOUGH: usize = 3;
/// Milliseconds that a run waits after a rate limit response without a time.
const USUAL_LIMIT_MS: i64 = 60_000;

/// Handles the response to the current request.
pub fn answered(
    shared: &mut Shared,
    change: &InFlightChange,
    answer: Answer,
    entry: Option<Entry>,
) -> Step {
    match answer {
        Ok(Reply::Created(created)) => made(shared, *created, change, entry),
        Ok(_) => {
            let mut effects = Vec::new();
            if let Intent::Delete { id, .. } = &change.intent {
                shared.forget_rotations(id);
                effects = reconcile::close_entries(shared, id);
            }
            let step = Step::from(effects).and(done(shared, None, String::new(), None));
            step.and(send_next(shared).into())
        }
        Err(failure) => failed(shared, change, &failure, entry),
    }
}

fn done(shared: &mut Shared, new: Option<TokenId>, place: String, warning: Option<String>) -> Step {
    let Some(run) = &mut shared.run else { return Step::none() };
    run.in_a_row = 0;
    let old = run.current().map(|item| item.token.id.clone());
    run.finish_current(Outcome::Done { new, place, warning });
    unmark(old)
}

/// Removes the mark of a finished token from the list.
fn unmark(token: Option<TokenId>) -> Step {
    token.into_iter().fold(Step::none(), |step, id| step.nav(Nav::TellAll(Event::Unmark(id))))
}

/// Takes a new token, and delivers its secret to the run's destination.
fn made(
    shared: &mut Shared,
    created: Created<ApiToken>,
    change: &InFlightChange,
    entry: Option<Entry>,
) -> Step {
    let mut effects = Vec::new();
    if let Intent::Regenerate { old, old_ends, .. } = &change.intent {
        effects = reconcile::close_entries(shared, old);
        shared.rotated(change, created.id.clone(), entry.as_ref().map(|e| e.id.clone()));
        if replies::is_here(shared, change) {
            shared.shorten(old, Expiry::At(*old_ends));
            shared.insert_token(created.token.as_ref());
        }
    }
    let differing = not_as_asked(&created, Some(change));
    let (now, server_now) = (shared.now, shared.server_now());
    let held = shared.secrets.take(created, None, Some(&change.intent), now, server_now);
    held.is_shown = false;
    held.differs(&differing);
    held.entry = entry.map(|e| e.id);
    held.can_be_tried(&change.session);
    let Some(run) = &mut shared.run else { return effects.into() };
    let (Some((at, _)), Kind::Regenerate { destination, .. }) = (run.current, &run.kind) else {
        return effects.into();
    };
    let (id, secret) = (held.number, Arc::clone(&held.secret));
    // A damaged response may lack the new id; the old one identifies it as well.
    let token = held.id.clone().unwrap_or_else(|| run.items[at].token.id.clone());
    let (destination, name) = (destination.clone(), held.name.clone());
    run.items[at].outcome = Outcome::Delivering;
    run.held = Some(id);
    effects.push(Effect::BulkDeliver { id, secret, destination, name, token });
    effects.into()
}

/// Handles the result of a delivery. If it failed, the secret is shown and the run
/// stops, so that the next secret does not meet the same problem.
pub fn bulk_delivered(shared: &mut Shared, id: SecretId, result: Result<String, String>) -> Step {
    // The user may have switched organisation and started another run since.
    let run = shared.run.as_mut();
    let is_sending = run.is_some_and(|run| run.held.take_if(|held| *held == id).is_some());
    let step = match result {
        Ok(place) => {
            let Some(held) = shared.secrets.release(id) else { return Step::none() };
            let step = Step::from(held.mark_delivered().into_iter().collect::<Vec<Effect>>());
            if !is_sending {
                return step;
            }
            let place =
                if held.is_damaged { format!("{place} (incomplete reply: try it)") } else { place };
            step.and(done(shared, held.id, place, held.warning))
        }
        Err(why) => {
            let now = shared.now;
            let left = shared.run.as_ref().filter(|run| run.is_left).map(|run| run.place.clone());
            let Some(held) = shared.secrets.get_mut(id) else { return Step::none() };
            if let Some(place) = left {
                held.is_from(&place);
            }
            held.notes.push(format!("! {why}"));
            (held.opened, held.is_shown) = (now, true);
            let why = format!("the secret of {} was not delivered", held.name);
            let (new, warning) = (held.id.clone(), held.warning.clone());
            let open = Step::open(Open::Secret(id, Secrecy::Reveal));
            if !is_sending {
                return open;
            }
            let step = done(shared, new, "shown on the screen".to_owned(), warning);
            if let Some(run) = &mut shared.run {
                run.stop_after_current(why);
            }
            step.and(open)
        }
    };
    step.and(send_next(shared).into())
}

fn failed(
    shared: &mut Shared,
    change: &InFlightChange,
    failure: &Failure,
    entry: Option<Entry>,
) -> Step {
    let mut step = Step::none();
    let why = cause(failure, &change.call);
    let is_unconfirmed =
        matches!(failure.certainty, Certainty::Unknown | Certainty::SecretUnreadable { .. });
    let outcome = if is_unconfirmed { Outcome::Unknown(why) } else { Outcome::Failed(why) };
    if let Some(entry) = entry.filter(|_| is_unconfirmed) {
        step = reconcile::begin_quietly(shared, change, failure, entry).into();
    }
    if matches!(failure.kind, FailureKind::Status(429 | 430)) && failure.retry_at.is_none() {
        let via = change.session.connection.unwrap_or_default();
        let until = after(shared.now, USUAL_LIMIT_MS);
        shared.servers.entry(via).or_default().limited_until = Some(until);
    }
    if is_unconfirmed {
        // From now on the dialog for the unconfirmed change handles this token.
        let token = shared.run.as_ref().and_then(Run::current).map(|i| i.token.id.clone());
        step = step.and(unmark(token));
    }
    let Some(run) = &mut shared.run else { return step };
    run.finish_current(outcome);
    let meets_all = match failure.certainty {
        Certainty::NotSent | Certainty::Unknown => true,
        Certainty::Rejected => failure.kind == FailureKind::Status(403),
        Certainty::SecretUnreadable { .. } => false,
    };
    run.in_a_row = if meets_all { run.in_a_row + 1 } else { 0 };
    if run.in_a_row >= ENOUGH {
        run.stop_after_current(format!("{ENOUGH} failures in a row"));
    }
    if failure.kind == FailureKind::Status(401) {
        run.stop_after_current("the server no longer accepts the credential".to_owned());
        step = step.and(send_next(shared).into());
        let again = replies::learn(shared, &change.call, failure);
        return again.into_iter().fold(step, |step, open| step.nav(Nav::Open(open)));
    }
    step.and(send_next(shared).into())
}

/// The cause of a failure, without the name of the change, which is the same for all.
fn cause(failure: &Failure, call: &Call) -> String {
    let headline = failure.headline(call);
    let asked = [
        format!("could not {}: ", call.describe()),
        format!("outcome unknown ({}): ", call.describe()),
    ];
    let rest = asked.iter().find_map(|a| headline.strip_prefix(a.as_str()));
    rest.unwrap_or(&headline).to_owned()
}

/// The current request was not sent because the journal cannot be written. The run
/// stops: only a single change can be sent without the journal.
pub fn unrecorded(shared: &mut Shared, why: &str) -> Step {
    if let Some(run) = &mut shared.run {
        let why = SafeText::from(why);
        run.finish_current(Outcome::Failed(format!(
            "not sent: the journal cannot be written, {why}"
        )));
        run.stop_after_current("the journal cannot be written".to_owned());
    }
    send_next(shared).into()
}
