//! Asks for one line.

use ratatui::layout::Rect;

use crate::{
    app::overlays::prompt::Prompt,
    ui::{
        Canvas,
        widgets::{dialog, form::Content},
    },
};

/// Draws the hint and the field.
pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, state: &Prompt) {
    let theme = frame.theme();
    let mut content = Content::new(&state.form, dialog::columns(area, 64), theme);
    content.paragraph(&state.ask.hint, theme.faint);
    content.blank();
    content.part(());
    content.dialog(frame, area, state.ask.title);
}
