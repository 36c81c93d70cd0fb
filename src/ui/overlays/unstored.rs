//! "Have you stored it?"

use ratatui::{layout::Rect, style::Style, text::Line};

use crate::{
    app::overlays::unstored::{Focus, Unstored, WORD},
    ui::{
        Canvas,
        widgets::{dialog, field},
    },
};

pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, state: &Unstored) {
    let theme = frame.theme();
    let columns = dialog::columns(area, 64);
    let mut lines = dialog::paragraph(
        "Once this is closed, nobody can see the secret again.",
        columns,
        Style::new(),
    );
    lines.push(Line::default());
    let typed_row = u16::try_from(lines.len()).unwrap_or(0);
    let prompt = format!("Type {WORD} to close it: ");
    let x = u16::try_from(prompt.len()).unwrap_or(0);
    lines.push(Line::from(prompt));
    lines.push(Line::default());
    lines.push(dialog::buttons(
        &[
            ("Go back", state.focus == Focus::GoBack),
            ("Delete this token", state.focus == Focus::DeleteToken),
        ],
        theme,
    ));
    let inner = dialog::lines(frame, area, "Have you stored it?", columns, lines);
    if typed_row < inner.height && x < inner.width {
        let at = Rect { x: inner.x + x, y: inner.y + typed_row, width: inner.width - x, height: 1 };
        field::draw(frame, at, &state.typed, state.focus == Focus::Typed);
    }
}
