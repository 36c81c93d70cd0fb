//! What the terminal supports: colours, and characters beyond ASCII. Themes adapt the
//! colours and a final pass replaces characters, so drawing code ignores both.

use ratatui::buffer::{Buffer, Cell, CellWidth as _};

use super::{text, theme::depth::Depth};

/// The colours and characters that may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Appearance {
    /// Whether to use colours; without them bold, reverse and underline remain.
    pub colour: bool,
    /// How many colours the terminal has.
    pub depth: Depth,
    /// Whether marks and frames may be Unicode; names are not affected.
    pub unicode: bool,
    /// Whether the terminal uses UTF-8. Without it names are reduced to ASCII too, because
    /// the bytes of other characters could be control codes.
    pub utf8: bool,
}

impl Default for Appearance {
    fn default() -> Self {
        Self { colour: true, depth: Depth::True, unicode: true, utf8: true }
    }
}

impl Appearance {
    /// Replaces characters that the terminal cannot show, in a finished frame.
    pub fn apply(self, cells: &mut Buffer) {
        if !(self.unicode && self.utf8) {
            cells.content.iter_mut().for_each(|cell| self.fit(cell));
        }
        cover(cells);
    }

    fn fit(self, cell: &mut Cell) {
        if self.unicode || cell.symbol().is_ascii() {
            return;
        }
        match text::mark_in_ascii(cell.symbol()) {
            Some(plain) => drop(cell.set_symbol(plain)),
            None if self.utf8 => {}
            None => drop(cell.set_symbol("?")),
        }
    }
}

/// Blanks the second cell of each wide character and gives it the same style. Comparing
/// two frames skips that cell, so old content there would survive the character.
pub fn cover(cells: &mut Buffer) {
    for row in cells.content.chunks_mut(usize::from(cells.area.width).max(1)) {
        let mut x = 0;
        while let Some((cell, behind)) = row.get_mut(x..).and_then(<[Cell]>::split_first_mut) {
            // Fast path: nearly all cells are one ASCII character.
            let width = if cell.symbol().len() == 1 { 1 } else { cell.cell_width().max(1) };
            for covered in behind.iter_mut().take(usize::from(width) - 1) {
                covered.clone_from(cell);
                covered.set_symbol(" ");
            }
            x += usize::from(width);
        }
    }
}
