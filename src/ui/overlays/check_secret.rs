//! Check: the user pastes back what they stored.

use ratatui::{layout::Rect, style::Style, text::Span};

use crate::{
    app::{Model, overlays::check_secret::CheckSecret, secret_field::SecretField},
    input::{Action, Context},
    ui::{
        Canvas,
        widgets::{dialog, form::Content},
    },
};

/// Draws the dialog. Of the pasted text it shows only the length.
pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, model: &Model, state: &CheckSecret) {
    let theme = frame.theme();
    let mut content = Content::new(&state.form, dialog::columns(area, 64), theme);
    let words = "Paste the secret from where you stored it. It stays hidden.";
    content.paragraph(words, Style::new());
    content.blank();
    let accept = model.shared.key_in(Context::Form, Action::Accept);
    let field = state.form.secret(());
    content.part_beside(
        (),
        match field.map_or(0, SecretField::len) {
            _ if field.is_some_and(SecretField::is_full) => {
                Span::styled("! too long for a token: Ctrl-u to clear", theme.warning)
            }
            0 => Span::styled("nothing pasted yet", theme.faint),
            n => Span::raw(format!("{n} characters; {accept} to compare")),
        },
    );
    content.dialog(frame, area, "Check the stored secret");
}
