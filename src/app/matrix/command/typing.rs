//! A command line of the matrix while it is typed: the rows that its names match, and how
//! its last word can end.

use std::collections::HashSet;

use super::{Ending, Preview};
use crate::{
    app::matrix::{Matrix, plan::RowChange},
    domain::{Target, edit},
};

/// A command line as far as it is typed.
#[derive(Clone, Debug)]
pub struct Typed {
    /// What Enter would do; an error while something is missing or wrong.
    pub preview: Result<Preview, String>,
    /// The rows that change, then the rows that the names match and that stay as they are.
    pub rows: Vec<RowChange>,
    /// The possible ends of the last word, best match first. None if the word is complete.
    pub endings: Vec<Ending>,
}

impl Matrix {
    /// Parses a command line that may be incomplete.
    #[must_use]
    pub fn typed(&self, line: &str) -> Typed {
        let names = |scope| self.part_of(scope).names();
        let preview = self.command(line.trim());
        let list = line.split_whitespace().nth(1).unwrap_or_default();
        let matched = edit::targets(list, names).unwrap_or_default();
        let endings = edit::endings(line, self.vocabulary(), names);
        Typed { rows: self.affected(&preview, matched), preview, endings }
    }

    fn affected(&self, preview: &Result<Preview, String>, matched: Vec<Target>) -> Vec<RowChange> {
        let mut rows = preview.as_ref().map_or_else(|_| Vec::new(), |p| p.plan.rows.clone());
        let changed: HashSet<Target> = rows.iter().map(|row| row.target.clone()).collect();
        rows.extend(matched.into_iter().filter(|target| !changed.contains(target)).map(|target| {
            let before = self.grants().get(&target).cloned().unwrap_or_default();
            RowChange { target, after: before.clone(), before }
        }));
        rows
    }
}
