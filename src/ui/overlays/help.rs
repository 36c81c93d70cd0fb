//! All keys that work here and now, made from the live keymap.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
    widgets::Paragraph,
};

use crate::{
    app::{Model, overlays::help::Help, places::Window},
    input::{Action, Binding, action::Group, key},
    ui::{text, theme, widgets::dialog},
};

/// Columns of the keys.
const KEYS: usize = 22;

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
            lines.push(Line::from(vec![
                Span::styled(format!("  {}", text::fit(&keys.join("  "), KEYS)), theme::key()),
                Span::raw(action.label()),
            ]));
        }
    }
    lines
}
