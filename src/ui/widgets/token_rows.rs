//! The rows of a dialog about several tokens: name, id and further details.

use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

use super::dialog;
use crate::{
    app::{layout_info::Window, list::List},
    domain::ApiToken,
    ui::{Canvas, Theme, text},
};

/// Maximum width of a name, in columns.
const NAME: usize = 40;
/// Width of a shortened id, in columns.
const ID: usize = 11;
/// Space between two fields, in columns.
const GAP: usize = 2;

/// Width of a name, in columns, in a dialog of this width.
#[must_use]
pub fn name_width(columns: usize) -> usize {
    (columns / 3).clamp(8, NAME)
}

/// Width of the details after name and id, in columns, in a dialog of this width.
#[must_use]
pub fn room(columns: usize) -> usize {
    columns.saturating_sub(2 + name_width(columns) + GAP + ID + GAP)
}

/// `  name   7f3c…a91f   …`
#[must_use]
pub fn row(token: &ApiToken, rest: &str, columns: usize, theme: &Theme) -> Line<'static> {
    let name = name_width(columns);
    Line::from(vec![
        Span::raw("  "),
        Span::styled(text::fit(token.name.shown(), name), theme.strong),
        Span::styled(format!("  {}  ", text::fit(&token.id.short(), ID)), theme.faint),
        Span::raw(text::cut(rest, room(columns))),
    ])
}

/// Draws the visible rows, and signs if there are more above or below. Returns the visible part.
pub fn draw(
    frame: &mut Canvas<'_, '_>,
    area: Rect,
    list: &List,
    count: usize,
    row: impl Fn(usize) -> Line<'static>,
) -> Window {
    let window = list.offset(count, usize::from(area.height));
    for (y, at) in (area.y..area.y + area.height).zip(window.top..count) {
        frame.render_widget(row(at), Rect { y, height: 1, ..area });
    }
    dialog::more(frame, area, window);
    window
}
