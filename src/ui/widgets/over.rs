//! Clears the area that a dialog or a button is drawn over.

use ratatui::{
    buffer::{Buffer, CellWidth as _},
    layout::Rect,
    widgets::{Clear, Widget},
};

/// Clears an area. A double-width character that reaches into the area is cleared
/// completely, because half of it cannot be shown.
#[derive(Clone, Copy, Debug)]
pub struct Over;

impl Widget for Over {
    fn render(self, area: Rect, cells: &mut Buffer) {
        Clear.render(area, cells);
        let Some(x) = area.x.checked_sub(1) else { return };
        for y in area.top()..area.bottom() {
            if let Some(cell) = cells.cell_mut((x, y)).filter(|c| c.cell_width() > 1) {
                cell.set_symbol(" ");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wide_character_across_the_edge_is_removed_entirely() {
        let mut cells = Buffer::with_lines(["日本語日本", "ab日本語日"]);
        Over.render(Rect::new(3, 0, 4, 2), &mut cells);
        assert_eq!(cells, Buffer::with_lines(["日      本", "ab      日"]));
    }
}
