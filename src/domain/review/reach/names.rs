//! Look-up of datasets and views by name.

use super::{Reach, Scope};

impl Reach {
    /// The position of the dataset or view with this raw name, or else with this shown
    /// name.
    #[must_use]
    pub fn find(&self, scope: Scope, name: &str) -> Option<usize> {
        let rows = &self.side(scope)?.rows;
        let exactly = rows.iter().position(|row| row.name.raw() == name);
        exactly.or_else(|| rows.iter().position(|row| row.name.shown() == name))
    }

    /// The shown names of all datasets or views.
    pub fn names(&self, scope: Scope) -> impl Iterator<Item = &str> {
        self.side(scope).into_iter().flat_map(|side| side.rows.iter().map(|row| row.name.shown()))
    }
}
