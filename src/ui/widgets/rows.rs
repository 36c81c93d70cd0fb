//! A scrolling list with a cursor.

use ratatui::{
    layout::Rect,
    style::Style,
    text::Line,
    widgets::{HighlightSpacing, ListState},
};

use crate::{
    app::{layout_info::Window, list::List, mouse::HitTarget},
    ui::Canvas,
};

/// A list that draws only its visible rows.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a> {
    /// The cursor and the scroll position.
    pub list: &'a List,
    /// The number of all rows.
    pub len: usize,
    /// The style of the row under the cursor; `None` draws no cursor.
    pub cursor: Option<Style>,
}

impl Rows<'_> {
    /// Draws the visible rows, with `>` before the one under the cursor, and makes each
    /// clickable. Returns the visible part.
    pub fn draw<'l>(
        self,
        frame: &mut Canvas<'_, '_>,
        area: Rect,
        row: impl FnMut(usize) -> Line<'l>,
        target: impl Fn(usize) -> HitTarget,
    ) -> Window {
        let window = self.list.window(self.len, area.height.into());
        let shown = window.top..self.len.min(window.top + window.height);
        for (y, at) in (area.y..).zip(shown.clone()) {
            frame.add_target(Rect { y, height: 1, ..area }, target(at));
        }
        let rows = ratatui::widgets::List::new(shown.map(row))
            .highlight_style(self.cursor.unwrap_or_default())
            .highlight_symbol(">")
            .highlight_spacing(HighlightSpacing::Always);
        let selected = self.cursor.map(|_| self.list.cursor.saturating_sub(window.top));
        let mut state = ListState::default().with_selected(selected);
        frame.render_stateful_widget(rows, area, &mut state);
        window
    }
}
