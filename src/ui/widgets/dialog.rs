//! The box of a dialog, its paragraphs and its buttons.

use std::iter::{once, repeat};

use ratatui::{
    layout::{Constraint, Layout, Rect},
    style::Style,
    text::{Line, Span},
    widgets::{Block, Borders, Padding},
};

use crate::{
    app::{layout_info::Window, mouse::HitTarget},
    ui::{Canvas, Theme, text},
};

/// Columns that the frame and the padding take.
pub const FRAME_COLUMNS: u16 = 4;
/// Rows that the frame takes.
pub const FRAME_ROWS: u16 = 2;
/// Width of a fact's label, in columns.
pub const FACT: usize = 14;
/// Columns between two buttons.
pub const BETWEEN: usize = 2;

/// Columns for the text of a dialog that should be `wished` columns wide.
#[must_use]
pub fn columns(area: Rect, wished: u16) -> usize {
    usize::from(wished.min(area.width).saturating_sub(FRAME_COLUMNS))
}

/// Draws an empty box in the middle of the area, with room for `rows` rows of `columns`
/// columns, and returns its inside.
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

/// A horizontal line above another part of a dialog.
#[must_use]
pub fn rule(theme: &Theme) -> Block<'static> {
    Block::new().borders(Borders::TOP).border_style(theme.faint)
}

/// Wraps a text into lines of one style.
#[must_use]
pub fn paragraph(words: &str, columns: usize, style: Style) -> Vec<Line<'static>> {
    text::wrapped(words, columns).into_iter().map(|l| Line::styled(l, style)).collect()
}

/// A label and its value, wrapped.
#[must_use]
pub fn fact(label: &str, value: &str, columns: usize, theme: &Theme) -> Vec<Line<'static>> {
    let values = text::wrapped(value, columns.saturating_sub(FACT));
    let labels = once(label).chain(repeat(""));
    let line = |(value, label)| {
        let label = Span::styled(text::fit(label, FACT), theme.faint);
        Line::from(vec![label, Span::raw(value)])
    };
    values.into_iter().zip(labels).map(line).collect()
}

/// Wraps a text after a mark, such as `! high:`. Only the mark has the style.
#[must_use]
pub fn marked(mark: &str, words: &str, columns: usize, style: Style) -> Vec<Line<'static>> {
    let mut lines = text::wrapped(&format!("{mark} {words}"), columns).into_iter();
    let first = lines.next().unwrap_or_default();
    let first = match first.strip_prefix(mark) {
        Some(rest) => {
            Line::from(vec![Span::styled(mark.to_owned(), style), Span::raw(rest.to_owned())])
        }
        None => Line::styled(first, style),
    };
    std::iter::once(first).chain(lines.map(Line::from)).collect()
}

/// Draws `↑ more` at the upper right and `↓ more` at the lower right of a scrolling text
/// that continues there.
pub fn more(frame: &mut Canvas<'_, '_>, area: Rect, window: Window) {
    // It would hide a single row that nothing can move away from under it.
    if window.top > 0 && area.height > 1 {
        more_above(frame, area);
    }
    if window.top + window.height < window.len {
        more_below(frame, area);
    }
}

/// Draws `↑ more` at the upper right.
pub fn more_above(frame: &mut Canvas<'_, '_>, area: Rect) {
    sign(frame, Rect { height: area.height.min(1), ..area }, " ↑ more ");
}

/// Draws `↓ more` at the lower right, for a text that continues.
pub fn more_below(frame: &mut Canvas<'_, '_>, area: Rect) {
    more_hint(frame, area, None);
}

/// Draws `↓ more`, with the key that shows more if there is one.
pub fn more_hint(frame: &mut Canvas<'_, '_>, area: Rect, key: Option<&str>) {
    let key = key.map_or_else(String::new, |key| format!(": {key}"));
    let last = Rect { y: area.bottom().saturating_sub(1), height: area.height.min(1), ..area };
    sign(frame, last, &format!(" ↓ more{key} "));
}

fn sign(frame: &mut Canvas<'_, '_>, row: Rect, words: &str) {
    let words = Line::styled(words.to_owned(), frame.theme().focused);
    let width = u16::try_from(words.width()).unwrap_or(u16::MAX);
    let [_, at] = Layout::horizontal([Constraint::Fill(1), Constraint::Max(width)]).areas(row);
    frame.render_widget(words, at);
}

/// `[ Back ]  [ Create ]`, the focused one marked.
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

/// Width of a button, in columns: its label, the brackets, the focus marker and the spaces.
#[must_use]
pub fn button_width(label: &str) -> usize {
    text::width(label) + 5
}

/// Draws buttons in a row. `targets` has the mouse target of each button.
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
