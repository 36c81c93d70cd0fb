//! The box that a dialog stands in, its lines and its buttons.

use ratatui::{
    layout::{Constraint, Rect},
    style::Style,
    text::{Line, Span},
    widgets::{Block, Borders, Padding, Paragraph},
};

use crate::{
    app::mouse::Spot,
    ui::{Canvas, Theme, text},
};

/// Columns that frame and padding take.
pub const FRAME_COLUMNS: u16 = 4;
/// Rows that the frame takes.
const FRAME_ROWS: u16 = 2;

/// The columns that a dialog's text has, for a wished width.
#[must_use]
pub fn columns(area: Rect, wished: u16) -> usize {
    usize::from(wished.min(area.width).saturating_sub(FRAME_COLUMNS))
}

/// Draws an empty box of this many text columns and rows in the middle of the
/// area, and returns its inside.
pub fn open(
    frame: &mut Canvas<'_, '_>,
    area: Rect,
    title: &str,
    columns: usize,
    rows: usize,
) -> Rect {
    let theme = frame.theme();
    let width = u16::try_from(columns).unwrap_or(u16::MAX).saturating_add(FRAME_COLUMNS);
    let height = u16::try_from(rows).unwrap_or(u16::MAX).saturating_add(FRAME_ROWS);
    let outer = area.centered(Constraint::Max(width), Constraint::Max(height));
    let title = text::cut(title, usize::from(outer.width.saturating_sub(6)));
    let block = Block::bordered()
        .style(theme.raised)
        .border_style(theme.frame)
        .title(Span::styled(format!(" {title} "), theme.title))
        .padding(Padding::horizontal(1));
    let inner = block.inner(outer);
    frame.clear(outer);
    frame.render_widget(block, outer);
    inner
}

/// A dialog that is nothing but lines: draws it as large as it needs to be.
pub fn lines(
    frame: &mut Canvas<'_, '_>,
    area: Rect,
    title: &str,
    columns: usize,
    lines: Vec<Line<'_>>,
) -> Rect {
    let inner = open(frame, area, title, columns, lines.len());
    frame.render_widget(Paragraph::new(lines), inner);
    inner
}

/// A dialog whose last line are its buttons: they stay in sight where there is
/// no room for all that stands above them.
pub fn with_buttons(
    frame: &mut Canvas<'_, '_>,
    area: Rect,
    title: &str,
    columns: usize,
    mut lines: Vec<Line<'_>>,
    buttons: Line<'static>,
) -> Rect {
    shorten(&mut lines, area, 2, frame.theme());
    lines.push(Line::default());
    lines.push(buttons);
    self::lines(frame, area, title, columns, lines)
}

/// Leaves out lines, and says how many, until there is room for so many below them.
pub fn shorten(lines: &mut Vec<Line<'_>>, area: Rect, below: usize, theme: &Theme) {
    let room = usize::from(area.height.saturating_sub(FRAME_ROWS)).saturating_sub(below);
    if lines.len() > room {
        let hidden = lines.len() - room.saturating_sub(1);
        lines.truncate(room.saturating_sub(1));
        lines.push(Line::styled(format!("… and {hidden} more lines"), theme.faint));
    }
}

/// A line above what is said of something else.
#[must_use]
pub fn rule(theme: &Theme) -> Block<'static> {
    Block::new().borders(Borders::TOP).border_style(theme.faint)
}

/// A text in lines of one style.
#[must_use]
pub fn paragraph(words: &str, columns: usize, style: Style) -> Vec<Line<'static>> {
    text::wrapped(words, columns).into_iter().map(|l| Line::styled(l, style)).collect()
}

/// Says at the lower right that a text goes on.
pub fn more_below(frame: &mut Canvas<'_, '_>, area: Rect) {
    const WORDS: &str = " ↓ more ";
    let theme = frame.theme();
    let width = u16::try_from(text::width(WORDS)).unwrap_or(0).min(area.width);
    let (x, y) = (area.x + area.width - width, area.y + area.height.saturating_sub(1));
    frame.render_widget(Span::styled(WORDS, theme.focused), Rect { x, y, width, height: 1 });
}

/// `[ Back ]  [ Create ]`, the one in focus marked.
#[must_use]
pub fn buttons(labels: &[(&str, bool)], theme: &Theme) -> Line<'static> {
    let mut spans = Vec::new();
    for (label, focused) in labels {
        let (text, style) = if *focused {
            (format!("▸ {label} "), theme.focused.patch(theme.strong))
        } else {
            (format!("  {label} "), Style::new())
        };
        spans.push(Span::raw("["));
        spans.push(Span::styled(text, style));
        spans.push(Span::raw("]  "));
    }
    Line::from(spans)
}

/// Makes buttons that are drawn from the left of a row something to click at.
pub fn spots(
    frame: &mut Canvas<'_, '_>,
    row: Option<Rect>,
    labels: &[(&str, bool)],
    spots: impl IntoIterator<Item = Spot>,
) {
    let Some(row) = row else { return };
    let mut x = row.x;
    for ((label, _), spot) in labels.iter().zip(spots) {
        // Brackets, the mark of the focus and its blank, and the blank behind.
        let width = u16::try_from(text::width(label) + 5).unwrap_or(u16::MAX);
        frame.spot(Rect { x, width, ..row }.intersection(row), spot);
        x = x.saturating_add(width + 2);
    }
}

/// A row of a dialog by its number from above, if it is in sight.
#[must_use]
pub fn row(inner: Rect, at: usize) -> Option<Rect> {
    let y = u16::try_from(at).ok().filter(|y| *y < inner.height)?;
    Some(Rect { y: inner.y + y, height: 1, ..inner })
}

/// The row of the buttons of a dialog whose last line they are.
#[must_use]
pub fn button_row(inner: Rect) -> Option<Rect> {
    row(inner, usize::from(inner.height.checked_sub(1)?))
}
