//! Properties that hold for every sequence of matrix edits.

use axtok::{
    app::matrix::{Base, Edit, Mark, Matrix},
    domain::{
        Expiry, Grants, Kind, Rights, SafeText, Scope, Target, Unknown, Verb, Verbs,
        review::{about_grants, with_expiry},
    },
};
use proptest::prelude::*;

const NAMES: [&str; 5] = ["a", "b", "c", "d", "e"];

fn matrix(grants: Grants) -> Matrix {
    let base = Base { label: "nothing".to_owned(), grants: grants.clone() };
    let mut matrix = Matrix::new(Kind::Advanced, base, grants);
    let names = NAMES.map(SafeText::from).to_vec();
    matrix.set_names(Scope::Dataset, Some(names.clone()));
    matrix.set_names(Scope::View, Some(names));
    matrix
}

fn any_edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        Just(Edit::Cell),
        (0..4usize).prop_map(|v| Edit::Verb(Verb::ALL[v])),
        Just(Edit::Rows),
        Just(Edit::Column),
        Just(Edit::Grant),
        Just(Edit::Revoke),
    ]
}

/// A cursor position, a selection, and the edit applied there.
#[derive(Clone, Debug)]
struct Step {
    part: usize,
    row: usize,
    column: usize,
    mark: Option<(usize, usize, bool)>,
    edit: Edit,
}

fn any_step() -> impl Strategy<Value = Step> {
    let mark = proptest::option::of((0..6usize, 0..8usize, any::<bool>()));
    (0..3usize, 0..6usize, 0..8usize, mark, any_edit())
        .prop_map(|(part, row, column, mark, edit)| Step { part, row, column, mark, edit })
}

fn apply_step(matrix: &mut Matrix, step: &Step) {
    matrix.part = Scope::ALL[step.part];
    let columns = matrix.columns(matrix.part).len().max(1);
    let rows = matrix.here().shown_len();
    let part = matrix.here_mut();
    part.list.cursor = step.row.min(rows - 1);
    part.column = step.column.min(columns - 1);
    part.mark = step.mark.map(|(row, column, rows_only)| Mark {
        row: row.min(rows - 1),
        column: column.min(columns - 1),
        rows_only,
    });
    if let Ok(plan) = matrix.plan(&step.edit) {
        matrix.apply(plan);
    }
}

/// Whether the cached summary, findings and change count match the rights. Called after each
/// change, so that an outdated cache would show.
fn is_up_to_date(matrix: &Matrix, base: &Grants) -> bool {
    let now = "2026-11-24T12:00:00Z".parse().unwrap();
    let findings =
        with_expiry(about_grants(matrix.grants()), Vec::new(), &Expiry::Never.into(), now);
    matrix.phrases() == matrix.grants().phrases()
        && matrix.findings(Vec::new(), Some(Expiry::Never), now) == findings
        && matrix.changed_rows() == base.changed_rows(matrix.grants())
}

fn within_the_table(grants: &Grants) -> bool {
    grants.rows().all(|(target, rights)| {
        let table = target.scope().capabilities();
        table.iter().all(|c| rights.verbs(c).minus(c.verbs).is_empty())
    })
}

proptest! {
    #[test]
    fn undoing_everything_returns_to_the_start(steps in prop::collection::vec(any_step(), 0..20)) {
        let mut start = Grants::default();
        let mut rights = Rights::default();
        rights.keep_unknown(Unknown::Capability { name: "new".into(), json: "[1]".into() });
        start.put(&Target::Dataset("b".into()), rights);
        let mut matrix = matrix(start.clone());
        for step in &steps {
            apply_step(&mut matrix, step);
        }
        let end = matrix.grants().clone();
        let mut undone = 0;
        while matrix.undo().is_some() {
            undone += 1;
        }
        prop_assert_eq!(matrix.grants(), &start);
        for _ in 0..undone {
            prop_assert!(matrix.redo().is_some());
        }
        prop_assert_eq!(matrix.grants(), &end);
    }

    #[test]
    fn summary_and_findings_follow_each_change(
        steps in prop::collection::vec(any_step(), 1..10),
    ) {
        let mut matrix = matrix(Grants::default());
        let base = Grants::default();
        prop_assert!(is_up_to_date(&matrix, &base));
        for step in &steps {
            apply_step(&mut matrix, step);
            prop_assert!(is_up_to_date(&matrix, &base), "{step:?}");
        }
        while matrix.undo().is_some() {
            prop_assert!(is_up_to_date(&matrix, &base), "undo");
        }
        while matrix.redo().is_some() {
            prop_assert!(is_up_to_date(&matrix, &base), "redo");
        }
        let mut wanted = Grants::default();
        wanted.put(&Target::View("e".into()), Rights::full(Scope::View));
        matrix.apply(matrix.plan_to(&wanted, String::new()));
        prop_assert!(is_up_to_date(&matrix, &base), "a preset is compared with the same base");
        prop_assert_eq!(matrix.changed_rows(), 1);
    }

    #[test]
    fn nothing_outside_the_table_is_ever_granted(steps in prop::collection::vec(any_step(), 0..20)) {
        let mut matrix = matrix(Grants::default());
        for step in &steps {
            apply_step(&mut matrix, step);
            prop_assert!(within_the_table(matrix.grants()));
        }
    }

    #[test]
    fn toggling_a_verb_twice_restores_it(mut step in any_step(), verb in 0..4usize) {
        step.edit = Edit::Verb(Verb::ALL[verb]);
        step.mark = None;
        let mut matrix = matrix(Grants::default());
        apply_step(&mut matrix, &step);
        apply_step(&mut matrix, &step);
        prop_assert!(matrix.grants().is_empty());
    }

    #[test]
    fn a_bulk_change_equals_its_single_changes(
        from in 1..6usize, to in 1..6usize, column in 0..8usize, grant in any::<bool>(),
        before in prop::collection::vec(any_step(), 0..6),
    ) {
        let mut bulk = matrix(Grants::default());
        for step in before.iter().filter(|s| s.edit != Edit::Column || s.part != 0) {
            apply_step(&mut bulk, step);
        }
        let mut single = bulk.clone();
        let edit = if grant { Edit::Grant } else { Edit::Revoke };
        let step = |row, mark| Step { part: 0, row, column, mark, edit: edit.clone() };
        apply_step(&mut bulk, &step(to, Some((from, column, false))));
        for row in from.min(to)..=from.max(to) {
            apply_step(&mut single, &step(row, None));
        }
        prop_assert_eq!(bulk.grants(), single.grants());
    }

    #[test]
    fn expanding_the_wildcard_changes_nothing_else(bits in 0..16u8, name in 0..5usize) {
        let capability = Scope::Dataset.capability("virtualFields").unwrap();
        let all = Target::Dataset("*".into());
        let mut start = Grants::default();
        start.set(&all, capability, Verbs::from_bits(bits)).unwrap();
        let mut matrix = matrix(start);
        let column = usize::from(capability.index);
        let step = Step { part: 0, row: name + 1, column, mark: None, edit: Edit::Revoke };
        apply_step(&mut matrix, &step);
        let plan = matrix.plan(&Edit::Revoke).unwrap();
        let expand = matrix.plan_expand(&plan.still);
        matrix.apply(expand);
        for (i, other) in NAMES.iter().enumerate() {
            let (own, inherited) = matrix.verbs(&Target::Dataset((*other).into()), capability);
            let expected = if i == name { Verbs::NONE } else { Verbs::from_bits(bits) };
            prop_assert_eq!(own.union(inherited), expected, "{}", other);
        }
    }
}

#[test]
fn a_basic_matrix_has_one_column() {
    let base = Base { label: "nothing".to_owned(), grants: Grants::default() };
    let mut matrix = Matrix::new(Kind::Basic, base, Grants::default());
    matrix.set_names(Scope::Dataset, Some(NAMES.map(SafeText::from).to_vec()));
    matrix.here_mut().list.cursor = 2;
    let plan = matrix.plan(&Edit::Rows).unwrap();
    matrix.apply(plan);
    assert_eq!(matrix.grants().summary(), "can ingest into b");
    assert_eq!(Kind::of(matrix.grants()), Kind::Basic);
}
