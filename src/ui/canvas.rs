//! What is drawn on: the library's frame, and beside it where things lie that the
//! mouse can point at. Whoever draws such a thing says so where it is drawn, so
//! that the two cannot disagree.

use std::ops::{Deref, DerefMut};

use ratatui::{Frame, layout::Rect};

use crate::app::mouse::{Area, Hit, Spot};

/// A frame that remembers spots.
#[derive(Debug)]
pub struct Canvas<'a, 'b> {
    frame: &'a mut Frame<'b>,
    hits: Vec<Hit>,
}

impl<'a, 'b> Canvas<'a, 'b> {
    #[must_use]
    pub const fn new(frame: &'a mut Frame<'b>) -> Self {
        Self { frame, hits: Vec::new() }
    }

    /// From now on there is something to point at, on top of what is there.
    pub fn spot(&mut self, at: Rect, spot: Spot) {
        let at = at.intersection(self.frame.area());
        if !at.is_empty() {
            self.hits.push(Hit { area: area(at), spot });
        }
    }

    /// Something stands over all that was drawn so far: only what comes after it
    /// can be pointed at.
    pub fn cover(&mut self) {
        self.hits.clear();
    }

    #[must_use]
    pub fn into_hits(self) -> Vec<Hit> {
        self.hits
    }
}

/// As the core knows it.
#[must_use]
pub const fn area(at: Rect) -> Area {
    Area { x: at.x, y: at.y, width: at.width, height: at.height }
}

impl<'b> Deref for Canvas<'_, 'b> {
    type Target = Frame<'b>;

    fn deref(&self) -> &Self::Target {
        self.frame
    }
}

impl DerefMut for Canvas<'_, '_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        self.frame
    }
}
