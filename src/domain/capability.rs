//! The table of scopes, capabilities and the verbs that each allows.
//!
//! This is the only place that knows them. Columns, impossible cells, JSON in
//! both directions, form validation, the simulator's checks and the words of a
//! summary all read this table. Source: the published API description
//! (`datasetCapabilities`, `viewCapabilities`, `orgCapabilities`).

use std::fmt;

/// What a group of capabilities applies to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// One dataset, or all of them (`*`).
    Dataset,
    /// One view.
    View,
    /// The whole organisation.
    Org,
}

impl Scope {
    /// Every scope, in the order in which screens show them.
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

    /// The capability with this wire name, if the table knows it.
    #[must_use]
    pub fn capability(self, wire: &str) -> Option<&'static Capability> {
        self.capabilities().iter().find(|c| c.wire == wire)
    }

    /// The JSON member of a token that holds this scope.
    #[must_use]
    pub const fn wire(self) -> &'static str {
        match self {
            Self::Dataset => "datasetCapabilities",
            Self::View => "viewCapabilities",
            Self::Org => "orgCapabilities",
        }
    }

    /// The heading that screens use.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Dataset => "Datasets",
            Self::View => "Views",
            Self::Org => "Organisation",
        }
    }
}

/// What may be done with a capability. The API calls these "actions"; here an
/// `Action` is something that the user asks of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verb {
    Create,
    Read,
    Update,
    Delete,
}

impl Verb {
    /// In the positional order `crud`.
    pub const ALL: [Self; 4] = [Self::Create, Self::Read, Self::Update, Self::Delete];

    /// The API's word.
    #[must_use]
    pub const fn wire(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Read => "read",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }

    /// The letter in a positional `crud` cell.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Self::Create => 'c',
            Self::Read => 'r',
            Self::Update => 'u',
            Self::Delete => 'd',
        }
    }

    /// The verb with this wire name.
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
    pub const NONE: Self = Self(0);
    pub const C: Self = Self(Verb::Create.bit());
    pub const R: Self = Self(Verb::Read.bit());
    pub const U: Self = Self(Verb::Update.bit());
    pub const D: Self = Self(Verb::Delete.bit());
    pub const ALL: Self = Self(0b1111);

    /// From the low four bits, in the order of [`Verb::ALL`].
    #[must_use]
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits & 0b1111)
    }

    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    #[must_use]
    pub const fn len(self) -> u32 {
        self.0.count_ones()
    }

    #[must_use]
    pub const fn has(self, verb: Verb) -> bool {
        self.0 & verb.bit() != 0
    }

    #[must_use]
    pub const fn with(self, verb: Verb) -> Self {
        Self(self.0 | verb.bit())
    }

    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What is in `self` and not in `other`.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    #[must_use]
    pub const fn toggled(self, verb: Verb) -> Self {
        Self(self.0 ^ verb.bit())
    }

    /// The verbs of the set, in `crud` order.
    pub fn iter(self) -> impl Iterator<Item = Verb> {
        Verb::ALL.into_iter().filter(move |v| self.has(*v))
    }

    /// The letters, without gaps: `cr`.
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

/// One row of the table.
#[derive(Debug)]
pub struct Capability {
    pub scope: Scope,
    /// Position within its scope: column number and bit position.
    pub index: u8,
    /// The JSON member.
    pub wire: &'static str,
    /// The console's name for it.
    pub label: &'static str,
    /// A column heading of at most four letters.
    pub short: &'static str,
    /// What it is about, in one phrase, from the API description.
    pub about: &'static str,
    /// What having all its verbs means; a dataset's or view's name follows.
    pub full: &'static str,
    /// What single verbs apply to; a dataset's or view's name follows.
    pub noun: &'static str,
    /// The verbs that exist for it.
    pub verbs: Verbs,
}

impl Capability {
    /// `query:read`, the way the texts of the program name a right.
    #[must_use]
    pub fn right(&self, verb: Verb) -> String {
        format!("{}:{}", self.wire, verb.wire())
    }

    /// What these verbs allow, in words; for datasets and views a name follows.
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
    row(Dataset, 1, "query", "Query", "qry", "read events by query", "query", "query of", R),
    row(Dataset, 2, "starredQueries", "Saved queries", "strq", "saved queries of the dataset", "manage saved queries of", "saved queries of", CRUD),
    row(Dataset, 3, "virtualFields", "Virtual fields", "vfld", "virtual fields of the dataset", "manage virtual fields of", "virtual fields of", CRUD),
    row(Dataset, 4, "data", "Data management", "data", "delete the dataset's data", "delete data in", "data in", D),
    row(Dataset, 5, "trim", "Trim", "trim", "cut off old data", "trim", "trimming of", U),
    row(Dataset, 6, "vacuum", "Vacuum", "vac", "remove unused fields", "vacuum", "vacuuming of", U),
    row(Dataset, 7, "share", "Share", "shr", "share the dataset with other organisations", "share", "sharing of", CRD),
];

#[rustfmt::skip]
const VIEW: [Capability; 2] = [
    row(View, 0, "query", "Query", "qry", "read the view by query", "query", "query of", R),
    row(View, 1, "share", "Share", "shr", "share the view with other organisations", "share", "sharing of", CRD),
];

#[rustfmt::skip]
const ORG: [Capability; 15] = [
    row(Org, 0, "annotations", "Annotations", "anno", "annotations on charts", "manage annotations", "annotations", CRUD),
    row(Org, 1, "apiTokens", "API tokens", "tokn", "API tokens, and with them every right", "manage API tokens", "API tokens", CRUD),
    row(Org, 2, "auditLog", "Audit log", "audt", "the organisation's audit log", "read the audit log", "the audit log", R),
    row(Org, 3, "billing", "Billing", "bill", "plan and payment", "manage billing", "billing", RU),
    row(Org, 4, "dashboards", "Dashboards", "dash", "dashboards", "manage dashboards", "dashboards", CRUD),
    row(Org, 5, "datasets", "Datasets", "dset", "datasets themselves, not their data", "manage datasets", "datasets", CRUD),
    row(Org, 6, "endpoints", "Endpoints", "endp", "ingest endpoints", "manage endpoints", "endpoints", CRUD),
    row(Org, 7, "flows", "Flows", "flow", "flows", "manage flows", "flows", CRUD),
    row(Org, 8, "integrations", "Apps", "apps", "apps that are connected to the organisation", "manage apps", "apps", CRUD),
    row(Org, 9, "monitors", "Monitors", "mon", "monitors", "manage monitors", "monitors", CRUD),
    row(Org, 10, "notifiers", "Notifiers", "ntfy", "notifiers", "manage notifiers", "notifiers", CRUD),
    row(Org, 11, "rbac", "Access control", "rbac", "roles and groups, and with them every right", "manage access control", "access control", CRUD),
    row(Org, 12, "sharedAccessKeys", "Shared access keys", "keys", "keys for shared access", "manage shared access keys", "shared access keys", RU),
    row(Org, 13, "users", "Users", "user", "members of the organisation", "manage users", "users", CRUD),
    row(Org, 14, "views", "Views", "view", "views themselves", "manage views", "views", CRUD),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(scope: Scope) -> (usize, u32) {
        let table = scope.capabilities();
        (table.len(), table.iter().map(|c| c.verbs.len()).sum())
    }

    #[test]
    fn the_table_has_the_published_size() {
        assert_eq!(shape(Scope::Dataset), (8, 16));
        assert_eq!(shape(Scope::View), (2, 4));
        assert_eq!(shape(Scope::Org), (15, 53));
    }

    #[test]
    fn rows_know_their_own_place() {
        for scope in Scope::ALL {
            for (i, c) in scope.capabilities().iter().enumerate() {
                assert_eq!((c.scope, usize::from(c.index)), (scope, i), "{}", c.wire);
                assert!(c.short.len() <= 4, "{} does not fit its column", c.short);
                assert_eq!(scope.capability(c.wire), Some(c), "{} is there once", c.wire);
            }
        }
    }

    #[test]
    fn phrases_speak_of_whole_sets_and_of_parts() {
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
