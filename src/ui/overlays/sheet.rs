//! A text to look at, and what can be copied from it.

use ratatui::{layout::Rect, text::Line, widgets::Paragraph};

use crate::{
    app::{mouse::Spot, overlays::sheet::Sheet, places::Window},
    ui::{Canvas, text, widgets::dialog},
};

pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, state: &Sheet) -> Window {
    let theme = frame.theme();
    let columns = dialog::columns(area, 78);
    let lines: Vec<String> = state.text.lines.iter().flat_map(|l| wrapped(l, columns)).collect();
    let rows = (lines.len() + 2).min(usize::from(area.height.saturating_sub(2)));
    let inner = dialog::open(frame, area, &state.text.title, columns, rows);
    let body = Rect { height: inner.height.saturating_sub(2), ..inner };
    let window = state.list.offset(lines.len(), usize::from(body.height));
    let shown: Vec<Line<'_>> =
        lines.into_iter().skip(window.top).take(window.height).map(Line::from).collect();
    frame.render_widget(Paragraph::new(shown), body);
    if window.top + window.height < window.len {
        dialog::more_below(frame, body);
    }
    let mut labels: Vec<(&str, bool)> = state
        .text
        .copies
        .iter()
        .enumerate()
        .map(|(i, (label, ..))| (*label, i == state.focus))
        .collect();
    labels.push(("Close", state.focus == state.text.copies.len()));
    let at = Rect { y: inner.y + inner.height.saturating_sub(1), height: 1, ..inner };
    frame.render_widget(dialog::buttons(&labels, theme), at);
    dialog::spots(frame, Some(at), &labels, (0..).map(Spot::Part));
    window
}

/// Lines keep their indentation when they are broken.
fn wrapped(line: &str, columns: usize) -> Vec<String> {
    let indent = line.len() - line.trim_start().len();
    let indent = indent.min(columns / 2);
    text::wrapped(line.trim_start(), columns.saturating_sub(indent))
        .into_iter()
        .map(|part| format!("{}{part}", " ".repeat(indent)))
        .collect()
}
