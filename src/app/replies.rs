//! What an answer does to the model. Answers that nobody waits for any more
//! are dropped, with one exception: a secret is always shown.

use super::{
    audit, bulk, doubts,
    effect::{Effect, Ticket},
    marked,
    model::{Flight, Intent, Model, NoticeKind, Rotation},
    overlays::{
        Overlay, confirm::Confirm, handover, orgs, reveal::Reveal, sign_in, trouble::Trouble,
    },
    passage,
    screens::{Screen, api_tokens, new_token, profile},
    servers,
};
use crate::{
    api::{
        call::{Answer, Call, Created, Reply},
        error::{self, Class, Failure},
    },
    domain::{ApiToken, Expiry, PersonalToken, TokenId},
    journal::{Entry, EntryId, Mark, Open},
};

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
    model.destination = destination;
    for overlay in &mut model.overlays {
        if overlay.sent() == Some(ticket) {
            overlay.answered();
        }
    }
    let overlay = Confirm::unrecorded(why, intent, call);
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
            let mut overlay = Reveal::new(*created, name, Some(&flight.intent), model);
            overlay.is_from(&flight.place);
            overlay.entry.clone_from(&id);
            model.overlays.push(Overlay::Reveal(Box::new(overlay)));
        }
        Ok(Reply::PersonalCreated(created)) => {
            let name = created.token.as_ref().map(|t| t.name.clone());
            let mut overlay = Reveal::new(*created, name, Some(&flight.intent), model);
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

fn on_read(model: &mut Model, ticket: Ticket, answer: Answer) {
    let refused = answer.as_ref().err().cloned();
    let data = &mut model.data;
    let (call, failure) = if data.tokens.awaits(ticket) {
        (Call::ListTokens, on_tokens(model, answer))
    } else if data.datasets.awaits(ticket) {
        let failure = settle(&mut data.datasets, answer, |reply| match reply {
            Reply::Datasets(list) => Some(list),
            _ => None,
        });
        if matches!(model.screen(), Some(Screen::NewToken(_))) {
            new_token::arrange(model);
        }
        (Call::ListDatasets, failure)
    } else if data.views.awaits(ticket) {
        let failure = settle(&mut data.views, answer, |reply| match reply {
            Reply::Views(list) => Some(list),
            _ => None,
        });
        if matches!(model.screen(), Some(Screen::NewToken(_))) {
            new_token::arrange(model);
        }
        (Call::ListViews, failure)
    } else if data.orgs.awaits(ticket) {
        let failure = settle(&mut data.orgs, answer, |reply| match reply {
            Reply::Orgs(list) => Some(list),
            _ => None,
        });
        if failure.is_none() {
            orgs::look_for_ours(model);
        }
        (Call::ListOrgs, failure)
    } else if data.user.awaits(ticket) {
        let failure = settle(&mut data.user, answer, |reply| match reply {
            Reply::User(user) => Some(*user),
            _ => None,
        });
        (Call::CurrentUser, failure)
    } else if data.personal.awaits(ticket) {
        let selected = profile::selection(model);
        let failure = settle(&mut model.data.personal, answer, |reply| match reply {
            Reply::PersonalTokens(list) => Some(list),
            _ => None,
        });
        profile::arrange(model, selected.as_ref());
        (Call::ListPersonalTokens, failure)
    } else if data.audit.awaits(ticket) {
        audit::settle(model, ticket, answer)
    } else {
        return;
    };
    if refused.is_some_and(|refused| learn(model, &call, &refused)) {
        return;
    }
    if let Some(failure) = failure {
        model.notify_failure(&call, &failure);
    }
}

fn settle<T>(
    remote: &mut super::remote::Remote<T>,
    answer: Answer,
    pick: impl FnOnce(Reply) -> Option<T>,
) -> Option<Failure> {
    match answer {
        // A reply of another kind than was asked for cannot come: each call
        // has one kind of reply.
        Ok(reply) => pick(reply).and_then(|value| remote.settle(Ok(value))),
        Err(failure) => remote.settle(Err(failure)),
    }
}

fn on_tokens(model: &mut Model, answer: Answer) -> Option<Failure> {
    let selected = root_selection(model);
    let line = model.api_tokens_mut().map(|state| state.list.line());
    let failure = settle(&mut model.data.tokens, answer, |reply| match reply {
        Reply::Tokens(list) => Some(list),
        _ => None,
    });
    api_tokens::arrange(model, selected.as_ref());
    if let (Some(line), Some(state)) = (line, model.api_tokens_mut()) {
        state.list.hold(line);
    }
    failure
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

/// A secret has come: it is shown, whatever else is on the screen.
fn on_created(
    model: &mut Model,
    created: Created<ApiToken>,
    flight: Option<&Flight>,
    entry: Option<EntryId>,
) -> Vec<Effect> {
    let mut effects = Vec::new();
    close_sender(model, flight);
    // The form has done its work.
    if flight.is_some_and(|f| f.call.has_draft())
        && matches!(model.screen(), Some(Screen::NewToken(_)))
    {
        model.screens.pop();
    }
    if let Some(Flight { intent: Intent::Regenerate { old, old_ends, .. }, .. }) = flight {
        model.rotations.push(Rotation {
            old: old.clone(),
            new: created.id.clone(),
            old_ends: *old_ends,
        });
        shorten_old(model, old, *old_ends);
        marked::unmark(model, old);
        effects.extend(doubts::settle(model, old));
        if let (Some(Screen::TokenDetail(detail)), Some(new)) = (model.screen_mut(), &created.id)
            && detail.id == *old
        {
            detail.id = new.clone();
        }
    }
    insert_token(model, created.token.as_ref());
    let select = created.id.clone();
    let name = created.token.as_ref().map(|t| t.name.clone());
    let mut overlay = Reveal::new(created, name, flight.map(|f| &f.intent), model);
    overlay.entry = entry;
    overlay.can_be_tried(&model.session);
    model.overlays.push(Overlay::Reveal(Box::new(overlay)));
    effects.extend(hand_over(model, flight));
    show_row(model, select.as_ref());
    effects.push(model.fetch_tokens());
    effects
}

/// A personal token's secret has come.
fn on_personal_created(
    model: &mut Model,
    created: Created<PersonalToken>,
    flight: Option<&Flight>,
    entry: Option<EntryId>,
) -> Vec<Effect> {
    close_sender(model, flight);
    if let (Some(tokens), Some(token)) = (model.data.personal.value_mut(), &created.token)
        && !tokens.iter().any(|t| t.id == token.id)
    {
        tokens.push(token.clone());
    }
    if let Some(id) = &created.id {
        profile::arrange(model, Some(id));
    }
    let name = created.token.as_ref().map(|t| t.name.clone());
    let mut overlay = Reveal::new(created, name, flight.map(|f| &f.intent), model);
    overlay.entry = entry;
    if let Some(org) = profile::org_id(model) {
        let note = format!("Send the organisation's id with it: X-Axiom-Org-Id: {org}");
        overlay.notes.push(note);
    }
    overlay.can_be_tried(&model.session);
    model.overlays.push(Overlay::Reveal(Box::new(overlay)));
    let mut effects = hand_over(model, flight);
    effects.push(model.fetch(Call::ListPersonalTokens));
    effects
}

/// Gives a secret that has come to where it was to go.
fn hand_over(model: &mut Model, flight: Option<&Flight>) -> Vec<Effect> {
    let destination = flight.and_then(|f| f.destination.clone());
    destination.map_or_else(Vec::new, |to| handover::deliver(model, to))
}

/// Puts the cursor on a token; a filter that hides it is taken away.
fn show_row(model: &mut Model, id: Option<&TokenId>) {
    api_tokens::arrange(model, id);
    if id.is_some() && root_selection(model).as_ref() != id {
        if let Some(state) = model.api_tokens_mut() {
            state.filter.set("");
        }
        api_tokens::arrange(model, id);
    }
}

/// The answer itself says that the token exists, so the list shows it at once.
pub(super) fn insert_token(model: &mut Model, token: Option<&ApiToken>) {
    if let (Some(tokens), Some(token)) = (model.data.tokens.value_mut(), token)
        && !tokens.iter().any(|t| t.id == token.id)
    {
        tokens.push(token.clone());
    }
}

pub(super) fn shorten_old(model: &mut Model, old: &TokenId, old_ends: jiff::Timestamp) {
    if let Some(tokens) = model.data.tokens.value_mut()
        && let Some(token) = tokens.iter_mut().find(|t| t.id == *old)
    {
        token.expiry = Expiry::At(old_ends);
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
    let selected = root_selection(model).filter(|selected| selected != id);
    if let Some(tokens) = model.data.tokens.value_mut() {
        tokens.retain(|t| t.id != *id);
    }
    keep_row(model, selected.as_ref());
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
    // The dialog that sent it stays, with everything that was chosen.
    if model.destination.is_none() {
        model.destination.clone_from(&flight.destination);
    }
    for overlay in &mut model.overlays {
        if overlay.sent() == Some(flight.load.ticket) {
            overlay.answered();
        }
    }
    if let (true, Some(message), Some(form)) =
        (flight.call.has_draft(), &failure.message, model.form_mut())
    {
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
