//! The keys that the form and its matrix hint at.

use super::Focus;
use crate::{app::layer::Hint, domain::Kind, input::Action as A};

pub(super) fn of_matrix(focus: Focus) -> Vec<Hint> {
    if focus == Focus::Filter {
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

pub(super) fn of_form(focus: Focus, kind: Kind) -> Vec<Hint> {
    let here: &[Hint] = match focus {
        Focus::Name | Focus::Description => &[],
        Focus::Expiry => &[(A::Down, "usual lengths")],
        Focus::Filter => &[(A::Accept, "to the list")],
        Focus::Kind => &[(A::Toggle, "basic or advanced")],
        Focus::Rights if kind == Kind::Advanced => &[(A::Accept, "edit the matrix")],
        Focus::Rights => &[(A::Toggle, "choose"), (A::Filter, "filter")],
        Focus::Review => &[(A::Accept, "review")],
    };
    let mut all = here.to_vec();
    all.extend([(A::NextField, "next"), (A::Back, "leave")]);
    if focus != Focus::Review {
        all.push((A::Submit, "review"));
    }
    all
}
