//! What is drawn on: a drawing, and beside it where the cursor stands and where
//! things lie that the mouse can point at. Whoever draws such a thing says so
//! where it is drawn, so that the two cannot disagree.

use std::hash::Hash;

use ratatui::{
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::Clear,
};

use super::{drawing::Drawing, text};
use crate::app::mouse::{Area, Hit, Spot};

/// A frame that is being drawn.
#[derive(Debug)]
pub struct Canvas<'a> {
    drawing: &'a mut Drawing,
    cursor: Option<(u16, u16)>,
    hits: Vec<Hit>,
}

impl<'a> Canvas<'a> {
    #[must_use]
    pub const fn new(drawing: &'a mut Drawing) -> Self {
        Self { drawing, cursor: None, hits: Vec::new() }
    }

    /// All of it.
    #[must_use]
    pub const fn area(&self) -> Rect {
        self.drawing.area()
    }

    /// Draws over what is there.
    pub fn draw(&mut self, what: impl Drawn, at: Rect) {
        what.draw(at.intersection(self.area()), self.drawing);
    }

    /// Draws a text of one style, cut with `…` if it is wider than the area.
    pub fn draw_cut(&mut self, text: &str, style: Style, at: Rect) {
        let at = at.intersection(self.area());
        if text::width(text) <= usize::from(at.width) {
            self.drawing.text(at, text, style);
        } else {
            self.drawing.text(at, &text::cut(text, usize::from(at.width)), style);
        }
    }

    /// Draws a part that shows neither the cursor nor anything to point at: not at
    /// all, if the frame before had one of this key, which stands for all that the
    /// part depends on, but for the row where it is.
    pub fn part(&mut self, at: Rect, key: impl Hash, draw: impl FnOnce(&mut Canvas<'_>)) {
        self.drawing.part(at, key, |drawing| draw(&mut Canvas::new(drawing)));
    }

    /// Changes how what is there looks.
    pub fn set_style(&mut self, at: Rect, style: Style) {
        self.drawing.style(at, style);
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
        self.drawing.finish();
        (self.cursor, self.hits)
    }
}

/// As the core knows it.
#[must_use]
pub const fn area(at: Rect) -> Area {
    Area { x: at.x, y: at.y, width: at.width, height: at.height }
}

/// What can be drawn.
pub trait Drawn {
    fn draw(self, at: Rect, on: &mut Drawing);
}

/// The whole row takes the line's style.
impl Drawn for Line<'_> {
    fn draw(self, at: Rect, on: &mut Drawing) {
        (&self).draw(at, on);
    }
}

impl Drawn for &Line<'_> {
    fn draw(self, at: Rect, on: &mut Drawing) {
        let at = Rect { height: at.height.min(1), ..at };
        if self.style != Style::default() && self.spans.iter().any(|s| !s.content.is_empty()) {
            on.style(at, self.style);
        }
        letters(self, at, on);
    }
}

impl Drawn for Span<'_> {
    fn draw(self, at: Rect, on: &mut Drawing) {
        on.text(at, &self.content, self.style);
    }
}

/// Lines below each other, whose letters alone take their style.
impl Drawn for Vec<Line<'_>> {
    fn draw(self, at: Rect, on: &mut Drawing) {
        for (line, y) in self.iter().zip(at.y..at.bottom()) {
            letters(line, Rect { y, height: 1, ..at }, on);
        }
    }
}

/// The letters of a line, from the left of a row; what is too long is missing.
fn letters(line: &Line<'_>, at: Rect, on: &mut Drawing) {
    let mut at = at;
    for span in &line.spans {
        if at.is_empty() {
            return;
        }
        on.text(at, &span.content, line.style.patch(span.style));
        let width = u16::try_from(text::width(&span.content)).unwrap_or(u16::MAX).min(at.width);
        (at.x, at.width) = (at.x + width, at.width - width);
    }
}

impl Drawn for Clear {
    fn draw(self, at: Rect, on: &mut Drawing) {
        on.blank(at);
    }
}
