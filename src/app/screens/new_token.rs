//! New API token: name, description, expiry, and what it may do. A basic token
//! is chosen from a list here; an advanced one is edited in the matrix, which
//! opens over the form. Nothing is sent from here: Review does that.

mod focus;
mod narrower;

use jiff::Timestamp;

use super::{Screen, matrix as matrix_view};
use crate::{
    api::call::Call,
    app::{
        effect::{Effect, Ticket},
        field::Field,
        list::List,
        matrix::{Edit, Matrix, Row},
        model::{Model, NoticeKind},
        overlays::{Overlay, confirm::Confirm, regenerate::Regenerate, review::Review},
    },
    domain::{ApiToken, Expiry, Grants, Kind, NewToken, SafeText, Scope, lifetime, validate},
    input::{Action, Context},
};

pub use focus::Focus;

pub use crate::domain::lifetime::{DEFAULT_EXPIRY, EXPIRY_CHOICES};

/// What an empty draft is called, where it is compared with.
pub const EMPTY: &str = "an empty draft";

/// Where a draft comes from.
#[derive(Clone, Debug)]
pub enum Origin {
    New,
    /// A copy of the token with this name.
    Clone(SafeText),
    /// The draft is to take the place of this token: it is regenerated with
    /// what the draft says.
    Replace(Box<ApiToken>),
}

/// The form's state.
#[derive(Debug)]
pub struct NewTokenForm {
    pub origin: Origin,
    pub name: Field,
    pub description: Field,
    pub expiry: Field,
    pub focus: Focus,
    pub kind: Kind,
    basic: Matrix,
    advanced: Matrix,
    /// The matrix is open over the form.
    pub in_matrix: bool,
    /// Review was asked for, so that empty fields are errors now.
    pub tried: bool,
    /// Name and description as they were, to see whether they were changed.
    start: [String; 2],
    /// The request that sent it last, and what the form said then.
    sent: Option<(Ticket, [String; 3], Grants)>,
}

impl NewTokenForm {
    /// An empty form.
    #[must_use]
    pub fn empty() -> Self {
        Self::with(Origin::New, Kind::Basic, "", "", Grants::default(), EMPTY)
    }

    /// A draft with everything that this token has, but another name.
    #[must_use]
    pub fn clone_of(token: &ApiToken) -> Self {
        let name = format!("{}-copy", token.name.raw());
        let label = token.name.to_string();
        let origin = Origin::Clone(token.name.clone());
        let (description, grants) = (token.description.raw(), token.grants.clone());
        Self::with(origin, token.kind(), &name, description, grants, &label).like(token)
    }

    /// A draft that is to take a token's place.
    #[must_use]
    pub fn replacing(token: &ApiToken) -> Self {
        let label = token.name.to_string();
        let origin = Origin::Replace(Box::new(token.clone()));
        let (name, description) = (token.name.raw(), token.description.raw());
        let mut form =
            Self::with(origin, Kind::Advanced, name, description, token.grants.clone(), &label)
                .like(token);
        form.focus = Focus::Rights;
        form
    }

    /// Leaves the expiry to the admin where that of the original cannot be read: the
    /// usual one may be much longer than what somebody chose for it.
    fn like(mut self, token: &ApiToken) -> Self {
        if token.expiry.is_unread() {
            self.expiry.set("");
            self.focus = Focus::Expiry;
        }
        self
    }

    fn with(
        origin: Origin,
        kind: Kind,
        name: &str,
        description: &str,
        grants: Grants,
        label: &str,
    ) -> Self {
        let (basic, advanced) = match kind {
            Kind::Basic => (grants, Grants::default()),
            Kind::Advanced => (Grants::default(), grants),
        };
        Self {
            origin,
            name: Field::with(name),
            description: Field::with(description),
            expiry: Field::with(DEFAULT_EXPIRY),
            focus: Focus::Name,
            kind,
            basic: Matrix::new(Kind::Basic, label, basic),
            advanced: Matrix::new(Kind::Advanced, label, advanced),
            in_matrix: false,
            tried: false,
            start: [name.to_owned(), description.to_owned()],
            sent: None,
        }
    }

    fn texts(&self) -> [String; 3] {
        [&self.name, &self.description, &self.expiry].map(|field| field.text().to_owned())
    }

    /// What it says now was sent by this request.
    pub fn is_sent_by(&mut self, ticket: Ticket) {
        self.sent = Some((ticket, self.texts(), self.matrix().grants().clone()));
    }

    /// Whether this request sent it.
    #[must_use]
    pub fn was_sent_by(&self, ticket: Ticket) -> bool {
        self.sent.as_ref().is_some_and(|(sent, ..)| *sent == ticket)
    }

    /// Another request sends the same.
    pub(in crate::app) fn sent_again_by(&mut self, ticket: Ticket) {
        if let Some((sent, ..)) = &mut self.sent {
            *sent = ticket;
        }
    }

    /// Whether it says something else than when it was sent.
    #[must_use]
    pub fn was_changed_since(&self) -> bool {
        let unchanged = |(_, texts, grants): &(Ticket, [String; 3], Grants)| {
            *texts == self.texts() && grants == self.matrix().grants()
        };
        !self.sent.as_ref().is_some_and(unchanged)
    }

    /// The rights that are being edited.
    #[must_use]
    pub const fn matrix(&self) -> &Matrix {
        match self.kind {
            Kind::Basic => &self.basic,
            Kind::Advanced => &self.advanced,
        }
    }

    pub const fn matrix_mut(&mut self) -> &mut Matrix {
        match self.kind {
            Kind::Basic => &mut self.basic,
            Kind::Advanced => &mut self.advanced,
        }
    }

    pub const fn context(&self) -> Context {
        match (self.in_matrix, self.focus) {
            (true, Focus::Filter) => Context::Filter,
            (true, _) => Context::Matrix,
            (false, _) => Context::Form,
        }
    }

    pub const fn field_mut(&mut self) -> Option<&mut Field> {
        match self.focus {
            Focus::Filter => Some(self.matrix_mut().filter_mut()),
            _ if self.in_matrix => None,
            Focus::Name => Some(&mut self.name),
            Focus::Description => Some(&mut self.description),
            Focus::Expiry => Some(&mut self.expiry),
            Focus::Kind | Focus::Rights | Focus::Review => None,
        }
    }

    pub const fn is_typing(&self) -> bool {
        matches!(self.focus, Focus::Filter) || (!self.in_matrix && self.focus.is_text())
    }

    pub const fn list_mut(&mut self) -> &mut List {
        self.matrix_mut().list_mut()
    }

    /// Whether leaving would lose something.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.name.text() != self.start[0]
            || self.description.text() != self.start[1]
            || self.basic.is_changed()
            || self.advanced.is_changed()
            || self.expiry.text() != DEFAULT_EXPIRY
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
        if self.matrix().grants().is_empty() {
            errors.push((
                Focus::Rights,
                match self.kind {
                    Kind::Basic => "choose at least one dataset".to_owned(),
                    Kind::Advanced => "grant at least one right".to_owned(),
                },
            ));
        }
        errors
    }

    /// The token that the form describes, if nothing is wrong with it.
    #[must_use]
    pub fn draft(&self, now: Timestamp) -> Option<NewToken> {
        if self.matrix().grants().is_empty() {
            return None;
        }
        Some(NewToken {
            name: validate::name(self.name.text()).ok()?,
            description: validate::description(self.description.text()).ok()?,
            expiry: self.expiry(now)?,
            grants: self.matrix().grants().clone(),
        })
    }

    /// The draft as far as it goes: for showing the request early. `None` if its
    /// expiry is not understood: a request without one asks for "never".
    #[must_use]
    pub fn unfinished(&self, now: Timestamp) -> Option<NewToken> {
        Some(NewToken {
            name: self.name.text().trim().to_owned(),
            description: self.description.text().trim().to_owned(),
            expiry: self.expiry(now)?,
            grants: self.matrix().grants().clone(),
        })
    }

    /// The expiry, if what was typed is understood.
    #[must_use]
    pub fn expiry(&self, now: Timestamp) -> Option<Expiry> {
        Expiry::parse(self.expiry.text(), now).ok()
    }

    /// Whether a row of the basic list is chosen.
    #[must_use]
    pub fn is_chosen(&self, row: &Row) -> bool {
        self.basic.grants().get(&row.target(Scope::Dataset)).is_some_and(|r| !r.is_empty())
    }

    /// Basic or advanced. What was chosen so far is taken along to the matrix,
    /// as long as nothing was done there.
    fn choose_kind(&mut self, kind: Kind) {
        if kind == Kind::Advanced && self.advanced.grants().is_empty() {
            let plan = self.advanced.plan_to(self.basic.grants(), "began as a basic token".into());
            self.advanced.apply(plan);
            self.advanced.set_names(Scope::Dataset, None);
        }
        self.kind = kind;
    }

    /// The next or previous of the usual lives.
    fn choose_expiry(&mut self, forward: bool) {
        let next = lifetime::next_choice(self.expiry.text(), forward);
        self.expiry.set(next);
    }
}

/// Opens a form, and sees to it that the names of datasets and views come.
pub fn open(model: &mut Model, form: NewTokenForm) -> Vec<Effect> {
    model.screens.push(Screen::NewToken(Box::new(form)));
    arrange(model);
    // Fetched each time: a dataset may have been made since.
    vec![model.fetch(Call::ListDatasets), model.fetch(Call::ListViews)]
}

/// Carries out an action.
pub fn perform(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some(Screen::NewToken(form)) = model.screen_mut() else { return Vec::new() };
    if form.in_matrix {
        return matrix_view::perform(model, action);
    }
    let other_kind = match form.kind {
        Kind::Basic => Kind::Advanced,
        Kind::Advanced => Kind::Basic,
    };
    match (action, form.focus) {
        (Action::Submit, _) | (Action::Accept | Action::Toggle, Focus::Review) => {
            return review(model);
        }
        (Action::NextField, focus) => form.focus = focus.step(1),
        (Action::PreviousField, focus) => form.focus = focus.step(Focus::ROUND.len() - 1),
        (Action::Accept | Action::Down, Focus::Filter) => form.focus = Focus::Rights,
        (Action::Toggle | Action::NextChoice | Action::PreviousChoice, Focus::Kind) => {
            form.choose_kind(other_kind);
        }
        (Action::Accept | Action::Toggle | Action::NextChoice, Focus::Rights)
            if form.kind == Kind::Advanced =>
        {
            form.in_matrix = true;
        }
        (Action::Accept | Action::Toggle, Focus::Rights) => {
            return matrix_view::edit(model, &Edit::Cell);
        }
        (Action::Accept, focus) => form.focus = focus.step(1),
        (Action::Filter, Focus::Rights | Focus::Review) if form.kind == Kind::Basic => {
            form.focus = Focus::Filter;
        }
        (Action::Down, Focus::Expiry) => form.choose_expiry(true),
        (Action::Up, Focus::Expiry) => form.choose_expiry(false),
        (Action::Down, Focus::Name | Focus::Description | Focus::Kind) => {
            form.focus = form.focus.step(1);
        }
        (Action::Up, Focus::Description | Focus::Kind | Focus::Review) => {
            form.focus = form.focus.step(Focus::ROUND.len() - 1);
        }
        (Action::Up, Focus::Rights)
            if form.kind == Kind::Advanced || form.matrix().here().list.cursor == 0 =>
        {
            form.focus = Focus::Kind;
        }
        (Action::Back, Focus::Filter) => {
            form.matrix_mut().filter_mut().set("");
            form.focus = Focus::Rights;
            form.matrix_mut().filter_changed();
        }
        (Action::Back, _) => return leave(model),
        (Action::Refresh, _) => {
            return vec![model.fetch(Call::ListDatasets), model.fetch(Call::ListViews)];
        }
        (action, Focus::Rights | Focus::Filter) => {
            let len = form.matrix().here().shown_len();
            form.list_mut().step(action, len);
        }
        _ => {}
    }
    Vec::new()
}

/// Takes over the names that have come; the cursor stays on its row.
pub fn arrange(model: &mut Model) {
    let names = |list: Option<Vec<&SafeText>>| list.map(|l| l.into_iter().cloned().collect());
    let datasets = model.data.datasets.value().map(|l| l.iter().map(|d| &d.name).collect());
    let views = model.data.views.value().map(|l| l.iter().map(|v| &v.name).collect());
    let (datasets, views): (Option<Vec<SafeText>>, Option<Vec<SafeText>>) =
        (names(datasets), names(views));
    let Some(Screen::NewToken(form)) = model.screens.last_mut() else { return };
    form.basic.set_names(Scope::Dataset, datasets.clone());
    form.advanced.set_names(Scope::Dataset, datasets);
    form.advanced.set_names(Scope::View, views);
}

/// What was typed filters the rows, if it was typed there.
pub fn field_changed(model: &mut Model) {
    if let Some(Screen::NewToken(form)) = model.screen_mut()
        && form.focus == Focus::Filter
    {
        form.matrix_mut().filter_changed();
    }
}

/// Opens Review, or goes to the first thing that is wrong.
pub fn review(model: &mut Model) -> Vec<Effect> {
    let now = model.server_now();
    let Some(Screen::NewToken(form)) = model.screen_mut() else { return Vec::new() };
    form.tried = true;
    match (form.draft(now), &form.origin) {
        (Some(draft), Origin::Replace(token)) => {
            let overlay = Regenerate::replacing(token, draft, now);
            model.overlays.push(Overlay::Regenerate(Box::new(overlay)));
        }
        (Some(draft), Origin::New | Origin::Clone(_)) => {
            let review = Review::new(draft, model);
            model.overlays.push(Overlay::Review(Box::new(review)));
        }
        (None, _) => {
            if let Some((focus, error)) = form.errors(now).into_iter().next() {
                form.focus = focus;
                // In the matrix one is where rights are missing already.
                form.in_matrix &= focus == Focus::Rights;
                model.notify(NoticeKind::Warning, error);
            }
        }
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
