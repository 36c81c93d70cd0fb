//! The destination of a secret.

use ratatui::layout::Rect;

use crate::{
    app::overlays::secret_destination::{Field, SecretDestination},
    domain::destination::Destination,
    ui::{
        Canvas,
        widgets::{dialog, form::Content},
    },
};

/// Draws the choice of a destination, with a hint for the chosen kind.
pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, state: &SecretDestination) {
    let theme = frame.theme();
    let mut content = Content::new(&state.form, dialog::columns(area, 72), theme);
    content.part(Field::Kind);
    if !state.is_for_shown() {
        content.blank();
    }
    let destination = state.destination();
    let hint = match &destination {
        None => "The secret is shown once, hidden until you reveal it.",
        Some(Destination::File(_)) => {
            "Creates a new file that only you can read, and its folder if that is missing. \
             Never overwrites."
        }
        Some(Destination::Command(_)) => {
            "A command such as: pass insert -m axiom/ci. It runs without a shell and reads the \
             secret from its standard input."
        }
    };
    content.paragraph(hint, theme.faint);
    content.blank();
    content.part(Field::File);
    content.part(Field::Command);
    content.waiting(state.checking.is_some().then(|| "Checking …".to_owned()));
    let title = match (state.is_for_shown(), &destination) {
        (true, Some(Destination::Command(_))) => "Send the secret to a command",
        (true, _) => "Save the secret to a file",
        (false, _) => "Where should the secret go?",
    };
    content.dialog(frame, area, title);
}
