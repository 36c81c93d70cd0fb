//! The themes to choose from; everything is drawn with the one under the cursor.

use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

use crate::{
    app::{Model, mouse::Spot, overlays::themes::Themes, places::Window},
    domain,
    ui::{Canvas, Theme, text, widgets::dialog},
};

/// Columns of a name.
const NAME: usize = 15;
/// Rows below the list.
const SAMPLE: usize = 4;

pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, model: &Model, state: &Themes) -> Window {
    let theme = frame.theme();
    let columns = dialog::columns(area, 72);
    let inner = dialog::open(frame, area, "Themes", columns, domain::Theme::ALL.len() + SAMPLE);
    let room = usize::from(inner.height).saturating_sub(SAMPLE).max(1);
    let window = state.list.window(domain::Theme::ALL.len(), room);
    for (y, (at, entry)) in (inner.y..inner.y + inner.height)
        .zip(domain::Theme::ALL.iter().enumerate().skip(window.top))
    {
        if at >= window.top + room {
            break;
        }
        let selected = at == state.list.cursor;
        let marker = if selected { ">" } else { " " };
        let here = if *entry == model.shared.themes.chosen { "•" } else { " " };
        let about = text::fit(entry.about(), columns.saturating_sub(NAME + 4));
        let line = Line::from(vec![
            Span::styled(
                format!("{marker}{here} {} ", text::fit(entry.name(), NAME)),
                theme.strong,
            ),
            Span::styled(about, theme.faint),
        ]);
        let place = Rect { y, height: 1, ..inner };
        frame.render_widget(line, place);
        frame.spot(place, Spot::Row(at));
        if selected {
            frame.set_style(place, theme.focused);
        }
    }
    let below = inner.y + u16::try_from(room.min(domain::Theme::ALL.len())).unwrap_or(0);
    for (y, line) in (below..inner.y + inner.height).zip(sample(columns, theme)) {
        frame.render_widget(line, Rect { y, height: 1, ..inner });
    }
    window
}

/// What states look like.
fn sample(columns: usize, theme: &Theme) -> Vec<Line<'static>> {
    let cells = |style, cells: &str| Span::styled(format!("{cells} "), style);
    vec![
        Line::styled("─".repeat(columns), theme.faint),
        Line::from(vec![
            Span::styled("  ! expiring  ", theme.warning),
            Span::styled("x expired  ", theme.danger),
            Span::styled("no finding  ", theme.good),
            Span::styled("Enter ", theme.key),
            Span::raw("keeps it"),
        ]),
        Line::from(vec![
            Span::raw("  rights  "),
            cells(theme.granted, "cr-d"),
            cells(theme.inherited, "*"),
            cells(theme.faint, "--·-"),
            Span::styled("  granted, by the row for all, off", theme.faint),
        ]),
        Line::styled(text::cut("  For good: theme = \"…\" in the settings.", columns), theme.faint),
    ]
}
