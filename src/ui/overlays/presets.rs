//! The presets, and the changes that the one under the cursor makes.

use ratatui::{
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::Paragraph,
};

use crate::{
    app::{Model, layout_info::Window, matrix::Plan, mouse::HitTarget, overlays::presets::Presets},
    domain::{Change, Target, filter::Words, summary::difference_lines},
    input::{Action, Context},
    ui::{
        Canvas, Theme, text,
        widgets::{dialog, field, rows::Rows},
    },
};

/// Width of a preset's name, in columns.
const LABEL: usize = 24;

/// Draws the list, and the changes below it. Returns the visible part of the list.
pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, model: &Model, state: &Presets) -> Window {
    let theme = frame.theme();
    let columns = dialog::columns(area, 78);
    let rows = usize::from(area.height.saturating_sub(2));
    let inner = dialog::open(frame, area, "Presets", columns, rows);
    let row = |y: u16| Rect { y: inner.y + y, height: u16::from(y < inner.height), ..inner };
    frame.render_widget(Span::styled("/ ", theme.key), row(0));
    let at = Rect { x: inner.x + 2, width: inner.width.saturating_sub(2).min(30), ..row(0) };
    field::draw(frame, at, &state.filter, true);
    let (replace, merge) = ("Replace all rights", "Merge");
    let how = [(replace, !state.merge), (merge, state.merge)];
    dialog::draw_buttons(frame, row(1), &how, [false, true].map(HitTarget::Merge));

    let list_rows = (inner.height.saturating_sub(4)) / 2;
    let list = Rect { y: inner.y + 2, height: list_rows, ..inner };
    let row = |at| {
        let Some(entry) = state.entry(at) else { return Line::default() };
        let about = text::cut(entry.about.shown(), columns.saturating_sub(LABEL + 3));
        Line::from(vec![
            Span::styled(format!(" {} ", text::fit(entry.label.shown(), LABEL)), theme.strong),
            Span::styled(about, theme.faint),
        ])
    };
    let words = Words::parse(state.filter.text());
    let rows = Rows {
        list: &state.list,
        len: state.shown.len(),
        cursor: Some(theme.focused),
        found: Some(&words),
    };
    let window = rows.draw(frame, list, row, HitTarget::Row);

    let height = inner.bottom().saturating_sub(list.bottom());
    let below = Rect { y: list.bottom(), height, ..inner };
    let room = usize::from(below.height.saturating_sub(1));
    let accept = model.shared.key_in(Context::Form, Action::Accept);
    let lines = effect(state, &accept, columns, room, theme);
    frame.render_widget(Paragraph::new(lines).block(dialog::rule(theme)), below);
    window
}

/// What the key `accept` will do.
fn effect(
    state: &Presets,
    accept: &str,
    columns: usize,
    height: usize,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    if let Some(error) = &state.error {
        let words = format!("! your own presets: {error}");
        lines.extend(dialog::paragraph(&words, columns, theme.warning));
    }
    let applies = format!("Rights for datasets and views apply to {}.", state.applies_to);
    lines.extend(dialog::paragraph(&applies, columns, Style::new()));
    let Some(plan) = &state.plan else {
        lines.push(Line::styled("Nothing matches.", theme.faint));
        return lines;
    };
    let changes = difference_lines(&changes_of(plan));
    if changes.is_empty() {
        lines.push(Line::styled(format!("{accept}: no changes."), theme.faint));
        return lines;
    }
    let rows = plan.rows.len();
    let s = if rows == 1 { "" } else { "s" };
    let head = format!("{accept}: {} ({rows} row{s}).", plan.words);
    lines.extend(dialog::paragraph(&head, columns, theme.good));
    let room = height.saturating_sub(lines.len());
    let shown = if changes.len() > room { room.saturating_sub(1) } else { changes.len() };
    for change in changes.iter().take(shown) {
        lines.push(Line::raw(text::cut(&format!("  {change}"), columns)));
    }
    if shown < changes.len() {
        let more = format!("  and {} more", changes.len() - shown);
        lines.push(Line::styled(more, theme.faint));
    }
    lines
}

/// The changes of a plan, one for each capability of a row.
fn changes_of(plan: &Plan) -> Vec<Change> {
    let mut changes = Vec::new();
    for row in &plan.rows {
        let target: &Target = &row.target;
        for capability in target.scope().capabilities() {
            let (before, after) = (row.before.verbs(capability), row.after.verbs(capability));
            if before != after {
                changes.push(Change {
                    target: target.clone(),
                    capability,
                    added: after.minus(before),
                    removed: before.minus(after),
                });
            }
        }
    }
    changes
}
