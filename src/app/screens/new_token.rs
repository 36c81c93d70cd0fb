//! The form for a new API token: name, description, expiry and rights. The datasets of a
//! basic token are chosen in a list; the rights of an advanced one are edited in the
//! permission matrix, which opens over the form. The form sends nothing; its Review does.

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
        matrix::{Base, Matrix, MatrixRow},
        shared::Shared,
    },
    domain::{
        ApiToken, Expiry, Grants, Kind, NewToken, Policies, SafeText, Scope,
        destination::Destination,
        lifetime::{self, DEFAULT_EXPIRY},
        policy::{Rule, Subject},
        review::Finding,
        validate,
    },
    input::Action,
};

/// The name of the empty draft in the list of changes.
pub const EMPTY: &str = "an empty draft";
/// Preferred width of the text fields, in columns.
const WIDTH: u16 = 60;
/// Width of the expiry field, in columns.
const LENGTH: u16 = 12;

/// What a draft started from.
#[derive(Clone, Debug)]
pub enum Origin {
    /// Nothing: the draft was empty.
    New,
    /// A copy of the token with this name.
    Clone(SafeText),
    /// The token to regenerate with the draft's name, description, expiry and rights.
    Replace(Box<ApiToken>),
}

/// A field or button of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The token's name.
    Name,
    /// The token's description.
    Description,
    /// When the token expires, as the user types it.
    Expiry,
    /// The choice between basic and advanced.
    Kind,
    /// The datasets of a basic token, or the button that opens the matrix.
    Rights,
    /// The button that opens Review.
    Review,
}

/// The form: its fields, the rights of both kinds of token, and what was sent.
#[derive(Debug)]
pub struct NewTokenForm {
    /// What the draft started from.
    pub origin: Origin,
    /// The fields and buttons.
    pub form: Form<Field>,
    /// Whether the matrix's filter line has the focus.
    pub is_filtering: bool,
    basic: Matrix,
    advanced: Matrix,
    /// Whether the matrix is open over the form.
    pub in_matrix: bool,
    /// Whether Review was pressed: from then on empty fields are errors.
    pub tried: bool,
    /// The initial name and description, to tell whether the user changed them.
    start: [String; 2],
    /// The last request that sent the draft, with the draft's texts and rights then.
    sent: Option<(Ticket, [String; 3], Grants)>,
    /// The destination of the new secret, if one was chosen.
    destination: Option<Destination>,
}

impl NewTokenForm {
    /// An empty form.
    #[must_use]
    pub fn empty() -> Self {
        Self::with(Origin::New, Kind::Basic, "", "", Grants::default(), EMPTY)
    }

    /// A draft with the token's rights and description, named `…-copy`.
    #[must_use]
    pub fn clone_of(token: &ApiToken) -> Self {
        let name = format!("{}-copy", token.name.raw());
        let label = token.name.to_string();
        let origin = Origin::Clone(token.name.clone());
        let (description, grants) = (token.description.raw(), token.grants.clone());
        Self::with(origin, token.kind(), &name, description, grants, &label).like(token)
    }

    /// A draft that replaces a token. It is basic if a basic token can have the same rights.
    #[must_use]
    pub fn replacing(token: &ApiToken) -> Self {
        Self::replacing_as(token.kind(), token)
    }

    fn replacing_as(kind: Kind, token: &ApiToken) -> Self {
        let label = token.name.to_string();
        let origin = Origin::Replace(Box::new(token.clone()));
        let (name, description) = (token.name.raw(), token.description.raw());
        let mut form =
            Self::with(origin, kind, name, description, token.grants.clone(), &label).like(token);
        form.form.focus(Field::Rights);
        form
    }

    /// Leaves the expiry empty if that of the original cannot be read: the default may be
    /// much later than what was chosen for it.
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
        // Both kinds are compared with the rights of the same token.
        let base = Base { label: label.to_owned(), grants: grants.clone() };
        let (basic, advanced) = match kind {
            Kind::Basic => (grants, Grants::default()),
            Kind::Advanced => (Grants::default(), grants),
        };
        let kinds = ["Basic: send events", "Advanced: set rights"];
        // The type comes first, since the parts below depend on it, and most drafts keep it:
        // the form begins at the name, and the datasets are next.
        let form = Form::new([
            Part::choice(Field::Kind, "Permissions", kinds, usize::from(kind == Kind::Advanced)),
            Part::text(Field::Name, "Name", name).wide(WIDTH),
            Part::own(Field::Rights, if kind == Kind::Basic { "Datasets" } else { "Rights" }),
            Part::text(Field::Expiry, "Expires", DEFAULT_EXPIRY)
                .wide(LENGTH)
                .proposing(lifetime::next_choice),
            Part::text(Field::Description, "Description", description).wide(WIDTH),
            Part::button(Field::Review, "Review"),
        ])
        .on(Field::Name);
        Self {
            origin,
            form,
            is_filtering: false,
            basic: Matrix::new(Kind::Basic, base.clone(), basic),
            advanced: Matrix::new(Kind::Advanced, base, advanced),
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

    /// Records that this request sends the current draft.
    fn is_sent_by(&mut self, ticket: Ticket) {
        self.sent = Some((ticket, self.texts(), self.matrix().grants().clone()));
    }

    /// Whether this request was the last to send the draft.
    fn was_sent_by(&self, ticket: Ticket) -> bool {
        self.sent.as_ref().is_some_and(|(sent, ..)| *sent == ticket)
    }

    /// Whether the draft differs from what was last sent.
    fn was_changed_since(&self) -> bool {
        let unchanged = |(_, texts, grants): &(Ticket, [String; 3], Grants)| {
            *texts == self.texts() && grants == self.matrix().grants()
        };
        !self.sent.as_ref().is_some_and(unchanged)
    }

    /// The kind of token that is chosen in the form.
    #[must_use]
    pub fn kind(&self) -> Kind {
        if self.form.chosen(Field::Kind) == 0 { Kind::Basic } else { Kind::Advanced }
    }

    /// Whether the list of datasets has the focus. Typing filters it.
    #[must_use]
    pub fn is_on_list(&self) -> bool {
        !self.in_matrix && self.kind() == Kind::Basic && self.form.is_on(Field::Rights)
    }

    /// The rights that are being edited.
    #[must_use]
    pub fn matrix(&self) -> &Matrix {
        match self.kind() {
            Kind::Basic => &self.basic,
            Kind::Advanced => &self.advanced,
        }
    }

    /// The rights that are being edited, to change them.
    pub fn matrix_mut(&mut self) -> &mut Matrix {
        match self.kind() {
            Kind::Basic => &mut self.basic,
            Kind::Advanced => &mut self.advanced,
        }
    }

    /// The error of each field, in Tab order.
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
            (Field::Rights, rights),
            (Field::Expiry, expiry.map(|why| why.to_string())),
            (Field::Description, description.map(|why| why.to_string())),
        ]
    }

    /// The first field with an error, and the error.
    fn first_wrong(&self, now: Timestamp) -> Option<(Field, String)> {
        self.wrong(now).into_iter().find_map(|(field, why)| Some((field, why?)))
    }

    /// The token that the form describes; `None` if a field has an error.
    #[must_use]
    pub fn draft(&self, now: Timestamp) -> Option<NewToken> {
        if self.first_wrong(now).is_none() { self.unfinished(now) } else { None }
    }

    /// The draft so far, to show its request before the form is complete. `None` if the
    /// expiry is invalid: a request without one would create a token that never expires.
    #[must_use]
    pub fn unfinished(&self, now: Timestamp) -> Option<NewToken> {
        Some(NewToken {
            name: self.form.text(Field::Name).trim().to_owned(),
            description: self.form.text(Field::Description).trim().to_owned(),
            expiry: self.expiry(now)?,
            grants: self.matrix().grants().clone(),
        })
    }

    /// The expiry, if the text in its field is valid.
    #[must_use]
    pub fn expiry(&self, now: Timestamp) -> Option<Expiry> {
        Expiry::parse(self.form.text(Field::Expiry), now).ok()
    }

    /// What the organisation's rules have against the draft so far. Until there is a name, its
    /// texts are not checked; an expiry that cannot be parsed has an error of its own.
    #[must_use]
    pub fn objections(&self, policies: &Policies, now: Timestamp) -> Vec<Finding> {
        let name = self.form.text(Field::Name).trim();
        let draft = Subject {
            name,
            description: self.form.text(Field::Description).trim(),
            expiry: self.expiry(now).unwrap_or(Expiry::At(now)).into(),
            grants: self.matrix().grants(),
        };
        let mut all = policies.objections(&draft, now);
        let about_texts = [Rule::Name.code(), Rule::Description.code()];
        all.retain(|f| !name.is_empty() || !about_texts.contains(&f.code));
        all
    }

    /// All findings about the draft so far.
    #[must_use]
    pub fn findings(&self, policies: &Policies, now: Timestamp) -> Vec<Finding> {
        self.matrix().findings(self.objections(policies, now), self.expiry(now), now)
    }

    /// Whether a row of the basic list is chosen.
    #[must_use]
    pub fn is_chosen(&self, row: &MatrixRow) -> bool {
        self.basic.grants().get(&row.target(Scope::Dataset)).is_some_and(|r| !r.is_empty())
    }

    /// Shows the error of each field. Until Review is pressed, an empty field has none.
    fn complain(&mut self, now: Timestamp) {
        for (field, why) in self.wrong(now) {
            let is_empty = match field {
                Field::Name => self.form.text(field).is_empty(),
                field => field == Field::Rights,
            };
            self.form.complain(field, why.filter(|_| self.tried || !is_empty));
        }
    }

    /// Updates the form after the choice of basic or advanced. The chosen datasets are
    /// copied into the matrix if that is still empty.
    fn take_along(&mut self) {
        let is_basic = self.kind() == Kind::Basic;
        self.form.rename(Field::Rights, if is_basic { "Datasets" } else { "Rights" });
        if !is_basic && self.advanced.grants().is_empty() {
            let plan =
                self.advanced.plan_to(self.basic.grants(), "copy from the basic token".into());
            self.advanced.apply(plan);
            self.advanced.set_names(Scope::Dataset, None);
        }
    }

    /// Updates the rows to the datasets and views that are known now; the cursor stays on
    /// its row.
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

/// The action that shows the matrix of a scope.
#[must_use]
pub const fn shows(scope: Scope) -> Action {
    match scope {
        Scope::Dataset => Action::Datasets,
        Scope::View => Action::Views,
        Scope::Org => Action::Organisation,
    }
}
