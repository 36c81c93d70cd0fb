//! A text, with buttons that copy parts of it.

use ratatui::{layout::Rect, text::Line, widgets::Paragraph};

use crate::{
    app::{layout_info::Window, overlays::sheet::Sheet},
    ui::{
        Canvas, text,
        widgets::{dialog, form::Content},
    },
};

/// Draws the text. Returns the visible part.
pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, state: &Sheet) -> Window {
    let columns = dialog::columns(area, 78);
    let lines: Vec<Line<'_>> =
        state.text.lines.iter().flat_map(|l| wrapped(l, columns)).map(Line::from).collect();
    let mut content = Content::new(&state.form, columns, frame.theme());
    content.own(None, lines.len(), move |frame, at| {
        let window = state.list.offset(lines.len(), usize::from(at.height));
        let shown = lines.iter().skip(window.top).take(window.height).cloned();
        frame.render_widget(Paragraph::new(shown.collect::<Vec<_>>()), at);
        dialog::more(frame, at, window);
        window
    });
    content.dialog(frame, area, &state.text.title)
}

/// Wraps a line, with its indentation on every part.
fn wrapped(line: &str, columns: usize) -> Vec<String> {
    let indent = line.len() - line.trim_start().len();
    let indent = indent.min(columns / 2);
    text::wrapped(line.trim_start(), columns.saturating_sub(indent))
        .into_iter()
        .map(|part| format!("{}{part}", " ".repeat(indent)))
        .collect()
}
