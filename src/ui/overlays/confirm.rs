//! A question with a few answers.

use ratatui::{layout::Rect, style::Style};

use crate::{
    app::overlays::confirm::Confirm,
    ui::{
        Canvas,
        widgets::{dialog, form::Content},
    },
};

/// Draws the question, with a button for each answer.
pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, state: &Confirm) {
    let mut content = Content::new(&state.form, dialog::columns(area, 64), frame.theme());
    for line in &state.question.lines {
        content.paragraph(line, Style::new());
    }
    content.dialog(frame, area, &state.question.title);
}
