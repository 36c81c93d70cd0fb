//! Changes of which nobody knows how they ended, or whose secret nobody has
//! confirmed. Each is looked for in the list a few times; what is found is
//! shown with what can be done. Nothing is deleted or repeated by itself.

use jiff::Timestamp;

use super::{
    effect::Effect,
    model::{Flight, Intent, Model, NoticeKind},
    overlays::{Overlay, doubt},
};
use crate::{
    api::{
        call::Call,
        error::{Class, Failure},
    },
    domain::{SafeText, TokenId},
    journal::{Asked, Entry, EntryId, Known, Mark, Open},
    ops::{
        change::{Lists, asked_of},
        reconcile::Search,
    },
};

pub use crate::ops::reconcile::{Candidate, LOOKS};

/// Why there is a doubt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// It was sent, and what came of it is not known.
    Unknown,
    /// The program ended before it knew.
    Ended,
    /// It was made, and its secret could not be read.
    Unreadable,
    /// Its secret reached us, and nobody said that it was stored.
    Undelivered,
}

/// One change in doubt.
#[derive(Clone, Debug)]
pub struct Doubt {
    pub search: Search,
    pub cause: Cause,
    /// What went wrong, in one line.
    pub headline: String,
    /// What support may ask for.
    pub details: Vec<String>,
    /// The admin has been shown what was found.
    told: bool,
}

impl Doubt {
    fn new(search: Search, cause: Cause) -> Self {
        Self { search, cause, headline: String::new(), details: Vec::new(), told: false }
    }

    /// What is in doubt.
    #[must_use]
    pub fn name(&self) -> SafeText {
        self.search.name()
    }

    fn is_at(&self, model: &Model) -> bool {
        let (there, here) = (&self.search.entry.place, &model.session);
        there.url == here.url && there.org.as_deref() == here.org.as_ref().map(SafeText::raw)
    }
}

fn lists(model: &Model) -> Lists<'_> {
    Lists {
        tokens: model.data.tokens.value().map(Vec::as_slice),
        personal: model.data.personal.value().map(Vec::as_slice),
    }
}

/// What the journal is to keep of a change, and which tokens existed before. `None`
/// for a call that changes nothing.
#[must_use]
pub fn asked(model: &Model, intent: &Intent, call: &Call) -> Option<(Asked, Known)> {
    asked_of(lists(model), intent, call)
}

/// A change went wrong in a way that leaves a doubt: begins to look.
pub fn begin(model: &mut Model, flight: &Flight, failure: &Failure, entry: Entry) -> Vec<Effect> {
    let overlay = Overlay::Doubt(doubt::Dialog::new(entry.id.clone()));
    let effects = begin_quietly(model, flight, failure, entry);
    if let Some(doubt) = model.doubts.last_mut() {
        doubt.told = true;
    }
    model.push_below_secret(overlay);
    effects
}

/// The same without a word until nothing else is on the screen.
pub fn begin_quietly(
    model: &mut Model,
    flight: &Flight,
    failure: &Failure,
    entry: Entry,
) -> Vec<Effect> {
    let cause = match &failure.class {
        Class::SecretUnreadable { .. } => Cause::Unreadable,
        _ => Cause::Unknown,
    };
    let doubt = Doubt::new(Search::after(failure, entry, model.now), cause);
    let (headline, details) = (failure.headline(&flight.call), failure.details());
    model.doubts.push(Doubt { headline, details, ..doubt });
    look(model)
}

/// What earlier runs left open.
pub fn recall(model: &mut Model, open: Vec<Open>) -> Vec<Effect> {
    let now = model.now;
    for open in open {
        let cause = match open.last {
            None => Cause::Ended,
            Some(Mark::Unreadable { .. }) => Cause::Unreadable,
            Some(Mark::Done { .. }) => Cause::Undelivered,
            Some(_) => Cause::Unknown,
        };
        model.doubts.push(Doubt::new(Search::of(&open, now), cause));
    }
    // The demo has nothing to do with what was asked of a real server.
    let is_elsewhere = |doubt: &&Doubt| {
        !doubt.is_at(model)
            && (!model.session.demo || doubt.search.entry.place.url == model.session.url)
    };
    let elsewhere = model.doubts.iter().filter(is_elsewhere).count();
    if elsewhere > 0 {
        let changes = if elsewhere == 1 { "1 change" } else { "some changes" };
        model.notify(
            NoticeKind::Warning,
            format!("Of {changes} elsewhere the outcome is open: go there to see (g o)."),
        );
    }
    // The list may have come before the journal.
    tell(model);
    look(model)
}

/// Reads the lists again for which it is time.
pub fn look(model: &mut Model) -> Vec<Effect> {
    let now = model.now;
    // A server that takes no requests just now is not asked; it is later.
    if !model.session.is_open() || model.limited_until().is_some() {
        return Vec::new();
    }
    let (mut api, mut personal) = (None, None);
    let mut doubts = std::mem::take(&mut model.doubts);
    for Doubt { search, .. } in doubts.iter_mut().filter(|d| d.is_at(model)) {
        if search.next().is_some_and(|at| at <= now) {
            search.look();
            let list = if search.is_personal() { &mut personal } else { &mut api };
            *list = Some(search.list());
        }
    }
    model.doubts = doubts;
    [api, personal].into_iter().flatten().map(|list| model.fetch(list)).collect()
}

/// When to look next, if ever.
#[must_use]
pub fn next_wake(model: &Model) -> Option<Timestamp> {
    let next = model.doubts.iter().filter(|d| d.is_at(model)).filter_map(|d| d.search.next()).min();
    next.max(model.limited_until().filter(|_| next.is_some()))
}

/// A list has come: is what was asked for in it?
pub fn looked(model: &mut Model, personal: bool) -> Vec<Effect> {
    let mut doubts = std::mem::take(&mut model.doubts);
    let mut gone = Vec::new();
    for doubt in doubts.iter_mut().filter(|d| d.is_at(model)) {
        let search = &mut doubt.search;
        // What we know to have made by another change needs no explanation.
        if search.is_personal() == personal && search.saw(lists(model), &model.made) {
            gone.push(search.entry.id.clone());
        }
    }
    model.doubts = doubts;
    let mut effects = Vec::new();
    for id in gone {
        if let Some(doubt) = take(model, &id) {
            model.notify(NoticeKind::Info, format!("{} is deleted.", doubt.name()));
            effects.push(Effect::Mark { entry: id, mark: Mark::Done { id: None } });
        }
    }
    tell(model);
    effects
}

/// A list did not come: this look is over, and has seen nothing.
pub fn not_looked(model: &mut Model, personal: bool) {
    let mut doubts = std::mem::take(&mut model.doubts);
    for Doubt { search, .. } in doubts.iter_mut().filter(|d| d.is_at(model)) {
        if search.is_personal() == personal {
            search.missed();
        }
    }
    model.doubts = doubts;
}

/// Shows what nobody has been told yet, when nothing else is on the screen.
pub fn tell(model: &mut Model) {
    if !model.overlays.is_empty() || model.data.tokens.value().is_none() {
        return;
    }
    let at = |d: &Doubt| d.is_at(model) && !d.told;
    if let Some(index) = model.doubts.iter().position(at) {
        model.doubts[index].told = true;
        let id = model.doubts[index].search.entry.id.clone();
        model.overlays.push(Overlay::Doubt(doubt::Dialog::new(id)));
    }
}

/// The doubt about this entry.
#[must_use]
pub fn get<'a>(model: &'a Model, id: &EntryId) -> Option<&'a Doubt> {
    model.doubts.iter().find(|d| d.search.entry.id == *id)
}

/// Removes a doubt and the dialog about it.
pub fn take(model: &mut Model, id: &EntryId) -> Option<Doubt> {
    model.overlays.retain(|o| !matches!(o, Overlay::Doubt(dialog) if dialog.entry == *id));
    let at = model.doubts.iter().position(|d| d.search.entry.id == *id)?;
    Some(model.doubts.remove(at))
}

/// Looks from the beginning.
pub fn again(model: &mut Model, id: &EntryId) -> Vec<Effect> {
    let now = model.now;
    if let Some(doubt) = model.doubts.iter_mut().find(|d| d.search.entry.id == *id) {
        doubt.search.again(now);
    }
    look(model)
}

/// A token was deleted or has a new secret: doubts about it are settled. Those of which
/// it only was a possible result stay: it may have been someone else's.
pub fn settle(model: &mut Model, token: &TokenId) -> Vec<Effect> {
    let about = model.doubts.iter_mut().filter_map(|Doubt { search, .. }| {
        search.is_settled_by(token).then(|| search.entry.id.clone())
    });
    let ids: Vec<_> = about.collect();
    let mut effects = Vec::new();
    for id in ids {
        take(model, &id);
        effects.push(Effect::Mark { entry: id, mark: Mark::Settled });
    }
    effects
}
