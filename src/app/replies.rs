//! What an answer does to the model. Answers that nobody waits for any more
//! are dropped, with one exception: a secret is always shown.

mod created;
mod read;

use super::{
    bulk, doubts,
    effect::{Effect, Ticket},
    model::{Flight, Intent, Model, NoticeKind},
    overlays::{
        Overlay,
        confirm::{Confirm, Unsent},
        reveal::Reveal,
        sign_in,
        trouble::Trouble,
    },
    passage,
    screens::{Screen, api_tokens, profile},
    servers,
};
use crate::{
    api::{
        call::{Answer, Call, Reply},
        error::{self, Class, Failure},
    },
    domain::TokenId,
    journal::{Entry, Mark, Open},
};

pub(super) use created::{insert_token, not_as_asked, shorten_old};
use created::{on_created, on_personal_created, personal_not_as_asked};
use read::on_read;

/// Takes the answer to the call with this ticket.
pub fn on_reply(
    model: &mut Model,
    ticket: Ticket,
    answer: Answer,
    entry: Option<Entry>,
) -> Vec<Effect> {
    let sent = model.flights.iter().find(|f| f.load.ticket == ticket);
    let via = sent.map_or(model.session.connection, |f| f.session.connection);
    if !passage::awaits(model, ticket) {
        servers::answered(model, via, &answer);
    }
    if passage::awaits(model, ticket) {
        return passage::tried(model, answer);
    }
    model.made.extend(answer.as_ref().ok().and_then(Reply::new_id).cloned());
    let flight = model
        .flights
        .iter()
        .position(|f| f.load.ticket == ticket)
        .map(|at| model.flights.remove(at));
    if let Some(flight) = &flight
        && bulk::awaits(model, ticket)
    {
        return bulk::answered(model, flight, answer, entry);
    }
    if let Some(flight) = &flight
        && !is_here(model, flight)
    {
        return from_elsewhere(model, flight, answer, entry);
    }
    match (answer, flight) {
        (Ok(Reply::Created(created)), flight) => {
            on_created(model, *created, flight.as_ref(), entry.map(|e| e.id))
        }
        (Ok(Reply::PersonalCreated(created)), flight) => {
            on_personal_created(model, *created, flight.as_ref(), entry.map(|e| e.id))
        }
        (Ok(Reply::Deleted), Some(flight)) => on_deleted(model, &flight),
        (Err(failure), Some(flight)) => on_failed_change(model, &flight, &failure, entry),
        // Nobody waits for what was asked of a place that we have left.
        (answer, _) => {
            let looked = answer.is_ok();
            let (api, personal) =
                (model.data.tokens.awaits(ticket), model.data.personal.awaits(ticket));
            on_read(model, ticket, answer);
            match (looked, api, personal) {
                (true, true, _) => doubts::looked(model, false),
                (true, _, true) => doubts::looked(model, true),
                (false, api, personal) if api || personal => {
                    doubts::not_looked(model, personal);
                    Vec::new()
                }
                _ => Vec::new(),
            }
        }
    }
}

/// A change was not sent, for want of the journal: asks whether it should be
/// all the same. The dialog that sent it stays.
pub fn on_unrecorded(model: &mut Model, ticket: Ticket, why: &str) -> Vec<Effect> {
    let flight = model.flights.iter().position(|f| f.load.ticket == ticket);
    let Some(at) = flight else { return Vec::new() };
    if bulk::awaits(model, ticket) {
        model.flights.remove(at);
        return bulk::unrecorded(model, why);
    }
    let Flight { intent, call, destination, .. } = model.flights.remove(at);
    // The dialog that sent it, if it is still there, waits for what is answered.
    let unsent = Unsent { ticket, intent, call, destination };
    let overlay = Confirm::unrecorded(why, unsent);
    model.overlays.push(Overlay::Confirm(overlay));
    Vec::new()
}

/// Whether a change was sent from where we are now.
fn is_here(model: &Model, flight: &Flight) -> bool {
    let (here, there) = (&model.session, &flight.session);
    here.connection == there.connection && here.org == there.org || here.is_same_place(there)
}

/// A change of a place that we have left was answered: said, with its name, and
/// nothing of this place is touched. A secret is shown wherever we are.
fn from_elsewhere(
    model: &mut Model,
    flight: &Flight,
    answer: Answer,
    entry: Option<Entry>,
) -> Vec<Effect> {
    let id = entry.as_ref().map(|e| e.id.clone());
    match answer {
        Ok(Reply::Created(created)) => {
            let name = created.token.as_ref().map(|t| t.name.clone());
            model.rotated(flight, created.id.clone());
            let differing = not_as_asked(&created, Some(flight));
            let mut overlay = Reveal::new(*created, name, Some(&flight.intent), model);
            overlay.differs(&differing);
            overlay.is_from(&flight.place);
            overlay.entry.clone_from(&id);
            model.overlays.push(Overlay::Reveal(Box::new(overlay)));
        }
        Ok(Reply::PersonalCreated(created)) => {
            let name = created.token.as_ref().map(|t| t.name.clone());
            let differing = personal_not_as_asked(&created, Some(flight));
            let mut overlay = Reveal::new(*created, name, Some(&flight.intent), model);
            overlay.differs(&differing);
            overlay.is_from(&flight.place);
            overlay.entry.clone_from(&id);
            model.overlays.push(Overlay::Reveal(Box::new(overlay)));
        }
        Ok(Reply::Deleted) => {
            let text = format!("Done in {}: {}.", flight.place, flight.intent.words());
            model.notify(NoticeKind::Info, text);
        }
        Ok(_) => {}
        Err(failure) => {
            let mut trouble = Trouble::new(&flight.call, &failure);
            trouble.is_from(&flight.place);
            show_trouble(model, trouble);
            let last = match failure.class {
                Class::Unknown => Some(Mark::Unknown),
                Class::SecretUnreadable { id } => Some(Mark::Unreadable { id }),
                Class::NotSent | Class::Rejected => None,
            };
            if let (Some(last), Some(entry)) = (last, entry) {
                let open = Open { entry, last: Some(last) };
                return doubts::recall(model, vec![open]);
            }
        }
    }
    Vec::new()
}

/// Trouble is told before everything but a secret that nobody has stored yet.
fn show_trouble(model: &mut Model, trouble: Trouble) {
    model.push_below_secret(Overlay::Trouble(Box::new(trouble)));
}

/// What a refusal tells about the credential: that it is not good any more, or
/// that it lacks a right. True if one has to sign in again.
pub(super) fn learn(model: &mut Model, call: &Call, failure: &Failure) -> bool {
    match failure.trouble {
        error::Trouble::Status(401) => {
            let reason = "The server no longer takes this credential (401): it has expired, was \
                          deleted, or is mistyped. Sign in again; everything else is kept.";
            sign_in::open_here(model, reason.to_owned());
            true
        }
        error::Trouble::Status(403) => {
            let known = call.needs().filter(|right| !model.refused.contains(right));
            model.refused.extend(known);
            false
        }
        _ => false,
    }
}

/// The id under the cursor of the list, whatever screen is on top.
fn root_selection(model: &Model) -> Option<TokenId> {
    match model.screens.first() {
        Some(Screen::ApiTokens(state)) => {
            let index = *state.rows.get(state.list.cursor)?;
            Some(model.data.tokens.value()?.get(index)?.id.clone())
        }
        _ => None,
    }
}

fn on_deleted(model: &mut Model, flight: &Flight) -> Vec<Effect> {
    close_sender(model, Some(flight));
    let (id, name, personal) = match &flight.intent {
        Intent::Delete { id, name } => (id, name, false),
        Intent::DeletePersonal { id, name } => (id, name, true),
        _ => return Vec::new(),
    };
    model.notify(NoticeKind::Info, format!("{name} was deleted."));
    model.rotations.retain(|r| r.old != *id && r.new.as_ref() != Some(id));
    // The secret of a token that is gone needs no keeping.
    let shown = |o: &Overlay| matches!(o, Overlay::Reveal(r) if r.id.as_ref() == Some(id));
    let had_secret = model.overlays.iter().any(shown);
    let mut effects = doubts::settle(model, id);
    for overlay in &model.overlays {
        if let (true, Overlay::Reveal(secret)) = (shown(overlay), overlay) {
            let mark = |entry| Effect::Mark { entry, mark: Mark::Settled };
            effects.extend(secret.entry.clone().map(mark));
        }
    }
    model.overlays.retain(|o| !shown(o));
    effects.extend(had_secret.then_some(Effect::Redraw));
    if personal {
        let selected = profile::selection(model).filter(|selected| selected != id);
        if let Some(tokens) = model.data.personal.value_mut() {
            tokens.retain(|t| t.id != *id);
        }
        profile::arrange(model, selected.as_ref());
        effects.push(model.fetch(Call::ListPersonalTokens));
        return effects;
    }
    if matches!(model.screen(), Some(Screen::TokenDetail(detail)) if detail.id == *id) {
        model.screens.pop();
    }
    drop_tokens(model, std::slice::from_ref(id));
    effects.push(model.fetch_tokens());
    effects
}

/// Takes tokens that are gone out of the list, and orders it anew.
pub(super) fn drop_tokens(model: &mut Model, gone: &[TokenId]) {
    let gone: std::collections::HashSet<&TokenId> = gone.iter().collect();
    let selected = root_selection(model).filter(|selected| !gone.contains(selected));
    if let Some(tokens) = model.data.tokens.value_mut() {
        tokens.retain(|t| !gone.contains(&t.id));
    }
    keep_row(model, selected.as_ref());
}

/// After a row has gone, the cursor stays on its token, or where it was.
fn keep_row(model: &mut Model, selected: Option<&TokenId>) {
    if selected.is_none()
        && let Some(state) = model.api_tokens_mut()
    {
        // The old positions mean other tokens now.
        let cursor = state.list.cursor;
        state.rows.clear();
        api_tokens::arrange(model, None);
        if let Some(state) = model.api_tokens_mut() {
            state.list.cursor = cursor.min(state.rows.len().saturating_sub(1));
        }
        return;
    }
    api_tokens::arrange(model, selected);
}

fn on_failed_change(
    model: &mut Model,
    flight: &Flight,
    failure: &Failure,
    entry: Option<Entry>,
) -> Vec<Effect> {
    let in_doubt = matches!(failure.class, Class::Unknown | Class::SecretUnreadable { .. });
    if let Some(entry) = entry.filter(|_| in_doubt) {
        // What was typed stays in the form; sending it again takes a decision.
        close_sender(model, Some(flight));
        return doubts::begin(model, flight, failure, entry);
    }
    // The dialog that sent it stays, with everything that was chosen. If it was
    // left, what was chosen there is no other dialog's.
    let ticket = flight.load.ticket;
    if let Some(sender) = model.overlays.iter_mut().find(|o| o.sent() == Some(ticket)) {
        sender.answered();
        if model.destination.is_none() {
            model.destination.clone_from(&flight.destination);
        }
    }
    if let (Some(message), Some(form)) = (&failure.message, model.form_of(ticket)) {
        form.matrix_mut().refused(message);
    }
    if learn(model, &flight.call, failure) {
        return Vec::new();
    }
    show_trouble(model, Trouble::new(&flight.call, failure));
    Vec::new()
}

/// The dialog that sent a change has done its work.
fn close_sender(model: &mut Model, flight: Option<&Flight>) {
    if let Some(flight) = flight {
        model.overlays.retain(|o| o.sent() != Some(flight.load.ticket));
    }
}
