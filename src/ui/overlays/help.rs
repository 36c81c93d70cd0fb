//! All keys that work here and now, made from the live keymap.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
    widgets::Paragraph,
};

use crate::{
    app::{Model, enabled::on_screen, overlays::help::Help, places::Window},
    input::{Action, Binding, action::Group, key},
    ui::{text, theme, widgets::dialog},
};

/// Columns of the keys.
const KEYS: usize = 22;
/// Columns of the whole text.
const COLUMNS: usize = 60;

pub fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, state: &Help) -> Window {
    let lines = lines(model, state);
    let columns = dialog::columns(area, 64);
    let rows = lines.len().min(usize::from(area.height.saturating_sub(2)));
    let inner = dialog::open(frame, area, "Keys that work here", columns, rows);
    let window = state.list.offset(lines.len(), usize::from(inner.height));
    let shown: Vec<_> = lines.into_iter().skip(window.top).take(window.height).collect();
    frame.render_widget(Paragraph::new(shown), inner);
    if window.top + window.height < window.len {
        dialog::more_below(frame, inner);
    }
    window
}

fn lines(model: &Model, state: &Help) -> Vec<Line<'static>> {
    let rows: Vec<&Binding> = model.keymap.reachable(state.context).collect();
    let mut lines = Vec::new();
    for group in Group::ALL {
        let bound = |action: &&Action| rows.iter().any(|b| b.action == **action);
        let of_group = Action::ALL.iter().filter(|a| a.group() == group);
        let actions: Vec<_> = of_group.filter(bound).collect();
        if actions.is_empty() {
            continue;
        }
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        lines.push(Line::styled(group.label(), theme::strong()));
        for action in actions {
            let keys: Vec<_> =
                rows.iter().filter(|b| b.action == *action).map(|b| key::show(&b.keys)).collect();
            let keys = format!("  {}", text::fit(&keys.join("  "), KEYS));
            // A dialog's keys do not depend on the screen under it.
            let of_screen = model.screen().is_some_and(|s| s.context() == state.context);
            match on_screen(*action, model) {
                Err(why) if of_screen => {
                    let label = action.label();
                    lines.push(Line::styled(format!("{keys}{label}"), theme::faint()));
                    for part in text::wrapped(&why, COLUMNS - KEYS - 4) {
                        let part = format!("  {}  {part}", " ".repeat(KEYS));
                        lines.push(Line::styled(part, theme::faint()));
                    }
                }
                _ => lines.push(Line::from(vec![
                    Span::styled(keys, theme::key()),
                    Span::raw(action.label()),
                ])),
            }
        }
    }
    lines
}
