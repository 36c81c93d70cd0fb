//! How much the terminal is trusted with: colours, and letters beyond ASCII.
//! Applied to finished cells, so that nothing that draws has to think of it.

use ratatui::{buffer::Buffer, style::Color};

use super::{
    text,
    theme::{depth::Depth, scheme::Scheme},
};
use crate::domain::Theme;

/// What may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Look {
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

impl Default for Look {
    fn default() -> Self {
        Self { colour: true, depth: Depth::True, unicode: true, utf8: true }
    }
}

impl Look {
    /// Makes finished cells fit: their marks become the theme's looks.
    pub fn apply(self, buffer: &mut Buffer, theme: Theme) {
        // The other themes tell by colours what this one tells by attributes too.
        let theme = if self.colour { theme } else { Theme::Terminal };
        Scheme::of(theme, self.depth).paint(buffer);
        if self.colour && self.unicode && self.utf8 {
            return;
        }
        for cell in &mut buffer.content {
            if !self.colour {
                (cell.fg, cell.bg) = (Color::Reset, Color::Reset);
            }
            if self.unicode || cell.symbol().is_ascii() {
                continue;
            }
            match text::mark_in_ascii(cell.symbol()) {
                Some(plain) => drop(cell.set_symbol(plain)),
                None if self.utf8 => {}
                None => drop(cell.set_symbol("?")),
            }
        }
    }
}
