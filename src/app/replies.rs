//! What an answer does to the model. Answers that nobody waits for any more
//! are dropped, with one exception: a secret is always shown.

use super::{
    effect::{Effect, Ticket},
    model::{Flight, Intent, Model, NoticeKind, Rotation},
    overlays::{Overlay, orgs, reveal::Reveal, sign_in, trouble::Trouble},
    passage,
    screens::{Screen, api_tokens, new_token, profile},
};
use crate::{
    api::{
        call::{Answer, Call, Created, Reply},
        error::{self, Class, Failure},
    },
    domain::{ApiToken, Expiry, PersonalToken, TokenId},
};

/// Takes the answer to the call with this ticket.
pub fn on_reply(model: &mut Model, ticket: Ticket, answer: Answer) -> Vec<Effect> {
    if passage::awaits(model, ticket) {
        return passage::tried(model, answer);
    }
    let flight = model
        .flights
        .iter()
        .position(|f| f.load.ticket == ticket)
        .map(|at| model.flights.remove(at));
    if let Some(flight) = &flight
        && !is_here(model, flight)
    {
        return from_elsewhere(model, flight, answer);
    }
    match (answer, flight) {
        (Ok(Reply::Created(created)), flight) => on_created(model, *created, flight.as_ref()),
        (Ok(Reply::PersonalCreated(created)), flight) => {
            on_personal_created(model, *created, flight.as_ref())
        }
        (Ok(Reply::Deleted), Some(flight)) => on_deleted(model, &flight),
        (Err(failure), Some(flight)) => on_failed_change(model, &flight, &failure),
        // Nobody waits for what was asked of a place that we have left.
        (answer, _) => {
            on_read(model, ticket, answer);
            Vec::new()
        }
    }
}

/// Whether a change was sent from where we are now.
fn is_here(model: &Model, flight: &Flight) -> bool {
    let (here, there) = (&model.session, &flight.session);
    here.connection == there.connection && here.org == there.org || here.is_same_place(there)
}

/// A change of a place that we have left was answered: said, with its name, and
/// nothing of this place is touched. A secret is shown wherever we are.
fn from_elsewhere(model: &mut Model, flight: &Flight, answer: Answer) -> Vec<Effect> {
    match answer {
        Ok(Reply::Created(created)) => {
            let name = created.token.as_ref().map(|t| t.name.clone());
            let mut overlay = Reveal::new(*created, name, Some(&flight.intent), model.now);
            overlay.is_from(&flight.place);
            model.overlays.push(Overlay::Reveal(Box::new(overlay)));
        }
        Ok(Reply::PersonalCreated(created)) => {
            let name = created.token.as_ref().map(|t| t.name.clone());
            let mut overlay = Reveal::new(*created, name, Some(&flight.intent), model.now);
            overlay.is_from(&flight.place);
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
        }
    }
    Vec::new()
}

/// Trouble is told before everything but a secret that nobody has stored yet.
fn show_trouble(model: &mut Model, trouble: Trouble) {
    let secret = model.overlays.iter().position(|o| matches!(o, Overlay::Reveal(_)));
    let at = secret.unwrap_or(model.overlays.len());
    model.overlays.insert(at, Overlay::Trouble(Box::new(trouble)));
}

/// What a refusal tells about the credential: that it is not good any more, or
/// that it lacks a right. True if one has to sign in again.
fn learn(model: &mut Model, call: &Call, failure: &Failure) -> bool {
    match failure.trouble {
        error::Trouble::Status(401) => {
            let reason = "The server no longer takes this credential (401): it has expired, was \
                          deleted, or is mistyped. Sign in again; everything else is kept.";
            sign_in::open(model, Some(reason.to_owned()));
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
        let failure = settle(&mut data.personal, answer, |reply| match reply {
            Reply::PersonalTokens(list) => Some(list),
            _ => None,
        });
        profile::arrange(model);
        (Call::ListPersonalTokens, failure)
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
    let failure = settle(&mut model.data.tokens, answer, |reply| match reply {
        Reply::Tokens(list) => Some(list),
        _ => None,
    });
    api_tokens::arrange(model, selected.as_ref());
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
) -> Vec<Effect> {
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
        if let (Some(Screen::TokenDetail(detail)), Some(new)) = (model.screen_mut(), &created.id)
            && detail.id == *old
        {
            detail.id = new.clone();
        }
    }
    insert_token(model, created.token.as_ref());
    let select = created.id.clone();
    let name = created.token.as_ref().map(|t| t.name.clone());
    let overlay = Reveal::new(created, name, flight.map(|f| &f.intent), model.now);
    model.overlays.push(Overlay::Reveal(Box::new(overlay)));
    show_row(model, select.as_ref());
    vec![model.fetch_tokens()]
}

/// A personal token's secret has come.
fn on_personal_created(
    model: &mut Model,
    created: Created<PersonalToken>,
    flight: Option<&Flight>,
) -> Vec<Effect> {
    close_sender(model, flight);
    if let (Some(tokens), Some(token)) = (model.data.personal.value_mut(), &created.token)
        && !tokens.iter().any(|t| t.id == token.id)
    {
        tokens.push(token.clone());
    }
    let name = created.token.as_ref().map(|t| t.name.clone());
    let mut overlay = Reveal::new(created, name, flight.map(|f| &f.intent), model.now);
    if let Some(org) = profile::org_id(model) {
        let note = format!("Send the organisation's id with it: X-Axiom-Org-Id: {org}");
        overlay.notes.push(note);
    }
    model.overlays.push(Overlay::Reveal(Box::new(overlay)));
    vec![model.fetch(Call::ListPersonalTokens)]
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
fn insert_token(model: &mut Model, token: Option<&ApiToken>) {
    if let (Some(tokens), Some(token)) = (model.data.tokens.value_mut(), token)
        && !tokens.iter().any(|t| t.id == token.id)
    {
        tokens.push(token.clone());
    }
}

fn shorten_old(model: &mut Model, old: &TokenId, old_ends: jiff::Timestamp) {
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
    model.overlays.retain(|o| !shown(o));
    let redraw = had_secret.then_some(Effect::Redraw);
    if personal {
        if let Some(tokens) = model.data.personal.value_mut() {
            tokens.retain(|t| t.id != *id);
        }
        profile::arrange(model);
        return [model.fetch(Call::ListPersonalTokens)].into_iter().chain(redraw).collect();
    }
    if matches!(model.screen(), Some(Screen::TokenDetail(detail)) if detail.id == *id) {
        model.screens.pop();
    }
    let selected = root_selection(model).filter(|selected| selected != id);
    if let Some(tokens) = model.data.tokens.value_mut() {
        tokens.retain(|t| t.id != *id);
    }
    keep_row(model, selected.as_ref());
    [model.fetch_tokens()].into_iter().chain(redraw).collect()
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

fn on_failed_change(model: &mut Model, flight: &Flight, failure: &Failure) -> Vec<Effect> {
    // The dialog that sent it stays, with everything that was typed.
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
    match failure.class {
        // Something may have changed: look.
        Class::Unknown | Class::SecretUnreadable { .. } => vec![match flight.intent {
            Intent::CreatePersonal { .. } | Intent::DeletePersonal { .. } => {
                model.fetch(Call::ListPersonalTokens)
            }
            _ => model.fetch_tokens(),
        }],
        Class::NotSent | Class::Rejected => Vec::new(),
    }
}

/// The dialog that sent a change has done its work.
fn close_sender(model: &mut Model, flight: Option<&Flight>) {
    if let Some(flight) = flight {
        model.overlays.retain(|o| o.sent() != Some(flight.load.ticket));
    }
}
