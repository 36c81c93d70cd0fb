//! The history: the changes in the journal, and beside or below them everything about the one
//! under the cursor.

use ratatui::{
    layout::{Constraint, Layout, Margin, Rect},
    style::Style,
    text::{Line, Span},
    widgets::{Block, Borders, Paragraph, Wrap},
};

use crate::{
    app::{
        Model,
        layout_info::Window,
        mouse::{HitTarget, Scrolled},
        screens::history::{History, facts, is_here},
    },
    domain::{SafeText, filter::Words, text as domain_text, when},
    input::Action,
    journal::{Outcome, RecordedChange},
    ui::{
        Canvas, text,
        widgets::{dialog, field, rows},
    },
};

/// Minimum width for the details beside the list, in columns.
const WIDE_FROM: u16 = 150;
/// Minimum height for the details below the list, in rows.
const TALL_FROM: u16 = 14;
/// Width of the details beside the list.
const DETAILS: u16 = 64;
/// Minimum width of a row with the place of each change.
const PLACE_FROM: usize = 96;
/// Minimum width of a row with what was changed. The outcome says most of it.
const CHANGE_FROM: usize = 64;
/// Minimum width of a row with whole dates.
const DATE_FROM: usize = 110;
/// Width of an age, in columns: `30 min ago`.
const AGO: usize = 10;
/// Width of the outcome, in columns: `made, secret not confirmed`.
const OUTCOME: usize = 26;

/// Draws the history. Returns the visible part of the list.
pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, model: &Model, state: &History) -> Window {
    let row = |y: u16| Rect { y: area.y + y, height: u16::from(y < area.height), ..area };
    title(frame, row(0), model, state);
    let rest = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    let warning = !matches!(state.read.as_deref(), None | Some(Ok(_)));
    if state.shown.is_empty() {
        let theme = frame.theme();
        let style = if warning { theme.warning } else { theme.strong };
        let words = Paragraph::new(Line::styled(nothing(model, state), style));
        frame.render_widget(words.wrap(Wrap { trim: true }), rest.inner(Margin::new(3, 1)));
        return Window::default();
    }
    let [left, right] = parts(rest);
    let window = list(frame, left, model, state);
    if let Some(change) = state.change().filter(|_| !right.is_empty()) {
        details(frame, right, model, change);
    }
    window
}

/// The areas of list and details. The details are empty if there is no room for them.
fn parts(area: Rect) -> [Rect; 2] {
    let layout = if area.width >= WIDE_FROM {
        Layout::horizontal([Constraint::Fill(1), Constraint::Length(DETAILS)])
    } else if area.height >= TALL_FROM {
        let height = (area.height / 2).clamp(7, 16);
        Layout::vertical([Constraint::Fill(1), Constraint::Length(height)])
    } else {
        Layout::vertical([Constraint::Fill(1), Constraint::Length(0)])
    };
    layout.areas(area)
}

/// Why no change is shown.
fn nothing(model: &Model, state: &History) -> String {
    let back = model.key(Action::Back);
    match state.read.as_deref() {
        _ if model.shared.session.demo => {
            "The demo keeps no journal, so it has no history.".to_owned()
        }
        None => "Reading the journal …".to_owned(),
        Some(Err(why)) => domain_text::sentence(why),
        Some(Ok(all)) if all.is_empty() => {
            "axtok has not changed any token from this computer yet.".to_owned()
        }
        Some(Ok(_)) if !state.filter.is_empty() => {
            format!("Nothing matches \"{}\". {back} clears it.", state.filter.text())
        }
        Some(Ok(_)) => {
            format!("No open changes. {} shows all.", model.key(Action::Attention))
        }
    }
}

/// `History   3 of 120 · 2 open             / prod`
fn title(frame: &mut Canvas<'_, '_>, row: Rect, model: &Model, state: &History) {
    let theme = frame.theme();
    let mut line = Line::from(Span::styled(" History", theme.strong));
    let (all, shown, open) = (state.all().len(), state.shown.len(), state.open_count());
    if all > 0 {
        let of = if shown < all { format!("{shown} of {all}") } else { all.to_string() };
        let changes = if all == 1 { "change" } else { "changes" };
        line.push_span(Span::styled(format!("   {of} {changes}"), theme.faint));
    }
    if open > 0 {
        line.push_span(Span::styled(format!(" · ! {open} open"), theme.warning));
    }
    if state.only_open {
        line.push_span(Span::styled(" · only open", theme.faint));
    }
    let used = u16::try_from(line.width()).unwrap_or(row.width);
    frame.render_widget(line, row);
    let width = row.width.saturating_sub(used + 3).min(34);
    if width < 6 || all == 0 {
        return;
    }
    let at = Rect { x: row.x + row.width - width - 1, width, ..row };
    frame.add_target(at, HitTarget::Do(Action::Filter));
    if state.editing || !state.filter.is_empty() {
        frame.render_widget(Span::styled("/ ", theme.key), at);
        let inside = Rect { x: at.x + 2, width: width - 2, ..at };
        field::draw(frame, inside, &state.filter, state.editing);
    } else {
        let hint = format!("{} filter", model.key(Action::Filter));
        let hint = format!("{hint:>0$}", usize::from(width));
        if text::width(&hint) > usize::from(width) {
            return;
        }
        frame.render_widget(Span::styled(hint, theme.faint), at);
    }
}

/// Widths of the columns; 0 for one that has no room.
struct Columns {
    when: usize,
    change: usize,
    token: usize,
    place: usize,
    outcome: usize,
}

impl Columns {
    fn of(width: usize) -> Self {
        let when = if width >= DATE_FROM { 21 } else { AGO };
        let change = match width {
            DATE_FROM.. => 15,
            CHANGE_FROM.. => 10,
            _ => 0,
        };
        let outcome = OUTCOME.min(width / 3);
        let between = if change > 0 { 6 } else { 4 };
        let rest = width.saturating_sub(3 + when + change + outcome + between);
        let place = if width >= PLACE_FROM { (rest * 2 / 5).min(36) } else { 0 };
        let token = rest.saturating_sub(if place > 0 { place + 2 } else { 0 }).min(44);
        Self { when, change, token, place, outcome }
    }

    /// The columns of a row; the token's name is the third. One without room is empty.
    fn row(&self, [when, change, token, place, outcome]: [&str; 5]) -> Vec<String> {
        let change =
            if self.change > 0 { text::fit(change, self.change) + "  " } else { String::new() };
        let when = text::fit(when, self.when) + "  ";
        let mut all = vec![when, change, text::fit(token, self.token)];
        if self.place > 0 {
            all.push(format!("  {}", text::fit(place, self.place)));
        }
        all.push(format!("  {}", text::cut(outcome, self.outcome)));
        all
    }
}

fn list(frame: &mut Canvas<'_, '_>, area: Rect, model: &Model, state: &History) -> Window {
    let theme = frame.theme();
    let columns = Columns::of(area.width.into());
    let heading = columns.row(["WHEN", "CHANGE", "TOKEN", "WHERE", "OUTCOME"]).concat();
    let head = Rect { height: area.height.min(1), ..area };
    frame.render_widget(Line::styled(format!("   {heading}"), theme.faint), head);
    let body = Rect { y: area.y + head.height, height: area.height - head.height, ..area };
    let window = state.list.window(state.shown.len(), body.height.into());
    frame.add_target(body, HitTarget::Scrolls(Scrolled::Screen, window));
    let words = Some(state.words()).filter(|_| !state.filter.is_empty());
    let shown = window.top..state.shown.len().min(window.top + window.height);
    for (y, at) in (body.y..).zip(shown) {
        let Some(change) = state.row(at) else { continue };
        let place = Rect { y, height: 1, ..body };
        frame.add_target(place, HitTarget::Row(at));
        let is_selected = at == state.list.cursor;
        draw_row(frame, place, model, (change, &columns), is_selected, words.as_ref());
    }
    window
}

fn draw_row(
    frame: &mut Canvas<'_, '_>,
    at: Rect,
    model: &Model,
    (change, columns): (&RecordedChange, &Columns),
    is_selected: bool,
    words: Option<&Words>,
) {
    let theme = frame.theme();
    let entry = &change.entry;
    let when = if columns.when > AGO {
        when::date_time(entry.at)
    } else {
        when::ago_short(entry.at, model.shared.now)
    };
    let verb = entry.asked.verb();
    // The details say whether it is about a personal token.
    let verb = if columns.when > AGO { verb } else { verb.split(' ').next().unwrap_or(verb) };
    let (name, place) = (SafeText::from(entry.asked.name()), change.location());
    let needs_care = change.is_open() || matches!(change.outcome(), Outcome::Stuck(_));
    let cells = columns.row([&when, verb, name.shown(), place.shown(), change.describe_outcome()]);
    let is_elsewhere = !is_here(change, &model.shared.session);
    let style = if is_elsewhere { theme.faint } else { Style::new() };
    let last = cells.len() - 1;
    let cell = |(i, cell): (usize, String)| {
        let is_faint = i != 2 && i != last || change.outcome().is_nothing();
        let style = if is_faint { theme.faint } else { style };
        Span::styled(cell, if i == last && needs_care { theme.warning } else { style })
    };
    let cursor = if is_selected { ">" } else { " " };
    let mark = if needs_care { "! " } else { "  " };
    let mut line = Line::from(vec![Span::raw(cursor), Span::styled(mark, theme.warning)]);
    line.spans.extend(cells.into_iter().enumerate().map(cell));
    // The cursor, the mark, and two columns are before the name.
    let name = 4;
    let bar: usize = line.spans[..=name].iter().map(|span| text::width(&span.content)).sum();
    frame.render_widget(&line, at);
    rows::highlight(frame, at, &line, name, words);
    if is_selected {
        let bar = u16::try_from(bar).unwrap_or(u16::MAX).min(at.width);
        frame.set_style(Rect { width: bar, ..at }, theme.focused);
    }
}

fn details(frame: &mut Canvas<'_, '_>, area: Rect, model: &Model, change: &RecordedChange) {
    let theme = frame.theme();
    let is_beside = area.width == DETAILS;
    let block = if is_beside {
        Block::new().borders(Borders::LEFT).border_style(theme.faint)
    } else {
        dialog::rule(theme)
    };
    let inner = block.inner(area);
    frame.render_widget(block, area);
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let columns = usize::from(inner.width);
    let mut lines = Vec::new();
    if let Some(words) = advice(model, change) {
        lines.extend(dialog::marked("!", &words, columns, theme.warning));
        lines.push(Line::default());
    }
    for (label, value) in facts(change, &model.shared) {
        lines.extend(dialog::fact(label, &value, columns, theme));
    }
    let is_cut = lines.len() > usize::from(inner.height);
    frame.render_widget(Paragraph::new(lines), inner);
    if is_cut {
        let key = model.key(Action::Open);
        let opens_all = !change.is_open() || !is_here(change, &model.shared.session);
        dialog::more_hint(frame, inner, Some(key.as_str()).filter(|_| opens_all));
    }
}

/// What to do about a change; `None` if nothing is left to do.
fn advice(model: &Model, change: &RecordedChange) -> Option<String> {
    let [open, close, orgs] =
        [Action::Open, Action::CloseEntry, Action::GoOrgs].map(|action| model.key(action));
    if change.is_running {
        return Some("In progress.".to_owned());
    }
    if !change.is_open() {
        return None;
    }
    let place = change.location();
    Some(if is_here(change, &model.shared.session) {
        format!("Not finished. {open} searches for the result; {close} closes it with a reason.")
    } else {
        format!("Not finished, in {place}: {orgs} to switch there; {close} closes it.")
    })
}
