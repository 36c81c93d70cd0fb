//! Check: what was stored is pasted back.

use ratatui::{layout::Rect, style::Style, text::Span};

use crate::{
    app::{overlays::check_secret::CheckSecret, secret_field::SecretField},
    ui::{
        Canvas,
        widgets::{dialog, form::Content},
    },
};

pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, state: &CheckSecret) {
    let theme = frame.theme();
    let mut content = Content::new(&state.form, dialog::columns(area, 64), theme);
    let words = "Paste it from where you stored it: it stays hidden, and is compared.";
    content.paragraph(words, Style::new());
    content.blank();
    let field = state.form.secret(());
    content.part_beside(
        (),
        match field.map_or(0, SecretField::len) {
            _ if field.is_some_and(SecretField::is_full) => {
                Span::styled("! this is too long for a token: Ctrl-u clears it", theme.warning)
            }
            0 => Span::styled("nothing yet", theme.faint),
            n => Span::raw(format!("{n} characters; Enter compares")),
        },
    );
    content.dialog(frame, area, "Check what you stored");
}
