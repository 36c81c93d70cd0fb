//! The mouse: a second way to say what keys say. Whatever it does, it does by the
//! actions of the keys, so that nothing can be done by a click that has no key,
//! and nothing skips a question.

mod hit_target;

use jiff::Timestamp;

pub use hit_target::{Scrolled, HitTarget};

use super::{
    effect::LayerId,
    layout_info::{LayoutInfo, Window},
    time::after,
};

/// Milliseconds in which a second click on the same spot makes a double one, and
/// in which clicks on something that has just come do not count.
pub const DOUBLE_MS: i64 = 400;
/// Rows that one notch of the wheel scrolls.
pub const NOTCH: usize = 3;

/// What the mouse did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gesture {
    Move,
    /// The left button went down.
    Press,
    WheelUp,
    WheelDown,
}

/// A gesture, and the cell where it was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pointer {
    pub gesture: Gesture,
    pub x: u16,
    pub y: u16,
}

/// An area of the screen, in cells from its upper left corner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Area {
    pub x: u16,
    pub y: u16,
    pub width: u16,
    pub height: u16,
}

impl Area {
    #[must_use]
    pub const fn has(&self, x: u16, y: u16) -> bool {
        x >= self.x && y >= self.y && x - self.x < self.width && y - self.y < self.height
    }
}

/// Where a spot lies. Later ones lie on top.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    pub area: Area,
    pub target: HitTarget,
}

/// The state of the mouse.
#[derive(Debug, Default)]
pub struct Mouse {
    /// The user wants it; see [`Model::takes_mouse`].
    pub on: bool,
    /// Where the pointer was last.
    at: Option<(u16, u16)>,
    /// Where things lay when the screen was last drawn.
    hits: Vec<Hit>,
    /// The last press that can be the first of a double one.
    pressed: Option<(Timestamp, HitTarget)>,
    /// What was in front when the screen was last drawn, and since when.
    front: Option<(LayerId, Timestamp)>,
}

impl Mouse {
    /// The pointer is elsewhere, as far as is known.
    pub const fn leave(&mut self) {
        self.at = None;
    }

    /// Takes over where things lie now, if the mouse is listened to, and notes what is
    /// in front.
    pub fn apply_layout(&mut self, layout: &LayoutInfo, front: LayerId, takes: bool, now: Timestamp) {
        match self.front {
            // The first screen takes no one by surprise.
            None => self.front = Some((front, Timestamp::MIN)),
            Some((before, _)) if before != front => self.front = Some((front, now)),
            Some(_) => {}
        }
        if takes {
            self.hits.clone_from(&layout.hits);
        } else {
            *self = Self { on: self.on, front: self.front, ..Self::default() };
        }
    }

    /// Whether the pointer is over an area.
    #[must_use]
    pub fn is_over(&self, area: Area) -> bool {
        self.at.is_some_and(|(x, y)| area.has(x, y))
    }

    /// Whether it goes to another row by going there.
    #[must_use]
    pub fn leaves_row(&self, x: u16, y: u16) -> bool {
        self.at.and_then(|(x, y)| self.row_at(x, y)) != self.row_at(x, y)
    }

    /// The pointer is there.
    pub const fn go(&mut self, x: u16, y: u16) {
        self.at = Some((x, y));
    }

    /// What a press there is meant for, and whether it is a double one. What has just
    /// come to the front was not meant.
    pub fn press(&mut self, x: u16, y: u16, now: Timestamp) -> Option<(HitTarget, bool)> {
        let is_new = |since: Timestamp| now < after(since, DOUBLE_MS);
        if self.front.is_some_and(|(_, since)| is_new(since)) {
            return None;
        }
        let before = self.pressed.take();
        let target = self.target_at(x, y)?;
        let double = before.is_some_and(|(at, first)| first == target && is_new(at));
        if !double {
            self.pressed = Some((now, target));
        }
        Some((target, double))
    }

    /// Something else is in front: the next press is a first one.
    pub const fn forget_press(&mut self) {
        self.pressed = None;
    }

    /// What scrolls there, and the part of it that is shown.
    #[must_use]
    pub fn scrolled_at(&self, x: u16, y: u16) -> Option<(Scrolled, Window)> {
        self.hits.iter().rev().find_map(|h| match h.target {
            HitTarget::Scrolls(what, window) if h.area.has(x, y) => Some((what, window)),
            _ => None,
        })
    }

    /// What can be clicked there.
    fn target_at(&self, x: u16, y: u16) -> Option<HitTarget> {
        let found = |h: &&Hit| h.area.has(x, y) && !matches!(h.target, HitTarget::Scrolls(..));
        self.hits.iter().rev().find(found).map(|h| h.target)
    }

    /// The row or one of its buttons there: what hovering shows something for.
    fn row_at(&self, x: u16, y: u16) -> Option<HitTarget> {
        self.target_at(x, y).filter(|target| matches!(target, HitTarget::Row(_) | HitTarget::RowDo(..)))
    }
}
