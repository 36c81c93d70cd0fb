//! The mouse, as an alternative to keys. Clicks trigger the same actions as keys, so
//! everything also has a key and no click skips a confirmation.

mod hit_target;

use jiff::Timestamp;

pub use hit_target::{HitTarget, Scrolled};

use super::{
    effect::LayerId,
    layout_info::{LayoutInfo, Window},
    time::after,
};

/// Milliseconds within which a second click on the same target is a double click, and
/// within which clicks on a layer that has just opened are ignored.
pub const DOUBLE_MS: i64 = 400;
/// Rows per notch of the mouse wheel.
pub const NOTCH: usize = 3;

/// A mouse event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gesture {
    /// The pointer moved.
    Move,
    /// The left button was pressed.
    Press,
    /// The wheel turned up.
    WheelUp,
    /// The wheel turned down.
    WheelDown,
}

/// A mouse event and its position, in cells from the upper left corner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pointer {
    /// What happened.
    pub gesture: Gesture,
    /// Column.
    pub x: u16,
    /// Row.
    pub y: u16,
}

/// An area of the screen, in cells from the upper left corner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Area {
    /// First column.
    pub x: u16,
    /// First row.
    pub y: u16,
    /// Number of columns.
    pub width: u16,
    /// Number of rows.
    pub height: u16,
}

impl Area {
    /// Whether the cell is in the area.
    #[must_use]
    pub const fn has(&self, x: u16, y: u16) -> bool {
        x >= self.x && y >= self.y && x - self.x < self.width && y - self.y < self.height
    }
}

/// A click target with its area. Later targets are on top.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Where the target is.
    pub area: Area,
    /// The target.
    pub target: HitTarget,
}

/// The state of the mouse.
#[derive(Debug, Default)]
pub struct Mouse {
    /// Whether the user has switched the mouse on; see
    /// [`Model::takes_mouse`](super::Model::takes_mouse).
    pub on: bool,
    /// The last position of the pointer.
    at: Option<(u16, u16)>,
    /// The click targets of the last frame.
    hits: Vec<Hit>,
    /// The last press that can start a double click.
    pressed: Option<(Timestamp, HitTarget)>,
    /// The layer in front in the last frame, and since when.
    front: Option<(LayerId, Timestamp)>,
}

impl Mouse {
    /// Forgets the position of the pointer.
    pub const fn leave(&mut self) {
        self.at = None;
    }

    /// Stores the layer in front and, if the mouse is in use, the click targets of the frame.
    pub fn apply_layout(
        &mut self,
        layout: &LayoutInfo,
        front: LayerId,
        takes: bool,
        now: Timestamp,
    ) {
        match self.front {
            // Clicks on the first screen count from the start.
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

    /// Whether moving the pointer there would leave the current row.
    #[must_use]
    pub fn leaves_row(&self, x: u16, y: u16) -> bool {
        self.at.and_then(|(x, y)| self.row_at(x, y)) != self.row_at(x, y)
    }

    /// Stores the position of the pointer.
    pub const fn go(&mut self, x: u16, y: u16) {
        self.at = Some((x, y));
    }

    /// The target of a press, and whether it is a double click. `None` if there is no target
    /// or the layer in front has just opened.
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

    /// Another layer is in front: the next press does not complete a double click.
    pub const fn forget_press(&mut self) {
        self.pressed = None;
    }

    /// The list or text at this position that scrolls, and its visible part.
    #[must_use]
    pub fn scrolled_at(&self, x: u16, y: u16) -> Option<(Scrolled, Window)> {
        self.hits.iter().rev().find_map(|h| match h.target {
            HitTarget::Scrolls(what, window) if h.area.has(x, y) => Some((what, window)),
            _ => None,
        })
    }

    /// The click target at this position.
    fn target_at(&self, x: u16, y: u16) -> Option<HitTarget> {
        let found = |h: &&Hit| h.area.has(x, y) && !matches!(h.target, HitTarget::Scrolls(..));
        self.hits.iter().rev().find(found).map(|h| h.target)
    }

    /// The row at this position, or one of its buttons: the targets that react to hovering.
    fn row_at(&self, x: u16, y: u16) -> Option<HitTarget> {
        self.target_at(x, y)
            .filter(|target| matches!(target, HitTarget::Row(_) | HitTarget::RowDo(..)))
    }
}
