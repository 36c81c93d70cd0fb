//! The command line of the matrix, for changes to many rows at once, in the language of
//! [`edit`](crate::domain::edit). Patterns match the rows of the matrix.

mod typing;

pub use crate::domain::edit::Ending;
pub use typing::Typed;

use super::{Matrix, Plan};
use crate::domain::{
    Capability, Rights, Scope, Target, Verbs, WILDCARD,
    edit::{Edit, Right, Vocabulary, What},
};

/// What a command would change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// The change.
    pub plan: Plan,
    /// The number of rows that the patterns match.
    pub matched: usize,
    /// Whether a pattern has a wildcard, which does not match future names.
    pub today_only: bool,
}

impl Matrix {
    /// Parses a command line.
    ///
    /// # Errors
    /// Returns what is wrong with it, and what to type instead.
    pub fn command(&self, line: &str) -> Result<Preview, String> {
        let edit = Edit::parse(line, self.vocabulary())?;
        let targets = edit.targets(|scope| self.part_of(scope).names())?;
        let plan = match &edit.what {
            What::Grant(rights) => self.change(true, &edit, &targets, rights),
            What::Revoke(rights) => self.change(false, &edit, &targets, rights),
            What::Only => self.only(&targets),
            What::Apply(preset) => self.plan_merge(&preset.apply(&targets), edit.to_string()),
        };
        Ok(Preview { plan, matched: targets.len(), today_only: edit.is_today_only() })
    }

    /// Presets have a dialog of their own.
    const fn vocabulary(&self) -> Vocabulary<'static> {
        Vocabulary { presets: None, kind: self.kind }
    }

    fn change(&self, on: bool, edit: &Edit, targets: &[Target], rights: &[Right]) -> Plan {
        let mut cells = Vec::new();
        for target in targets {
            for (capability, _) in rights.iter().filter(|(c, _)| c.scope == target.scope()) {
                cells.push((target.clone(), *capability));
            }
        }
        let verbs = |capability: &Capability| {
            rights.iter().find(|(c, _)| *c == capability).map_or(Verbs::NONE, |(_, v)| *v)
        };
        let mut plan = self.plan_cells(&cells, verbs, on);
        let verb = if on { "grant" } else { "revoke" };
        plan.words = format!("{verb} {} on {}", edit.rights_typed(), counted(targets.len()));
        plan
    }

    /// Revokes everything on the datasets that are not named, including `*`.
    fn only(&self, targets: &[Target]) -> Plan {
        let all = Target::Dataset(WILDCARD.into());
        let empties_all = self.grants().get(&all).is_some() && !targets.contains(&all);
        let all = if empties_all { "; * (all datasets) loses its rights too" } else { "" };
        let mut plan = Plan {
            words: format!("keep rights on {} only{all}", counted(targets.len())),
            ..Plan::default()
        };
        for (target, rights) in self.grants().rows() {
            if target.scope() == Scope::Dataset && !targets.contains(&target) {
                plan.push(target, rights.clone(), Rights::default());
            }
        }
        plan
    }
}

fn counted(rows: usize) -> String {
    if rows == 1 { "1 row".to_owned() } else { format!("{rows} rows") }
}
