//! Everything that a token may do: rights by dataset, by view, and for the organisation.

use std::cmp::Ordering;

use super::{
    capability::{Capability, Scope, Verb, Verbs},
    rights::{Impossible, Rights},
    safe_text::SafeText,
};

/// The name for every dataset or view, including future ones. Stored as a row of its
/// own; its rights add to those of the named rows (inferred, no source says how they
/// combine).
pub const WILDCARD: &str = "*";

/// What a row of rights applies to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Target {
    /// The dataset of this name, or every dataset (`*`).
    Dataset(SafeText),
    /// The view of this name, or every view (`*`).
    View(SafeText),
    /// The organisation.
    Org,
}

impl Target {
    /// The scope whose capabilities apply.
    #[must_use]
    pub const fn scope(&self) -> Scope {
        match self {
            Self::Dataset(_) => Scope::Dataset,
            Self::View(_) => Scope::View,
            Self::Org => Scope::Org,
        }
    }

    /// The name of the dataset or view; `None` for the organisation.
    #[must_use]
    pub const fn name(&self) -> Option<&SafeText> {
        match self {
            Self::Dataset(name) | Self::View(name) => Some(name),
            Self::Org => None,
        }
    }

    /// The target with this name; `None` for the organisation, which has no name.
    #[must_use]
    pub fn named(scope: Scope, name: SafeText) -> Option<Self> {
        match scope {
            Scope::Dataset => Some(Self::Dataset(name)),
            Scope::View => Some(Self::View(name)),
            Scope::Org => None,
        }
    }
}

/// Rights by dataset or view, sorted by name. Rows without rights are dropped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resources(Vec<(SafeText, Rights)>);

impl Resources {
    /// The rights of exactly this row, without those that `*` adds.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Rights> {
        let i = self.find(name).ok()?;
        self.0.get(i).map(|(_, rights)| rights)
    }

    /// Sets a row's rights; empty rights remove the row.
    pub fn put(&mut self, name: SafeText, rights: Rights) {
        match (self.find(name.raw()), rights.is_empty()) {
            (Ok(i), true) => drop(self.0.remove(i)),
            (Ok(i), false) => self.0[i].1 = rights,
            (Err(_), true) => {}
            (Err(i), false) => self.0.insert(i, (name, rights)),
        }
    }

    /// The rows, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&SafeText, &Rights)> {
        self.0.iter().map(|(name, rights)| (name, rights))
    }

    /// The number of rows; `*` counts as one.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no row.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The rights of the row `*`.
    #[must_use]
    pub fn wildcard(&self) -> Option<&Rights> {
        // Called for each row of a list; hardly any name sorts before `*`.
        let (name, rights) = self.0.iter().find(|(name, _)| name.raw() >= WILDCARD)?;
        (name.raw() == WILDCARD).then_some(rights)
    }

    /// The names of the rows that differ, in order.
    fn differing<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = &'a SafeText> {
        let (mut left, mut right) = (self.0.iter().peekable(), other.0.iter().peekable());
        std::iter::from_fn(move || {
            loop {
                let order = match (left.peek(), right.peek()) {
                    (None, None) => return None,
                    (Some(_), None) => Ordering::Less,
                    (None, Some(_)) => Ordering::Greater,
                    (Some((a, _)), Some((b, _))) => a.cmp(b),
                };
                match order {
                    Ordering::Less => return left.next().map(|(name, _)| name),
                    Ordering::Greater => return right.next().map(|(name, _)| name),
                    Ordering::Equal => {
                        let (a, b) = (left.next(), right.next());
                        if a != b {
                            return a.map(|(name, _)| name);
                        }
                    }
                }
            }
        })
    }

    /// Adds rows in any order; rows with the same name are merged. Empties `rows` but
    /// keeps its capacity, so that a caller can reuse it for thousands of tokens.
    pub fn add(&mut self, rows: &mut Vec<(SafeText, Rights)>) {
        rows.append(&mut self.0);
        rows.retain(|(_, rights)| !rights.is_empty());
        rows.sort_by(|a, b| a.0.cmp(&b.0));
        rows.dedup_by(|later, earlier| {
            let same = later.0 == earlier.0;
            if same {
                earlier.1.add_all(&later.1);
            }
            same
        });
        self.0.reserve_exact(rows.len());
        self.0.append(rows);
    }

    fn find(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(n, _)| n.raw().cmp(name))
    }
}

impl FromIterator<(SafeText, Rights)> for Resources {
    fn from_iter<I: IntoIterator<Item = (SafeText, Rights)>>(rows: I) -> Self {
        let mut all = Self::default();
        all.add(&mut rows.into_iter().collect());
        all
    }
}

/// A `…Capabilities` member of a token that is none of the three known scopes. Kept
/// unchanged, so that a copy of the token has it too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownScope {
    /// The member's name.
    pub name: SafeText,
    /// The member's value as JSON text.
    pub json: SafeText,
}

/// Everything that a token may do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grants {
    /// Rights on datasets.
    pub datasets: Resources,
    /// Rights on views.
    pub views: Resources,
    /// Rights for the whole organisation.
    pub org: Rights,
    /// Scopes that this version does not know.
    pub unknown: Vec<UnknownScope>,
}

/// One capability of one row that differs between two grants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The row.
    pub target: Target,
    /// The capability that differs.
    pub capability: &'static Capability,
    /// Verbs that only the new grants have.
    pub added: Verbs,
    /// Verbs that only the old grants have.
    pub removed: Verbs,
}

impl Grants {
    /// The row's own rights, without those that `*` adds.
    #[must_use]
    pub fn get(&self, target: &Target) -> Option<&Rights> {
        match target {
            Target::Dataset(name) => self.datasets.get(name.raw()),
            Target::View(name) => self.views.get(name.raw()),
            Target::Org => Some(&self.org),
        }
    }

    /// Sets the rights of a whole row.
    pub fn put(&mut self, target: &Target, rights: Rights) {
        match target {
            Target::Dataset(name) => self.datasets.put(name.clone(), rights),
            Target::View(name) => self.views.put(name.clone(), rights),
            Target::Org => self.org = rights,
        }
    }

    /// The row's own verbs for a capability, without those that `*` adds.
    #[must_use]
    pub fn verbs(&self, target: &Target, capability: &Capability) -> Verbs {
        self.get(target).map_or(Verbs::NONE, |r| r.verbs(capability))
    }

    /// Sets the row's verbs for a capability.
    ///
    /// # Errors
    /// When the capability does not have one of the verbs; then nothing changes.
    pub fn set(
        &mut self,
        target: &Target,
        capability: &'static Capability,
        verbs: Verbs,
    ) -> Result<(), Impossible> {
        let mut rights = self.get(target).cloned().unwrap_or_default();
        rights.set(capability, verbs)?;
        self.put(target, rights);
        Ok(())
    }

    /// Toggles one verb of a row, and returns whether it is granted now.
    ///
    /// # Errors
    /// When the capability does not have this verb; then nothing changes.
    pub fn toggle(
        &mut self,
        target: &Target,
        capability: &'static Capability,
        verb: Verb,
    ) -> Result<bool, Impossible> {
        let verbs = self.verbs(target, capability).toggled(verb);
        self.set(target, capability, verbs)?;
        Ok(verbs.has(verb))
    }

    /// Whether nothing is granted, known or unknown.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.datasets.is_empty()
            && self.views.is_empty()
            && self.org.is_empty()
            && self.unknown.is_empty()
    }

    /// Every row that grants something: datasets, views, then the organisation.
    pub fn rows(&self) -> impl Iterator<Item = (Target, &Rights)> {
        let datasets = self.datasets.iter().map(|(n, r)| (Target::Dataset(n.clone()), r));
        let views = self.views.iter().map(|(n, r)| (Target::View(n.clone()), r));
        let org = (!self.org.is_empty()).then_some((Target::Org, &self.org));
        datasets.chain(views).chain(org)
    }

    /// The changes that turn `self` into `to`, row by row.
    #[must_use]
    pub fn difference(&self, to: &Self) -> Vec<Change> {
        let datasets = self.datasets.differing(&to.datasets).cloned().map(Target::Dataset);
        let views = self.views.differing(&to.views).cloned().map(Target::View);
        let org = (self.org != to.org).then_some(Target::Org);
        let mut changes = Vec::new();
        for target in datasets.chain(views).chain(org) {
            for capability in target.scope().capabilities() {
                let old = self.verbs(&target, capability);
                let new = to.verbs(&target, capability);
                if old != new {
                    changes.push(Change {
                        target: target.clone(),
                        capability,
                        added: new.minus(old),
                        removed: old.minus(new),
                    });
                }
            }
        }
        changes
    }

    /// How many rows differ between the two.
    #[must_use]
    pub fn changed_rows(&self, to: &Self) -> usize {
        self.datasets.differing(&to.datasets).count()
            + self.views.differing(&to.views).count()
            + usize::from(self.org != to.org)
    }

    /// Whether some of it is unknown to this version.
    #[must_use]
    pub fn has_unknown(&self) -> bool {
        !self.unknown.is_empty() || self.rows().any(|(_, r)| !r.unknown().is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dataset(name: &str) -> Target {
        Target::Dataset(name.into())
    }

    #[test]
    fn a_row_without_rights_is_not_kept() {
        let query = Scope::Dataset.capability("query").unwrap();
        let mut grants = Grants::default();
        assert!(grants.toggle(&dataset("a"), query, Verb::Read).unwrap());
        assert_eq!(grants.datasets.len(), 1);
        assert!(!grants.toggle(&dataset("a"), query, Verb::Read).unwrap());
        assert_eq!(grants, Grants::default());
    }

    #[test]
    fn an_impossible_verb_adds_no_row() {
        let ingest = Scope::Dataset.capability("ingest").unwrap();
        let mut grants = Grants::default();
        assert!(grants.toggle(&dataset("a"), ingest, Verb::Read).is_err());
        assert!(grants.is_empty());
    }

    #[test]
    fn the_difference_names_additions_and_removals() {
        let query = Scope::Dataset.capability("query").unwrap();
        let saved = Scope::Dataset.capability("starredQueries").unwrap();
        let users = Scope::Org.capability("users").unwrap();
        let mut old = Grants::default();
        old.set(&dataset("a"), query, Verbs::R).unwrap();
        old.set(&dataset("b"), saved, Verbs::C.union(Verbs::R)).unwrap();
        let mut new = old.clone();
        new.set(&dataset("a"), query, Verbs::NONE).unwrap();
        new.set(&dataset("b"), saved, Verbs::R.union(Verbs::D)).unwrap();
        new.set(&Target::Org, users, Verbs::R).unwrap();
        let change =
            |target, capability, added, removed| Change { target, capability, added, removed };
        assert_eq!(
            old.difference(&new),
            [
                change(dataset("a"), query, Verbs::NONE, Verbs::R),
                change(dataset("b"), saved, Verbs::D, Verbs::C),
                change(Target::Org, users, Verbs::R, Verbs::NONE),
            ]
        );
        assert!(new.difference(&new).is_empty());
    }
}
