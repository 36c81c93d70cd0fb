//! New API token: name, description, expiry, and which datasets a basic token
//! may send events to. Nothing is sent from here: Review does that.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::Screen;
use crate::{
    api::call::Call,
    app::{
        effect::Effect,
        field::Field,
        filter,
        list::List,
        model::{Model, NoticeKind},
        overlays::{Overlay, confirm::Confirm, review::Review},
    },
    domain::{Expiry, Grants, NewToken, SafeText, Scope, Target, Verbs, WILDCARD, validate},
    input::Action,
};

/// How long a token lives unless the admin says otherwise.
pub const DEFAULT_EXPIRY: &str = "90d";
/// What Up and Down on the expiry field offer.
pub const EXPIRY_CHOICES: [&str; 6] = ["7d", "30d", "60d", "90d", "1y", "never"];

/// Where the keys go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Focus {
    Name,
    Description,
    Expiry,
    /// The line in which the datasets are filtered.
    Filter,
    Datasets,
    Review,
}

impl Focus {
    /// Tab's way round; the filter is reached by its own key.
    const ROUND: [Self; 5] =
        [Self::Name, Self::Description, Self::Expiry, Self::Datasets, Self::Review];

    /// Whether it is a text field.
    #[must_use]
    pub const fn is_text(self) -> bool {
        matches!(self, Self::Name | Self::Description | Self::Expiry | Self::Filter)
    }

    fn step(self, by: usize) -> Self {
        let from = if self == Self::Filter { Self::Datasets } else { self };
        let at = Self::ROUND.iter().position(|f| *f == from).unwrap_or(0);
        Self::ROUND[(at + by) % Self::ROUND.len()]
    }
}

/// The form's state.
#[derive(Debug)]
pub struct NewTokenForm {
    pub name: Field,
    pub description: Field,
    pub expiry: Field,
    pub filter: Field,
    pub focus: Focus,
    pub list: List,
    /// The datasets that are chosen, `*` among them when it is.
    pub chosen: BTreeSet<SafeText>,
    /// The rows that pass the filter: `*` first.
    pub rows: Vec<SafeText>,
    /// Review was asked for, so that empty fields are errors now.
    pub tried: bool,
}

impl Default for NewTokenForm {
    fn default() -> Self {
        Self::new()
    }
}

impl NewTokenForm {
    #[must_use]
    pub fn new() -> Self {
        Self {
            name: Field::default(),
            description: Field::default(),
            expiry: Field::with(DEFAULT_EXPIRY),
            filter: Field::default(),
            focus: Focus::Name,
            list: List::default(),
            chosen: BTreeSet::new(),
            rows: Vec::new(),
            tried: false,
        }
    }

    pub const fn field_mut(&mut self) -> Option<&mut Field> {
        match self.focus {
            Focus::Name => Some(&mut self.name),
            Focus::Description => Some(&mut self.description),
            Focus::Expiry => Some(&mut self.expiry),
            Focus::Filter => Some(&mut self.filter),
            Focus::Datasets | Focus::Review => None,
        }
    }

    /// Whether leaving would lose something.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        !self.name.is_empty()
            || !self.description.is_empty()
            || !self.chosen.is_empty()
            || self.expiry.text() != DEFAULT_EXPIRY
    }

    /// Whether every dataset is chosen by `*`.
    #[must_use]
    pub fn has_wildcard(&self) -> bool {
        self.chosen.iter().any(|name| name.raw() == WILDCARD)
    }

    /// What is wrong with the form, field by field, in Tab's order.
    #[must_use]
    pub fn errors(&self, now: Timestamp) -> Vec<(Focus, String)> {
        let mut errors = Vec::new();
        if let Err(e) = validate::name(self.name.text()) {
            errors.push((Focus::Name, e.to_string()));
        }
        if let Err(e) = validate::description(self.description.text()) {
            errors.push((Focus::Description, e.to_string()));
        }
        if let Err(e) = Expiry::parse(self.expiry.text(), now) {
            errors.push((Focus::Expiry, e.to_string()));
        }
        if self.chosen.is_empty() {
            errors.push((Focus::Datasets, "choose at least one dataset".to_owned()));
        }
        errors
    }

    /// The token that the form describes, if nothing is wrong with it.
    #[must_use]
    pub fn draft(&self, now: Timestamp) -> Option<NewToken> {
        if self.chosen.is_empty() {
            return None;
        }
        Some(NewToken {
            name: validate::name(self.name.text()).ok()?,
            description: validate::description(self.description.text()).ok()?,
            expiry: Expiry::parse(self.expiry.text(), now).ok()?,
            grants: self.grants(),
        })
    }

    fn grants(&self) -> Grants {
        let mut grants = Grants::default();
        if let Some(ingest) = Scope::Dataset.capability("ingest") {
            for name in &self.chosen {
                // The table allows create, and only create, for ingest.
                let _ = grants.set(&Target::Dataset(name.clone()), ingest, Verbs::C);
            }
        }
        grants
    }

    fn toggle(&mut self) {
        let Some(name) = self.rows.get(self.list.cursor) else { return };
        if !self.chosen.remove(name) {
            self.chosen.insert(name.clone());
        }
    }

    /// The next or previous of the usual lives.
    fn choose_expiry(&mut self, forward: bool) {
        let count = EXPIRY_CHOICES.len();
        let at = EXPIRY_CHOICES.iter().position(|c| *c == self.expiry.text().trim());
        let next = match (at, forward) {
            (Some(at), true) => (at + 1) % count,
            (Some(at), false) => (at + count - 1) % count,
            (None, _) => 0,
        };
        self.expiry.set(EXPIRY_CHOICES[next]);
    }
}

/// Carries out an action.
pub fn perform(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some(Screen::NewToken(form)) = model.screen_mut() else { return Vec::new() };
    match (action, form.focus) {
        (Action::Submit, _) | (Action::Accept, Focus::Review) => return review(model),
        (Action::NextField, focus) => form.focus = focus.step(1),
        (Action::PreviousField, focus) => form.focus = focus.step(Focus::ROUND.len() - 1),
        (Action::Accept | Action::Down, Focus::Filter) => form.focus = Focus::Datasets,
        (Action::Accept | Action::Toggle, Focus::Datasets) => form.toggle(),
        (Action::Accept, focus) => form.focus = focus.step(1),
        (Action::Toggle, Focus::Review) => return review(model),
        (Action::Filter, Focus::Datasets | Focus::Review) => form.focus = Focus::Filter,
        (Action::Down, Focus::Expiry) => form.choose_expiry(true),
        (Action::Up, Focus::Expiry) => form.choose_expiry(false),
        (Action::Down, Focus::Name | Focus::Description) => form.focus = form.focus.step(1),
        (Action::Up, Focus::Description) => form.focus = Focus::Name,
        (Action::Up, Focus::Review) => form.focus = Focus::Datasets,
        (Action::Up, Focus::Datasets) if form.list.cursor == 0 => form.focus = Focus::Expiry,
        (Action::Back, Focus::Filter) => {
            form.filter.set("");
            form.focus = Focus::Datasets;
            arrange(model);
        }
        (Action::Back, _) => return leave(model),
        (Action::Refresh, _) => return vec![model.fetch(Call::ListDatasets)],
        (action, Focus::Datasets | Focus::Filter) => {
            let len = form.rows.len();
            form.list.step(action, len);
        }
        _ => {}
    }
    Vec::new()
}

/// Filters the datasets anew; the cursor stays on its row where it can.
pub fn arrange(model: &mut Model) {
    let datasets = model.data.datasets.value().map_or(&[][..], Vec::as_slice);
    let Some(Screen::NewToken(form)) = model.screens.last_mut() else { return };
    let before = form.rows.get(form.list.cursor).cloned();
    let words = form.filter.text();
    // A chosen dataset that the server does not list (any more) stays visible.
    let gone = form
        .chosen
        .iter()
        .filter(|name| name.raw() != WILDCARD && !datasets.iter().any(|d| d.name == **name));
    let all: Vec<&SafeText> = datasets.iter().map(|d| &d.name).chain(gone).collect();
    let found = filter::matching(words, all.iter().map(|name| name.shown()));
    form.rows = std::iter::once(SafeText::from(WILDCARD))
        .chain(found.into_iter().map(|i| all[i].clone()))
        .collect();
    let first_hit = usize::from(!words.is_empty() && form.rows.len() > 1);
    form.list.cursor = match form.focus {
        // While one types, the best match is what one means.
        Focus::Filter => first_hit,
        _ => before.and_then(|b| form.rows.iter().position(|r| *r == b)).unwrap_or(first_hit),
    };
}

/// Opens Review, or goes to the first thing that is wrong.
fn review(model: &mut Model) -> Vec<Effect> {
    let now = model.now;
    let Some(Screen::NewToken(form)) = model.screen_mut() else { return Vec::new() };
    form.tried = true;
    if let Some(draft) = form.draft(now) {
        let review = Review::new(draft, model);
        model.overlays.push(Overlay::Review(Box::new(review)));
        return Vec::new();
    }
    if let Some((focus, error)) = form.errors(now).into_iter().next() {
        form.focus = focus;
        model.notify(NoticeKind::Warning, error);
    }
    Vec::new()
}

/// Goes back to the list; asks first if something would be lost.
fn leave(model: &mut Model) -> Vec<Effect> {
    match model.screen() {
        Some(Screen::NewToken(form)) if form.is_changed() => {
            model.overlays.push(Overlay::Confirm(Confirm::discard_form()));
        }
        _ => drop(model.screens.pop()),
    }
    Vec::new()
}
