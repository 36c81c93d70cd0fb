//! New API token: name, description, expiry, and what it may do. A basic token
//! is chosen from a list here; an advanced one is edited in the matrix, which
//! opens over the form. Nothing is sent from here: Review does that.

mod hints;
mod layer;
mod matrix;
mod narrower;
mod sheets;

use jiff::Timestamp;

use crate::{
    app::{
        effect::Ticket,
        form::{Form, Part},
        matrix::{Matrix, MatrixRow},
        shared::Shared,
    },
    domain::{
        ApiToken, Expiry, Grants, Kind, NewToken, SafeText, Scope,
        destination::Destination,
        lifetime::{self, DEFAULT_EXPIRY},
        validate,
    },
    input::Action,
};

/// What an empty draft is called, where it is compared with.
pub const EMPTY: &str = "an empty draft";
/// Columns of the fields, where there is room.
const WIDTH: u16 = 60;
/// Columns of the expiry.
const LENGTH: u16 = 12;

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

/// A part of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    Name,
    Description,
    Expiry,
    /// Basic or advanced.
    Kind,
    /// The list of a basic token, or the way to the matrix.
    Rights,
    Review,
}

/// The form's state.
#[derive(Debug)]
pub struct NewTokenForm {
    pub origin: Origin,
    pub form: Form<Field>,
    /// The line in which rows are filtered takes the keys.
    pub is_filtering: bool,
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
    /// Where the new token's secret is to go, if that was chosen.
    destination: Option<Destination>,
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
        form.form.focus(Field::Rights);
        form
    }

    /// Leaves the expiry to the admin where that of the original cannot be read: the
    /// usual one may be much longer than what somebody chose for it.
    fn like(mut self, token: &ApiToken) -> Self {
        if token.expiry.is_unread() {
            self.form.set(Field::Expiry, "");
            self.form.focus(Field::Expiry);
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
        let kinds = ["Basic: send events", "Advanced: set rights"];
        let form = Form::new([
            Part::text(Field::Name, "Name", name).wide(WIDTH),
            Part::text(Field::Description, "Description", description).wide(WIDTH),
            Part::text(Field::Expiry, "Expires", DEFAULT_EXPIRY)
                .wide(LENGTH)
                .proposing(lifetime::next_choice),
            Part::choice(Field::Kind, "Permissions", kinds, usize::from(kind == Kind::Advanced)),
            Part::own(Field::Rights, if kind == Kind::Basic { "Datasets" } else { "Rights" }),
            Part::button(Field::Review, "Review"),
        ]);
        Self {
            origin,
            form,
            is_filtering: false,
            basic: Matrix::new(Kind::Basic, label, basic),
            advanced: Matrix::new(Kind::Advanced, label, advanced),
            in_matrix: false,
            tried: false,
            start: [name.to_owned(), description.to_owned()],
            sent: None,
            destination: None,
        }
    }

    fn texts(&self) -> [String; 3] {
        let texts = [Field::Name, Field::Description, Field::Expiry];
        texts.map(|field| self.form.text(field).to_owned())
    }

    /// What it says now was sent by this request.
    fn is_sent_by(&mut self, ticket: Ticket) {
        self.sent = Some((ticket, self.texts(), self.matrix().grants().clone()));
    }

    /// Whether this request sent it.
    fn was_sent_by(&self, ticket: Ticket) -> bool {
        self.sent.as_ref().is_some_and(|(sent, ..)| *sent == ticket)
    }

    /// Whether it says something else than when it was sent.
    fn was_changed_since(&self) -> bool {
        let unchanged = |(_, texts, grants): &(Ticket, [String; 3], Grants)| {
            *texts == self.texts() && grants == self.matrix().grants()
        };
        !self.sent.as_ref().is_some_and(unchanged)
    }

    #[must_use]
    pub fn kind(&self) -> Kind {
        if self.form.chosen(Field::Kind) == 0 { Kind::Basic } else { Kind::Advanced }
    }

    /// The rights that are being edited.
    #[must_use]
    pub fn matrix(&self) -> &Matrix {
        match self.kind() {
            Kind::Basic => &self.basic,
            Kind::Advanced => &self.advanced,
        }
    }

    pub fn matrix_mut(&mut self) -> &mut Matrix {
        match self.kind() {
            Kind::Basic => &mut self.basic,
            Kind::Advanced => &mut self.advanced,
        }
    }

    /// What is wrong with each field, in Tab's order.
    fn wrong(&self, now: Timestamp) -> [(Field, Option<String>); 4] {
        let text = |field| self.form.text(field);
        let rights = match self.kind() {
            Kind::Basic => "choose at least one dataset",
            Kind::Advanced => "grant at least one right",
        };
        let rights = self.matrix().grants().is_empty().then(|| rights.to_owned());
        let name = validate::name(text(Field::Name)).err();
        let description = validate::description(text(Field::Description)).err();
        let expiry = Expiry::parse(text(Field::Expiry), now).err();
        [
            (Field::Name, name.map(|why| why.to_string())),
            (Field::Description, description.map(|why| why.to_string())),
            (Field::Expiry, expiry.map(|why| why.to_string())),
            (Field::Rights, rights),
        ]
    }

    /// The first field with which something is wrong, and what.
    fn first_wrong(&self, now: Timestamp) -> Option<(Field, String)> {
        self.wrong(now).into_iter().find_map(|(field, why)| Some((field, why?)))
    }

    /// The token that the form describes, if nothing is wrong with it.
    #[must_use]
    pub fn draft(&self, now: Timestamp) -> Option<NewToken> {
        if self.first_wrong(now).is_none() { self.unfinished(now) } else { None }
    }

    /// The draft as far as it goes: for showing the request early. `None` if its
    /// expiry is not understood: a request without one asks for "never".
    #[must_use]
    pub fn unfinished(&self, now: Timestamp) -> Option<NewToken> {
        Some(NewToken {
            name: self.form.text(Field::Name).trim().to_owned(),
            description: self.form.text(Field::Description).trim().to_owned(),
            expiry: self.expiry(now)?,
            grants: self.matrix().grants().clone(),
        })
    }

    /// The expiry, if what was typed is understood.
    #[must_use]
    pub fn expiry(&self, now: Timestamp) -> Option<Expiry> {
        Expiry::parse(self.form.text(Field::Expiry), now).ok()
    }

    /// Whether a row of the basic list is chosen.
    #[must_use]
    pub fn is_chosen(&self, row: &MatrixRow) -> bool {
        self.basic.grants().get(&row.target(Scope::Dataset)).is_some_and(|r| !r.is_empty())
    }

    /// Says what is wrong beside each field. What was not filled in yet is no error
    /// before Review was asked for.
    fn complain(&mut self, now: Timestamp) {
        for (field, why) in self.wrong(now) {
            let is_empty = match field {
                Field::Name => self.form.text(field).is_empty(),
                field => field == Field::Rights,
            };
            self.form.complain(field, why.filter(|_| self.tried || !is_empty));
        }
    }

    /// Basic or advanced was chosen. The datasets so far are taken along to the matrix,
    /// as long as nothing was done there.
    fn take_along(&mut self) {
        let is_basic = self.kind() == Kind::Basic;
        self.form.rename(Field::Rights, if is_basic { "Datasets" } else { "Rights" });
        if !is_basic && self.advanced.grants().is_empty() {
            let plan = self.advanced.plan_to(self.basic.grants(), "began as a basic token".into());
            self.advanced.apply(plan);
            self.advanced.set_names(Scope::Dataset, None);
        }
    }

    /// Takes over the names that have come; the cursor stays on its row.
    fn take_names(&mut self, shared: &Shared) {
        let datasets = shared.data.datasets.value();
        let datasets: Option<Vec<SafeText>> =
            datasets.map(|l| l.iter().map(|d| d.name.clone()).collect());
        let views = shared.data.views.value();
        let views = views.map(|l| l.iter().map(|v| v.name.clone()).collect());
        self.basic.set_names(Scope::Dataset, datasets.clone());
        self.advanced.set_names(Scope::Dataset, datasets);
        self.advanced.set_names(Scope::View, views);
    }
}

/// The action that shows a part of the matrix.
#[must_use]
pub const fn shows(scope: Scope) -> Action {
    match scope {
        Scope::Dataset => Action::Datasets,
        Scope::View => Action::Views,
        Scope::Org => Action::Organisation,
    }
}
