//! Bulk runs: the same change to many tokens, one request at a time. Refused requests
//! are not repeated automatically. An unknown outcome becomes an unconfirmed change, as
//! for a single change. Each secret goes to the run's destination; one that cannot be
//! delivered is shown.

mod answers;

pub use answers::{answered, bulk_delivered, unrecorded};

use super::{
    effect::{Effect, Ticket},
    in_flight::Sender,
    layer::{Nav, Open, Step},
    notice::NoticeKind,
    reconcile,
    run::{Item, Kind, Outcome, Run, Stage},
    shared::Shared,
};
use crate::{
    api::call::Call,
    domain::{TokenId, destination::BulkDestination, grace::capped, policy::Override},
    ops::change::Intent,
};

/// Why a token is not replaced whose rights changed since its new rights were chosen.
const STALE: &str = "not sent: its rights changed meanwhile; change them again";

/// Starts a bulk run over these tokens.
pub fn begin(shared: &mut Shared, kind: Kind, items: Vec<Item>) -> Step {
    shared.run = Some(Run::new(kind, items, shared.place()));
    Step::from(send_next(shared)).nav(Nav::Open(Open::Run))
}

/// Whether a run waits for a response or for the delivery of a secret.
#[must_use]
pub fn is_sending(shared: &Shared) -> bool {
    shared.run.as_ref().is_some_and(|run| run.current.is_some())
}

/// Whether a run is unfinished.
#[must_use]
pub fn is_going(shared: &Shared) -> bool {
    shared.run.as_ref().is_some_and(Run::is_going)
}

/// Whether this ticket belongs to a run's current request.
#[must_use]
pub fn awaits(shared: &Shared, ticket: Ticket) -> bool {
    shared.run.as_ref().and_then(|run| run.current).is_some_and(|(_, sent)| sent == ticket)
}

/// Sends the next request, unless one is in progress or the rate limit applies.
pub fn send_next(shared: &mut Shared) -> Vec<Effect> {
    loop {
        let Some(run) = &shared.run else { return Vec::new() };
        if run.current.is_some() || run.stage == Stage::Over {
            return Vec::new();
        }
        let going = run.stage == Stage::Going;
        let next = run.items.iter().position(|i| i.outcome == Outcome::Waiting);
        match next.filter(|_| going) {
            None => return finish(shared),
            Some(_) if shared.limited_until().is_some() => return Vec::new(),
            Some(at) => match request(shared, at) {
                Ok(request) => return send(shared, at, request),
                Err(why) => {
                    if let Some(item) = shared.run.as_mut().and_then(|run| run.items.get_mut(at)) {
                        item.outcome = Outcome::Failed(why);
                    }
                }
            },
        }
    }
}

/// Whether the token has other rights by now than those that its new rights were made from.
fn is_stale(shared: &Shared, at: usize) -> bool {
    let item = shared.run.as_ref().and_then(|run| run.items.get(at));
    item.filter(|item| item.rights.is_some()).is_some_and(|item| {
        let listed = shared.data.token(&item.token.id);
        listed.is_some_and(|listed| listed.grants != item.token.grants)
    })
}

/// The request for a token. `Err` says why it must not be sent any more.
fn request(shared: &Shared, at: usize) -> Result<(Sender, Intent, Call), String> {
    let Some(run) = &shared.run else { return Err(String::new()) };
    if is_stale(shared, at) {
        return Err(STALE.to_owned());
    }
    let token = &run.items[at].token;
    let (old_ends, new_expiry, given) = match &run.kind {
        Kind::Delete => {
            let (intent, call) = Intent::delete(token);
            return Ok((Sender::default(), intent, call));
        }
        Kind::Regenerate { old_ends, new_expiry, overridden, .. } => {
            (old_ends, *new_expiry, overridden)
        }
    };
    let old_ends = capped(&token.expiry, old_ends.unwrap_or(shared.server_now())).at;
    let rights = run.items[at].rights.as_ref();
    let (intent, call) = Intent::regenerate(token, old_ends, token.renewed(rights, new_expiry));
    let against = reconcile::objections(shared, &intent, &call);
    let overridden = given.as_ref().and_then(|given| Override::of(&against, &given.reason));
    match against.first().filter(|_| overridden.is_none()) {
        // The policy has changed since the run began.
        Some(finding) => Err(format!("the new token {}", finding.why)),
        None => Ok((Sender { overridden, ..Sender::default() }, intent, call)),
    }
}

fn send(
    shared: &mut Shared,
    at: usize,
    (sender, intent, call): (Sender, Intent, Call),
) -> Vec<Effect> {
    let (ticket, effect) = shared.change(sender, intent, call);
    if let Some(run) = &mut shared.run {
        run.current = Some((at, ticket));
        run.items[at].outcome = Outcome::Sent;
    }
    vec![effect]
}

/// Stops the run after the current request.
pub fn stop(shared: &mut Shared) -> Vec<Effect> {
    if let Some(run) = &mut shared.run {
        run.stop_after_current("at your request".to_owned());
    }
    send_next(shared)
}

/// Handles a switch to another organisation: the run stops after the current request.
pub fn leave(shared: &mut Shared) {
    if let Some(run) = &mut shared.run {
        run.stop_after_current("you switched to another organisation".to_owned());
        run.is_left = true;
    }
    if !is_sending(shared) {
        shared.run = None;
    }
}

/// Whether there is anything to retry: failed tokens, and those not started. Returns the
/// destination for secrets that must be checked first, if there is one.
///
/// # Errors
/// Returns a notice with the reason why the run cannot be retried.
pub fn again(shared: &Shared) -> Result<Option<BulkDestination>, (NoticeKind, &'static str)> {
    let now = shared.server_now();
    let again = |i: &Item| matches!(i.outcome, Outcome::Failed(_) | Outcome::Waiting);
    match &shared.run {
        Some(run) if run.items.iter().any(again) => match &run.kind {
            Kind::Regenerate { old_ends: Some(at), .. } if *at <= now => Err((
                NoticeKind::Warning,
                "The grace period of the old tokens is over: mark them and start again.",
            )),
            Kind::Regenerate { destination, .. } => Ok(Some(destination.clone())),
            Kind::Delete => Ok(None),
        },
        _ => Err((NoticeKind::Info, "There is nothing to retry.")),
    }
}

/// Retries the failed tokens and continues with those not started.
pub fn restart(shared: &mut Shared) -> Step {
    let Some(run) = &mut shared.run else { return Step::none() };
    for item in &mut run.items {
        if matches!(item.outcome, Outcome::Failed(_)) {
            item.outcome = Outcome::Waiting;
        }
    }
    (run.stage, run.why, run.in_a_row) = (Stage::Going, None, 0);
    send_next(shared).into()
}

/// Ends the run and refreshes the token list.
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

/// Shows whether the report was saved.
pub fn report_saved(shared: &mut Shared, result: Result<String, String>) {
    match result {
        Ok(path) => shared.notify(NoticeKind::Info, format!("Saved to {path}.")),
        Err(why) => shared.notify(NoticeKind::Warning, format!("Not saved: {why}")),
    }
}
