//! Where a secret goes.

use ratatui::layout::Rect;

use crate::{
    app::overlays::secret_destination::{Field, SecretDestination},
    domain::destination::Destination,
    ui::{
        Canvas,
        widgets::{dialog, form::Content},
    },
};

pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, state: &SecretDestination) {
    let theme = frame.theme();
    let mut content = Content::new(&state.form, dialog::columns(area, 72), theme);
    content.part(Field::Kind);
    if !state.is_for_shown() {
        content.blank();
    }
    let destination = state.destination();
    let hint = match &destination {
        None => "It is shown once, covered until you ask for it.",
        Some(Destination::File(_)) => {
            "A path such as ~/new-token. Creates a new file, never overwrites one, and only you can \
             read it."
        }
        Some(Destination::Command(_)) => {
            "A command such as: pass insert -m axiom/ci. It gets the secret on its standard \
             input. No shell is used."
        }
    };
    content.paragraph(hint, theme.faint);
    content.blank();
    content.part(Field::Place);
    content.waiting(state.checking.is_some().then(|| "Looking at it …".to_owned()));
    let title = match (state.is_for_shown(), &destination) {
        (true, Some(Destination::Command(_))) => "Give it to a command",
        (true, _) => "Save it to a file",
        (false, _) => "Where should the secret go?",
    };
    content.dialog(frame, area, title);
}
