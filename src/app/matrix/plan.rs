//! Plans: changes with each row's rights before and after, so that they can be shown,
//! confirmed, applied, undone and redone.

use super::{Base, Matrix};
use crate::domain::{Capability, Grants, Rights, Scope, Target, Verb, Verbs};

/// A change to more rows than this needs a confirmation.
pub const ASK_ABOVE_ROWS: usize = 20;

/// The change to a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowChange {
    /// The row.
    pub target: Target,
    /// Its rights before the change.
    pub before: Rights,
    /// Its rights after the change.
    pub after: Rights,
}

/// A change to the matrix.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The rows that change.
    pub rows: Vec<RowChange>,
    /// What the change does, as in "grant query:read on 18 shown rows".
    pub words: String,
    /// The verbs that the plan revokes but `*` still grants.
    pub still: Vec<(Target, &'static Capability, Verbs)>,
    /// The preset or token that the plan applies; it becomes the matrix's base.
    pub source: Option<Source>,
    /// The base to restore when the plan is undone, or redone.
    pub(super) base: Option<Base>,
}

/// A preset or token whose rights are applied to a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its name.
    pub label: String,
    /// The preset's expiry, if it has one.
    pub expires: Option<String>,
}

impl Plan {
    /// Adds a row if its rights change.
    pub fn push(&mut self, target: Target, before: Rights, after: Rights) {
        if before != after {
            self.rows.push(RowChange { target, before, after });
        }
    }

    /// Whether the plan grants a delete right that was not granted before.
    #[must_use]
    pub fn grants_delete(&self) -> bool {
        self.rows.iter().any(|row| {
            row.target
                .scope()
                .capabilities()
                .iter()
                .any(|c| row.after.verbs(c).minus(row.before.verbs(c)).has(Verb::Delete))
        })
    }
}

impl Matrix {
    /// Whether a change needs a confirmation: it affects many rows, or is the first in this
    /// draft to grant a delete right.
    #[must_use]
    pub fn asks(&self, plan: &Plan) -> bool {
        plan.rows.len() > ASK_ABOVE_ROWS || (plan.grants_delete() && !self.delete_confirmed)
    }

    /// Applies a change.
    pub fn apply(&mut self, mut plan: Plan) {
        for row in &plan.rows {
            self.put(&row.target, row.after.clone());
        }
        if let Some(source) = &plan.source {
            let base = Base { label: source.label.clone(), grants: self.grants.clone() };
            plan.base = Some(std::mem::replace(&mut self.base, base));
            self.summary.take();
        }
        if plan.rows.is_empty() {
            return;
        }
        if plan.grants_delete() {
            self.delete_confirmed = true;
        }
        self.refusal = None;
        self.undone.clear();
        self.done.push(plan);
    }

    /// Undoes the last change and returns its description.
    pub fn undo(&mut self) -> Option<&str> {
        let mut plan = self.done.pop()?;
        for row in plan.rows.iter().rev() {
            self.put(&row.target, row.before.clone());
        }
        self.turn_base(&mut plan);
        self.undone.push(plan);
        self.undone.last().map(|p| p.words.as_str())
    }

    /// Redoes the change that was last undone and returns its description.
    pub fn redo(&mut self) -> Option<&str> {
        let mut plan = self.undone.pop()?;
        for row in &plan.rows {
            self.put(&row.target, row.after.clone());
        }
        self.turn_base(&mut plan);
        self.done.push(plan);
        self.done.last().map(|p| p.words.as_str())
    }

    /// Swaps the base when a preset is undone or redone.
    fn turn_base(&mut self, plan: &mut Plan) {
        if let Some(base) = &mut plan.base {
            std::mem::swap(base, &mut self.base);
            self.summary.take();
        }
    }

    /// The plan that changes the rights to these.
    #[must_use]
    pub fn plan_to(&self, wanted: &Grants, words: String) -> Plan {
        let mut plan = Plan { words, ..Plan::default() };
        let mut targets: Vec<Target> =
            self.grants.rows().chain(wanted.rows()).map(|(target, _)| target).collect();
        targets.sort_unstable();
        targets.dedup();
        for target in targets {
            let before = self.grants.get(&target).cloned().unwrap_or_default();
            let after = wanted.get(&target).cloned().unwrap_or_default();
            plan.push(target, before, after);
        }
        plan
    }

    /// The plan that adds these rights and keeps the existing ones.
    #[must_use]
    pub fn plan_merge(&self, more: &Grants, words: String) -> Plan {
        let mut plan = Plan { words, ..Plan::default() };
        for (target, rights) in more.rows() {
            let before = self.grants.get(&target).cloned().unwrap_or_default();
            let mut after = before.union(rights);
            for unknown in rights.unknown().iter().filter(|u| !before.unknown().contains(u)) {
                after.keep_unknown(unknown.clone());
            }
            plan.push(target, before, after);
        }
        plan
    }

    /// The plan that expands `*` for these cells: `*` loses the verbs, and every other
    /// existing dataset or view gets them itself.
    #[must_use]
    pub fn plan_expand(&self, still: &[(Target, &'static Capability, Verbs)]) -> Plan {
        let Some((first, ..)) = still.first() else { return Plan::default() };
        let scope = first.scope();
        let mut wanted = self.grants.clone();
        let all = Target::named(scope, crate::domain::WILDCARD.into()).unwrap_or(Target::Org);
        let mut taken: Vec<(&'static Capability, Verbs)> = Vec::new();
        for (_, capability, verbs) in still {
            match taken.iter_mut().find(|(c, _)| c == capability) {
                Some((_, v)) => *v = v.union(*verbs),
                None => taken.push((capability, *verbs)),
            }
        }
        for (capability, verbs) in taken {
            // `set` cannot fail: the table allows these verbs, since they are granted now.
            let left = wanted.verbs(&all, capability).minus(verbs);
            let _ = wanted.set(&all, capability, left);
            for name in self.part_of(scope).names() {
                let Some(target) = Target::named(scope, name.clone()) else { continue };
                let revoked = still
                    .iter()
                    .filter(|(t, c, _)| *t == target && *c == capability)
                    .fold(Verbs::NONE, |sum, (.., v)| sum.union(*v));
                let own = wanted.verbs(&target, capability);
                let _ =
                    wanted.set(&target, capability, own.union(verbs.minus(revoked)).minus(revoked));
            }
        }
        let things = if scope == Scope::View { "views" } else { "datasets" };
        let count = self.part_of(scope).names().count();
        self.plan_to(
            &wanted,
            format!("expand * to today's {count} {things}; future ones are not included"),
        )
    }
}
