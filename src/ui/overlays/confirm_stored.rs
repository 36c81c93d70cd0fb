//! Asks whether the secret is stored.

use ratatui::{layout::Rect, style::Style};

use crate::{
    app::overlays::confirm_stored::{ConfirmStored, Field},
    ui::{
        Canvas,
        widgets::{dialog, form::Content},
    },
};

/// Draws the dialog. It says that the secret cannot be shown again.
pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, state: &ConfirmStored) {
    let mut content = Content::new(&state.form, dialog::columns(area, 64), frame.theme());
    content.paragraph("Once you confirm, the secret cannot be shown again.", Style::new());
    content.blank();
    content.part(Field::Typed);
    content.dialog(frame, area, "Have you stored the secret?");
}
