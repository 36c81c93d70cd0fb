//! The frame that is drawn on, and beside it what the mouse can point at. Whoever
//! draws such a thing says so where it is drawn, so that the two cannot disagree.

use ratatui::{
    Frame,
    layout::{Position, Rect},
    style::Style,
    widgets::{StatefulWidget, Widget},
};

use super::{
    Theme,
    widgets::{cut::Cut, over::Over},
};
use crate::app::mouse::{Area, Hit, HitTarget};

/// A frame that is being drawn.
#[derive(Debug)]
pub struct Canvas<'a, 'f> {
    frame: &'a mut Frame<'f>,
    theme: &'a Theme,
    cursor: Option<Position>,
    hits: Vec<Hit>,
}

impl<'a, 'f> Canvas<'a, 'f> {
    #[must_use]
    pub const fn new(frame: &'a mut Frame<'f>, theme: &'a Theme) -> Self {
        Self { frame, theme, cursor: None, hits: Vec::new() }
    }

    /// How what is drawn looks.
    #[must_use]
    pub const fn theme(&self) -> &'a Theme {
        self.theme
    }

    /// All of it.
    #[must_use]
    pub const fn area(&self) -> Rect {
        self.frame.area()
    }

    /// Draws over what is there, as far as it lies within the frame.
    pub fn render_widget(&mut self, widget: impl Widget, at: Rect) {
        self.frame.render_widget(widget, at.intersection(self.area()));
    }

    /// The same with a state that the widget looks at.
    pub fn render_stateful_widget<W: StatefulWidget>(
        &mut self,
        widget: W,
        at: Rect,
        state: &mut W::State,
    ) {
        self.frame.render_stateful_widget(widget, at.intersection(self.area()), state);
    }

    /// Draws a text of one style, cut with `…` if it is wider than the area.
    pub fn draw_cut(&mut self, text: &str, style: Style, at: Rect) {
        self.render_widget(Cut::new(text, style), at);
    }

    /// Makes the ground that all else stands on of what is there.
    pub fn clear(&mut self, at: Rect) {
        self.render_widget(Over, at);
        self.set_style(at, self.theme.text);
    }

    /// Changes how what is there looks.
    pub fn set_style(&mut self, at: Rect, style: Style) {
        // The usual theme leaves the ground to the terminal.
        if style != Style::new() {
            self.frame.buffer_mut().set_style(at, style);
        }
    }

    /// From now on there is something to point at, on top of what is there.
    pub fn add_target(&mut self, at: Rect, target: HitTarget) {
        let at = at.intersection(self.area());
        if !at.is_empty() {
            self.hits.push(Hit { area: area(at), target });
        }
    }

    /// Something stands over all that was drawn so far: only what comes after it
    /// can be pointed at.
    pub fn cover(&mut self) {
        self.hits.clear();
    }

    /// The terminal's cursor is shown here.
    pub fn set_cursor_position(&mut self, at: impl Into<Position>) {
        let at = at.into();
        self.cursor = Some(at);
        self.frame.set_cursor_position(at);
    }

    /// Where the cursor is shown, if it is, and what can be pointed at.
    #[must_use]
    pub fn finish(self) -> (Option<(u16, u16)>, Vec<Hit>) {
        (self.cursor.map(Into::into), self.hits)
    }
}

/// As the core knows it.
#[must_use]
pub const fn area(at: Rect) -> Area {
    Area { x: at.x, y: at.y, width: at.width, height: at.height }
}
