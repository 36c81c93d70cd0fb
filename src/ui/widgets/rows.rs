//! A scrolling list with a cursor.

use ratatui::{layout::Rect, style::Style, text::Line};

use crate::{
    app::{layout_info::Window, list::List, mouse::HitTarget},
    ui::{Canvas, text},
};

/// Maximum width of a mark before a name, in columns.
const MARK: usize = 4;

/// A list that draws only its visible rows.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a> {
    /// The cursor and the scroll position.
    pub list: &'a List,
    /// The number of all rows.
    pub len: usize,
    /// The style of the name under the cursor; `None` draws no cursor.
    pub cursor: Option<Style>,
}

impl Rows<'_> {
    /// Draws the visible rows, with `>` before the one under the cursor and its name
    /// highlighted, and makes each clickable. Returns the visible part.
    ///
    /// Only the name is highlighted, as in the list of tokens: the other columns keep their
    /// colours, and a step of the cursor takes fewer bytes.
    pub fn draw<'l>(
        self,
        frame: &mut Canvas<'_, '_>,
        area: Rect,
        mut row: impl FnMut(usize) -> Line<'l>,
        target: impl Fn(usize) -> HitTarget,
    ) -> Window {
        let window = self.list.window(self.len, area.height.into());
        let shown = window.top..self.len.min(window.top + window.height);
        for (y, at) in (area.y..).zip(shown) {
            let place = Rect { y, height: 1, ..area };
            frame.add_target(place, target(at));
            let line = row(at);
            let bar = name_end(&line);
            let [sign, rest] = halves(place);
            frame.render_widget(line, rest);
            if let (Some(style), true) = (self.cursor, at == self.list.cursor.min(self.len - 1)) {
                frame.render_widget(">", sign);
                frame.set_style(
                    Rect { width: bar.saturating_add(1).min(place.width), ..place },
                    style,
                );
            }
        }
        window
    }
}

/// The first column, and the others.
fn halves(row: Rect) -> [Rect; 2] {
    let sign = Rect { width: row.width.min(1), ..row };
    [sign, Rect { x: row.x + sign.width, width: row.width - sign.width, ..row }]
}

/// Where the name ends: the first part of a line that is wider than a mark.
fn name_end(line: &Line<'_>) -> u16 {
    let mut end = 0;
    for span in &line.spans {
        let width = text::width(&span.content);
        end += width;
        if width > MARK {
            break;
        }
    }
    u16::try_from(end).unwrap_or(u16::MAX)
}
