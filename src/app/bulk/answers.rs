//! What the answer to a request of a run does: to the run, to the list, to the
//! secret that it brought.

use super::{Kind, Outcome, Run, awaits, go_on};
use crate::{
    api::{
        call::{Answer, Call, Created, Reply},
        error::{Class, Failure, Trouble},
    },
    app::{
        doubts,
        effect::{Effect, Ticket},
        marked::unmark,
        model::{Flight, Intent, Model, after},
        overlays::{Overlay, reveal::Reveal},
        replies,
        screens::api_tokens,
    },
    domain::{ApiToken, SafeText, TokenId},
    journal::{Entry, Mark},
};

/// Failures one after the other, of a kind that the next would meet too, after
/// which a run stops.
const ENOUGH: usize = 3;
/// How long a run waits after a refusal for too many requests that does not say
/// how long, in milliseconds.
const USUAL_LIMIT_MS: i64 = 60_000;

/// The request in hand was answered.
pub fn answered(
    model: &mut Model,
    flight: &Flight,
    answer: Answer,
    entry: Option<Entry>,
) -> Vec<Effect> {
    match answer {
        Ok(Reply::Created(created)) => made(model, *created, flight, entry),
        Ok(_) => {
            let mut effects = Vec::new();
            if let Intent::Delete { id, .. } = &flight.intent {
                model.rotations.retain(|r| r.old != *id && r.new.as_ref() != Some(id));
                effects = doubts::settle(model, id);
            }
            done(model, None, String::new(), None);
            effects.extend(go_on(model));
            effects
        }
        Err(failure) => failed(model, flight, &failure, entry),
    }
}

fn done(model: &mut Model, new: Option<TokenId>, place: String, warning: Option<String>) {
    let Some(run) = &mut model.run else { return };
    run.in_a_row = 0;
    let old = run.current().map(|item| item.token.id.clone());
    run.settle(Outcome::Done { new, place, warning });
    if let Some(old) = old {
        unmark(model, &old);
    }
}

/// There is a new token: its secret goes to the depot.
fn made(
    model: &mut Model,
    created: Created<ApiToken>,
    flight: &Flight,
    entry: Option<Entry>,
) -> Vec<Effect> {
    let mut effects = Vec::new();
    if let Intent::Regenerate { old, old_ends, .. } = &flight.intent {
        replies::shorten_old(model, old, *old_ends);
        effects = doubts::settle(model, old);
        model.rotated(flight, created.id.clone());
    }
    replies::insert_token(model, created.token.as_ref());
    api_tokens::arrange(model, None);
    let differing = replies::not_as_asked(&created, Some(flight));
    let mut held = Reveal::new(created, None, Some(&flight.intent), model);
    held.differs(&differing);
    held.entry = entry.map(|e| e.id);
    held.can_be_tried(&flight.session);
    let Some(run) = &mut model.run else { return effects };
    let (Some((at, ticket)), Kind::Regenerate { depot, .. }) = (run.current, &run.kind) else {
        return effects;
    };
    let secret = std::sync::Arc::clone(&held.secret);
    // A damaged answer may lack the new id; the old one is as good for a name.
    let id = held.id.clone().unwrap_or_else(|| run.items[at].token.id.clone());
    let (depot, name) = (depot.clone(), held.name.clone());
    run.items[at].outcome = Outcome::Delivering;
    run.held = Some(Box::new(held));
    effects.push(Effect::Deposit { ticket, secret, depot, name, id });
    effects
}

/// The secret in hand was taken, or why not: then it is shown, and the run stops,
/// so that no second one meets the same.
pub fn deposited(model: &mut Model, ticket: Ticket, result: Result<String, String>) -> Vec<Effect> {
    if !awaits(model, ticket) {
        return Vec::new();
    }
    let Some(held) = model.run.as_mut().and_then(|run| run.held.take()) else { return Vec::new() };
    let mut effects = Vec::new();
    let new = held.id.clone();
    match result {
        Ok(place) => {
            let warned = held.notes.iter().any(|n| n.starts_with("Warning"));
            let place = if warned { format!("{place} (incomplete reply: try it)") } else { place };
            let warning = held.warning.clone();
            let mark = Mark::Delivered { id: new.clone() };
            effects.extend(held.entry.clone().map(|entry| Effect::Mark { entry, mark }));
            done(model, new, place, warning);
        }
        Err(why) => {
            let mut held = held;
            let is_left = !model.overlays.iter().any(|o| matches!(o, Overlay::Run(_)));
            if let Some(run) = model.run.as_ref().filter(|_| is_left) {
                held.is_from(&run.place);
            }
            held.notes.push(format!("! {why}"));
            held.opened = model.now;
            let why = format!("the secret of {} was not taken", held.name);
            let warning = held.warning.clone();
            model.overlays.push(Overlay::Reveal(held));
            done(model, new, "shown on the screen".to_owned(), warning);
            if let Some(run) = &mut model.run {
                run.break_off(why);
            }
        }
    }
    effects.extend(go_on(model));
    effects
}

fn failed(
    model: &mut Model,
    flight: &Flight,
    failure: &Failure,
    entry: Option<Entry>,
) -> Vec<Effect> {
    let mut effects = Vec::new();
    let why = cause(failure, &flight.call);
    let in_doubt = matches!(failure.class, Class::Unknown | Class::SecretUnreadable { .. });
    let outcome = if in_doubt { Outcome::Unknown(why) } else { Outcome::Failed(why) };
    if let Some(entry) = entry.filter(|_| in_doubt) {
        effects.extend(doubts::begin_quietly(model, flight, failure, entry));
    }
    if matches!(failure.trouble, Trouble::Status(429 | 430)) && failure.retry_at.is_none() {
        let via = flight.session.connection.unwrap_or_default();
        let until = after(model.now, USUAL_LIMIT_MS);
        model.servers.entry(via).or_default().limited_until = Some(until);
    }
    if in_doubt {
        // The doubt is what asks about it from now on.
        let token = model.run.as_ref().and_then(Run::current).map(|item| item.token.id.clone());
        if let Some(token) = token {
            unmark(model, &token);
        }
    }
    let Some(run) = &mut model.run else { return effects };
    run.settle(outcome);
    let meets_all = match failure.class {
        Class::NotSent | Class::Unknown => true,
        Class::Rejected => failure.trouble == Trouble::Status(403),
        Class::SecretUnreadable { .. } => false,
    };
    run.in_a_row = if meets_all { run.in_a_row + 1 } else { 0 };
    if run.in_a_row >= ENOUGH {
        run.break_off(format!("{ENOUGH} failures one after the other"));
    }
    if failure.trouble == Trouble::Status(401) {
        run.break_off("the credential is not taken any more".to_owned());
        effects.extend(go_on(model));
        replies::learn(model, &flight.call, failure);
        return effects;
    }
    effects.extend(go_on(model));
    effects
}

/// What went wrong, without what was asked for: that is the same for all.
fn cause(failure: &Failure, call: &Call) -> String {
    let headline = failure.headline(call);
    let asked =
        [format!("could not {}: ", call.words()), format!("outcome unknown ({}): ", call.words())];
    let rest = asked.iter().find_map(|a| headline.strip_prefix(a.as_str()));
    rest.unwrap_or(&headline).to_owned()
}

/// The request in hand was not sent, for want of the journal. One at a time it
/// can be sent all the same; not so many at once.
pub fn unrecorded(model: &mut Model, why: &str) -> Vec<Effect> {
    if let Some(run) = &mut model.run {
        let why = SafeText::from(why);
        run.settle(Outcome::Failed(format!("not sent: the journal cannot be written, {why}")));
        run.break_off("the journal cannot be written".to_owned());
    }
    go_on(model)
}
