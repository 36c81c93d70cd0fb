//! Footer hints of the form and its matrix.

use super::{Field, NewTokenForm};
use crate::{
    app::{layer::Hint, shared::Shared},
    domain::Kind,
    input::{Action as A, Context},
};

/// Beside the key of create. It names the other default keys, so it applies only if they
/// are unchanged.
const VERBS: &str = "r u d rights";

pub(super) fn of_matrix(state: &NewTokenForm, shared: &Shared) -> Vec<Hint> {
    if state.is_filtering {
        return vec![
            (A::Accept, "keep filter"),
            (A::Submit, "review"),
            (A::Back, "clear filter"),
            (A::Down, "move"),
        ];
    }
    let part = state.matrix().here();
    let back = match part.mark {
        Some(_) => "unselect",
        None if !part.filter.is_empty() => "clear filter",
        None => "back",
    };
    vec![
        (A::Toggle, "toggle"),
        (A::Submit, "review"),
        (A::Back, back),
        (A::VerbCreate, one_right(shared)),
        (A::Palette, "command"),
        (A::Presets, "presets"),
        (A::SelectBlock, "select"),
        (A::Undo, "undo"),
        (A::WholeRow, "toggle row"),
        (A::WholeColumn, "toggle column"),
        (A::Compare, "show changes"),
        (A::ShowRequest, "show request"),
        (A::Explain, "explain"),
    ]
}

fn one_right(shared: &Shared) -> &'static str {
    let keys = [A::VerbRead, A::VerbUpdate, A::VerbDelete];
    let keys = keys.map(|action| shared.key_in(Context::Matrix, action));
    if VERBS.starts_with(&keys.join(" ")) { VERBS } else { "create" }
}

pub(super) fn of_form(state: &NewTokenForm) -> Vec<Hint> {
    let here: &[Hint] = match state.form.focused() {
        Some(Field::Expiry) => &[(A::Down, "pick a length")],
        Some(Field::Kind) => &[(A::Toggle, "switch type")],
        Some(Field::Rights) if state.kind() == Kind::Advanced => &[(A::Accept, "edit the matrix")],
        Some(Field::Rights) if !state.matrix().here().filter.is_empty() => {
            return vec![
                (A::Toggle, "choose"),
                (A::MarkShown, "all shown"),
                (A::Back, "clear filter"),
                (A::NextField, "next"),
                (A::Submit, "review"),
            ];
        }
        Some(Field::Rights) => &[(A::Toggle, "choose"), (A::MarkShown, "all")],
        Some(Field::Review) => &[(A::Accept, "review")],
        _ => &[],
    };
    let mut all = here.to_vec();
    all.extend([(A::NextField, "next"), (A::Back, "leave")]);
    if !state.form.is_on(Field::Review) {
        all.push((A::Submit, "review"));
    }
    all
}
