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
        matrix::RowChange,
        mouse::HitTarget,
        overlays::palette::{self, Entry, Palette},
    },
    domain::{SafeText, Target, Verbs, WILDCARD, filter::Words},
    input::{Action, Context},
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
    let listed = if state.entries.is_empty() { state.rows.len() } else { state.entries.len() };
    let rows = (listed + 2 + notes.len()).min(most);
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
    // While a command's arguments are typed, the entries are not what the whole line found.
    let words = state.command().is_none().then(|| Words::parse(state.field.text()));
    let rows = Rows { list: &state.list, len: state.entries.len(), cursor, found: words.as_ref() };
    if state.entries.is_empty() {
        let lines = changes(state, columns, usize::from(list.height), theme);
        frame.render_widget(Paragraph::new(lines), list);
    }
    let row = |at: usize| line(model, state, &state.entries[at], columns, theme);
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
    entry: &Entry,
    columns: usize,
    theme: &Theme,
) -> Line<'static> {
    let mut name_columns = NAME;
    let (name, key, about) = match entry {
        Entry::Ending(ending) => {
            name_columns = ending_columns(state).min(NAME);
            (SafeText::from(&*ending.word).to_string(), String::new(), ending.about.clone())
        }
        Entry::Action(action) => {
            let key = model.shared.keymap.key_for(state.context, *action, false);
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
    let has_key = matches!(entry, Entry::Action(_) | Entry::Argument(..));
    let key_columns = if has_key { KEY } else { 0 };
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
    let refused = |entry: &Entry| enabled(entry, model).err();
    let enter = model.shared.key_in(Context::Palette, Action::Accept);
    let (words, style) = match (&state.ready, state.selected()) {
        (_, Some(Entry::Ending(ending))) => {
            (format!("{enter}: complete {}.", SafeText::from(&*ending.line)), theme.good)
        }
        (Some(Err(_)), None) if state.is_incomplete() => (completing(model, state), theme.faint),
        (Some(Ok(ready)), _) => (format!("{enter}: {}.", ready.words), theme.good),
        (_, Some(entry)) => match (refused(&entry), &entry) {
            (Some(why), _) => (format!("! {why}"), theme.warning),
            (None, Entry::Command(command)) => {
                (format!("{enter}: {}.", command.row().about), theme.good)
            }
            (None, Entry::Action(action)) => (format!("{enter}: {}.", action.label()), theme.good),
            (None, Entry::Argument(..) | Entry::Ending(_)) => {
                (format!("{enter}: {}.", entry.typed()), theme.good)
            }
        },
        (_, None) if state.field.is_empty() => (state.refusal(&model.shared), theme.faint),
        (_, None) => (format!("! {}", state.refusal(&model.shared)), theme.warning),
    };
    lines.extend(dialog::paragraph(&words, columns, style));
    lines
}

/// The width of the widest word to choose from.
fn ending_columns(state: &Palette) -> usize {
    let width = |entry: &Entry| match entry {
        Entry::Ending(ending) => text::width(&ending.word) + 2,
        _ => 0,
    };
    state.entries.iter().map(width).max().unwrap_or(0)
}

/// What to do while the line is incomplete.
fn completing(model: &Model, state: &Palette) -> String {
    let matched = match state.rows.len() {
        0 => String::new(),
        1 => "1 row matches. ".to_owned(),
        n => format!("{n} rows match. "),
    };
    if state.entries.is_empty() {
        return format!("{matched}Add the rights, such as query:read.");
    }
    let key = |action| model.shared.key_in(Context::Palette, action);
    let (tab, down) = (key(Action::Complete), key(Action::Down));
    format!("{matched}{tab} completes the word, {down} chooses one.")
}

/// The rows that a line names, with their rights before and after, as many as fit.
fn changes(state: &Palette, columns: usize, height: usize, theme: &Theme) -> Vec<Line<'static>> {
    let fits = if state.rows.len() > height { height.saturating_sub(1) } else { height };
    let shown = &state.rows[..fits.min(state.rows.len())];
    let names: Vec<String> = shown.iter().map(|row| place(&row.target)).collect();
    let width = names.iter().map(|name| text::width(name)).max().unwrap_or(0).min(NAME);
    let is_complete = matches!(state.ready, Some(Ok(_)));
    let line = |(row, name): (&RowChange, String)| {
        let words = row_words(row, is_complete);
        let style = if row.before == row.after { theme.faint } else { Style::new() };
        Line::from(vec![
            Span::styled(format!("  {}  ", text::fit(&name, width)), style),
            Span::styled(text::cut(&words, columns.saturating_sub(width + 4)), style),
        ])
    };
    let mut lines: Vec<_> = shown.iter().zip(names).map(line).collect();
    if shown.len() < state.rows.len() {
        let more = format!("  and {} more", state.rows.len() - shown.len());
        lines.push(Line::styled(more, theme.faint));
    }
    lines
}

fn place(target: &Target) -> String {
    match target {
        Target::Dataset(name) if name.raw() == WILDCARD => "* all datasets".to_owned(),
        Target::View(name) if name.raw() == WILDCARD => "* all views".to_owned(),
        Target::Dataset(name) => name.to_string(),
        Target::View(name) => format!("view {name}"),
        Target::Org => "organisation".to_owned(),
    }
}

/// The capabilities that change, such as `query: none -> r`; without a change, the rights.
fn row_words(row: &RowChange, is_complete: bool) -> String {
    let letters = |verbs: Verbs| if verbs.is_empty() { "none".to_owned() } else { verbs.letters() };
    let capabilities = || row.target.scope().capabilities().iter();
    let verbs = |c| (row.before.verbs(c), row.after.verbs(c));
    let changes = capabilities().filter(|c| row.before.verbs(c) != row.after.verbs(c));
    let changes =
        changes.map(|c| format!("{}: {} -> {}", c.wire, letters(verbs(c).0), letters(verbs(c).1)));
    let rights = capabilities().filter(|c| !row.before.verbs(c).is_empty());
    let rights = rights.map(|c| format!("{}: {}", c.wire, letters(row.before.verbs(c))));
    match (changes.collect::<Vec<_>>(), rights.collect::<Vec<_>>()) {
        (changes, rights) if changes.is_empty() && is_complete => {
            let rights =
                if rights.is_empty() { String::new() } else { format!(" ({})", rights.join(", ")) };
            format!("no change{rights}")
        }
        (changes, rights) if changes.is_empty() && rights.is_empty() => "no rights".to_owned(),
        (changes, rights) if changes.is_empty() => rights.join(", "),
        (changes, _) => changes.join(", "),
    }
}

/// Checks that an entry can run now; `Err` says why not.
fn enabled(entry: &Entry, model: &Model) -> Result<(), String> {
    // Over a dialog the entries are actions of that dialog, not of the screen.
    let is_alone = model.stack.overlays().len() == 1;
    palette::enabled(entry, is_alone.then(|| model.stack.screen()), &model.shared)
}
