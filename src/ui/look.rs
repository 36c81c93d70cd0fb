//! How much the terminal is trusted with: colours, and letters beyond ASCII.
//! Applied to the finished frame, so that nothing that draws has to think of it.

use ratatui::{
    buffer::Buffer,
    style::{Color, Style},
};

/// What may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Without, bold, reverse and underline remain.
    pub colour: bool,
    /// Without, our own marks and frames are ASCII; names stay as they are.
    pub unicode: bool,
}

impl Default for Look {
    fn default() -> Self {
        Self { colour: true, unicode: true }
    }
}

/// Our own marks, and what stands for them.
const ASCII: &[(&str, &str)] = &[
    ("─", "-"),
    ("│", "|"),
    ("┌", "+"),
    ("┐", "+"),
    ("└", "+"),
    ("┘", "+"),
    ("•", "*"),
    ("·", "."),
    ("…", "~"),
    ("▸", ">"),
    ("↻", "@"),
    ("↓", "v"),
    ("↑", "^"),
    ("◐", "|"),
    ("◓", "/"),
    ("◑", "-"),
    ("◒", "\\"),
];

impl Look {
    /// Makes a finished frame fit.
    pub fn apply(self, buffer: &mut Buffer) {
        if self == Self::default() {
            return;
        }
        for cell in &mut buffer.content {
            if !self.colour {
                cell.set_style(Style::new().fg(Color::Reset).bg(Color::Reset));
            }
            if !self.unicode
                && let Some((_, plain)) = ASCII.iter().find(|(mark, _)| cell.symbol() == *mark)
            {
                cell.set_symbol(plain);
            }
        }
    }
}
