//! Things by their names.

use super::{Reach, Scope};

impl Reach {
    /// The dataset or view that is called so, as it is or as it is shown.
    #[must_use]
    pub fn find(&self, scope: Scope, name: &str) -> Option<usize> {
        let rows = &self.side(scope)?.rows;
        let exactly = rows.iter().position(|row| row.name.raw() == name);
        exactly.or_else(|| rows.iter().position(|row| row.name.shown() == name))
    }

    /// Every dataset or view.
    pub fn names(&self, scope: Scope) -> impl Iterator<Item = &str> {
        self.side(scope).into_iter().flat_map(|side| side.rows.iter().map(|row| row.name.shown()))
    }
}
