//! Footer hints of the form and its matrix.

use super::{Field, NewTokenForm};
use crate::{
    app::{layer::Hint, shared::Shared},
    domain::Kind,
    input::{Action as A, Context},
};

/// Beside the key of create. It names the other default keys, so it applies only if they
/// are unchanged.
const VERBS: &str = "r u d one right";

pub(super) fn of_matrix(is_filtering: bool, shared: &Shared) -> Vec<Hint> {
    if is_filtering {
        return vec![(A::Accept, "keep filter"), (A::Back, "clear filter"), (A::Down, "move")];
    }
    vec![
        (A::Toggle, "toggle"),
        (A::VerbCreate, one_right(shared)),
        (A::SelectBlock, "select"),
        (A::Presets, "presets"),
        (A::Palette, "command"),
        (A::Submit, "review"),
        (A::Back, "back"),
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
        _ if state.is_filtering => &[(A::Accept, "keep filter")],
        Some(Field::Expiry) => &[(A::Down, "pick a length")],
        Some(Field::Kind) => &[(A::Toggle, "switch type")],
        Some(Field::Rights) if state.kind() == Kind::Advanced => &[(A::Accept, "edit the matrix")],
        Some(Field::Rights) => &[(A::Toggle, "choose"), (A::Filter, "filter")],
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
