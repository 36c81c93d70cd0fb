//! Handles responses: updates the shared data, then the layers that are waiting. A
//! response that nothing waits for any more is dropped, except that a secret is always
//! shown.

mod created;
mod read;

pub use read::used;

use super::{
    bulk,
    effect::{Effect, Ticket},
    error_dialog::ErrorDialog,
    in_flight::InFlightChange,
    layer::{Event, Nav, Open, Order, Question, Settled, Step, Unsent},
    notice::NoticeKind,
    reconcile, servers,
    shared::{Shared, Topic},
    switch,
};
use crate::{
    api::{
        call::{Answer, Call, Reply},
        error::{self, Certainty, Failure},
    },
    domain::text::sentence,
    journal::{Entry, Mark, Open as OpenEntry},
    ops::change::Intent,
};

/// Handles the response to the call with this ticket.
pub fn on_reply(shared: &mut Shared, ticket: Ticket, answer: Answer, entry: Option<Entry>) -> Step {
    if switch::awaits(shared, ticket) {
        return switch::tried(shared, answer);
    }
    let sent = shared.in_flight.iter().position(|f| f.load.ticket == ticket);
    let change = sent.map(|at| shared.in_flight.remove(at));
    let via = change.as_ref().map_or(shared.session.connection, |f| f.session.connection);
    servers::answered(shared, via, &answer);
    shared.made.extend(answer.as_ref().ok().and_then(Reply::new_id).cloned());
    if entry.is_some() {
        shared.touch(Topic::Journal);
    }
    if let Some(change) = &change {
        if bulk::awaits(shared, ticket) {
            return bulk::answered(shared, change, answer, entry);
        }
        if !is_here(shared, change) {
            return from_elsewhere(shared, change, answer, entry);
        }
    }
    let id = entry.as_ref().map(|e| e.id.clone());
    match (answer, change) {
        (Ok(Reply::Created(created)), change) => {
            created::api(shared, *created, change.as_ref(), id)
        }
        (Ok(Reply::PersonalCreated(created)), change) => {
            created::personal(shared, *created, change.as_ref(), id)
        }
        (Ok(Reply::Deleted), Some(change)) => on_deleted(shared, &change),
        (Err(failure), Some(change)) => on_failed_change(shared, &change, &failure, entry),
        (answer, _) => read::take(shared, ticket, answer),
    }
}

/// A change was not sent because the journal cannot be written: asks whether to send it
/// anyway. The dialog that sent it stays open.
pub fn on_unrecorded(shared: &mut Shared, ticket: Ticket, why: &str) -> Step {
    let change = shared.in_flight.iter().position(|f| f.load.ticket == ticket);
    let Some(at) = change else { return Step::none() };
    if bulk::awaits(shared, ticket) {
        shared.in_flight.remove(at);
        return bulk::unrecorded(shared, why);
    }
    let InFlightChange { intent, call, sender, .. } = shared.in_flight.remove(at);
    let overrides = sender.overridden.is_some();
    let lines = vec![
        "Nothing was sent: the journal cannot be written.".to_owned(),
        sentence(why),
        if overrides {
            "It has to keep the reason that overrides the policy: mend it first.".to_owned()
        } else {
            "Without it, the next start can't search for a token whose response was lost."
                .to_owned()
        },
    ];
    let not_sent = |layer| Nav::Tell(layer, Event::Settled(ticket, Settled::NotSent));
    let cancel = sender.listeners().map(not_sent).collect();
    let unsent = Unsent { ticket, intent, call, sender };
    let send = vec![Nav::Order(Order::SendUnrecorded(Box::new(unsent)))];
    let mut choices = vec![("Cancel", cancel)];
    if !overrides {
        choices.push(("Send anyway", send));
    }
    Step::open(Open::Confirm(Box::new(Question::new("No journal", lines, choices))))
}

/// Sends a change without the journal. Its layers then wait for the new ticket.
pub fn send_unrecorded(shared: &mut Shared, unsent: Unsent) -> Step {
    let Unsent { ticket, intent, call, sender } = unsent;
    let told: Vec<_> = sender.listeners().collect();
    let (again, effect) = shared.change_recorded(sender, intent, call, true);
    let step = Step::effect(effect);
    let resent = Event::Settled(ticket, Settled::Resent(again));
    told.into_iter().fold(step, |step, layer| step.tell(Some(layer), resent.clone()))
}

/// Whether a change was sent from the current session's organisation.
pub(super) fn is_here(shared: &Shared, change: &InFlightChange) -> bool {
    let (here, there) = (&shared.session, &change.session);
    here.connection == there.connection && here.org == there.org || here.is_same_deployment(there)
}

/// Reports the outcome of a change to the dialog that sent it and the form of its draft.
fn notify_sender(step: Step, change: &InFlightChange, settled: &Settled) -> Step {
    let event = || Event::Settled(change.load.ticket, settled.clone());
    change.sender.listeners().fold(step, |step, layer| step.tell(Some(layer), event()))
}

/// Handles the response to a change in an organisation that the session has left. The
/// message names that organisation; data of the current one is not touched. A secret is
/// shown as usual.
fn from_elsewhere(
    shared: &mut Shared,
    change: &InFlightChange,
    answer: Answer,
    entry: Option<Entry>,
) -> Step {
    let id = entry.as_ref().map(|e| e.id.clone());
    match answer {
        Ok(Reply::Created(created)) => {
            shared.rotated(change, created.id.clone(), id.clone());
            created::elsewhere(shared, *created, change, id)
        }
        Ok(Reply::PersonalCreated(created)) => {
            created::personal_elsewhere(shared, *created, change, id)
        }
        Ok(Reply::Deleted) => {
            let text = format!("Done in {}: {}.", change.place, change.intent.describe());
            shared.notify(NoticeKind::Info, text);
            Step::none()
        }
        Ok(_) => Step::none(),
        Err(failure) => {
            let mut dialog = ErrorDialog::new(&change.call, &failure);
            dialog.is_from(&change.place);
            let step = Step::open(Open::ErrorDialog(Box::new(dialog)));
            let last = match failure.certainty {
                Certainty::Unknown => Some(Mark::Unknown),
                Certainty::SecretUnreadable { id } => Some(Mark::Unreadable { id }),
                Certainty::NotSent | Certainty::Rejected => None,
            };
            match (last, entry) {
                (Some(last), Some(entry)) => {
                    let open = OpenEntry { entry, last: Some(last) };
                    step.and(reconcile::recall(shared, &[open]))
                }
                _ => step,
            }
        }
    }
}

/// Learns from a refusal: a 403 shows which right the credential lacks; after a 401 the
/// user must sign in again, and the sign-in page is returned.
pub(super) fn learn(shared: &mut Shared, call: &Call, failure: &Failure) -> Option<Open> {
    match failure.kind {
        error::FailureKind::Status(401) => {
            let reason = "The server no longer accepts this credential (401): it expired, was \
                          deleted or is mistyped. Sign in again; nothing else is lost.";
            Some(switch::sign_in_here(shared, Some(reason.to_owned())))
        }
        error::FailureKind::Status(403) => {
            let known = call.needs().filter(|right| !shared.refused.contains(right));
            shared.refused.extend(known);
            None
        }
        _ => None,
    }
}

fn on_deleted(shared: &mut Shared, change: &InFlightChange) -> Step {
    let step = notify_sender(Step::none(), change, &Settled::Done);
    let (id, name, personal) = match &change.intent {
        Intent::Delete { id, name } => (id, name, false),
        Intent::DeletePersonal { id, name } => (id, name, true),
        _ => return step,
    };
    shared.notify(NoticeKind::Info, format!("{name} was deleted."));
    shared.forget_rotations(id);
    let mut effects = reconcile::close_entries(shared, id);
    // The secret of a deleted token is of no use.
    let gone = shared.secrets.token_gone(id);
    effects.extend(gone.iter().filter_map(|held| held.mark(Mark::Settled { why: None })));
    effects.extend((!gone.is_empty()).then_some(Effect::Redraw));
    if personal {
        if let Some(tokens) = shared.data.personal.value_mut() {
            tokens.retain(|t| t.id != *id);
        }
        shared.touch(Topic::Personal);
        effects.push(shared.fetch(Call::ListPersonalTokens));
    } else {
        shared.drop_tokens(std::slice::from_ref(id));
        effects.push(shared.fetch_tokens());
    }
    Step::from(effects).and(step).nav(Nav::TellAll(Event::Deleted(id.clone())))
}

fn on_failed_change(
    shared: &mut Shared,
    change: &InFlightChange,
    failure: &Failure,
    entry: Option<Entry>,
) -> Step {
    let is_unconfirmed =
        matches!(failure.certainty, Certainty::Unknown | Certainty::SecretUnreadable { .. });
    if let Some(entry) = entry.filter(|_| is_unconfirmed) {
        // The form keeps its input; the user decides whether to send it again.
        let step = notify_sender(Step::none(), change, &Settled::Unresolved);
        return step.and(reconcile::begin(shared, change, failure, entry));
    }
    let step = notify_sender(Step::none(), change, &Settled::Refused(failure.message.clone()));
    let dialog = || Open::ErrorDialog(Box::new(ErrorDialog::new(&change.call, failure)));
    step.nav(Nav::Open(learn(shared, &change.call, failure).unwrap_or_else(dialog)))
}
