//! A change before it is made: every row as it was and as it will be. So it
//! can be shown, asked about, made, undone and made again.

use super::{Base, Matrix};
use crate::domain::{Capability, Grants, Rights, Scope, Target, Verb, Verbs};

/// Rows from which a change is asked about.
pub const ASK_ABOVE_ROWS: usize = 20;

/// One row's change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowChange {
    pub target: Target,
    pub before: Rights,
    pub after: Rights,
}

/// A change of the matrix.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    pub rows: Vec<RowChange>,
    /// What it does, as in "granted query:read on 18 shown".
    pub words: String,
    /// What is revoked here, but still granted by `*`.
    pub still: Vec<(Target, &'static Capability, Verbs)>,
    /// It is a preset or another token: once it is made, changes are told from it.
    pub source: Option<Source>,
    /// What changes were told from before it was made, to be taken back with it.
    pub(super) base: Option<Base>,
}

/// A preset, or a token that a draft is made like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    pub label: String,
    /// The expiry that a preset has.
    pub expires: Option<String>,
}

impl Plan {
    /// Puts another row into it; a row that stays as it is does not count.
    pub fn push(&mut self, target: Target, before: Rights, after: Rights) {
        if before != after {
            self.rows.push(RowChange { target, before, after });
        }
    }

    /// Whether it lets something be deleted that could not be before.
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
    /// Whether a change is asked about before it is made: it touches many rows,
    /// or is the first of this draft to let something be deleted.
    #[must_use]
    pub fn asks(&self, plan: &Plan) -> bool {
        plan.rows.len() > ASK_ABOVE_ROWS || (plan.grants_delete() && !self.delete_confirmed)
    }

    /// Makes a change.
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

    /// Takes the last change back, and says which it was.
    pub fn undo(&mut self) -> Option<&str> {
        let mut plan = self.done.pop()?;
        for row in plan.rows.iter().rev() {
            self.put(&row.target, row.before.clone());
        }
        self.turn_base(&mut plan);
        self.undone.push(plan);
        self.undone.last().map(|p| p.words.as_str())
    }

    /// Makes the change again that was taken back last.
    pub fn redo(&mut self) -> Option<&str> {
        let mut plan = self.undone.pop()?;
        for row in &plan.rows {
            self.put(&row.target, row.after.clone());
        }
        self.turn_base(&mut plan);
        self.done.push(plan);
        self.done.last().map(|p| p.words.as_str())
    }

    /// What changes are told from follows a preset that is undone or done again.
    fn turn_base(&mut self, plan: &mut Plan) {
        if let Some(base) = &mut plan.base {
            std::mem::swap(base, &mut self.base);
            self.summary.take();
        }
    }

    /// What has to change for the rights to become these.
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

    /// The same with what is granted already kept.
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

    /// Writes out what `*` grants in these cells: `*` loses it, and every other
    /// dataset that exists today gets it for itself.
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
            // Both lie within what the table allows, since they are granted now.
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
            format!("wrote out * for today's {count} {things}; later ones are not covered"),
        )
    }
}
