//! The tabs of a screen, in one row.

use ratatui::{layout::Rect, style::Style, text::Line, widgets::Tabs};

use crate::{app::mouse::HitTarget, input::Action, ui::Canvas};

/// Draws the tabs, the chosen one in brackets, and makes each clickable. Returns the columns
/// that they take.
pub fn draw(
    frame: &mut Canvas<'_, '_>,
    row: Rect,
    labels: &[(String, Action)],
    chosen: usize,
) -> u16 {
    let theme = frame.theme();
    let mark = |(i, (label, _)): (usize, &(String, Action))| {
        Line::from(if i == chosen { format!("[{label}]") } else { format!(" {label} ") })
    };
    let titles: Vec<_> = labels.iter().enumerate().map(mark).collect();
    let mut used = 1;
    for (title, (_, action)) in titles.iter().zip(labels) {
        let width = u16::try_from(title.width()).unwrap_or(u16::MAX);
        let x = row.x.saturating_add(used);
        frame.add_target(Rect { x, width, ..row }.intersection(row), HitTarget::Do(*action));
        used = used.saturating_add(width);
    }
    let tabs = Tabs::new(titles)
        .select(chosen)
        .style(Style::new())
        .highlight_style(theme.focused.patch(theme.strong))
        .divider("")
        .padding("", "");
    let row = Rect { x: row.x + 1, width: row.width.saturating_sub(1), ..row };
    frame.render_widget(tabs, row);
    used
}
