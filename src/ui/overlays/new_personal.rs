//! The form for a new personal token.

use ratatui::layout::Rect;

use crate::{
    app::{
        Model,
        overlays::new_personal::{Field, NewPersonal},
    },
    ui::{
        Canvas,
        widgets::{destination, dialog, form::Content},
    },
};

/// Draws the form, with a warning about what the token can do.
pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, model: &Model, state: &NewPersonal) {
    let theme = frame.theme();
    let mut content = Content::new(&state.form, dialog::columns(area, 70), theme);
    let words = "! This token can do everything that you can, in every organisation, and never \
                 expires. Prefer an API token if that is enough.";
    content.paragraph(words, theme.warning);
    content.blank();
    content.part(Field::Name);
    content.part(Field::Description);
    content.blank();
    let destination = destination::text(model, state.sending.destination.as_ref());
    content.paragraph(&format!("The secret {destination}."), theme.faint);
    content.sent(model, state.sending.ticket(), "Creating");
    content.dialog(frame, area, "New personal token");
}
