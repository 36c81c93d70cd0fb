//! A run: one change of many tokens, one request after the other. What was
//! refused is not sent again by itself; an unknown outcome becomes a doubt, as
//! that of a single change does; each secret goes to the run's depot, and one
//! that does not arrive there is shown.

mod answers;

pub use answers::{answered, bulk_delivered, unrecorded};

use super::{
    effect::{Effect, Ticket},
    in_flight::Sender,
    layer::{Nav, Open, Step},
    notice::NoticeKind,
    run::{Item, Kind, Outcome, Run, Stage},
    shared::Shared,
};
use crate::{
    domain::{ApiToken, TokenId, destination::BulkDestination, grace::capped, token::Renewal},
    ops::change::Intent,
};

/// Begins a run over these tokens.
pub fn begin(shared: &mut Shared, kind: Kind, tokens: Vec<ApiToken>) -> Step {
    shared.run = Some(Run::new(kind, tokens, shared.place()));
    Step::from(go_on(shared)).nav(Nav::Open(Open::Run))
}

/// Whether a request of a run or the secret that it brought is in hand.
#[must_use]
pub fn is_in_hand(shared: &Shared) -> bool {
    shared.run.as_ref().is_some_and(|run| run.current.is_some())
}

/// Whether a run has not come to its end.
#[must_use]
pub fn is_going(shared: &Shared) -> bool {
    shared.run.as_ref().is_some_and(Run::is_going)
}

/// Whether the answer with this ticket is one of a run's.
#[must_use]
pub fn awaits(shared: &Shared, ticket: Ticket) -> bool {
    shared.run.as_ref().and_then(|run| run.current).is_some_and(|(_, sent)| sent == ticket)
}

/// Sends the next request, unless one is in hand or the server takes none now.
pub fn go_on(shared: &mut Shared) -> Vec<Effect> {
    let Some(run) = &shared.run else { return Vec::new() };
    if run.current.is_some() || run.stage == Stage::Over {
        return Vec::new();
    }
    let going = run.stage == Stage::Going;
    let next = run.items.iter().position(|i| i.outcome == Outcome::Waiting).filter(|_| going);
    match next {
        None => finish(shared),
        Some(_) if shared.limited_until().is_some() => Vec::new(),
        Some(at) => send(shared, at),
    }
}

fn send(shared: &mut Shared, at: usize) -> Vec<Effect> {
    let now = shared.server_now();
    let Some(run) = &shared.run else { return Vec::new() };
    let token = &run.items[at].token;
    let (intent, call) = match &run.kind {
        Kind::Delete => Intent::delete(token),
        Kind::Regenerate { old_ends, new_expiry, .. } => {
            let old_ends = capped(&token.expiry, old_ends.unwrap_or(now)).at;
            Intent::regenerate(token, old_ends, Renewal::Same { new_expiry: *new_expiry })
        }
    };
    let (ticket, effect) = shared.change(Sender::default(), intent, call);
    if let Some(run) = &mut shared.run {
        run.current = Some((at, ticket));
        run.items[at].outcome = Outcome::Sent;
    }
    vec![effect]
}

/// No further request is sent. The one in hand goes on.
pub fn stop(shared: &mut Shared) -> Vec<Effect> {
    if let Some(run) = &mut shared.run {
        run.break_off("you stopped it".to_owned());
    }
    go_on(shared)
}

/// Its place is being left: what is in hand comes to its end.
pub fn leave(shared: &mut Shared) {
    if let Some(run) = &mut shared.run {
        run.break_off("its place was left".to_owned());
        run.is_left = true;
    }
    if !is_in_hand(shared) {
        shared.run = None;
    }
}

/// What failed and what was not begun is to be tried: the depot to look at first, if
/// there is one. What is unknown or done is left alone.
///
/// # Errors
/// With what is to be said instead.
pub fn again(shared: &Shared) -> Result<Option<BulkDestination>, (NoticeKind, &'static str)> {
    let now = shared.server_now();
    let again = |i: &Item| matches!(i.outcome, Outcome::Failed(_) | Outcome::Waiting);
    match &shared.run {
        Some(run) if run.items.iter().any(again) => match &run.kind {
            Kind::Regenerate { old_ends: Some(at), .. } if *at <= now => Err((
                NoticeKind::Warning,
                "The time for the old tokens is over: mark them and begin anew.",
            )),
            Kind::Regenerate { destination, .. } => Ok(Some(destination.clone())),
            Kind::Delete => Ok(None),
        },
        _ => Err((NoticeKind::Info, "There is nothing to try again.")),
    }
}

/// Tries again what failed, and goes on with what was not begun.
pub fn restart(shared: &mut Shared) -> Step {
    let Some(run) = &mut shared.run else { return Step::none() };
    for item in &mut run.items {
        if matches!(item.outcome, Outcome::Failed(_)) {
            item.outcome = Outcome::Waiting;
        }
    }
    (run.stage, run.why, run.in_a_row) = (Stage::Going, None, 0);
    go_on(shared).into()
}

/// Nothing is left to send: the list shows what came of it.
fn finish(shared: &mut Shared) -> Vec<Effect> {
    let Some(run) = &mut shared.run else { return Vec::new() };
    run.stage = Stage::Over;
    let gone: Vec<TokenId> = match run.kind {
        Kind::Regenerate { .. } => Vec::new(),
        Kind::Delete => {
            let done = run.items.iter().filter(|i| matches!(i.outcome, Outcome::Done { .. }));
            done.map(|i| i.token.id.clone()).collect()
        }
    };
    if run.is_left {
        shared.run = None;
        return Vec::new();
    }
    shared.drop_tokens(&gone);
    vec![shared.fetch_tokens()]
}

/// The report was saved at a path, or not.
pub fn report_saved(shared: &mut Shared, result: Result<String, String>) {
    match result {
        Ok(path) => shared.notify(NoticeKind::Info, format!("Saved to {path}.")),
        Err(why) => shared.notify(NoticeKind::Warning, format!("Not saved: {why}")),
    }
}
