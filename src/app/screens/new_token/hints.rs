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

/// How to finish and how to leave come first: they stay in their place, and fit in the
/// narrowest footer.
pub(super) fn of_form(state: &NewTokenForm) -> Vec<Hint> {
    let filtered = !state.matrix().here().filter.is_empty();
    let (here, leave): (&[Hint], _) = match state.form.focused() {
        Some(Field::Expiry) => (&[(A::Down, "pick a length")], "leave"),
        Some(Field::Kind) => (&[(A::Toggle, "switch type")], "leave"),
        Some(Field::Rights) if state.kind() == Kind::Advanced => {
            (&[(A::Accept, "edit the matrix")], "leave")
        }
        Some(Field::Rights) if filtered => {
            (&[(A::Toggle, "choose"), (A::MarkShown, "all shown")], "clear filter")
        }
        Some(Field::Rights) => (&[(A::Toggle, "choose"), (A::MarkShown, "all")], "leave"),
        _ => (&[], "leave"),
    };
    let finish = if state.form.is_on(Field::Review) { A::Accept } else { A::Submit };
    let mut all = vec![(finish, "review"), (A::Back, leave)];
    all.extend(here);
    all.push((A::NextField, "next"));
    all
}
