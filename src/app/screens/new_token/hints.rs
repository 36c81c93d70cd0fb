//! The keys that the form and its matrix hint at.

use super::{Field, NewTokenForm};
use crate::{app::layer::Hint, domain::Kind, input::Action as A};

pub(super) fn of_matrix(is_filtering: bool) -> Vec<Hint> {
    if is_filtering {
        return vec![(A::Accept, "keep the filter"), (A::Back, "clear it"), (A::Down, "move")];
    }
    vec![
        (A::Toggle, "cell"),
        (A::VerbRead, "one verb"),
        (A::SelectBlock, "select"),
        (A::Presets, "presets"),
        (A::Palette, "command"),
        (A::Submit, "review"),
        (A::Back, "form"),
        (A::Undo, "undo"),
        (A::WholeRow, "row"),
        (A::WholeColumn, "column"),
        (A::Compare, "changes"),
        (A::ShowRequest, "request"),
        (A::Explain, "explain"),
    ]
}

pub(super) fn of_form(state: &NewTokenForm) -> Vec<Hint> {
    let here: &[Hint] = match state.form.focused() {
        _ if state.is_filtering => &[(A::Accept, "to the list")],
        Some(Field::Expiry) => &[(A::Down, "usual lengths")],
        Some(Field::Kind) => &[(A::Toggle, "basic or advanced")],
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
