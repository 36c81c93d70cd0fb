//! Text in columns, drawn.

use ratatui::{buffer::Buffer, layout::Rect, style::Style, text::Span, widgets::Widget as _};

pub use crate::domain::text::*;

/// Draws a text of one style from the left of an area's first row; what is too long
/// is missing. The library looks for letters of several code points everywhere, and
/// nearly all that we show is ASCII.
pub fn draw(text: &str, style: Style, at: Rect, cells: &mut Buffer) {
    if simple_width(text).is_some() {
        draw_simple(text, style, at, cells);
    } else {
        Span::styled(text, style).render(at, cells);
    }
}

/// Draws a text that [`simple_width`] knows.
fn draw_simple(text: &str, style: Style, at: Rect, cells: &mut Buffer) {
    if at.is_empty() {
        return;
    }
    let start = cells.index_of(at.x, at.y);
    let row = &mut cells.content[start..start + usize::from(at.width)];
    let is_styled = style != Style::new();
    for (cell, letter) in row.iter_mut().zip(text.chars()) {
        // A cell is blank at first.
        if letter != ' ' || cell.symbol().as_bytes() != b" " {
            cell.set_char(letter);
        }
        if is_styled {
            cell.set_style(style);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn simple_letters_are_drawn_as_by_the_library() {
        let marks = "a ~·…─│•▸↻↓↑";
        for columns in [3, 20] {
            let area = Rect::new(0, 0, columns, 1);
            let (mut ours, mut theirs) = (Buffer::empty(area), Buffer::empty(area));
            let span = Span::styled(marks, Style::new().bold());
            draw(marks, span.style, area, &mut ours);
            span.render(area, &mut theirs);
            assert_eq!(ours, theirs);
        }
    }
}
