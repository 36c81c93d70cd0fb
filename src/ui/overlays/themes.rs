//! The list of themes; the screen previews the one under the cursor.

use ratatui::{
    layout::{Constraint, Layout, Rect},
    text::{Line, Span},
    widgets::Paragraph,
};

use crate::{
    app::{Model, layout_info::Window, mouse::HitTarget, overlays::themes::Themes},
    domain,
    input::{Action, Context},
    ui::{
        Canvas, Theme, text,
        widgets::{dialog, rows::Rows},
    },
};

/// Width of a name, in columns.
const NAME: usize = 15;
/// Rows below the list.
const SAMPLE: u16 = 3;

/// Draws the list and a sample. Returns the visible part of the list.
pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, model: &Model, state: &Themes) -> Window {
    let theme = frame.theme();
    let columns = dialog::columns(area, 72);
    let len = domain::Theme::ALL.len();
    let inner = dialog::open(frame, area, "Themes", columns, len + usize::from(SAMPLE));
    let parts = [Constraint::Min(1), Constraint::Length(SAMPLE)];
    let [list, below] = inner.layout(&Layout::vertical(parts));
    let row = |at: usize| {
        let entry = &domain::Theme::ALL[at];
        let here = if *entry == model.shared.themes.chosen { "•" } else { " " };
        let about = text::fit(entry.about(), columns.saturating_sub(NAME + 4));
        Line::from(vec![
            Span::styled(format!("{here} {} ", text::fit(entry.name(), NAME)), theme.strong),
            Span::styled(about, theme.faint),
        ])
    };
    let rows = Rows { list: &state.list, len, cursor: Some(theme.focused), found: None };
    let window = rows.draw(frame, list, row, HitTarget::Row);
    let accept = model.shared.key_in(Context::Form, Action::Accept);
    let sample = Paragraph::new(sample(&accept, theme)).block(dialog::rule(theme));
    frame.render_widget(sample, below);
    window
}

/// Sample lines in the colours of the theme.
fn sample(accept: &str, theme: &Theme) -> Vec<Line<'static>> {
    let cells = |style, cells: &str| Span::styled(format!("{cells} "), style);
    vec![
        Line::from(vec![
            Span::styled("  ! expiring  ", theme.warning),
            Span::styled("x expired  ", theme.danger),
            Span::styled("no findings  ", theme.good),
            Span::styled(format!("{accept} "), theme.key),
            Span::raw("keep"),
        ]),
        Line::from(vec![
            Span::raw("  rights  "),
            cells(theme.granted, "cr-d"),
            cells(theme.inherited, "*"),
            cells(theme.faint, "--·-"),
            Span::styled("  granted, inherited from *, off", theme.faint),
        ]),
    ]
}
