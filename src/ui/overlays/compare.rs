//! Two tokens side by side, with their differences marked.

use ratatui::{
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::Paragraph,
};

use crate::{
    app::{Model, layout_info::Window, mouse::HitTarget, overlays::compare::Compare},
    input::{Action, Context},
    ui::{Canvas, Theme, text, widgets::dialog},
};

/// Maximum width of the text, in columns.
const WIDEST: u16 = 150;
/// Maximum width of the labels, in columns.
const LABEL_MAX: usize = 30;

/// Draws the dialog. Returns the visible part of the lines.
pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, model: &Model, state: &Compare) -> Window {
    let theme = frame.theme();
    let columns = dialog::columns(area, WIDEST);
    let label = (columns / 4).min(LABEL_MAX);
    let side = columns.saturating_sub(label + 4) / 2;
    let lines = lines(model, state, label, side, theme);
    let key =
        |action| model.shared.keymap.key_for(Context::Form, action, false).unwrap_or_default();
    let rows = (lines.len() + 4).min(usize::from(area.height.saturating_sub(2)));
    let inner = dialog::open(frame, area, "Two tokens", columns, rows);
    let row = |y: u16| Rect { y: inner.y + y, height: u16::from(y < inner.height), ..inner };
    let name = |id| model.shared.data.token(id).map_or("(gone)".to_owned(), |t| t.name.to_string());
    let names = [name(&state.left), name(&state.right)];
    let head = Line::styled(columned("  ", "", &names[0], &names[1], label, side), theme.strong);
    frame.render_widget(head, row(0));
    let body = Rect { height: inner.height.saturating_sub(3), ..row(1) };
    let window = state.list.offset(lines.len(), usize::from(body.height));
    let shown: Vec<_> = lines.into_iter().skip(window.top).take(window.height).collect();
    frame.render_widget(Paragraph::new(shown), body);
    dialog::more(frame, body, window);
    let toggle = if state.only_differences { "show all" } else { "show only differences" };
    let hint = Line::from(vec![
        Span::styled(key(Action::Toggle), theme.key),
        Span::raw(format!(" {toggle}   ")),
        Span::styled("~", theme.warning),
        Span::raw(" differs   "),
        Span::raw("* inherited from the * row"),
    ]);
    let at = row(inner.height.saturating_sub(1));
    frame.render_widget(hint, at);
    frame.add_target(at, HitTarget::Do(Action::Toggle));
    window
}

fn lines(
    model: &Model,
    state: &Compare,
    label: usize,
    side: usize,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let all = state.lines(&model.shared);
    if all.is_empty() {
        return vec![Line::raw("Nothing to compare: one of the tokens no longer exists.")];
    }
    let mut lines = Vec::new();
    for line in all {
        if line.heading {
            lines.push(Line::default());
            lines.push(Line::styled(line.label, theme.strong));
            continue;
        }
        let differs = line.differs();
        let sides = [text::wrapped(&line.left, side), text::wrapped(&line.right, side)];
        for i in 0..sides[0].len().max(sides[1].len()) {
            let part = |n: usize| sides[n].get(i).map_or("", String::as_str);
            let first = i == 0;
            let sign = if differs && first { "~ " } else { "  " };
            let name = if first { line.label.as_str() } else { "" };
            let words = columned(sign, name, part(0), part(1), label, side);
            let style = if differs { theme.warning } else { Style::new() };
            lines.push(Line::styled(words, style));
        }
    }
    lines
}

fn columned(sign: &str, name: &str, a: &str, b: &str, label: usize, side: usize) -> String {
    let label = text::fit(name, label.saturating_sub(2));
    format!("{sign}{label}  {}  {}", text::fit(a, side), text::fit(b, side))
}
