//! Handles unconfirmed changes. The token list is searched for the result of each a few
//! times; a dialog shows what was found and what can be done. Nothing is deleted or
//! repeated automatically.

use jiff::Timestamp;

use super::{
    effect::Effect,
    in_flight::InFlightChange,
    layer::{Nav, Open as OpenLayer, Order, Step},
    notice::NoticeKind,
    rotation,
    shared::{Shared, Topic},
    unconfirmed::{Cause, UnconfirmedChange},
};
use crate::{
    api::{
        call::Call,
        error::{Certainty, Failure},
    },
    domain::{TokenId, choices::Choice, review::Finding},
    input::{Action, Context},
    journal::{Asked, Entry, EntryId, Known, Mark, Open},
    ops::{
        change::{self, Intent, Lists, asked_of},
        reconcile::Search,
    },
};

fn lists(shared: &Shared) -> Lists<'_> {
    Lists {
        tokens: shared.data.tokens.value().map(|tokens| tokens.as_slice()),
        personal: shared.data.personal.value().map(Vec::as_slice),
    }
}

/// The journal's record of a change, and the tokens that existed before it. `None` for
/// a call that changes nothing.
#[must_use]
pub fn asked(shared: &Shared, intent: &Intent, call: &Call) -> Option<(Asked, Known)> {
    asked_of(lists(shared), intent, call)
}

/// What the organisation's rules have against the token that a change makes.
#[must_use]
pub fn objections(shared: &Shared, intent: &Intent, call: &Call) -> Vec<Finding> {
    let (policies, now) = (&shared.session.policies, shared.server_now());
    change::objections(policies, lists(shared), (intent, call), now)
}

/// Adds an unconfirmed change after this failure, starts the search and opens its dialog.
pub fn begin(
    shared: &mut Shared,
    change: &InFlightChange,
    failure: &Failure,
    entry: Entry,
) -> Step {
    let id = entry.id.clone();
    let effects = begin_quietly(shared, change, failure, entry);
    if let Some(unconfirmed) = shared.unconfirmed.last_mut() {
        unconfirmed.told = true;
    }
    Step::from(effects).nav(Nav::Open(OpenLayer::Unconfirmed(id)))
}

/// Like [`begin`], but the dialog opens later, once no other dialog is open.
pub fn begin_quietly(
    shared: &mut Shared,
    change: &InFlightChange,
    failure: &Failure,
    entry: Entry,
) -> Vec<Effect> {
    let cause = match &failure.certainty {
        Certainty::SecretUnreadable { .. } => Cause::Unreadable,
        _ => Cause::Unknown,
    };
    let unconfirmed = UnconfirmedChange::new(Search::after(failure, entry, shared.now), cause);
    let (headline, details) = (failure.headline(&change.call), failure.details());
    shared.unconfirmed.push(UnconfirmedChange { headline, details, ..unconfirmed });
    refetch_due(shared)
}

fn left(open: &Open, now: Timestamp) -> UnconfirmedChange {
    let cause = match open.last {
        None => Cause::Ended,
        Some(Mark::Unreadable { .. }) => Cause::Unreadable,
        Some(Mark::Done { .. }) => Cause::Undelivered,
        Some(_) => Cause::Unknown,
    };
    UnconfirmedChange::new(Search::of(open, now), cause)
}

/// Adds a change that another process has left unconfirmed, and starts searching. Its dialog
/// counts as shown.
pub fn add(shared: &mut Shared, open: &Open) -> Vec<Effect> {
    let unconfirmed = UnconfirmedChange { told: true, ..left(open, shared.now) };
    shared.unconfirmed.push(unconfirmed);
    refetch_due(shared)
}

/// Adds the changes that earlier sessions left unconfirmed, and starts searching.
pub fn recall(shared: &mut Shared, open: &[Open]) -> Step {
    let now = shared.now;
    let (open, mut effects) = rotation::without_rotations(shared, open);
    shared.unconfirmed.extend(open.iter().map(|open| left(open, now)));
    // The demo does not report changes on real servers.
    let is_elsewhere = |unconfirmed: &&UnconfirmedChange| {
        !unconfirmed.is_at(&shared.session)
            && (!shared.session.demo || unconfirmed.search.entry.location.url == shared.session.url)
    };
    let times = shared.unconfirmed.iter().filter(is_elsewhere).map(|u| u.search.entry.at);
    let times: Vec<_> = times.collect();
    // Tell once of each change. Later the list of organisations shows it.
    if let Some(latest) = times.iter().max().filter(|at| Some(**at) > shared.choices.told) {
        effects.push(shared.choose(Choice::Told(*latest)));
        let changes = if times.len() == 1 {
            "1 change in another organisation is"
        } else {
            "Changes in other organisations are"
        };
        let key = shared.key_in(Context::Anywhere, Action::GoOrgs);
        let text = format!("{changes} unconfirmed ({key} to switch there).");
        shared.notify(NoticeKind::Warning, text);
    }
    // The list may have arrived before the journal was read.
    effects.extend(refetch_due(shared));
    Step::from(effects).nav(Nav::Order(Order::TellUnconfirmed))
}

/// Fetches the lists that are due for another search.
pub fn refetch_due(shared: &mut Shared) -> Vec<Effect> {
    let now = shared.now;
    // While the rate limit applies, wait.
    if !shared.session.is_open() || shared.limited_until().is_some() {
        return Vec::new();
    }
    let (mut api, mut personal) = (None, None);
    let mut unconfirmed = std::mem::take(&mut shared.unconfirmed);
    for UnconfirmedChange { search, .. } in
        unconfirmed.iter_mut().filter(|d| d.is_at(&shared.session))
    {
        if search.next().is_some_and(|at| at <= now) {
            search.begin_attempt();
            let list = if search.is_personal() { &mut personal } else { &mut api };
            *list = Some(search.list());
        }
    }
    shared.unconfirmed = unconfirmed;
    shared.touch(Topic::Unconfirmed);
    [api, personal].into_iter().flatten().map(|list| shared.fetch(list)).collect()
}

/// When the next search is due, if any.
#[must_use]
pub fn next_wake(shared: &Shared) -> Option<Timestamp> {
    let next = shared
        .unconfirmed
        .iter()
        .filter(|d| d.is_at(&shared.session))
        .filter_map(|d| d.search.next())
        .min();
    next.max(shared.limited_until().filter(|_| next.is_some()))
}

/// Searches a list that has just arrived.
pub fn search_list(shared: &mut Shared, personal: bool) -> Step {
    let mut unconfirmed = std::mem::take(&mut shared.unconfirmed);
    let mut gone = Vec::new();
    for unconfirmed in unconfirmed.iter_mut().filter(|d| d.is_at(&shared.session)) {
        let search = &mut unconfirmed.search;
        // A token that this session is known to have created is no candidate.
        if search.is_personal() == personal && search.saw(lists(shared), &shared.made) {
            gone.push(search.entry.id.clone());
        }
    }
    shared.unconfirmed = unconfirmed;
    shared.touch(Topic::Unconfirmed);
    let mut effects = Vec::new();
    for id in gone {
        if let Some(unconfirmed) = take(shared, &id) {
            shared.notify(NoticeKind::Info, format!("{} was deleted.", unconfirmed.name()));
            effects.push(Effect::Mark { entry: id, mark: Mark::Done { id: None } });
        }
    }
    Step::from(effects).nav(Nav::Order(Order::TellUnconfirmed))
}

/// Ends a search whose list could not be fetched.
pub fn fetch_failed(shared: &mut Shared, personal: bool) {
    let mut unconfirmed = std::mem::take(&mut shared.unconfirmed);
    for UnconfirmedChange { search, .. } in
        unconfirmed.iter_mut().filter(|d| d.is_at(&shared.session))
    {
        if search.is_personal() == personal {
            search.missed();
        }
    }
    shared.unconfirmed = unconfirmed;
    shared.touch(Topic::Unconfirmed);
}

/// The dialog of the next unconfirmed change that has not been shown yet.
pub fn tell(shared: &mut Shared) -> Option<OpenLayer> {
    shared.data.tokens.value()?;
    let is_new = |d: &&mut UnconfirmedChange| d.is_at(&shared.session) && !d.told;
    let unconfirmed = shared.unconfirmed.iter_mut().find(is_new)?;
    unconfirmed.told = true;
    Some(OpenLayer::Unconfirmed(unconfirmed.search.entry.id.clone()))
}

/// The unconfirmed change with this journal entry.
#[must_use]
pub fn get<'a>(shared: &'a Shared, id: &EntryId) -> Option<&'a UnconfirmedChange> {
    shared.unconfirmed.iter().find(|d| d.search.entry.id == *id)
}

/// Removes an unconfirmed change. Its dialog then closes automatically.
pub fn take(shared: &mut Shared, id: &EntryId) -> Option<UnconfirmedChange> {
    let at = shared.unconfirmed.iter().position(|d| d.search.entry.id == *id)?;
    Some(shared.unconfirmed.remove(at))
}

/// Restarts the search.
pub fn again(shared: &mut Shared, id: &EntryId) -> Vec<Effect> {
    let now = shared.now;
    if let Some(unconfirmed) = shared.unconfirmed.iter_mut().find(|d| d.search.entry.id == *id) {
        unconfirmed.search.again(now);
    }
    refetch_due(shared)
}

/// Closes the unconfirmed changes to a token that was deleted or has a new secret. A
/// change stays if the token was only a possible result of it: it may have been someone
/// else's token.
pub fn close_entries(shared: &mut Shared, token: &TokenId) -> Vec<Effect> {
    let about = shared.unconfirmed.iter_mut().filter_map(|UnconfirmedChange { search, .. }| {
        search.is_settled_by(token).then(|| search.entry.id.clone())
    });
    let ids: Vec<_> = about.collect();
    let mut effects = Vec::new();
    for id in ids {
        take(shared, &id);
        effects.push(Effect::Mark { entry: id, mark: Mark::Settled { why: None } });
    }
    effects
}
