//! The box that a dialog stands in, its lines and its buttons.

use ratatui::{
    layout::{Constraint, Layout, Rect},
    style::Style,
    text::{Line, Span},
    widgets::{Block, Borders, Padding},
};

use crate::{
    app::mouse::HitTarget,
    ui::{Canvas, Theme, text},
};

/// Columns that frame and padding take.
pub const FRAME_COLUMNS: u16 = 4;
/// Rows that the frame takes.
pub const FRAME_ROWS: u16 = 2;
/// Columns between two buttons.
pub const BETWEEN: usize = 2;

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
    goes_on(frame, area, None);
}

/// The same, and which key shows the rest.
pub fn goes_on(frame: &mut Canvas<'_, '_>, area: Rect, key: Option<&str>) {
    let key = key.map_or_else(String::new, |key| format!(": {key}"));
    let words = Line::styled(format!(" ↓ more{key} "), frame.theme().focused);
    let last = Rect { y: area.bottom().saturating_sub(1), height: 1, ..area };
    let width = u16::try_from(words.width()).unwrap_or(u16::MAX);
    let [_, at] = Layout::horizontal([Constraint::Fill(1), Constraint::Max(width)]).areas(last);
    frame.render_widget(words, at);
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

/// The columns of a button: its label, brackets, the mark of the focus and its blank,
/// and the blank behind.
#[must_use]
pub fn button_width(label: &str) -> usize {
    text::width(label) + 5
}

/// Draws buttons in a row, each with what it is to the mouse.
pub fn draw_buttons(
    frame: &mut Canvas<'_, '_>,
    row: Rect,
    labels: &[(&str, bool)],
    targets: impl IntoIterator<Item = HitTarget>,
) {
    frame.render_widget(buttons(labels, frame.theme()), row);
    let mut x = row.x;
    for ((label, _), target) in labels.iter().zip(targets) {
        let width = u16::try_from(button_width(label)).unwrap_or(u16::MAX);
        frame.add_target(Rect { x, width, ..row }.intersection(row), target);
        x = x.saturating_add(width + 2);
    }
}
