//! What a key does to the cells it is about: the cell under the cursor, the
//! selection, whole rows, or a whole column.

use super::{Matrix, Plan, MatrixRow};
use crate::domain::{Capability, Rights, Scope, Target, Verb, Verbs};

/// A change as the user asks for it; can be repeated elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Between nothing and everything possible, in each selected cell.
    Cell,
    /// One verb, in each selected cell that can have it.
    Verb(Verb),
    /// Everything in the selected rows.
    Rows,
    /// Everything in the column, over the rows that are shown.
    Column,
    /// Everything possible is granted in the selected cells.
    Grant,
    /// Everything is revoked there.
    Revoke,
    /// The rows get the rights that were copied.
    Paste(Scope, Rights),
}

/// A cell: a row, and one of its capabilities.
type Cell = (Target, &'static Capability);

impl Matrix {
    /// What an edit would do here.
    ///
    /// # Errors
    /// With why it would do nothing.
    pub fn plan(&self, edit: &Edit) -> Result<Plan, String> {
        if let Edit::Paste(scope, rights) = edit {
            return self.plan_paste(*scope, rights);
        }
        let cells = self.cells(edit);
        if cells.is_empty() {
            return Err("There is nothing here to change.".to_owned());
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
            // A mixed selection is first made all on, then all off.
            _ => !cells.iter().all(has_all),
        };
        Ok(self.plan_cells(&cells, wanted, on))
    }

    /// Makes these verbs of these cells on or off.
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
            // Cells of one row come one after the other.
            if rights.last().is_none_or(|(t, ..)| t != target) {
                let before = self.grants.get(target).cloned().unwrap_or_default();
                rights.push((target.clone(), before.clone(), before));
            }
            let Some((_, _, after)) = rights.last_mut() else { continue };
            let own = after.verbs(capability);
            let new = if on { own.union(verbs) } else { own.minus(verbs) };
            // What is wanted lies within what the table allows.
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

    /// `granted query:read on 18 shown; 124 hidden untouched`.
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
        let did = if on { "granted" } else { "revoked" };
        let to = match cells.first() {
            Some((Target::Dataset(name) | Target::View(name), _)) if rows == 1 => name.to_string(),
            Some((Target::Org, _)) => "the organisation".to_owned(),
            _ => format!("{rows} shown"),
        };
        match self.here().hidden() {
            hidden if hidden > 0 && rows > 1 => {
                format!("{did} {what} on {to}; {hidden} hidden untouched")
            }
            _ => format!("{did} {what} on {to}"),
        }
    }

    /// The cells that an edit is about, row by row.
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
                // A column means the rows one by one; `*` would mean later ones too.
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
            return Err("A row can be pasted where it was copied from only.".to_owned());
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
        plan.words = format!("pasted a row on {}", rows.count());
        Ok(plan)
    }

    /// Why none of the cells can have the verb.
    fn impossible(cells: &[Cell]) -> String {
        match cells {
            [(_, c)] => format!("{}.", crate::domain::Impossible { capability: c }),
            _ => "None of the selected cells can have that.".to_owned(),
        }
    }

    /// Copies the row under the cursor.
    pub fn copy_row(&mut self) -> bool {
        let Some(row) = self.here().row(self.here().list.cursor) else { return false };
        if self.part == Scope::Org {
            return false;
        }
        let rights = self.grants.get(&row.target(self.part)).cloned().unwrap_or_default();
        self.clipboard = Some((self.part, rights));
        true
    }

    /// The edit that pastes what was copied.
    #[must_use]
    pub fn paste(&self) -> Option<Edit> {
        self.clipboard.clone().map(|(scope, rights)| Edit::Paste(scope, rights))
    }

    /// The edit that was made last.
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
