//! One line to be typed.

use ratatui::{layout::Rect, text::Line};

use crate::{
    app::overlays::prompt::Prompt,
    ui::{
        Canvas,
        widgets::{dialog, field},
    },
};

pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, state: &Prompt) {
    let theme = frame.theme();
    let columns = dialog::columns(area, 64);
    let mut lines = dialog::paragraph(&state.ask.hint, columns, theme.faint);
    lines.push(Line::default());
    let row = u16::try_from(lines.len()).unwrap_or(0);
    lines.push(Line::default());
    lines.push(match &state.error {
        Some(error) => Line::styled(format!("! {error}"), theme.warning),
        None => Line::default(),
    });
    let inner = dialog::lines(frame, area, state.ask.title, columns, lines);
    if row < inner.height {
        let at = Rect { y: inner.y + row, height: 1, ..inner };
        field::draw(frame, at, &state.field, true);
    }
}
