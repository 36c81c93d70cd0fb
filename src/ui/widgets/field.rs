//! A text field: its text, and the terminal's cursor where it has the focus.

use ratatui::{Frame, layout::Rect, text::Span};
use unicode_segmentation::UnicodeSegmentation;

use crate::{
    app::field::Field,
    ui::{text, theme},
};

/// Draws a field of one row; the cursor is put into it if it has the focus.
pub fn draw(frame: &mut Frame<'_>, area: Rect, field: &Field, focused: bool) {
    if area.width == 0 || area.height == 0 {
        return;
    }
    let columns = usize::from(area.width);
    // One column is kept for the cursor behind the last letter.
    let scrolled = if focused { field.scrolled(columns.saturating_sub(1)) } else { 0 };
    let shown = text::fit(&without(field.text(), scrolled), columns);
    let style = if focused { theme::field().patch(theme::strong()) } else { theme::field() };
    frame.render_widget(Span::styled(shown, style), Rect { height: 1, ..area });
    if focused {
        let column = field.cursor_column().saturating_sub(scrolled).min(columns - 1);
        let x = area.x + u16::try_from(column).unwrap_or(0);
        frame.set_cursor_position((x, area.y));
    }
}

/// The text without its first columns.
fn without(whole: &str, columns: usize) -> String {
    let mut skipped = 0;
    whole
        .graphemes(true)
        .skip_while(|letter| {
            let skip = skipped < columns;
            skipped += text::width(letter);
            skip
        })
        .collect()
}
