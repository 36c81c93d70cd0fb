//! The palette: the line, the entries that match, and what Enter will do.

use ratatui::{
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::Paragraph,
};

use crate::{
    app::{
        Model,
        layout_info::Window,
        mouse::HitTarget,
        overlays::palette::{self, Entry, Palette},
    },
    ui::{
        Canvas, Theme, text,
        widgets::{dialog, field, rows::Rows},
    },
};

/// Widths of a name and of its key, in columns.
const NAME: usize = 34;
const KEY: usize = 9;
/// Width of a command with its arguments, in columns.
const COMMAND: usize = 22;

/// Draws the palette. Returns the visible part of the entries.
pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, model: &Model, state: &Palette) -> Window {
    let theme = frame.theme();
    let columns = dialog::columns(area, 100);
    let notes = notes(model, state, columns, theme);
    // The line keeps its position while the user types: only the lower end moves.
    let most = usize::from(area.height.saturating_sub(2)).min(24 + notes.len());
    let rows = (state.entries.len() + 2 + notes.len()).min(most);
    let top = Rect { height: area.height.min(u16::try_from(rows).unwrap_or(0) + 2), ..area };
    let inner = dialog::open(frame, top, "Palette", columns, rows);
    let row = |y: u16| Rect { y: inner.y + y, height: u16::from(y < inner.height), ..inner };
    frame.render_widget(Span::styled(":", theme.key), row(0));
    let at = Rect { x: inner.x + 1, width: inner.width.saturating_sub(1), ..row(0) };
    field::draw(frame, at, &state.field, true);

    let notes_height = u16::try_from(notes.len()).unwrap_or(0).min(inner.height.saturating_sub(2));
    let height = inner.height.saturating_sub(2 + notes_height);
    let list = Rect { y: inner.y + 2, height, ..inner };
    let cursor = state.selected().map(|_| theme.focused);
    let rows = Rows { list: &state.list, len: state.entries.len(), cursor };
    let row = |at: usize| line(model, state, state.entries[at], columns, theme);
    let window = rows.draw(frame, list, row, HitTarget::Row);
    if window.top + window.height < window.len {
        dialog::more_below(frame, list);
    }
    let below = Rect { y: list.bottom(), height: inner.bottom() - list.bottom(), ..inner };
    frame.render_widget(Paragraph::new(notes), below);
    window
}

fn line(
    model: &Model,
    state: &Palette,
    entry: Entry,
    columns: usize,
    theme: &Theme,
) -> Line<'static> {
    let mut name_columns = NAME;
    let (name, key, about) = match entry {
        Entry::Action(action) => {
            let key = model.shared.keymap.key_for(state.context, action, false);
            (action.label().to_owned(), key.unwrap_or_default(), String::new())
        }
        Entry::Command(command) => {
            let row = command.row();
            name_columns = COMMAND;
            (format!("{} {}", row.name, row.takes), String::new(), row.about.to_owned())
        }
        Entry::Argument(..) => (entry.typed(), String::new(), String::new()),
    };
    let refused = enabled(entry, model).err();
    let style = if refused.is_some() { theme.faint } else { Style::new() };
    let key_style = if refused.is_some() { theme.faint } else { theme.key };
    let rest = refused.map_or(about, |why| format!("x {why}"));
    let key_columns = if key.is_empty() && name_columns == COMMAND { 0 } else { KEY };
    let room = columns.saturating_sub(name_columns + key_columns + 4);
    Line::from(vec![
        Span::styled(format!(" {} ", text::fit(&name, name_columns)), style),
        Span::styled(text::fit(&key, key_columns), key_style),
        Span::styled(format!(" {}", text::cut(&rest, room)), theme.faint),
    ])
}

/// Examples of a command, and what Enter will do or why it cannot.
fn notes(model: &Model, state: &Palette, columns: usize, theme: &Theme) -> Vec<Line<'static>> {
    let mut lines = vec![Line::default()];
    if let Some((command, argument)) = state.command()
        && argument.is_empty()
    {
        for example in command.row().examples {
            lines.extend(dialog::paragraph(example, columns, theme.faint));
        }
    }
    let refused = |entry| enabled(entry, model).err();
    let (words, style) = match (&state.ready, state.selected()) {
        (Some(Ok(ready)), _) => (format!("Enter: {}.", ready.words), theme.good),
        (_, Some(entry)) => match (refused(entry), entry) {
            (Some(why), _) => (format!("! {why}"), theme.warning),
            (None, Entry::Command(command)) => {
                (format!("Enter: {}.", command.row().about), theme.good)
            }
            (None, Entry::Action(action)) => (format!("Enter: {}.", action.label()), theme.good),
            (None, Entry::Argument(..)) => (format!("Enter: {}.", entry.typed()), theme.good),
        },
        (_, None) if state.field.is_empty() => (state.refusal(&model.shared), theme.faint),
        (_, None) => (format!("! {}", state.refusal(&model.shared)), theme.warning),
    };
    lines.extend(dialog::paragraph(&words, columns, style));
    lines
}

/// Checks that an entry can run now; `Err` says why not.
fn enabled(entry: Entry, model: &Model) -> Result<(), String> {
    // Over a dialog the entries are actions of that dialog, not of the screen.
    let is_alone = model.stack.overlays().len() == 1;
    palette::enabled(entry, is_alone.then(|| model.stack.screen()), &model.shared)
}
