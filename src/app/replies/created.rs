//! A new token, with its secret: shown, handed over, and put into the list.

use jiff::Timestamp;

use super::{close_sender, root_selection};
use crate::{
    api::call::{Call, Created},
    app::{
        doubts,
        effect::{Effect, Ticket},
        marked,
        model::{Flight, Intent, Model},
        overlays::{Overlay, handover, reveal::Reveal},
        screens::{Screen, api_tokens, profile},
    },
    domain::{ApiToken, Expiry, PersonalToken, TokenId},
    journal::{Difference, EntryId, differences, personal_differences},
};

/// A secret has come: it is shown, whatever else is on the screen.
pub(super) fn on_created(
    model: &mut Model,
    created: Created<ApiToken>,
    flight: Option<&Flight>,
    entry: Option<EntryId>,
) -> Vec<Effect> {
    let mut effects = Vec::new();
    close_sender(model, flight);
    if let Some(flight) = flight {
        close_form(model, flight);
    }
    if let Some(flight) = flight
        && let Intent::Regenerate { old, old_ends, .. } = &flight.intent
    {
        model.rotated(flight, created.id.clone());
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
    let differing = not_as_asked(&created, flight);
    let select = created.id.clone();
    let name = created.token.as_ref().map(|t| t.name.clone());
    let mut overlay = Reveal::new(created, name, flight.map(|f| &f.intent), model);
    overlay.entry = entry;
    overlay.differs(&differing);
    overlay.can_be_tried(&model.session);
    let secret = overlay.number;
    model.overlays.push(Overlay::Reveal(Box::new(overlay)));
    effects.extend(hand_over(model, secret, flight));
    show_row(model, select.as_ref());
    effects.push(model.fetch_tokens());
    effects
}

/// The form that a change was sent from has done its work. One that was opened or
/// changed since then is not that form.
fn close_form(model: &mut Model, flight: &Flight) {
    let ticket = flight.load.ticket;
    model.screens.retain(|screen| match screen {
        Screen::NewToken(form) => !form.was_sent_by(ticket) || form.was_changed_since(),
        _ => true,
    });
}

/// A personal token's secret has come.
pub(super) fn on_personal_created(
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
    let differing = personal_not_as_asked(&created, flight);
    let mut overlay = Reveal::new(created, name, flight.map(|f| &f.intent), model);
    overlay.entry = entry;
    overlay.differs(&differing);
    if let Some(org) = profile::org_id(model) {
        let note = format!("Send the organisation's id with it: X-Axiom-Org-Id: {org}");
        overlay.notes.push(note);
    }
    overlay.can_be_tried(&model.session);
    let secret = overlay.number;
    model.overlays.push(Overlay::Reveal(Box::new(overlay)));
    let mut effects = hand_over(model, secret, flight);
    effects.push(model.fetch(Call::ListPersonalTokens));
    effects
}

/// How a new token differs from what was asked for.
pub(in crate::app) fn not_as_asked(
    created: &Created<ApiToken>,
    flight: Option<&Flight>,
) -> Vec<Difference> {
    let asked = flight.and_then(|flight| flight.asked.as_ref());
    let both = asked.zip(created.token.as_ref());
    both.map(|(asked, token)| differences(asked, token, created.told)).unwrap_or_default()
}

/// The same for a personal token.
pub(in crate::app) fn personal_not_as_asked(
    created: &Created<PersonalToken>,
    flight: Option<&Flight>,
) -> Vec<Difference> {
    let asked = flight.and_then(|flight| flight.asked.as_ref());
    let both = asked.zip(created.token.as_ref());
    both.map(|(asked, token)| personal_differences(asked, token)).unwrap_or_default()
}

/// Gives a secret that has come to where it was to go.
fn hand_over(model: &mut Model, secret: Ticket, flight: Option<&Flight>) -> Vec<Effect> {
    let destination = flight.and_then(|f| f.destination.clone());
    destination.map_or_else(Vec::new, |to| handover::deliver(model, secret, to))
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
pub(in crate::app) fn insert_token(model: &mut Model, token: Option<&ApiToken>) {
    if let (Some(tokens), Some(token)) = (model.data.tokens.value_mut(), token)
        && !tokens.iter().any(|t| t.id == token.id)
    {
        tokens.push(token.clone());
    }
}

pub(in crate::app) fn shorten_old(model: &mut Model, old: &TokenId, old_ends: Timestamp) {
    if let Some(tokens) = model.data.tokens.value_mut()
        && let Some(token) = tokens.iter_mut().find(|t| t.id == *old)
    {
        token.expiry = Expiry::At(old_ends).into();
    }
}
