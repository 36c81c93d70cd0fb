//! Plans: changes with each row's rights before and after, so that they can be shown,
//! confirmed, applied, undone and redone.

use std::collections::HashSet;

use super::{Matrix, MatrixRow, rows};
use crate::domain::{Capability, Grants, Rights, SafeText, Scope, Target, Verb, Verbs};

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
    /// The expiry that a preset sets.
    pub expiry: Option<ExpiryChange>,
}

/// A change of the form's expiry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpiryChange {
    /// The text in its field before the plan was applied.
    pub before: String,
    /// The preset's text.
    pub after: String,
}

/// A reason to ask before a plan is applied, once in a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Risk {
    /// It grants a right to delete.
    Delete,
    /// It grants a right on all datasets or views, future ones too.
    All(Scope),
}

impl Risk {
    /// The risk as a sentence.
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match self {
            Self::Delete => "This grants delete rights. Deleted data can't be restored.",
            Self::All(Scope::View) => "This grants rights on all views, future ones too.",
            Self::All(_) => "This grants rights on all datasets, future ones too.",
        }
    }
}

impl RowChange {
    /// The verbs of a capability that the row gains.
    fn gained(&self, capability: &Capability) -> Verbs {
        self.after.verbs(capability).minus(self.before.verbs(capability))
    }

    fn risks(&self) -> impl Iterator<Item = Risk> {
        let scope = self.target.scope();
        let capabilities = scope.capabilities().iter();
        let gained = capabilities.fold(Verbs::NONE, |all, c| all.union(self.gained(c)));
        let (old, new) = (self.before.unknown(), self.after.unknown());
        let gains = !gained.is_empty() || new.iter().any(|right| !old.contains(right));
        let is_for_all = self.target.name().is_some_and(rows::is_wildcard);
        let delete = gained.has(Verb::Delete).then_some(Risk::Delete);
        delete.into_iter().chain((is_for_all && gains).then_some(Risk::All(scope)))
    }
}

impl Plan {
    /// Adds a row if its rights change.
    pub fn push(&mut self, target: Target, before: Rights, after: Rights) {
        if before != after {
            self.rows.push(RowChange { target, before, after });
        }
    }

    /// What is risky about it.
    fn risks(&self) -> Vec<Risk> {
        let mut risks = Vec::new();
        for risk in self.rows.iter().flat_map(RowChange::risks) {
            if !risks.contains(&risk) {
                risks.push(risk);
            }
        }
        risks
    }
}

impl Matrix {
    /// The risks of a plan that the user has not accepted for this draft; empty if it can be
    /// applied without a question.
    #[must_use]
    pub fn risks(&self, plan: &Plan) -> Vec<Risk> {
        let mut risks = plan.risks();
        risks.retain(|risk| !self.accepted.contains(risk));
        risks
    }

    /// Applies a change.
    pub fn apply(&mut self, plan: Plan) {
        if plan.rows.is_empty() {
            return;
        }
        self.accepted.extend(self.risks(&plan));
        for row in &plan.rows {
            self.put(&row.target, row.after.clone());
        }
        self.refusal = None;
        self.undone.clear();
        self.show(&plan);
        self.done.push(plan);
    }

    /// Undoes the last change and returns it.
    pub fn undo(&mut self) -> Option<&Plan> {
        let plan = self.done.pop()?;
        for row in plan.rows.iter().rev() {
            self.put(&row.target, row.before.clone());
        }
        self.show(&plan);
        self.undone.push(plan);
        self.undone.last()
    }

    /// Redoes the change that was last undone and returns it.
    pub fn redo(&mut self) -> Option<&Plan> {
        let plan = self.undone.pop()?;
        for row in &plan.rows {
            self.put(&row.target, row.after.clone());
        }
        self.show(&plan);
        self.done.push(plan);
        self.done.last()
    }

    /// Undoes the last change, or redoes it. Returns what to say, and the text for the expiry
    /// if the change has set it: one that the user has typed since then stays.
    pub fn turn(&mut self, undo: bool, expiry: &str) -> (String, Option<String>) {
        let Some(plan) = (if undo { self.undo() } else { self.redo() }) else {
            let words =
                if undo { "There is nothing to undo." } else { "There is nothing to redo." };
            return (words.to_owned(), None);
        };
        let expiry = plan.expiry.as_ref().and_then(|ExpiryChange { before, after }| {
            let (from, to) = if undo { (after, before) } else { (before, after) };
            (expiry == from).then(|| to.clone())
        });
        (format!("{}: {}.", if undo { "Undone" } else { "Redone" }, plan.words), expiry)
    }

    /// Adds rows for the changed names that have none. If no changed row is visible, puts
    /// the cursor on the first one: in the current part, else in another one. A filter that
    /// hides all of them is cleared.
    fn show(&mut self, plan: &Plan) {
        let changed = |scope: Scope| plan.rows.iter().filter(move |r| r.target.scope() == scope);
        let names: [HashSet<&SafeText>; 3] =
            Scope::ALL.map(|scope| changed(scope).filter_map(|row| row.target.name()).collect());
        let is_changed = |scope: Scope, row: &MatrixRow| match row {
            MatrixRow::Named { name, .. } => names[scope as usize].contains(name),
            MatrixRow::Capability(c) => {
                changed(scope).any(|row| row.before.verbs(c) != row.after.verbs(c))
            }
        };
        let here = self.part;
        let is_visible = self.here().visible().any(|row| is_changed(here, row));
        if is_visible && plan.rows.len() == 1 {
            return;
        }
        for scope in Scope::ALL {
            let known = self.part_of(scope).rows().filter(|row| is_changed(scope, row)).count();
            if known < names[scope as usize].len() {
                self.set_names(scope, None);
            }
        }
        if is_visible {
            return;
        }
        let parts = std::iter::once(here).chain(Scope::ALL);
        let Some(part) = parts.into_iter().find(|scope| changed(*scope).next().is_some()) else {
            return;
        };
        self.part = part;
        self.here_mut().go_to(|row| is_changed(part, row));
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
