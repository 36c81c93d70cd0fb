//! A text, with buttons that copy parts of it.

use ratatui::{layout::Rect, text::Line};

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
    content.scrolled(&state.list, lines);
    content.dialog(frame, area, &state.text.title)
}

/// Wraps a line. It continues below its last column, which is preceded by two spaces.
fn wrapped(line: &str, columns: usize) -> Vec<String> {
    let start = line.rfind("  ").map_or(0, |at| at + 2);
    let (head, rest) = line.split_at(start);
    let (mut head, indent) = (head.to_owned(), text::width(head));
    if indent > columns * 2 / 3 {
        return text::wrapped(line, columns);
    }
    let parts = text::wrapped(rest, columns - indent);
    parts.into_iter().map(|part| std::mem::replace(&mut head, " ".repeat(indent)) + &part).collect()
}
