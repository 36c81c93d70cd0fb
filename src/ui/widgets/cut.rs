//! A text of one style in one row, cut with `…` if it is too wide. Nearly all cells of a
//! list are drawn with it.

use ratatui::{buffer::Buffer, layout::Rect, style::Style, text::Span, widgets::Widget};

use crate::ui::text;

/// A widget that draws a text in one style.
#[derive(Clone, Copy, Debug)]
pub struct Cut<'a> {
    text: &'a str,
    style: Style,
}

impl<'a> Cut<'a> {
    /// Draws the text in this style.
    #[must_use]
    pub const fn new(text: &'a str, style: Style) -> Self {
        Self { text, style }
    }
}

impl Widget for Cut<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let area = area.intersection(buf.area);
        let columns = usize::from(area.width);
        if area.is_empty() || self.text.is_empty() {
            return;
        }
        let Some(width) = text::simple_width(self.text) else {
            return Span::styled(text::cut(self.text, columns), self.style).render(area, buf);
        };
        // Here each character takes one cell. A list draws thousands of them for each key,
        // and a lookup in the Unicode tables would cost many times as much.
        let start = buf.index_of(area.x, area.y);
        let cells = &mut buf.content[start..start + columns];
        for (cell, letter) in cells.iter_mut().zip(self.text.chars()) {
            cell.set_char(letter).set_style(self.style);
        }
        if let (true, Some(last)) = (width > columns, cells.last_mut()) {
            last.set_symbol("…");
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ui::Theme;

    fn drawn(widget: impl Widget, area: Rect) -> Buffer {
        let mut buf = Buffer::filled(Rect::new(0, 0, 12, 2), '·'.into());
        widget.render(area, &mut buf);
        buf
    }

    #[test]
    fn text_that_is_too_wide_ends_with_an_ellipsis() {
        let cut = |text, width| {
            let buf = drawn(Cut::new(text, Style::new()), Rect::new(0, 0, width, 1));
            buf.content[..8].iter().map(ratatui::buffer::Cell::symbol).collect::<String>()
        };
        assert_eq!(cut("deploy", 8), "deploy··");
        assert_eq!(cut("deploy", 6), "deploy··");
        assert_eq!(cut("deploy", 5), "depl…···");
        assert_eq!(cut("deploy", 1), "…·······");
        assert_eq!(cut("deploy", 0), "········");
        assert_eq!(cut("dé日本", 8), "dé日 本 ··");
        assert_eq!(cut("dé日本", 5), "dé日 …···");
    }

    proptest! {
        /// The result equals the library's drawing of the same text, cut beforehand.
        #[test]
        fn all_ways_of_drawing_a_text_give_the_same_result(
            text in "[ -~é日\u{301}]{0,14}|[ -~·…]{0,14}", x in 0_u16..13, width in 0_u16..14,
        ) {
            let (area, style) = (Rect::new(x, 1, width, 1), Theme::default().danger);
            let there = area.intersection(Rect::new(0, 0, 12, 2));
            let by_hand = Span::styled(text::cut(&text, there.width.into()), style);
            prop_assert_eq!(drawn(Cut::new(&text, style), area), drawn(by_hand, there));
        }
    }
}
