//! The permission matrix: which rights a draft grants, and every way to change
//! them. Basic tokens use the same with one column.
//!
//! `rows` knows what is shown and where the cursor is, `edit` what a key does
//! to the cells it is about, `plan` what a change is before it is made (so that
//! it can be asked about, undone and repeated), `command` the command line.

pub mod command;
pub mod edit;
pub mod plan;
pub mod rows;

use std::cell::OnceCell;

use jiff::Timestamp;

use crate::{
    app::{field::Field, list::List},
    domain::{
        Capability, Expiry, Grants, Kind, Rights, SafeText, Scope, Target, Verbs,
        review::{self, Finding},
    },
};

pub use edit::Edit;
pub use plan::{Plan, Source};
pub use rows::{Mark, Part, MatrixRow};

/// What the draft is compared with: a preset, or the token it was made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    pub label: String,
    pub grants: Grants,
}

/// What is to be said of grants.
#[derive(Clone, Debug)]
struct Summary {
    phrases: Vec<String>,
    findings: Vec<Finding>,
    /// Rows that differ from the base.
    changed: usize,
}

/// The rights of a draft, being edited.
#[derive(Clone, Debug)]
pub struct Matrix {
    grants: Grants,
    /// What is to be said of them, until they change: each frame says it, and there
    /// can be a row for each of thousands of datasets.
    summary: OnceCell<Summary>,
    /// As they were when the form was opened.
    start: Grants,
    kind: Kind,
    /// Which part is being edited.
    pub part: Scope,
    parts: [Part; 3],
    base: Base,
    /// The rights of a row that was copied, and the part it is from.
    clipboard: Option<(Scope, Rights)>,
    last: Option<Edit>,
    done: Vec<Plan>,
    undone: Vec<Plan>,
    /// Granting to delete was asked about, and answered with yes.
    pub delete_confirmed: bool,
    /// What the server refused, and the row it named.
    pub refusal: Option<(Target, SafeText)>,
}

impl Matrix {
    /// A matrix over these rights. A basic one has the ingest column only.
    #[must_use]
    pub fn new(kind: Kind, label: &str, grants: Grants) -> Self {
        let base = Base { label: label.to_owned(), grants: grants.clone() };
        let mut matrix = Self {
            start: grants.clone(),
            grants,
            summary: OnceCell::new(),
            kind,
            part: Scope::Dataset,
            parts: Scope::ALL.map(Part::new),
            base,
            clipboard: None,
            last: None,
            done: Vec::new(),
            undone: Vec::new(),
            delete_confirmed: false,
            refusal: None,
        };
        for scope in Scope::ALL {
            matrix.set_names(scope, None);
        }
        matrix
    }

    #[must_use]
    pub const fn grants(&self) -> &Grants {
        &self.grants
    }

    #[must_use]
    pub const fn base(&self) -> &Base {
        &self.base
    }

    /// What they let a token do, phrase by phrase.
    #[must_use]
    pub fn phrases(&self) -> &[String] {
        &self.summary().phrases
    }

    /// What deserves a second look, with this expiry. Without one, because it is
    /// not understood, nothing is said about how long the token lives.
    #[must_use]
    pub fn findings(&self, expiry: Option<Expiry>, now: Timestamp) -> Vec<Finding> {
        let all = self.summary().findings.clone();
        match expiry {
            Some(expiry) => review::with_expiry(all, &expiry.into(), now),
            None => all,
        }
    }

    fn summary(&self) -> &Summary {
        self.summary.get_or_init(|| Summary {
            phrases: self.grants.phrases(),
            findings: review::about_grants(&self.grants),
            changed: self.base.grants.changed_rows(&self.grants),
        })
    }

    fn put(&mut self, target: &Target, rights: Rights) {
        self.grants.put(target, rights);
        self.summary.take();
    }

    /// Whether anything differs from the start.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.grants != self.start
    }

    /// The columns of a part. The organisation's capabilities are its rows, so
    /// it has none.
    #[must_use]
    pub fn columns(&self, scope: Scope) -> &'static [Capability] {
        match (scope, self.kind) {
            (Scope::Org, _) => &[],
            (scope, Kind::Advanced) => scope.capabilities(),
            // Ingest is the table's first.
            (scope, Kind::Basic) => scope.capabilities().get(..1).unwrap_or(&[]),
        }
    }

    /// What a row grants for a capability itself, and what `*` adds to it.
    #[must_use]
    pub fn verbs(&self, target: &Target, capability: &Capability) -> (Verbs, Verbs) {
        let own = self.grants.verbs(target, capability);
        (own, self.inherited(target, capability))
    }

    /// What `*` grants to a row that is not `*` itself.
    fn inherited(&self, target: &Target, capability: &Capability) -> Verbs {
        let (rows, name) = match target {
            Target::Dataset(name) => (&self.grants.datasets, name),
            Target::View(name) => (&self.grants.views, name),
            Target::Org => return Verbs::NONE,
        };
        if rows::is_wildcard(name) {
            return Verbs::NONE;
        }
        rows.wildcard().map_or(Verbs::NONE, |r| r.verbs(capability))
    }

    /// Everything that differs from the preset or token that it began with.
    #[must_use]
    pub fn difference(&self) -> Vec<crate::domain::Change> {
        self.base.grants.difference(&self.grants)
    }

    #[must_use]
    pub const fn part_of(&self, scope: Scope) -> &Part {
        &self.parts[scope as usize]
    }

    pub const fn part_of_mut(&mut self, scope: Scope) -> &mut Part {
        &mut self.parts[scope as usize]
    }

    /// The part that is being edited.
    #[must_use]
    pub const fn here(&self) -> &Part {
        self.part_of(self.part)
    }

    pub const fn here_mut(&mut self) -> &mut Part {
        self.part_of_mut(self.part)
    }

    pub const fn list_mut(&mut self) -> &mut List {
        &mut self.here_mut().list
    }

    pub const fn filter_mut(&mut self) -> &mut Field {
        &mut self.here_mut().filter
    }

    /// The names that the server lists for a scope: rows appear for them, for
    /// everything that is granted, and for what was typed by hand.
    pub fn set_names(&mut self, scope: Scope, listed: Option<Vec<SafeText>>) {
        let rows = match scope {
            Scope::Dataset => Some(&self.grants.datasets),
            Scope::View => Some(&self.grants.views),
            Scope::Org => None,
        };
        let granted: Vec<SafeText> =
            rows.map(|r| r.iter().map(|(n, _)| n.clone()).collect()).unwrap_or_default();
        self.parts[scope as usize].set_names(listed, &granted);
    }

    /// Adds a row for a name that is not listed, and puts the cursor on it.
    pub fn add_name(&mut self, name: SafeText) {
        self.here_mut().add_name(name);
    }

    /// Filters the part's rows anew.
    pub fn filter_changed(&mut self) {
        let part = self.here_mut();
        part.update_rows();
        part.list.cursor = usize::from(!part.filter.is_empty() && part.shown_len() > 1);
    }

    /// Rows that differ from the preset or token that it began with.
    #[must_use]
    pub fn changed_rows(&self) -> usize {
        self.summary().changed
    }

    /// Marks the row that a refusal names, if it names one.
    pub fn refused(&mut self, message: &SafeText) {
        let text = message.shown();
        let named = |(target, _): &(Target, &Rights)| match target {
            Target::Dataset(name) | Target::View(name) => text.contains(name.shown()),
            Target::Org => text.contains(Scope::Org.wire()),
        };
        // The longest name that fits: `prod` must not claim what is said of `prod-api`.
        let found = self.grants.rows().filter(named).max_by_key(|(t, _)| match t {
            Target::Dataset(name) | Target::View(name) => name.shown().len(),
            Target::Org => 0,
        });
        self.refusal = found.map(|(target, _)| (target, message.clone()));
    }
}
