//! The history: what axtok changed from this computer, from the journal. Unfinished entries
//! can be resolved here.

use std::sync::Arc;

use crate::{
    app::{
        effect::{CopyText, Effect},
        field::Field,
        layer::{Ask, Cx, Event, Hint, Layer, Leaving, Open as Dialog, Step, Text, Wanted},
        list::List,
        mouse::HitTarget,
        notice::NoticeKind,
        reconcile,
        shared::{Shared, Topic},
    },
    domain::{SafeText, filter::Words, session::Session, token::PresentMembers, when},
    input::{Action, Context},
    journal::{Asked, EntryId, Mark, Open, RecordedChange, differences, summary},
};

/// The changes in the journal, or why it cannot be read.
pub type Changes = Result<Vec<RecordedChange>, String>;

/// The history: its rows, cursor and filter.
#[derive(Debug, Default)]
pub struct History {
    /// The cursor and scroll position.
    pub list: List,
    /// The text of the filter.
    pub filter: Field,
    /// Whether the filter line has the focus.
    pub editing: bool,
    /// Whether only unfinished changes are shown.
    pub only_open: bool,
    /// What was read; `None` until the journal has been read.
    pub read: Option<Arc<Changes>>,
    /// The positions of the shown changes, newest first.
    pub shown: Vec<usize>,
    /// The entry under the cursor, to find it again when the list changes.
    here: Option<EntryId>,
    reading: Reading,
}

/// Whether the journal is being read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Reading {
    #[default]
    No,
    Once,
    /// It has changed meanwhile, so it is read once more.
    Again,
}

impl History {
    /// All changes, oldest first.
    #[must_use]
    pub fn all(&self) -> &[RecordedChange] {
        self.read.as_deref().map_or(&[], |read| read.as_deref().unwrap_or_default())
    }

    /// The change in a row.
    #[must_use]
    pub fn row(&self, row: usize) -> Option<&RecordedChange> {
        self.all().get(*self.shown.get(row)?)
    }

    /// The change under the cursor.
    #[must_use]
    pub fn change(&self) -> Option<&RecordedChange> {
        self.row(self.list.cursor)
    }

    /// The words of the filter.
    #[must_use]
    pub fn words(&self) -> Words {
        Words::parse(self.filter.text())
    }

    /// How many changes are unfinished.
    #[must_use]
    pub fn open_count(&self) -> usize {
        self.all().iter().filter(|change| change.is_open()).count()
    }

    fn put(&mut self, row: usize) {
        self.list.cursor = row.min(self.shown.len().saturating_sub(1));
        self.here = self.change().map(|change| change.entry.id.clone());
    }

    /// Computes the rows. Keeps the cursor on its entry, or on its row if the entry has gone.
    fn update_rows(&mut self) {
        let (words, only_open) = (self.words(), self.only_open);
        let is_shown = |change: &RecordedChange| {
            let name = SafeText::from(change.entry.asked.name());
            (!only_open || change.is_open()) && words.score(&[name.shown()]).is_some()
        };
        let all = self.all().iter().enumerate().rev();
        self.shown = all.filter(|(_, change)| is_shown(change)).map(|(at, _)| at).collect();
        let is_here = |at: &usize| self.all().get(*at).map(|c| &c.entry.id) == self.here.as_ref();
        let row = self.here.as_ref().and_then(|_| self.shown.iter().position(is_here));
        self.put(row.unwrap_or(self.list.cursor));
    }

    /// Reads the journal, or reads it again once it has been read.
    fn load(&mut self, cx: &Cx<'_>) -> Step {
        // The journal on this computer is not the demo's.
        if cx.shared.session.demo {
            return Step::none();
        }
        if self.reading != Reading::No {
            self.reading = Reading::Again;
            return Step::none();
        }
        self.reading = Reading::Once;
        Effect::LoadHistory(cx.me).into()
    }

    fn took(&mut self, read: Arc<Changes>, cx: &Cx<'_>) -> Step {
        self.read = Some(read);
        self.update_rows();
        match std::mem::take(&mut self.reading) {
            Reading::Again => self.load(cx),
            Reading::No | Reading::Once => Step::none(),
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Step {
        if self.list.step(action, self.shown.len()) {
            self.put(self.list.cursor);
            return Step::none();
        }
        match action {
            Action::Filter => self.editing = true,
            Action::Accept => self.editing = false,
            Action::Attention => {
                self.only_open = !self.only_open;
                self.update_rows();
            }
            Action::Back if self.editing || !self.filter.is_empty() => {
                self.editing = false;
                self.filter.set("");
                self.update_rows();
            }
            Action::Back => return Step::back(),
            Action::Open => return self.open(cx.shared),
            Action::CloseEntry => return self.ask_reason(),
            Action::CopyId => return copy("id", self.change().and_then(id_of)),
            Action::CopyName => {
                return copy("name", self.change().map(|c| c.entry.asked.name().to_owned()));
            }
            Action::Refresh => return self.load(cx),
            _ => {}
        }
        Step::none()
    }

    /// Opens the dialog about an unconfirmed change of this organisation, or everything that
    /// is known about another change.
    fn open(&self, shared: &mut Shared) -> Step {
        let Some(change) = self.change() else { return Step::none() };
        let entry = &change.entry;
        if !change.is_open() || !is_here(change, &shared.session) {
            let lines = facts(change, shared).into_iter();
            let lines = lines.map(|(label, value)| format!("{label:<15}  {value}")).collect();
            let id = id_of(change).map(|id| ("Copy token id", "id", id));
            let title = format!("{} {}", entry.asked.verb(), SafeText::from(entry.asked.name()));
            let copies = id.into_iter().collect();
            return Step::open(Dialog::Sheet(Box::new(Text { title, lines, copies })));
        }
        let is_known = reconcile::get(shared, &entry.id).is_some();
        let dialog = Step::open(Dialog::Unconfirmed(entry.id.clone()));
        if is_known {
            return dialog;
        }
        // Another process has left it since this one opened the journal.
        let open = Open { entry: entry.clone(), last: change.last.clone() };
        Step::from(reconcile::add(shared, &open)).and(dialog)
    }

    fn ask_reason(&self) -> Step {
        let Some(change) = self.change() else { return Step::none() };
        let name = SafeText::from(change.entry.asked.name());
        let hint = format!(
            "Why is nothing left to do about {name}? This changes the journal only, no token."
        );
        let wanted = Wanted::ClosingReason(change.entry.id.clone());
        Step::open(Dialog::Prompt(Box::new(Ask { title: "Close the entry", hint, wanted })))
    }
}

/// Whether a change was requested where the session is.
#[must_use]
pub fn is_here(change: &RecordedChange, session: &Session) -> bool {
    let place = &change.entry.location;
    place.is_at(&session.url, session.org.as_ref().map(SafeText::raw))
}

/// The new token's id, or that of the deleted token.
fn id_of(change: &RecordedChange) -> Option<String> {
    let id = match &change.entry.asked {
        Asked::Delete { id, .. } | Asked::DeletePersonal { id, .. } => Some(id),
        _ => change.made.as_ref(),
    };
    id.map(|id| id.raw().to_owned())
}

fn copy(what: &'static str, text: Option<String>) -> Step {
    text.map_or_else(Step::none, |text| Effect::Copy(CopyText::Plain { what, text }).into())
}

/// Everything that is known about a change: labels and values.
#[must_use]
pub fn facts(change: &RecordedChange, shared: &Shared) -> Vec<(&'static str, String)> {
    let (entry, now) = (&change.entry, shared.now);
    let safe = |text: &str| SafeText::from(text).to_string();
    let mut all = Vec::new();
    let mut fact = |label: &'static str, value: Option<String>| {
        all.extend(value.filter(|value| !value.is_empty()).map(|value| (label, value)));
    };
    fact("Token", Some(safe(entry.asked.name())));
    let rotation = if entry.is_rotation { ", part of a rotation" } else { "" };
    fact("Change", Some(format!("{}{rotation}", entry.asked.verb())));
    fact("Sent", Some(when::moment(entry.at, now)));
    let since = change.marked.map(|at| format!(", {}", when::date_time(at)));
    let outcome = change.describe_outcome();
    fact("Outcome", Some(format!("{outcome}{}", since.unwrap_or_default())));
    fact(
        "Stuck",
        change.stuck.as_ref().map(|(step, why)| safe(&format!("{}: {why}", step.label()))),
    );
    fact("Reason", change.reason().map(safe));
    fact("Policy", entry.overridden.as_ref().map(|given| format!("overridden, {given}")));
    fact("Secret", change.secret().map(|place| place.to_string()));
    fact("Where", Some(format!("{} at {}", change.location(), safe(&entry.location.url))));
    let made = change.made.as_ref();
    match &entry.asked {
        Asked::Delete { id, .. } | Asked::DeletePersonal { id, .. } => {
            fact("Deleted id", Some(id.to_string()));
        }
        Asked::Regenerate { old, old_ends, .. } => {
            fact("New id", made.map(ToString::to_string));
            fact("Old id", Some(old.to_string()));
            fact("Old works until", Some(when::moment(*old_ends, now)));
        }
        _ => fact("New id", made.map(ToString::to_string)),
    }
    match &entry.asked {
        Asked::Create { description, expiry, grants, .. }
        | Asked::Regenerate { description, expiry, grants, .. } => {
            fact("Expires", Some(expiry.describe(now)));
            fact("Can", Some(grants.access()));
            fact("Description", Some(safe(description)));
        }
        Asked::CreatePersonal { description, .. } => fact("Description", Some(safe(description))),
        Asked::Delete { .. } | Asked::DeletePersonal { .. } => {}
    }
    let token = made.filter(|_| is_here(change, &shared.session));
    let token = token.and_then(|id| shared.data.token(id));
    let present = PresentMembers { name: true, description: true, expiry: true, rights: true };
    fact("Differs", token.and_then(|t| summary(&differences(&entry.asked, t, present))));
    fact("Entry", Some(entry.id.to_string()));
    all
}

impl Layer for History {
    fn context(&self) -> Context {
        if self.editing { Context::Filter } else { Context::History }
    }

    fn home(&self) -> Context {
        Context::History
    }

    fn is_typing(&self) -> bool {
        self.editing
    }

    fn field_mut(&mut self) -> Option<&mut Field> {
        self.editing.then_some(&mut self.filter)
    }

    fn list_mut(&mut self) -> Option<&mut List> {
        Some(&mut self.list)
    }

    fn hints(&self, shared: &Shared) -> Vec<Hint> {
        use Action as A;
        if self.editing {
            return vec![(A::Accept, "keep filter"), (A::Back, "clear filter"), (A::Down, "move")];
        }
        let change = self.change();
        let is_open = change.is_some_and(RecordedChange::is_open);
        let is_resolved_here =
            is_open && change.is_some_and(|change| is_here(change, &shared.session));
        let mut all = vec![(A::Open, if is_resolved_here { "resolve" } else { "details" })];
        if is_open {
            all.push((A::CloseEntry, "close"));
        }
        let shown = if self.only_open { "all changes" } else { "only open" };
        all.extend([(A::Filter, "filter"), (A::Attention, shown), (A::Back, "back")]);
        all
    }

    fn stays(&self, _leaving: Leaving) -> bool {
        true
    }

    fn refuses(&self, action: Action, shared: &Shared) -> Option<String> {
        let change = self.change();
        let id = change.map(|change| &change.entry.id);
        let is_held =
            || id.is_some_and(|id| shared.secrets.all().any(|h| h.entry.as_ref() == Some(id)));
        let is_about =
            matches!(action, Action::Open | Action::CloseEntry | Action::CopyId | Action::CopyName);
        let words = match (action, change) {
            (_, None) if is_about => "No change is selected.",
            (Action::CloseEntry, Some(change)) if change.is_running => {
                "This change is in progress: wait for its end."
            }
            (Action::CloseEntry | Action::Open, Some(change)) if change.is_open() && is_held() => {
                "The secret of this change is still here: store it first."
            }
            (Action::CloseEntry, Some(change)) if !change.is_open() => {
                "This change is finished: nothing to close."
            }
            (Action::CopyId, Some(change)) if id_of(change).is_none() => {
                "The token's id is unknown."
            }
            _ => return None,
        };
        Some(words.to_owned())
    }

    fn handle(&mut self, event: Event, cx: &mut Cx<'_>) -> Step {
        match event {
            Event::Opened => return self.load(cx),
            Event::Action(action) => return self.act(action, cx),
            Event::Click(HitTarget::Row(row), double) => {
                self.editing = false;
                self.put(row);
                return if double { Step::act(Action::Open) } else { Step::none() };
            }
            Event::Wheeled(_) => self.put(self.list.cursor),
            Event::Edited => {
                self.list.cursor = 0;
                self.here = None;
                self.update_rows();
            }
            Event::History(read) => return self.took(read, cx),
            Event::Changed(Topic::Journal) => return self.load(cx),
            Event::Typed(Wanted::ClosingReason(entry), reason) => {
                reconcile::take(cx.shared, &entry);
                cx.shared.notify(NoticeKind::Info, "Closed. The reason is in the journal.");
                return Effect::Mark { entry, mark: Mark::Settled { why: Some(reason) } }.into();
            }
            // The journal is that of all organisations.
            Event::Left => return self.load(cx),
            _ => {}
        }
        Step::none()
    }
}
