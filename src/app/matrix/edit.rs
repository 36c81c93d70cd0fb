//! Changes that keys make: to the cell under the cursor, the selection, whole rows, or a
//! whole column.

use super::{Matrix, MatrixRow, Plan};
use crate::domain::{Capability, Rights, Scope, Target, Verb, Verbs};

/// A change that the user asks for, independent of where, so that it can be repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Toggles between all possible verbs and none, in each selected cell.
    Cell,
    /// Toggles one verb, in each selected cell that can have it.
    Verb(Verb),
    /// Toggles everything in the selected rows.
    Rows,
    /// Toggles the column in all visible rows.
    Column,
    /// Grants everything possible in the selected cells.
    Grant,
    /// Revokes everything in the selected cells.
    Revoke,
    /// Gives the selected rows the rights of a copied row, from a part of this scope.
    Paste(Scope, Rights),
}

/// A cell: a row, and one of its capabilities.
type Cell = (Target, &'static Capability);

impl Matrix {
    /// The change that an edit makes at the cursor or selection.
    ///
    /// # Errors
    /// Returns the reason why nothing can change.
    pub fn plan(&self, edit: &Edit) -> Result<Plan, String> {
        if let Edit::Paste(scope, rights) = edit {
            return self.plan_paste(*scope, rights);
        }
        if *edit == Edit::Column && self.here().is_fuzzy() {
            return Err("A fuzzy filter only suggests rows: remove ~ from it to change all rows \
                        shown."
                .to_owned());
        }
        let cells = self.cells(edit);
        if cells.is_empty() {
            return Err("There is nothing to change here.".to_owned());
        }
        let wanted = |capability: &Capability| match edit {
            Edit::Verb(verb) if capability.verbs.has(*verb) => Verbs::NONE.with(*verb),
            Edit::Verb(_) => Verbs::NONE,
            _ => capability.verbs,
        };
        if cells.iter().all(|(_, c)| wanted(c).is_empty()) {
            return Err(Self::impossible(&cells));
        }
        let has_all = |(target, capability): &Cell| {
            let (own, inherited) = self.verbs(target, capability);
            wanted(capability).minus(own.union(inherited)).is_empty()
        };
        let on = match edit {
            Edit::Grant => true,
            Edit::Revoke => false,
            // Toggling a mixed selection first turns everything on.
            _ => !cells.iter().all(has_all),
        };
        Ok(self.plan_cells(&cells, wanted, on))
    }

    /// The change that grants or revokes these verbs in these cells.
    pub(super) fn plan_cells(
        &self,
        cells: &[Cell],
        wanted: impl Fn(&Capability) -> Verbs,
        on: bool,
    ) -> Plan {
        let mut plan = Plan::default();
        let mut rights: Vec<(Target, Rights, Rights)> = Vec::new();
        for (target, capability) in cells {
            let verbs = wanted(capability);
            // The cells of a row are adjacent.
            if rights.last().is_none_or(|(t, ..)| t != target) {
                let before = self.grants.get(target).cloned().unwrap_or_default();
                rights.push((target.clone(), before.clone(), before));
            }
            let Some((_, _, after)) = rights.last_mut() else { continue };
            let own = after.verbs(capability);
            let new = if on { own.union(verbs) } else { own.minus(verbs) };
            // Cannot fail: the wanted verbs are among those that the table allows.
            let _ = after.set(capability, new);
            if !on {
                let still = self.inherited(target, capability);
                let still = Verbs::from_bits(still.bits() & verbs.bits());
                if !still.is_empty() {
                    plan.still.push((target.clone(), capability, still));
                }
            }
        }
        let rows = rights.len();
        plan.words = self.describe(cells, wanted, on, rows);
        for (target, before, after) in rights {
            plan.push(target, before, after);
        }
        plan
    }

    /// For example `grant query:read on 18 shown rows; 124 hidden unchanged`.
    fn describe(
        &self,
        cells: &[Cell],
        wanted: impl Fn(&Capability) -> Verbs,
        on: bool,
        rows: usize,
    ) -> String {
        let mut capabilities: Vec<&'static Capability> = Vec::new();
        for (_, c) in cells {
            if !wanted(c).is_empty() && !capabilities.contains(c) {
                capabilities.push(c);
            }
        }
        let what = match capabilities.as_slice() {
            [c] => format!("{}:{}", c.wire, words_of(wanted(c))),
            many => format!("{} capabilities", many.len()),
        };
        let verb = if on { "grant" } else { "revoke" };
        let to = match cells.first() {
            Some((Target::Dataset(name) | Target::View(name), _)) if rows == 1 => name.to_string(),
            Some((Target::Org, _)) => "the organisation".to_owned(),
            _ => format!("{rows} shown rows"),
        };
        match self.here().hidden() {
            hidden if hidden > 0 && rows > 1 => {
                format!("{verb} {what} on {to}; {hidden} hidden unchanged")
            }
            _ => format!("{verb} {what} on {to}"),
        }
    }

    /// The cells that an edit changes, row by row.
    fn cells(&self, edit: &Edit) -> Vec<Cell> {
        let part = self.here();
        let columns = self.columns(self.part);
        let (rows, columns_range) = match edit {
            Edit::Column => (0..=part.shown_len().saturating_sub(1), part.column..=part.column),
            Edit::Rows => (part.selected_rows(), 0..=columns.len().saturating_sub(1)),
            _ => (part.selected_rows(), part.selected_columns(columns.len())),
        };
        let mut cells = Vec::new();
        for at in rows {
            match part.row(at) {
                // A column edit skips `*`, which would include future names too.
                Some(row) if *edit == Edit::Column && row.is_for_all() => {}
                Some(MatrixRow::Capability(capability)) => cells.push((Target::Org, *capability)),
                Some(row) => {
                    let target = row.target(self.part);
                    let chosen = columns.iter().enumerate();
                    let chosen = chosen.filter(|(i, _)| columns_range.contains(i));
                    cells.extend(chosen.map(|(_, c)| (target.clone(), c)));
                }
                None => {}
            }
        }
        cells
    }

    fn plan_paste(&self, from: Scope, rights: &Rights) -> Result<Plan, String> {
        if from != self.part || from == Scope::Org {
            return Err("A row can only be pasted into the part it was copied from.".to_owned());
        }
        let part = self.here();
        let mut plan = Plan::default();
        let rows = part.selected_rows();
        for at in rows.clone() {
            if let Some(row) = part.row(at) {
                let target = row.target(self.part);
                let before = self.grants.get(&target).cloned().unwrap_or_default();
                plan.push(target, before, rights.clone());
            }
        }
        plan.words = format!("paste the copied rights (rows: {})", rows.count());
        Ok(plan)
    }

    /// The error for cells that cannot have the verb.
    fn impossible(cells: &[Cell]) -> String {
        match cells {
            [(_, c)] => format!("{}.", crate::domain::Impossible { capability: c }),
            _ => "None of the selected cells can have that right.".to_owned(),
        }
    }

    /// Copies the rights of the row under the cursor. Returns `false` if there is no row or
    /// it is a capability of the organisation.
    pub fn copy_row(&mut self) -> bool {
        let Some(row) = self.here().row(self.here().list.cursor) else { return false };
        if self.part == Scope::Org {
            return false;
        }
        let rights = self.grants.get(&row.target(self.part)).cloned().unwrap_or_default();
        self.clipboard = Some((self.part, rights));
        true
    }

    /// The edit that pastes the copied row, if one was copied.
    #[must_use]
    pub fn paste(&self) -> Option<Edit> {
        self.clipboard.clone().map(|(scope, rights)| Edit::Paste(scope, rights))
    }

    /// The last edit.
    #[must_use]
    pub fn last_edit(&self) -> Option<Edit> {
        self.last.clone()
    }

    /// Remembers an edit, so that it can be repeated.
    pub fn remember(&mut self, edit: Edit) {
        self.last = Some(edit);
    }
}

fn words_of(verbs: Verbs) -> String {
    verbs.iter().map(Verb::wire).collect::<Vec<_>>().join("+")
}
