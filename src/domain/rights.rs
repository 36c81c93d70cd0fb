//! The rights on one dataset or view, or for the organisation.
//!
//! Known rights are one 64-bit word with four bits for each capability. Anything else
//! that the server sends is kept unchanged beside it.

use super::{
    capability::{Capability, Scope, Verb, Verbs},
    safe_text::SafeText,
};

const BITS_PER_CAPABILITY: u32 = 4;

/// A set of (capability, verb) pairs within one scope.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rights {
    bits: u64,
    #[expect(clippy::box_collection, reason = "rarely there; a thin pointer halves the row")]
    unknown: Option<Box<Vec<Unknown>>>,
}

/// A right that this version does not know, as the server sent it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// A capability that is not in the table.
    Capability {
        /// Its JSON name.
        name: SafeText,
        /// Its value as JSON text.
        json: SafeText,
    },
    /// A value in a known capability's list that is none of its verbs.
    Verb {
        /// The capability.
        capability: &'static Capability,
        /// The value as JSON text.
        json: SafeText,
    },
}

/// A verb that a capability does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: only {} can be granted", .capability.label, verb_names(.capability.verbs))]
pub struct Impossible {
    /// The capability; the message lists its verbs.
    pub capability: &'static Capability,
}

fn verb_names(verbs: Verbs) -> String {
    verbs.iter().map(Verb::wire).collect::<Vec<_>>().join(", ")
}

fn shift(capability: &Capability) -> u32 {
    u32::from(capability.index) * BITS_PER_CAPABILITY
}

impl Rights {
    /// Every right in a scope.
    #[must_use]
    pub fn full(scope: Scope) -> Self {
        let mut rights = Self::default();
        for c in scope.capabilities() {
            rights.put(c, c.verbs);
        }
        rights
    }

    /// The verbs granted for a capability.
    #[must_use]
    pub fn verbs(&self, capability: &Capability) -> Verbs {
        #[expect(clippy::cast_possible_truncation, reason = "four bits are wanted")]
        Verbs::from_bits((self.bits >> shift(capability)) as u8)
    }

    /// Whether this verb is granted for the capability.
    #[must_use]
    pub fn has(&self, capability: &Capability, verb: Verb) -> bool {
        self.verbs(capability).has(verb)
    }

    /// Sets the verbs granted for a capability.
    ///
    /// # Errors
    /// When the capability does not have one of the verbs; then nothing changes.
    pub fn set(&mut self, capability: &'static Capability, verbs: Verbs) -> Result<(), Impossible> {
        if !verbs.minus(capability.verbs).is_empty() {
            return Err(Impossible { capability });
        }
        self.put(capability, verbs);
        Ok(())
    }

    /// Toggles one verb, and returns whether it is granted now.
    ///
    /// # Errors
    /// When the capability does not have this verb; then nothing changes.
    pub fn toggle(
        &mut self,
        capability: &'static Capability,
        verb: Verb,
    ) -> Result<bool, Impossible> {
        self.set(capability, self.verbs(capability).toggled(verb))?;
        Ok(self.has(capability, verb))
    }

    fn put(&mut self, capability: &Capability, verbs: Verbs) {
        self.bits &= !(0b1111 << shift(capability));
        self.bits |= u64::from(verbs.bits()) << shift(capability);
    }

    /// The known rights of both, and the unknown ones of `self` only.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self { bits: self.bits | other.bits, unknown: self.unknown.clone() }
    }

    /// The known rights that both grant.
    #[must_use]
    pub const fn both(&self, other: &Self) -> Self {
        Self { bits: self.bits & other.bits, unknown: None }
    }

    /// The known rights that `other` does not grant.
    #[must_use]
    pub const fn minus(&self, other: &Self) -> Self {
        Self { bits: self.bits & !other.bits, unknown: None }
    }

    /// Adds everything that `other` grants, known or unknown.
    pub fn add_all(&mut self, other: &Self) {
        self.bits |= other.bits;
        for unknown in other.unknown() {
            self.keep_unknown(unknown.clone());
        }
    }

    /// Whether nothing is granted, known or unknown.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bits == 0 && self.unknown.is_none()
    }

    /// The number of known (capability, verb) pairs granted.
    #[must_use]
    pub const fn count(&self) -> u32 {
        self.bits.count_ones()
    }

    /// The known rights as one word, for comparing and grouping.
    #[must_use]
    pub const fn bits(&self) -> u64 {
        self.bits
    }

    /// A copy without the unknown rights.
    #[must_use]
    pub const fn known(&self) -> Self {
        Self { bits: self.bits, unknown: None }
    }

    /// The rights that this version does not know.
    #[must_use]
    pub fn unknown(&self) -> &[Unknown] {
        self.unknown.as_deref().map_or(&[], Vec::as_slice)
    }

    /// Adds an unknown right, unless it is already there.
    pub fn keep_unknown(&mut self, unknown: Unknown) {
        let kept = self.unknown.get_or_insert_default();
        if !kept.contains(&unknown) {
            kept.push(unknown);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_capability() -> impl Strategy<Value = &'static Capability> {
        let all: Vec<_> = Scope::ALL.iter().flat_map(|s| s.capabilities()).collect();
        proptest::sample::select(all)
    }

    #[test]
    fn an_impossible_verb_changes_nothing_and_says_so() {
        let query = Scope::Dataset.capability("query").unwrap();
        let mut rights = Rights::default();
        let error = rights.toggle(query, Verb::Delete).unwrap_err();
        assert_eq!(error.to_string(), "Query: only read can be granted");
        assert!(rights.is_empty());
    }

    #[test]
    fn full_rights_are_what_the_table_allows() {
        assert_eq!(Rights::full(Scope::Dataset).count(), 16);
        assert_eq!(Rights::full(Scope::View).count(), 4);
        assert_eq!(Rights::full(Scope::Org).count(), 53);
    }

    proptest! {
        #[test]
        fn toggling_twice_restores_the_rights(c in any_capability(), v in 0..4usize, bits in 0..16u8) {
            let mut rights = Rights::default();
            let start = Verbs::from_bits(bits & c.verbs.bits());
            rights.set(c, start).unwrap();
            let before = rights.clone();
            let verb = Verb::ALL[v];
            let first = rights.toggle(c, verb);
            prop_assert_eq!(first.is_ok(), c.verbs.has(verb));
            let _ = rights.toggle(c, verb);
            prop_assert_eq!(rights, before);
        }

        #[test]
        fn capabilities_are_independent(a in any_capability(), b in any_capability()) {
            prop_assume!(a.scope == b.scope && a != b);
            let mut rights = Rights::default();
            rights.set(a, a.verbs).unwrap();
            rights.set(b, b.verbs).unwrap();
            rights.set(a, Verbs::NONE).unwrap();
            prop_assert_eq!(rights.verbs(a), Verbs::NONE);
            prop_assert_eq!(rights.verbs(b), b.verbs);
        }
    }
}
