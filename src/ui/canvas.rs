//! The frame to draw on, with the targets of mouse clicks. Code that draws a clickable
//! item records its target in the same place, so the two cannot disagree.

use std::ops::Range;

use ratatui::{
    Frame,
    layout::{Position, Rect},
    style::Style,
    widgets::{StatefulWidget, Widget},
};

use super::{
    Theme, text,
    widgets::{cut::Cut, over::Over},
};
use crate::app::mouse::{Area, Hit, HitTarget};

/// A frame in the making: cells, click targets and the cursor.
#[derive(Debug)]
pub struct Canvas<'a, 'f> {
    frame: &'a mut Frame<'f>,
    theme: &'a Theme,
    cursor: Option<Position>,
    hits: Vec<Hit>,
}

impl<'a, 'f> Canvas<'a, 'f> {
    /// A canvas over a frame, without click targets.
    #[must_use]
    pub const fn new(frame: &'a mut Frame<'f>, theme: &'a Theme) -> Self {
        Self { frame, theme, cursor: None, hits: Vec::new() }
    }

    /// The styles to draw with.
    #[must_use]
    pub const fn theme(&self) -> &'a Theme {
        self.theme
    }

    /// The area of the whole frame.
    #[must_use]
    pub const fn area(&self) -> Rect {
        self.frame.area()
    }

    /// Draws a widget, clipped to the frame.
    pub fn render_widget(&mut self, widget: impl Widget, at: Rect) {
        self.frame.render_widget(widget, at.intersection(self.area()));
    }

    /// Draws a stateful widget, clipped to the frame.
    pub fn render_stateful_widget<W: StatefulWidget>(
        &mut self,
        widget: W,
        at: Rect,
        state: &mut W::State,
    ) {
        self.frame.render_stateful_widget(widget, at.intersection(self.area()), state);
    }

    /// Draws a text in one style; if it is wider than the area it ends in `…`.
    pub fn draw_cut(&mut self, text: &str, style: Style, at: Rect) {
        self.render_widget(Cut::new(text, style), at);
    }

    /// Clears an area to the theme's background.
    pub fn clear(&mut self, at: Rect) {
        self.render_widget(Over, at);
        self.set_style(at, self.theme.text);
    }

    /// Applies a style to cells that are already drawn.
    pub fn set_style(&mut self, at: Rect, style: Style) {
        // Many styles of the terminal theme are empty.
        if style != Style::new() {
            self.frame.buffer_mut().set_style(at, style);
        }
    }

    /// Styles what a filter found in a text that is drawn at `at`. The ranges are of bytes.
    pub fn highlight(&mut self, found: &[Range<usize>], text: &str, at: Rect) {
        for range in found {
            let columns = |part: &str| u16::try_from(text::width(part)).unwrap_or(u16::MAX);
            let (Some(before), Some(part)) = (text.get(..range.start), text.get(range.clone()))
            else {
                continue;
            };
            let x = at.x.saturating_add(columns(before));
            let part = Rect { x, width: columns(part), ..at };
            self.set_style(part.intersection(at), self.theme.found);
        }
    }

    /// Adds a click target on top of the others.
    pub fn add_target(&mut self, at: Rect, target: HitTarget) {
        let at = at.intersection(self.area());
        if !at.is_empty() {
            self.hits.push(Hit { area: area(at), target });
        }
    }

    /// Removes all click targets, before a dialog is drawn over them.
    pub fn cover(&mut self) {
        self.hits.clear();
    }

    /// Shows the terminal's cursor at a position.
    pub fn set_cursor_position(&mut self, at: impl Into<Position>) {
        let at = at.into();
        self.cursor = Some(at);
        self.frame.set_cursor_position(at);
    }

    /// The cursor as (column, row), if it is shown, and all click targets.
    #[must_use]
    pub fn finish(self) -> (Option<(u16, u16)>, Vec<Hit>) {
        (self.cursor.map(Into::into), self.hits)
    }
}

/// Converts to the area type of `app`, which does not depend on ratatui.
#[must_use]
pub const fn area(at: Rect) -> Area {
    Area { x: at.x, y: at.y, width: at.width, height: at.height }
}
