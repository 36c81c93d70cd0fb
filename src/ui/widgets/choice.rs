//! Some words of which one is chosen: `now [1h] 24h`.

use ratatui::{layout::Rect, style::Style, text::Span};

use crate::{
    app::mouse::Spot,
    ui::{Canvas, Theme, text},
};

/// The words, the chosen one in brackets.
#[must_use]
pub fn spans(all: &[&str], chosen: usize, focused: bool, theme: &Theme) -> Vec<Span<'static>> {
    let word = |(at, name): (usize, &&str)| {
        let (words, style) = match (at == chosen, focused) {
            (true, true) => (format!("[{name}]"), theme.focused.patch(theme.strong)),
            (true, false) => (format!("[{name}]"), theme.strong),
            (false, _) => (format!(" {name} "), Style::new()),
        };
        Span::styled(words, style)
    };
    all.iter().enumerate().map(word).collect()
}

/// Makes them something to click at, where they begin so many columns into a row.
pub fn spots(
    frame: &mut Canvas<'_, '_>,
    row: Option<Rect>,
    columns: usize,
    all: &[&str],
    spot: impl Fn(usize) -> Spot,
) {
    let Some(row) = row else { return };
    let mut x = row.x.saturating_add(u16::try_from(columns).unwrap_or(u16::MAX));
    for (at, name) in all.iter().enumerate() {
        let width = u16::try_from(text::width(name) + 2).unwrap_or(u16::MAX);
        frame.spot(Rect { x, width, ..row }.intersection(row), spot(at));
        x = x.saturating_add(width);
    }
}
