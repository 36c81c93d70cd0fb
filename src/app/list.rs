//! Scrolling: the cursor of a list, or the offset of a text.

use super::layout_info::Window;
use crate::input::Action;

/// Rows per page before the first frame.
const FALLBACK_PAGE: usize = 10;

/// The cursor of a list, and the part that the last frame showed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct List {
    /// The row under the cursor.
    pub cursor: usize,
    /// The first visible row, or the offset of a text.
    pub top: usize,
    height: usize,
    len: usize,
}

impl List {
    /// The rows to show so that the cursor is visible.
    #[must_use]
    pub fn window(&self, len: usize, height: usize) -> Window {
        let cursor = self.cursor.min(len.saturating_sub(1));
        let lowest = (cursor + 1).saturating_sub(height);
        let highest = cursor.min(len.saturating_sub(height));
        let top = self.top.clamp(lowest.min(highest), highest);
        Window { top, height, len }
    }

    /// Stores the part that was drawn.
    pub fn show_window(&mut self, window: Window) {
        self.top = window.top;
        self.height = window.height;
        self.len = window.len;
    }

    /// The rows that the last frame showed.
    #[must_use]
    pub fn visible(&self) -> std::ops::Range<usize> {
        self.top..self.top + self.height
    }

    /// Moves the cursor. Returns `false` if the action is not a movement.
    pub fn step(&mut self, action: Action, len: usize) -> bool {
        let Some(to) = self.target(action, self.cursor) else { return false };
        self.cursor = to.min(len.saturating_sub(1));
        true
    }

    /// Scrolls a text. Returns `false` if the action is not a movement.
    pub fn scroll(&mut self, action: Action) -> bool {
        let Some(to) = self.target(action, self.top) else { return false };
        self.top = to.min(self.len.saturating_sub(self.height));
        self.cursor = self.top;
        true
    }

    /// Whether an action is a movement.
    #[must_use]
    pub fn moves(action: Action) -> bool {
        Self::default().target(action, 0).is_some()
    }

    /// Whether an action is a movement and there is something to scroll to.
    #[must_use]
    pub fn scrolls(&self, action: Action) -> bool {
        self.is_cut() && Self::moves(action)
    }

    /// Whether the last frame did not show everything.
    #[must_use]
    pub const fn is_cut(&self) -> bool {
        self.len > self.height
    }

    /// The part of a text to show.
    #[must_use]
    pub fn offset(&self, len: usize, height: usize) -> Window {
        Window { top: self.top.min(len.saturating_sub(height)), height, len }
    }

    /// The line of the visible part that the cursor is on.
    #[must_use]
    pub const fn line(&self) -> usize {
        self.cursor.saturating_sub(self.top)
    }

    /// Scrolls so that the cursor is on this line of the visible part again, after its row
    /// has moved within the list.
    pub const fn hold(&mut self, line: usize) {
        self.top = self.cursor.saturating_sub(line);
    }

    /// Scrolls by a number of rows at most. The cursor moves only to stay visible.
    pub fn scroll_by(&mut self, window: Window, rows: usize, down: bool) {
        let last = window.len.saturating_sub(window.height);
        let top = if down { window.top + rows } else { window.top.saturating_sub(rows) };
        self.top = top.min(last);
        let bottom = (self.top + window.height.max(1)).min(window.len).saturating_sub(1);
        self.cursor = self.cursor.clamp(self.top.min(bottom), bottom);
    }

    fn target(&self, action: Action, from: usize) -> Option<usize> {
        let page = if self.height == 0 { FALLBACK_PAGE } else { self.height };
        Some(match action {
            Action::Up => from.saturating_sub(1),
            Action::Down => from + 1,
            Action::Top => 0,
            Action::Bottom => usize::MAX,
            Action::HalfUp => from.saturating_sub((page / 2).max(1)),
            Action::HalfDown => from + (page / 2).max(1),
            Action::PageUp => from.saturating_sub(page),
            Action::PageDown => from + page,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_window_moves_only_when_the_cursor_leaves_it() {
        let mut list = List::default();
        for _ in 0..4 {
            list.step(Action::Down, 10);
        }
        assert_eq!(list.window(10, 5).top, 0);
        list.step(Action::Down, 10);
        list.show_window(list.window(10, 5));
        assert_eq!((list.cursor, list.top), (5, 1));
        list.step(Action::Up, 10);
        assert_eq!(list.window(10, 5).top, 1);
        list.step(Action::Bottom, 10);
        list.show_window(list.window(10, 5));
        assert_eq!((list.cursor, list.top), (9, 5));
        list.step(Action::PageUp, 10);
        assert_eq!(list.cursor, 4);
    }

    proptest! {
        #[test]
        fn the_cursor_is_always_visible(cursor in 0..50usize, top in 0..50usize, len in 0..50usize, height in 1..60usize) {
            let list = List { cursor, top, height, len };
            let window = list.window(len, height);
            let cursor = cursor.min(len.saturating_sub(1));
            prop_assert!(window.top <= cursor);
            prop_assert!(cursor < window.top + height);
            prop_assert!(window.top + height <= len.max(height));
        }
    }
}
