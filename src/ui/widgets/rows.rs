//! A scrolling list with a cursor.

use ratatui::{
    layout::Rect,
    style::Style,
    text::{Line, Span},
};

use crate::{
    app::{layout_info::Window, list::List, mouse::HitTarget},
    domain::filter::Words,
    ui::{Canvas, text},
};

/// Maximum width of a mark before a name, in columns.
const MARK: usize = 5;

/// A list that draws only its visible rows.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a> {
    /// The cursor and the scroll position.
    pub list: &'a List,
    /// The number of all rows.
    pub len: usize,
    /// The style of the name under the cursor; `None` draws no cursor.
    pub cursor: Option<Style>,
    /// The words of a filter that only some rows pass, to highlight in the names.
    pub found: Option<&'a Words>,
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
            let name = line.spans.iter().position(|span| text::width(&span.content) > MARK);
            let name = name.unwrap_or(line.spans.len().saturating_sub(1));
            let bar = columns(&line.spans[..line.spans.len().min(name + 1)]);
            let [sign, rest] = halves(place);
            frame.render_widget(&line, rest);
            highlight(frame, rest, &line, name, self.found);
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

/// Highlights the words of a filter in the name of a line that is drawn at `at`. The name is
/// one of the line's spans.
pub fn highlight(
    frame: &mut Canvas<'_, '_>,
    at: Rect,
    line: &Line<'_>,
    name: usize,
    words: Option<&Words>,
) {
    let (Some(words), Some(span)) = (words, line.spans.get(name)) else { return };
    let before = columns(&line.spans[..name]).min(at.width);
    let part = Rect { x: at.x + before, width: at.width - before, ..at };
    // What is left of a name that was cut can still be compared.
    let name = span.content.trim_end().trim_end_matches('…');
    frame.highlight(&words.found_in(name, true), name, part);
}

/// The width of the first parts of a line.
fn columns(spans: &[Span<'_>]) -> u16 {
    let width = spans.iter().map(|span| text::width(&span.content)).sum::<usize>();
    u16::try_from(width).unwrap_or(u16::MAX)
}
