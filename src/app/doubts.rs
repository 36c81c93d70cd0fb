//! Changes of which nobody knows how they ended, or whose secret nobody has
//! confirmed. Each is looked for in the list a few times; what is found is
//! shown with what can be done. Nothing is deleted or repeated by itself.

use jiff::Timestamp;

use super::{
    effect::Effect,
    model::{Flight, Intent, Model, NoticeKind, after},
    overlays::{Overlay, doubt},
};
use crate::{
    api::{
        call::Call,
        error::{Class, Failure},
    },
    domain::{SafeText, TokenId},
    journal::{Asked, Entry, EntryId, Known, Likeness, Mark, Open},
    ops::{change, reconcile::find},
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
    pub entry: Entry,
    pub cause: Cause,
    /// What went wrong, in one line.
    pub headline: String,
    /// What support may ask for.
    pub details: Vec<String>,
    since: Timestamp,
    /// How often the list was asked for.
    pub looks: usize,
    /// Whether an answer to the last look has come.
    answered: bool,
    pub found: Vec<Candidate>,
    /// The answer said which token it is: no other can be it.
    is_named: bool,
    /// The admin has been shown what was found.
    told: bool,
}

impl Doubt {
    fn new(
        entry: Entry,
        cause: Cause,
        headline: String,
        id: Option<TokenId>,
        now: Timestamp,
    ) -> Self {
        let name = SafeText::from(entry.asked.name());
        let is_named = id.is_some();
        let found = id.map(|id| Candidate::named(id, name)).into_iter().collect();
        let (looks, answered, told) = (0, true, false);
        let details = Vec::new();
        let since = now;
        Self { entry, cause, headline, details, since, looks, answered, found, is_named, told }
    }

    /// What is in doubt.
    #[must_use]
    pub fn name(&self) -> SafeText {
        SafeText::from(self.entry.asked.name())
    }

    /// Whether it goes on being looked for.
    #[must_use]
    pub fn is_looking(&self) -> bool {
        self.only_possible() && (self.looks < LOOKS.len() || !self.answered)
    }

    /// Whether nothing was found that has the name.
    #[must_use]
    pub fn only_possible(&self) -> bool {
        self.found.iter().all(|c| c.likeness == Likeness::Possible)
    }

    /// When to look next. What was found first need not be ours: someone else may
    /// have made one of the same name, and ours is not seen yet.
    #[must_use]
    pub fn next(&self) -> Option<Timestamp> {
        let due = LOOKS.get(self.looks).filter(|_| !self.is_named);
        due.map(|seconds| after(self.since, seconds * 1000))
    }

    /// Whether it is about a personal token.
    #[must_use]
    pub const fn is_personal(&self) -> bool {
        matches!(self.entry.asked, Asked::CreatePersonal { .. } | Asked::DeletePersonal { .. })
    }

    /// The id that was to be deleted.
    const fn doomed(&self) -> Option<&TokenId> {
        match &self.entry.asked {
            Asked::Delete { id, .. } | Asked::DeletePersonal { id, .. } => Some(id),
            _ => None,
        }
    }

    fn is_at(&self, model: &Model) -> bool {
        let (there, here) = (&self.entry.place, &model.session);
        there.url == here.url && there.org.as_deref() == here.org.as_ref().map(SafeText::raw)
    }
}

/// What the journal is to keep of a change, and which tokens existed before. `None`
/// for a call that changes nothing.
#[must_use]
pub fn asked(model: &Model, intent: &Intent, call: &Call) -> Option<(Asked, Known)> {
    let api = model.data.tokens.value().map(Vec::as_slice);
    let personal = model.data.personal.value().map(Vec::as_slice);
    change::asked_of(api, personal, intent, call)
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
    let (cause, id) = match &failure.class {
        Class::SecretUnreadable { id } => (Cause::Unreadable, id.clone()),
        _ => (Cause::Unknown, None),
    };
    let headline = failure.headline(&flight.call);
    let doubt = Doubt::new(entry, cause, headline, id, model.now);
    model.doubts.push(Doubt { details: failure.details(), ..doubt });
    look(model)
}

/// What earlier runs left open.
pub fn recall(model: &mut Model, open: Vec<Open>) -> Vec<Effect> {
    let now = model.now;
    for Open { entry, last } in open {
        let (cause, id) = match last {
            None => (Cause::Ended, None),
            Some(Mark::Unreadable { id }) => (Cause::Unreadable, id),
            Some(Mark::Done { id }) => (Cause::Undelivered, id),
            Some(_) => (Cause::Unknown, None),
        };
        model.doubts.push(Doubt::new(entry, cause, String::new(), id, now));
    }
    // The demo has nothing to do with what was asked of a real server.
    let is_elsewhere = |doubt: &&Doubt| {
        !doubt.is_at(model) && (!model.session.demo || doubt.entry.place.url == model.session.url)
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
    let (mut api, mut personal) = (false, false);
    let mut doubts = std::mem::take(&mut model.doubts);
    for doubt in doubts.iter_mut().filter(|d| d.is_at(model)) {
        if doubt.next().is_some_and(|at| at <= now) {
            doubt.looks += 1;
            doubt.answered = false;
            api |= !doubt.is_personal();
            personal |= doubt.is_personal();
        }
    }
    model.doubts = doubts;
    let mut effects = Vec::new();
    if api {
        effects.push(model.fetch(Call::ListTokens));
    }
    if personal {
        effects.push(model.fetch(Call::ListPersonalTokens));
    }
    effects
}

/// When to look next, if ever.
#[must_use]
pub fn next_wake(model: &Model) -> Option<Timestamp> {
    let next = model.doubts.iter().filter(|d| d.is_at(model)).filter_map(Doubt::next).min();
    next.max(model.limited_until().filter(|_| next.is_some()))
}

/// A list has come: is what was asked for in it?
pub fn looked(model: &mut Model, personal: bool) -> Vec<Effect> {
    let mut doubts = std::mem::take(&mut model.doubts);
    let mut gone = Vec::new();
    for doubt in doubts.iter_mut().filter(|d| d.is_at(model) && d.is_personal() == personal) {
        doubt.answered = true;
        if let Some(id) = doubt.doomed() {
            let listed = if personal {
                model.personal_token(id).is_some()
            } else {
                model.token(id).is_some()
            };
            if !listed {
                gone.push(doubt.entry.id.clone());
            }
        } else if !doubt.is_named {
            let more = found(model, doubt);
            if doubt.only_possible() {
                doubt.found = more;
                continue;
            }
            // Another one of the name may come later: it can be either then. What
            // is offered keeps its row, since keys act on it.
            for candidate in more {
                if !doubt.found.iter().any(|c| c.id == candidate.id) {
                    doubt.found.push(candidate);
                }
            }
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
    for doubt in doubts.iter_mut().filter(|d| d.is_at(model) && d.is_personal() == personal) {
        doubt.answered = true;
    }
    model.doubts = doubts;
}

fn found(model: &Model, doubt: &Doubt) -> Vec<Candidate> {
    let api = model.data.tokens.value().map_or(&[][..], Vec::as_slice);
    let personal = model.data.personal.value().map_or(&[][..], Vec::as_slice);
    let mut found = find(&doubt.entry, api, personal);
    // What we know to have made by another change needs no explanation.
    found.retain(|candidate| !model.made.contains(&candidate.id));
    found
}

/// Shows what nobody has been told yet, when nothing else is on the screen.
pub fn tell(model: &mut Model) {
    if !model.overlays.is_empty() || model.data.tokens.value().is_none() {
        return;
    }
    let at = |d: &Doubt| d.is_at(model) && !d.told;
    if let Some(index) = model.doubts.iter().position(at) {
        model.doubts[index].told = true;
        let id = model.doubts[index].entry.id.clone();
        model.overlays.push(Overlay::Doubt(doubt::Dialog::new(id)));
    }
}

/// The doubt about this entry.
#[must_use]
pub fn get<'a>(model: &'a Model, id: &EntryId) -> Option<&'a Doubt> {
    model.doubts.iter().find(|d| d.entry.id == *id)
}

/// Removes a doubt and the dialog about it.
pub fn take(model: &mut Model, id: &EntryId) -> Option<Doubt> {
    model.overlays.retain(|o| !matches!(o, Overlay::Doubt(dialog) if dialog.entry == *id));
    let at = model.doubts.iter().position(|d| d.entry.id == *id)?;
    Some(model.doubts.remove(at))
}

/// Looks from the beginning.
pub fn again(model: &mut Model, id: &EntryId) -> Vec<Effect> {
    let now = model.now;
    if let Some(doubt) = model.doubts.iter_mut().find(|d| d.entry.id == *id) {
        (doubt.since, doubt.looks) = (now, 0);
    }
    look(model)
}

/// A token was deleted or has a new secret: doubts about it are settled. Those of which
/// it only was a possible result stay: it may have been someone else's.
pub fn settle(model: &mut Model, token: &TokenId) -> Vec<Effect> {
    for doubt in &mut model.doubts {
        doubt.found.retain(|c| c.id != *token || c.likeness != Likeness::Possible);
    }
    let is_about = |d: &&Doubt| d.found.iter().any(|c| c.id == *token);
    let ids: Vec<_> = model.doubts.iter().filter(is_about).map(|d| d.entry.id.clone()).collect();
    let mut effects = Vec::new();
    for id in ids {
        take(model, &id);
        effects.push(Effect::Mark { entry: id, mark: Mark::Settled });
    }
    effects
}
