//! Handles responses with a new token: its secret is kept, shown and delivered, and the
//! token is added to the list.

use super::{notify_sender, reconcile};
use crate::{
    api::call::{Call, Created},
    app::{
        effect::SecretId,
        in_flight::InFlightChange,
        layer::{Event, Nav, Open, Secrecy, Settled, Step},
        shared::{
            Shared, Topic,
            changes::{not_as_asked, personal_not_as_asked},
        },
    },
    domain::{ApiToken, Expiry, PersonalToken, SafeText},
    journal::{Difference, EntryId},
    ops::change::Intent,
};

/// Stores a secret and opens its dialog, even on top of other dialogs.
fn take<T>(
    shared: &mut Shared,
    created: Created<T>,
    named: Option<SafeText>,
    change: Option<&InFlightChange>,
    entry: Option<EntryId>,
    differing: &[Difference],
) -> (SecretId, Step) {
    let (now, server_now) = (shared.now, shared.server_now());
    let held = shared.secrets.take(created, named, change.map(|f| &f.intent), now, server_now);
    held.entry = entry;
    held.differs(differing);
    (held.number, Step::open(Open::Secret(held.number, Secrecy::Reveal)))
}

/// Allows testing a secret on this connection, and delivers it to its destination.
fn start_delivery(shared: &mut Shared, secret: SecretId, change: Option<&InFlightChange>) -> Step {
    let session = shared.session.clone();
    let Some(held) = shared.secrets.get_mut(secret) else { return Step::none() };
    held.can_be_tried(&session);
    let destination = change.and_then(|f| f.sender.destination.clone());
    destination.map_or_else(Step::none, |to| Step::effect(held.deliver(to)))
}

/// Handles a new API token.
pub(super) fn api(
    shared: &mut Shared,
    created: Created<ApiToken>,
    change: Option<&InFlightChange>,
    entry: Option<EntryId>,
) -> Step {
    let mut step = Step::none();
    if let Some(change) = change {
        step = notify_sender(step, change, &Settled::Done);
    }
    if let Some(Intent::Regenerate { old, old_ends, .. }) = change.map(|f| &f.intent) {
        if let Some(change) = change {
            shared.rotated(change, created.id.clone(), entry.clone());
        }
        shared.shorten(old, Expiry::At(*old_ends));
        step = step.and(reconcile::close_entries(shared, old).into());
        step = step.nav(Nav::TellAll(Event::Unmark(old.clone())));
        if let Some(new) = &created.id {
            step = step.nav(Nav::TellAll(Event::Replaced(old.clone(), new.clone())));
        }
    }
    shared.insert_token(created.token.as_ref());
    let differing = not_as_asked(&created, change);
    let select = created.id.clone();
    let name = created.token.as_ref().map(|t| t.name.clone());
    let (secret, open) = take(shared, created, name, change, entry, &differing);
    step = step.and(open).and(start_delivery(shared, secret, change));
    let show = select.map(|id| Nav::TellAll(Event::Show(id)));
    show.into_iter().fold(step, Step::nav).and(shared.fetch_tokens().into())
}

/// Handles a new personal token.
pub(super) fn personal(
    shared: &mut Shared,
    created: Created<PersonalToken>,
    change: Option<&InFlightChange>,
    entry: Option<EntryId>,
) -> Step {
    let mut step = Step::none();
    if let Some(change) = change {
        step = notify_sender(step, change, &Settled::Done);
    }
    if let (Some(tokens), Some(token)) = (shared.data.personal.value_mut(), &created.token)
        && !tokens.iter().any(|t| t.id == token.id)
    {
        tokens.push(token.clone());
        shared.touch(Topic::Personal);
    }
    let differing = personal_not_as_asked(&created, change);
    let select = created.id.clone();
    let name = created.token.as_ref().map(|t| t.name.clone());
    let org = shared.org_id();
    let (secret, open) = take(shared, created, name, change, entry, &differing);
    if let (Some(org), Some(held)) = (org, shared.secrets.get_mut(secret)) {
        let note = format!("Requests also need the organisation's id: X-Axiom-Org-Id: {org}");
        held.notes.push(note);
    }
    step = step.and(open).and(start_delivery(shared, secret, change));
    let show = select.map(|id| Nav::TellAll(Event::ShowPersonal(id)));
    step = show.into_iter().fold(step, Step::nav);
    step.and(shared.fetch(Call::ListPersonalTokens).into())
}

/// Handles a new API token in an organisation that the session has left.
pub(super) fn elsewhere(
    shared: &mut Shared,
    created: Created<ApiToken>,
    change: &InFlightChange,
    entry: Option<EntryId>,
) -> Step {
    let differing = not_as_asked(&created, Some(change));
    let name = created.token.as_ref().map(|t| t.name.clone());
    let (secret, open) = take(shared, created, name, Some(change), entry, &differing);
    from(shared, secret, change);
    open
}

/// Handles a new personal token in an organisation that the session has left.
pub(super) fn personal_elsewhere(
    shared: &mut Shared,
    created: Created<PersonalToken>,
    change: &InFlightChange,
    entry: Option<EntryId>,
) -> Step {
    let differing = personal_not_as_asked(&created, Some(change));
    let name = created.token.as_ref().map(|t| t.name.clone());
    let (secret, open) = take(shared, created, name, Some(change), entry, &differing);
    from(shared, secret, change);
    open
}

fn from(shared: &mut Shared, secret: SecretId, change: &InFlightChange) {
    if let Some(held) = shared.secrets.get_mut(secret) {
        held.is_from(&change.place);
    }
}
