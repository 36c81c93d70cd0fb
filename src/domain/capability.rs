//! The table of scopes, their capabilities, and the verbs that each capability has.
//!
//! Everything else reads this table: matrix columns and impossible cells, JSON in both
//! directions, form validation, the simulator's checks and summaries. Source: the
//! published API description (`datasetCapabilities`, `viewCapabilities`,
//! `orgCapabilities`).

use std::fmt;

use serde::Serialize;

/// What a group of capabilities applies to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// One dataset, or all of them (`*`).
    Dataset,
    /// One view, or all of them (`*`).
    View,
    /// The whole organisation.
    #[serde(rename = "organisation")]
    Org,
}

impl Scope {
    /// Every scope, in the order that screens show them.
    pub const ALL: [Self; 3] = [Self::Dataset, Self::View, Self::Org];

    /// The scope's capabilities, in column order.
    #[must_use]
    pub const fn capabilities(self) -> &'static [Capability] {
        match self {
            Self::Dataset => &DATASET,
            Self::View => &VIEW,
            Self::Org => &ORG,
        }
    }

    /// The capability with this JSON name, if it is in the table.
    #[must_use]
    pub fn capability(self, wire: &str) -> Option<&'static Capability> {
        self.capabilities().iter().find(|c| c.wire == wire)
    }

    /// The member of a token's JSON that holds this scope.
    #[must_use]
    pub const fn wire(self) -> &'static str {
        match self {
            Self::Dataset => "datasetCapabilities",
            Self::View => "viewCapabilities",
            Self::Org => "orgCapabilities",
        }
    }

    /// The heading on screens.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Dataset => "Datasets",
            Self::View => "Views",
            Self::Org => "Organisation",
        }
    }
}

/// What a right allows. The API calls these "actions".
// In this crate an `Action` is a command that a key runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Verb {
    /// Adding new things; for `ingest`, sending events.
    Create,
    /// Reading, listing and querying.
    Read,
    /// Changing what exists.
    Update,
    /// Removing what exists.
    Delete,
}

impl Verb {
    /// Every verb, in `crud` order.
    pub const ALL: [Self; 4] = [Self::Create, Self::Read, Self::Update, Self::Delete];

    /// The verb's name in the API's JSON.
    #[must_use]
    pub const fn wire(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Read => "read",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }

    /// The verb's letter in a `crud` cell.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Self::Create => 'c',
            Self::Read => 'r',
            Self::Update => 'u',
            Self::Delete => 'd',
        }
    }

    /// The verb with this JSON name.
    #[must_use]
    pub fn parse(wire: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|v| v.wire() == wire)
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// A set of verbs.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Verbs(u8);

impl Verbs {
    /// The empty set.
    pub const NONE: Self = Self(0);
    /// Only create.
    pub const C: Self = Self(Verb::Create.bit());
    /// Only read.
    pub const R: Self = Self(Verb::Read.bit());
    /// Only update.
    pub const U: Self = Self(Verb::Update.bit());
    /// Only delete.
    pub const D: Self = Self(Verb::Delete.bit());
    /// All four verbs.
    pub const ALL: Self = Self(0b1111);

    /// The set encoded in the low four bits, in the order of [`Verb::ALL`]; other bits are
    /// ignored.
    #[must_use]
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits & 0b1111)
    }

    /// The set as four bits; the inverse of [`Self::from_bits`].
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Whether the set has no verb.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The number of verbs, 0 to 4.
    #[must_use]
    pub const fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// Whether the set contains this verb.
    #[must_use]
    pub const fn has(self, verb: Verb) -> bool {
        self.0 & verb.bit() != 0
    }

    /// The set plus this verb.
    #[must_use]
    pub const fn with(self, verb: Verb) -> Self {
        Self(self.0 | verb.bit())
    }

    /// The verbs in either set.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The verbs in `self` that are not in `other`.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The set with this verb added if missing, or removed if present.
    #[must_use]
    pub const fn toggled(self, verb: Verb) -> Self {
        Self(self.0 ^ verb.bit())
    }

    /// The verbs, in `crud` order.
    pub fn iter(self) -> impl Iterator<Item = Verb> {
        Verb::ALL.into_iter().filter(move |v| self.has(*v))
    }

    /// The verbs' letters without gaps: `cr`.
    #[must_use]
    pub fn letters(self) -> String {
        self.iter().map(Verb::letter).collect()
    }
}

impl fmt::Debug for Verbs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Verbs({})", self.letters())
    }
}

impl FromIterator<Verb> for Verbs {
    fn from_iter<I: IntoIterator<Item = Verb>>(verbs: I) -> Self {
        verbs.into_iter().fold(Self::NONE, Self::with)
    }
}

/// A capability: one row of the table.
#[derive(Debug)]
pub struct Capability {
    /// The scope that it belongs to.
    pub scope: Scope,
    /// Position within its scope: its column number and its bit position in `Rights`.
    pub index: u8,
    /// The capability's name in JSON.
    pub wire: &'static str,
    /// The console's name for it.
    pub label: &'static str,
    /// A column heading of at most four letters.
    pub short: &'static str,
    /// What it covers, in one phrase, from the API description.
    pub about: &'static str,
    /// The phrase for all of its verbs; a dataset's or view's name follows.
    pub full: &'static str,
    /// The noun after single verbs; a dataset's or view's name follows.
    pub noun: &'static str,
    /// The verbs that the API accepts for it.
    pub verbs: Verbs,
}

impl Capability {
    /// A right's name in messages and files: `query:read`.
    #[must_use]
    pub fn right(&self, verb: Verb) -> String {
        format!("{}:{}", self.wire, verb.wire())
    }

    /// What these verbs allow: `manage users`. For datasets and views a name follows.
    #[must_use]
    pub fn phrase(&self, verbs: Verbs) -> String {
        if verbs == self.verbs {
            return self.full.to_owned();
        }
        let words: Vec<_> = verbs.iter().map(Verb::wire).collect();
        match words.split_last() {
            None => String::new(),
            Some((last, [])) => format!("{last} {}", self.noun),
            Some((last, rest)) => format!("{} and {last} {}", rest.join(", "), self.noun),
        }
    }
}

impl PartialEq for Capability {
    fn eq(&self, other: &Self) -> bool {
        self.scope == other.scope && self.index == other.index
    }
}

impl Eq for Capability {}

#[expect(clippy::too_many_arguments, reason = "one call is one row of the table")]
const fn row(
    scope: Scope,
    index: u8,
    wire: &'static str,
    label: &'static str,
    short: &'static str,
    about: &'static str,
    full: &'static str,
    noun: &'static str,
    verbs: Verbs,
) -> Capability {
    Capability { scope, index, wire, label, short, about, full, noun, verbs }
}

const CRUD: Verbs = Verbs::ALL;
const C: Verbs = Verbs::C;
const R: Verbs = Verbs::R;
const U: Verbs = Verbs::U;
const D: Verbs = Verbs::D;
const CRD: Verbs = C.union(R).union(D);
const RU: Verbs = R.union(U);

use Scope::{Dataset, Org, View};

#[rustfmt::skip]
const DATASET: [Capability; 8] = [
    row(Dataset, 0, "ingest", "Ingest", "ing", "send events to the dataset", "ingest into", "ingest of", C),
    row(Dataset, 1, "query", "Query", "qry", "query the dataset's events", "query", "query of", R),
    row(Dataset, 2, "starredQueries", "Saved queries", "strq", "saved queries of the dataset", "manage saved queries of", "saved queries of", CRUD),
    row(Dataset, 3, "virtualFields", "Virtual fields", "vfld", "virtual fields of the dataset", "manage virtual fields of", "virtual fields of", CRUD),
    row(Dataset, 4, "data", "Data management", "data", "delete the dataset's data", "delete data in", "data in", D),
    row(Dataset, 5, "trim", "Trim", "trim", "delete old data", "trim", "trimming of", U),
    row(Dataset, 6, "vacuum", "Vacuum", "vac", "remove unused fields", "vacuum", "vacuuming of", U),
    row(Dataset, 7, "share", "Share", "shr", "share the dataset with other organisations", "share", "sharing of", CRD),
];

#[rustfmt::skip]
const VIEW: [Capability; 2] = [
    row(View, 0, "query", "Query", "qry", "query the view", "query", "query of", R),
    row(View, 1, "share", "Share", "shr", "share the view with other organisations", "share", "sharing of", CRD),
];

#[rustfmt::skip]
const ORG: [Capability; 15] = [
    row(Org, 0, "annotations", "Annotations", "anno", "annotations on charts", "manage annotations", "annotations", CRUD),
    row(Org, 1, "apiTokens", "API tokens", "tokn", "API tokens, and through them every right", "manage API tokens", "API tokens", CRUD),
    row(Org, 2, "auditLog", "Audit log", "audt", "the organisation's audit log", "read the audit log", "the audit log", R),
    row(Org, 3, "billing", "Billing", "bill", "plan and payment", "manage billing", "billing", RU),
    row(Org, 4, "dashboards", "Dashboards", "dash", "dashboards", "manage dashboards", "dashboards", CRUD),
    row(Org, 5, "datasets", "Datasets", "dset", "the datasets themselves, not their data", "manage datasets", "datasets", CRUD),
    row(Org, 6, "endpoints", "Endpoints", "endp", "ingest endpoints", "manage endpoints", "endpoints", CRUD),
    row(Org, 7, "flows", "Flows", "flow", "flows", "manage flows", "flows", CRUD),
    row(Org, 8, "integrations", "Apps", "apps", "apps connected to the organisation", "manage apps", "apps", CRUD),
    row(Org, 9, "monitors", "Monitors", "mon", "monitors", "manage monitors", "monitors", CRUD),
    row(Org, 10, "notifiers", "Notifiers", "ntfy", "notifiers", "manage notifiers", "notifiers", CRUD),
    row(Org, 11, "rbac", "Access control", "rbac", "roles and groups, and through them every right", "manage access control", "access control", CRUD),
    row(Org, 12, "sharedAccessKeys", "Shared access keys", "keys", "keys for shared access", "manage shared access keys", "shared access keys", RU),
    row(Org, 13, "users", "Users", "user", "members of the organisation", "manage users", "users", CRUD),
    row(Org, 14, "views", "Views", "view", "the views themselves", "manage views", "views", CRUD),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(scope: Scope) -> (usize, u32) {
        let table = scope.capabilities();
        (table.len(), table.iter().map(|c| c.verbs.len()).sum())
    }

    #[test]
    fn the_table_has_the_documented_size() {
        assert_eq!(shape(Scope::Dataset), (8, 16));
        assert_eq!(shape(Scope::View), (2, 4));
        assert_eq!(shape(Scope::Org), (15, 53));
    }

    #[test]
    fn rows_know_their_scope_and_index() {
        for scope in Scope::ALL {
            for (i, c) in scope.capabilities().iter().enumerate() {
                assert_eq!((c.scope, usize::from(c.index)), (scope, i), "{}", c.wire);
                assert!(c.short.len() <= 4, "{} does not fit its column", c.short);
                assert_eq!(scope.capability(c.wire), Some(c), "{} is there once", c.wire);
            }
        }
    }

    #[test]
    fn phrases_describe_full_and_partial_sets() {
        let saved = Scope::Dataset.capability("starredQueries").unwrap();
        assert_eq!(saved.phrase(Verbs::ALL), "manage saved queries of");
        assert_eq!(saved.phrase(Verbs::R), "read saved queries of");
        assert_eq!(
            saved.phrase(Verbs::ALL.minus(Verbs::D)),
            "create, read and update saved queries of"
        );
        let ingest = Scope::Dataset.capability("ingest").unwrap();
        assert_eq!(ingest.phrase(Verbs::C), "ingest into");
    }
}
