//! Rows of a dialog about many tokens: name, id, and what else matters there.

use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

use super::dialog;
use crate::{
    app::{list::List, layout_info::Window},
    domain::ApiToken,
    ui::{Canvas, Theme, text},
};

/// Widest name, in columns.
const NAME: usize = 40;
/// Columns of an id in short.
const ID: usize = 11;
/// Between two columns.
const GAP: usize = 2;

/// The columns that a name gets.
#[must_use]
pub fn name_width(columns: usize) -> usize {
    (columns / 3).clamp(8, NAME)
}

/// `! name   7f3c…a91f   …`; the glyph says that it deserves a look.
#[must_use]
pub fn row(
    glyph: &str,
    token: &ApiToken,
    rest: &str,
    columns: usize,
    theme: &Theme,
) -> Line<'static> {
    let name = name_width(columns);
    let used = 2 + name + GAP + ID + GAP;
    Line::from(vec![
        Span::styled(format!("{glyph} "), theme.warning),
        Span::styled(text::fit(token.name.shown(), name), theme.strong),
        Span::styled(format!("  {}  ", text::fit(&token.id.short(), ID)), theme.faint),
        Span::raw(text::cut(rest, columns.saturating_sub(used))),
    ])
}

/// Draws the rows that are in sight, and says that there are more.
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
    if area.height > 0 && window.top + window.height < window.len {
        dialog::more_below(frame, area);
    }
    window
}
