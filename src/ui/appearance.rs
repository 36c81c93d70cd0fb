//! How much the terminal is trusted with: colours, and letters beyond ASCII.
//! Colours are the theme's matter, letters are changed in finished cells: nothing that
//! draws has to think of either.

use ratatui::buffer::{Buffer, Cell, CellWidth as _};

use super::{text, theme::depth::Depth};

/// What may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Appearance {
    /// Without, bold, reverse and underline remain.
    pub colour: bool,
    /// How many colours there are.
    pub depth: Depth,
    /// Without, our own marks and frames are ASCII; names stay as they are.
    pub unicode: bool,
    /// Without, names are ASCII too: another letter could be several, or a command
    /// for the terminal.
    pub utf8: bool,
}

impl Default for Appearance {
    fn default() -> Self {
        Self { colour: true, depth: Depth::True, unicode: true, utf8: true }
    }
}

impl Appearance {
    /// Makes the letters of finished cells fit.
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

/// What a wide letter covers is blank and looks as it does. Otherwise a comparison of two
/// frames, which leaves it out, would not tell what is there once the letter has gone.
pub fn cover(cells: &mut Buffer) {
    for row in cells.content.chunks_mut(usize::from(cells.area.width).max(1)) {
        let mut x = 0;
        while let Some((cell, behind)) = row.get_mut(x..).and_then(<[Cell]>::split_first_mut) {
            // Nearly all are a letter of ASCII.
            let width = if cell.symbol().len() == 1 { 1 } else { cell.cell_width().max(1) };
            for covered in behind.iter_mut().take(usize::from(width) - 1) {
                covered.clone_from(cell);
                covered.set_symbol(" ");
            }
            x += usize::from(width);
        }
    }
}
