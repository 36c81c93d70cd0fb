//! A question with a few answers.

use ratatui::{layout::Rect, style::Style, text::Line};

use crate::{
    app::{mouse::Spot, overlays::confirm::Confirm},
    ui::{Canvas, widgets::dialog},
};

pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, state: &Confirm) {
    let theme = frame.theme();
    let columns = dialog::columns(area, 64);
    let mut lines = Vec::new();
    for line in &state.question.lines {
        lines.extend(dialog::paragraph(line, columns, Style::new()));
    }
    lines.push(Line::default());
    let labels: Vec<_> = state
        .question
        .choices
        .iter()
        .enumerate()
        .map(|(i, choice)| (choice.label.as_str(), i == state.focus))
        .collect();
    let row = lines.len();
    lines.push(dialog::buttons(&labels, theme));
    let inner = dialog::lines(frame, area, &state.question.title, columns, lines);
    dialog::spots(frame, dialog::row(inner, row), &labels, (0..).map(Spot::Part));
}
