//! A question with a few answers.

use ratatui::{Frame, layout::Rect, text::Line};

use crate::{
    app::overlays::confirm::Confirm,
    ui::{theme, widgets::dialog},
};

pub fn draw(frame: &mut Frame<'_>, area: Rect, state: &Confirm) {
    let columns = dialog::columns(area, 64);
    let mut lines = Vec::new();
    for line in &state.lines {
        lines.extend(dialog::paragraph(line, columns, theme::plain()));
    }
    lines.push(Line::default());
    let labels: Vec<_> = state
        .choices
        .iter()
        .enumerate()
        .map(|(i, (label, _))| (label.as_str(), i == state.focus))
        .collect();
    lines.push(dialog::buttons(&labels));
    dialog::lines(frame, area, &state.title, columns, lines);
}
