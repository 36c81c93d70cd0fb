//! Help: the keys that work in a context, from the active keymap.

use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

use crate::{
    app::{Model, counts, layout_info::Window, overlays::help::Help},
    domain::{
        SafeText,
        filter::{Words, fuzzy_part},
    },
    input::{Action, Context, action::Group},
    ui::{
        Canvas, Theme, text,
        widgets::{dialog, field, rows},
    },
};

/// Width of the keys, in columns.
const KEYS: usize = 22;
/// The part of a line that is the action's label.
const LABEL: usize = 1;
/// Width of the whole text, in columns.
const COLUMNS: usize = 60;

/// Draws the help, with its filter if there is one. Returns the visible part.
pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, model: &Model, state: &Help) -> Window {
    let theme = frame.theme();
    let lines = lines(model, state, theme);
    let columns = dialog::columns(area, 64);
    let filtering = state.editing || !state.filter.is_empty();
    // With a filter the height is fixed, so that nothing jumps while the user types.
    let wished = if filtering { usize::MAX } else { lines.len() };
    let rows = wished.min(usize::from(area.height.saturating_sub(2)));
    let inner = dialog::open(frame, area, "Keys that work here", columns, rows);
    let inner = if filtering { filter_line(frame, inner, state) } else { inner };
    let window = state.list.offset(lines.len(), usize::from(inner.height));
    let words = words(state);
    for (line, at) in lines.iter().skip(window.top).take(window.height).zip(inner.rows()) {
        frame.render_widget(line, at);
        rows::highlight(frame, at, line, LABEL, Some(&words));
    }
    dialog::more(frame, inner, window);
    window
}

/// The words of the filter that are searched for in labels: a single letter is a key.
fn words(state: &Help) -> Words {
    let text = state.filter.text();
    if fuzzy_part(text).is_some() {
        return Words::parse(text);
    }
    let words = text.split_whitespace().filter(|word| word.chars().count() > 1);
    Words::parse(&words.collect::<Vec<_>>().join(" "))
}

/// Draws the filter, and returns the area below it.
fn filter_line(frame: &mut Canvas<'_, '_>, inner: Rect, state: &Help) -> Rect {
    let theme = frame.theme();
    let row = Rect { height: inner.height.min(1), ..inner };
    frame.render_widget(Span::styled("/ ", theme.key), row);
    let at = Rect { x: row.x + 2, width: row.width.saturating_sub(2), ..row };
    field::draw(frame, at, &state.filter, state.editing);
    Rect { y: inner.y + 2, height: inner.height.saturating_sub(2), ..inner }
}

fn lines(model: &Model, state: &Help, theme: &Theme) -> Vec<Line<'static>> {
    let rows = state.rows(Some(model.stack.screen()), &model.shared);
    let mut lines = Vec::new();
    let mut of: Option<Group> = None;
    for row in rows {
        if of != Some(row.group) {
            if of.is_some() {
                lines.push(Line::default());
            }
            lines.push(Line::styled(row.group.label(), theme.strong));
            if row.group == Group::Move && state.filter.is_empty() {
                lines.extend(counts_line(model, state.context, theme));
            }
            of = Some(row.group);
        }
        let keys = format!("  {}", text::fit(&row.keys.join("  "), KEYS));
        let Some(why) = row.refused else {
            lines.push(Line::from(vec![Span::styled(keys, theme.key), Span::raw(row.label)]));
            continue;
        };
        lines.push(Line::from(vec![
            Span::styled(keys, theme.faint),
            Span::styled(row.label, theme.faint),
        ]));
        for part in text::wrapped(&why, COLUMNS - KEYS - 4) {
            let part = format!("  {}  {part}", " ".repeat(KEYS));
            lines.push(Line::styled(part, theme.faint));
        }
    }
    if lines.is_empty() {
        let words = SafeText::from(state.filter.text());
        let back = model.key_here(Action::Back);
        let none = format!("No key here matches \"{words}\". {back} clears the filter.");
        lines.extend(dialog::paragraph(&none, COLUMNS, theme.faint));
    }
    lines
}

/// The digits that start a count, with examples; `None` if no digit does.
fn counts_line(model: &Model, context: Context, theme: &Theme) -> Option<Line<'static>> {
    let digits = counts::digits(&model.shared.keymap, context);
    let (first, last) = (digits.first()?, digits.last()?);
    let down = model.shared.keymap.key_for(context, Action::Down, false)?;
    let to = model.shared.keymap.key_for(context, Action::Bottom, false)?;
    let keys = if digits.len() > 2 { format!("{first} … {last}") } else { first.to_string() };
    let words = format!("a count, as in {last} {down} and {last} {to}");
    Some(Line::from(vec![
        Span::styled(format!("  {}", text::fit(&keys, KEYS)), theme.key),
        Span::raw(words),
    ]))
}
