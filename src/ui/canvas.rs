//! What is drawn on: cells, and beside them where the cursor stands and where
//! things lie that the mouse can point at. Whoever draws such a thing says so
//! where it is drawn, so that the two cannot disagree.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::{Block, Clear, Widget as _},
};

use super::text;
use crate::app::mouse::{Area, Hit, Spot};

/// A frame that is being drawn.
#[derive(Debug)]
pub struct Canvas<'a> {
    cells: &'a mut Buffer,
    cursor: Option<(u16, u16)>,
    hits: Vec<Hit>,
}

impl<'a> Canvas<'a> {
    #[must_use]
    pub const fn new(cells: &'a mut Buffer) -> Self {
        Self { cells, cursor: None, hits: Vec::new() }
    }

    /// All of it.
    #[must_use]
    pub const fn area(&self) -> Rect {
        self.cells.area
    }

    /// Draws over what is there. Half a wide letter cannot be seen: one that is
    /// drawn over in part is gone.
    pub fn draw(&mut self, what: impl Drawn, at: Rect) {
        let at = at.intersection(self.area());
        if let Some(x) = at.x.checked_sub(1) {
            for y in at.y..at.bottom() {
                let cell = &mut self.cells[(x, y)];
                if cell.symbol().len() > 1 && text::width(cell.symbol()) > 1 {
                    cell.set_symbol(" ");
                }
            }
        }
        what.draw(at, self.cells);
    }

    /// Draws a text of one style, cut with `…` if it is wider than the area.
    pub fn draw_cut(&mut self, text: &str, style: Style, at: Rect) {
        text::draw_cut(text, style, at.intersection(self.area()), self.cells);
    }

    /// What is drawn so far.
    pub const fn cells(&mut self) -> &mut Buffer {
        self.cells
    }

    /// From now on there is something to point at, on top of what is there.
    pub fn spot(&mut self, at: Rect, spot: Spot) {
        let at = at.intersection(self.area());
        if !at.is_empty() {
            self.hits.push(Hit { area: area(at), spot });
        }
    }

    /// Something stands over all that was drawn so far: only what comes after it
    /// can be pointed at.
    pub fn cover(&mut self) {
        self.hits.clear();
    }

    /// The terminal's cursor is shown here.
    pub fn set_cursor(&mut self, at: (u16, u16)) {
        self.cursor = Some(at);
    }

    /// Where the cursor is shown, if it is, and what can be pointed at.
    #[must_use]
    pub fn finish(self) -> (Option<(u16, u16)>, Vec<Hit>) {
        (self.cursor, self.hits)
    }
}

/// As the core knows it.
#[must_use]
pub const fn area(at: Rect) -> Area {
    Area { x: at.x, y: at.y, width: at.width, height: at.height }
}

/// What can be drawn. Text has a way of its own: the library looks for letters
/// of several code points everywhere, and nearly all that we show is ASCII.
pub trait Drawn {
    fn draw(self, at: Rect, cells: &mut Buffer);
}

/// The whole row takes the line's style.
impl Drawn for Line<'_> {
    fn draw(self, at: Rect, cells: &mut Buffer) {
        (&self).draw(at, cells);
    }
}

impl Drawn for &Line<'_> {
    fn draw(self, at: Rect, cells: &mut Buffer) {
        let at = Rect { height: at.height.min(1), ..at };
        if self.style != Style::default() && self.spans.iter().any(|s| !s.content.is_empty()) {
            cells.set_style(at, self.style);
        }
        text::draw_line(self, at, cells);
    }
}

impl Drawn for Span<'_> {
    fn draw(self, at: Rect, cells: &mut Buffer) {
        text::draw(&self.content, self.style, at, cells);
    }
}

/// Lines below each other, whose letters alone take their style.
impl Drawn for Vec<Line<'_>> {
    fn draw(self, at: Rect, cells: &mut Buffer) {
        for (line, y) in self.iter().zip(at.y..at.bottom()) {
            text::draw_line(line, Rect { y, height: 1, ..at }, cells);
        }
    }
}

impl Drawn for Block<'_> {
    fn draw(self, at: Rect, cells: &mut Buffer) {
        self.render(at, cells);
    }
}

impl Drawn for Clear {
    fn draw(self, at: Rect, cells: &mut Buffer) {
        self.render(at, cells);
    }
}
