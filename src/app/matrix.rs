//! The permission matrix: the rights of a draft, and all ways to change them. A basic
//! token has a matrix with one column.
//!
//! `rows` has the visible rows, the cursor and the selection; `edit` has the changes that
//! keys make; `plan` describes a change before it is applied, so that it can be
//! confirmed, undone and repeated; `command` has the command line.

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
pub use plan::{ExpiryChange, Plan, Risk, RowChange};
pub use rows::{Mark, MatrixRow, Part};

/// The rights that a draft is compared with: those of the token that it was made from, or
/// none. Presets do not change it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    /// The name of the token, or what else the draft was made from.
    pub label: String,
    /// Its rights.
    pub grants: Grants,
}

/// The summary of the rights.
#[derive(Clone, Debug)]
struct Summary {
    phrases: Vec<String>,
    findings: Vec<Finding>,
    /// The number of rows that differ from the base.
    changed: usize,
}

/// The rights of a draft, being edited.
#[derive(Clone, Debug)]
pub struct Matrix {
    grants: Grants,
    /// The summary, cached until the rights change: every frame shows it, and there can be
    /// thousands of rows.
    summary: OnceCell<Summary>,
    /// The rights when the form was opened.
    start: Grants,
    kind: Kind,
    /// The part that is being edited.
    pub part: Scope,
    parts: [Part; 3],
    base: Base,
    /// The rights of a copied row, and the part it was copied from.
    clipboard: Option<(Scope, Rights)>,
    last: Option<Edit>,
    done: Vec<Plan>,
    undone: Vec<Plan>,
    /// The risks that the user has accepted for this draft.
    accepted: Vec<Risk>,
    /// The row that the server's refusal names, and the server's message.
    pub refusal: Option<(Target, SafeText)>,
}

impl Matrix {
    /// A matrix with these rights, to be compared with `base`. A basic one has the ingest
    /// column only.
    #[must_use]
    pub fn new(kind: Kind, base: Base, grants: Grants) -> Self {
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
            accepted: Vec::new(),
            refusal: None,
        };
        for scope in Scope::ALL {
            matrix.set_names(scope, None);
        }
        matrix
    }

    /// The rights of the draft.
    #[must_use]
    pub const fn grants(&self) -> &Grants {
        &self.grants
    }

    /// The rights that the draft is compared with.
    #[must_use]
    pub const fn base(&self) -> &Base {
        &self.base
    }

    /// What the rights allow, in phrases.
    #[must_use]
    pub fn phrases(&self) -> &[String] {
        &self.summary().phrases
    }

    /// The findings about the draft; `of_policy` are those of the policy. `None` is an expiry
    /// that cannot be parsed; then there is no other finding about the token's lifetime.
    #[must_use]
    pub fn findings(
        &self,
        of_policy: Vec<Finding>,
        expiry: Option<Expiry>,
        now: Timestamp,
    ) -> Vec<Finding> {
        let all = self.summary().findings.clone();
        match expiry {
            Some(expiry) => review::with_expiry(all, of_policy, &expiry.into(), now),
            None => of_policy.into_iter().chain(all).collect(),
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

    /// Whether the rights have changed since the form was opened.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.grants != self.start
    }

    /// The columns of a part. The organisation part has none: its capabilities are its rows.
    #[must_use]
    pub fn columns(&self, scope: Scope) -> &'static [Capability] {
        match (scope, self.kind) {
            (Scope::Org, _) => &[],
            (scope, Kind::Advanced) => scope.capabilities(),
            // Ingest is the first capability of the table.
            (scope, Kind::Basic) => scope.capabilities().get(..1).unwrap_or(&[]),
        }
    }

    /// The verbs that a row itself grants for a capability, and those that `*` adds.
    #[must_use]
    pub fn verbs(&self, target: &Target, capability: &Capability) -> (Verbs, Verbs) {
        let own = self.grants.verbs(target, capability);
        (own, self.inherited(target, capability))
    }

    /// The verbs that a row other than `*` gets from `*`.
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

    /// The differences between the draft and its base.
    #[must_use]
    pub fn difference(&self) -> Vec<crate::domain::Change> {
        self.base.grants.difference(&self.grants)
    }

    /// The part for a scope.
    #[must_use]
    pub const fn part_of(&self, scope: Scope) -> &Part {
        &self.parts[scope as usize]
    }

    /// The part for a scope, for changes.
    pub const fn part_of_mut(&mut self, scope: Scope) -> &mut Part {
        &mut self.parts[scope as usize]
    }

    /// The part that is being edited.
    #[must_use]
    pub const fn here(&self) -> &Part {
        self.part_of(self.part)
    }

    /// The part that is being edited, for changes.
    pub const fn here_mut(&mut self) -> &mut Part {
        self.part_of_mut(self.part)
    }

    /// The list of the part that is being edited.
    pub const fn list_mut(&mut self) -> &mut List {
        &mut self.here_mut().list
    }

    /// The filter of the part that is being edited.
    pub const fn filter_mut(&mut self) -> &mut Field {
        &mut self.here_mut().filter
    }

    /// Sets the names that the server lists for a scope. There is a row for each of them,
    /// for each name with rights, and for each name typed by hand.
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

    /// Adds a row for a name that the server does not list, and puts the cursor on it.
    pub fn add_name(&mut self, name: SafeText) {
        self.here_mut().add_name(name);
    }

    /// Applies the part's filter after it changed.
    pub fn filter_changed(&mut self) {
        let part = self.here_mut();
        part.list.cursor = part.update_rows().unwrap_or(0);
    }

    /// Removes the part's filter; the cursor stays on its row.
    pub fn clear_filter(&mut self) {
        self.here_mut().clear_filter();
    }

    /// The number of rows that differ from the base.
    #[must_use]
    pub fn changed_rows(&self) -> usize {
        self.summary().changed
    }

    /// Highlights the row that the server's refusal names, if it names one.
    pub fn refused(&mut self, message: &SafeText) {
        let text = message.shown();
        let named = |(target, _): &(Target, &Rights)| match target {
            Target::Dataset(name) | Target::View(name) => text.contains(name.shown()),
            Target::Org => text.contains(Scope::Org.wire()),
        };
        // Use the longest matching name: a message about `prod-api` also contains `prod`.
        let found = self.grants.rows().filter(named).max_by_key(|(t, _)| match t {
            Target::Dataset(name) | Target::View(name) => name.shown().len(),
            Target::Org => 0,
        });
        self.refusal = found.map(|(target, _)| (target, message.clone()));
    }
}
