//! The list of API tokens, with a pane about the token under the cursor: below the list,
//! or beside it on a wide terminal.

mod beside;

use ratatui::{
    layout::{Constraint, Layout, Rect},
    style::Style,
    text::{Line, Span},
    widgets::Paragraph,
};

use crate::{
    api::call::Call,
    app::{
        Model,
        layout_info::Window,
        mouse::{HitTarget, Scrolled},
        remote::Remote,
        screens::api_tokens::ApiTokens,
        shared::Topic,
    },
    domain::{
        ApiToken,
        choices::Choices,
        filter::Filter,
        review::{Standards, findings},
        sort::Sort,
        usage::{NOT_SEEN, UNKNOWN},
    },
    input::{Action, Context},
    ui::{
        Canvas, Theme, text,
        widgets::{age, dialog, failure, field, half, row_actions, spinner, token},
    },
};

/// Rows of the pane, including the line above it.
const PANE_ROWS: u16 = 4;
/// Minimum height of the body for the pane, in rows.
const PANE_FROM: u16 = 13;
/// Minimum width for the title to count expired tokens besides marked ones or a long filter.
const COUNTS_FROM: u16 = 100;
/// Maximum length of a filter beside those counts on a narrower screen, in columns.
const SHORT_FILTER: usize = 30;
/// The sign before the name of a marked token.
const MARK: &str = "*";
/// Minimum width for the columns with kind and full date.
const WIDE_FROM: u16 = 76;
/// Minimum width for the column with the last use, and its width.
const SEEN_FROM: u16 = 100;
const SEEN: usize = 10;

/// Draws the list and its pane. Returns the visible part of the list.
pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, model: &Model, state: &ApiTokens) -> Window {
    let pane_rows = if area.height >= PANE_FROM { PANE_ROWS } else { 0 };
    let [title, rest] = Layout::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(area);
    draw_title(frame, title, model, state);
    let tokens = match &model.shared.data.tokens {
        Remote::Ready(tokens, _) => tokens,
        Remote::Failed(failed, None) => {
            failure::draw(frame, rest, model, &Call::ListTokens, failed);
            return Window::default();
        }
        Remote::Idle => return Window::default(),
        Remote::Loading(load) | Remote::Failed(_, Some(load)) => {
            let words = spinner::text(*load, model.shared.now, "Loading the API tokens");
            message(frame, rest, &words.unwrap_or_default(), "");
            return Window::default();
        }
    };
    if state.rows.is_empty() {
        if tokens.is_empty() {
            let hint = format!(
                "Press {} to create one: set its name, expiry and datasets.",
                model.key(Action::New)
            );
            message(frame, rest, "No API tokens yet.", &hint);
        } else {
            let none = format!("No token matches \"{}\".", state.filter.text());
            message(frame, rest, &none, &format!("{} clears the filter.", model.key(Action::Back)));
        }
        return Window::default();
    }
    if let (Some((list, side)), Some(token)) = (beside::part(rest), model.selected_token()) {
        beside::draw(frame, side, model, token);
        return draw_list(frame, list, model, state);
    }
    let parts = [Constraint::Fill(1), Constraint::Length(pane_rows)];
    let [list, pane] = Layout::vertical(parts).areas(rest);
    let window = draw_list(frame, list, model, state);
    if let (true, Some(token)) = (pane_rows > 0, model.selected_token()) {
        draw_pane(frame, pane, model, token);
    }
    window
}

fn message(frame: &mut Canvas<'_, '_>, area: Rect, first: &str, second: &str) {
    let theme = frame.theme();
    let columns = usize::from(area.width.saturating_sub(4));
    let mut lines = vec![Line::default(), Line::styled(format!("   {first}"), theme.strong)];
    for line in text::wrapped(second, columns) {
        lines.push(Line::from(format!("   {line}")));
    }
    frame.render_widget(Paragraph::new(lines), area);
}

/// `API tokens 42 · 3 expiring · 1 expired                         / filter`
fn draw_title(frame: &mut Canvas<'_, '_>, area: Rect, model: &Model, state: &ApiTokens) {
    let theme = frame.theme();
    let mut spans = vec![Span::styled(" API tokens", theme.strong)];
    if let Some(tokens) = model.shared.data.tokens.value() {
        let (shown, all) = (state.rows.len().to_string(), tokens.len().to_string());
        spans.push(Span::raw(match (state.editing, shown == all) {
            // The filter beside it must not move while its text is typed.
            (true, _) => format!(" {shown:>0$} of {all}", all.len()),
            (false, true) => format!(" {all}"),
            (false, false) => format!(" {shown} of {all}"),
        }));
        let marked = state.marked_count();
        // Where space is short, the marked count and the filter are more important.
        let typed = text::width(state.filter.text());
        let is_short = area.width < COUNTS_FROM;
        let has_room = !is_short || (marked.all == 0 && !state.editing && typed < SHORT_FILTER);
        for (number, word, style) in [
            (state.counts.expiring, "expiring", theme.warning),
            (state.counts.expired, "expired", theme.danger),
            (state.counts.unreadable, "unknown expiry", theme.warning),
        ] {
            if number > 0 && has_room {
                spans.push(Span::raw(" · "));
                spans.push(Span::styled(format!("{number} {word}"), style));
            }
        }
        if marked.all > 0 {
            spans.push(Span::raw(" · "));
            spans.push(Span::styled(format!("{} marked", marked.all), theme.strong));
        }
        if marked.hidden > 0 {
            spans.push(Span::styled(format!(" ({} hidden)", marked.hidden), theme.strong));
        }
        if let Remote::Ready(_, Some(load)) = &model.shared.data.tokens
            && let Some(words) = spinner::text(*load, model.shared.now, "refreshing")
        {
            spans.push(Span::styled(format!(" · {words}"), theme.faint));
        }
    }
    let mut left = Line::from(spans);
    // Leave room for the filter and its cursor, or for the key for it.
    let kept = if has_filter(state) { 5 + text::width(state.filter.text()) } else { 10 };
    let room = usize::from(area.width).saturating_sub(left.width() + kept);
    left.spans.extend(age::mark(model, Topic::Tokens, room, theme));
    let left_width = u16::try_from(left.width()).unwrap_or(area.width);
    frame.render_widget(left, area);
    let left = left_width.min(area.width);
    draw_filter(frame, Rect { x: area.x + left, width: area.width - left, ..area }, model, state);
}

/// Minimum width of the filter, in columns.
const FILTER_MIN: u16 = 6;

/// What a filter can contain, shown while it is empty.
const FILTER_HINT: &str = "words, type: ds: can: severity: expires<30d attention";

/// The filter in the rest of the title line, or the key for it.
fn draw_filter(frame: &mut Canvas<'_, '_>, area: Rect, model: &Model, state: &ApiTokens) {
    let theme = frame.theme();
    // One column before it and one at the edge.
    let at = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    if at.width < FILTER_MIN {
        return;
    }
    if !has_filter(state) {
        let key = model.shared.keymap.key_for(Context::Tokens, Action::Filter, false);
        let hint = key.map_or_else(String::new, |key| format!("{key} filter"));
        let width = cells(text::width(&hint)).min(at.width);
        let at = Rect { x: at.x + at.width - width, width, ..at };
        frame.add_target(at, HitTarget::Do(Action::Filter));
        frame.render_widget(Span::styled(hint, theme.faint), at);
        return;
    }
    frame.add_target(at, HitTarget::Do(Action::Filter));
    frame.render_widget(Span::styled("/ ", theme.key), at);
    let inside = Rect { x: at.x + 2, width: at.width - 2, ..at };
    field::draw(frame, inside, &state.filter, state.editing);
    if !state.editing {
        return;
    }
    let typed = state.filter.text();
    let rest = if typed.is_empty() { Some(FILTER_HINT) } else { Filter::completion(typed) };
    let used = cells(text::width(typed)) + u16::from(typed.is_empty());
    if let Some(rest) =
        rest.filter(|_| state.filter.before_cursor() == typed && used < inside.width)
    {
        let at = Rect { x: inside.x + used, width: inside.width - used, ..inside };
        frame.draw_cut(rest, theme.field.patch(theme.faint), at);
    }
}

fn has_filter(state: &ApiTokens) -> bool {
    state.editing || !state.filter.is_empty()
}

/// Columns before the name: cursor, state, severity and mark.
const SIGNS: usize = 4;
/// Spaces between columns.
const GAP: usize = 2;
/// Maximum widths of name and access; the description gets the remaining columns.
const NAME_MAX: usize = 40;
const ACCESS_MAX: usize = 44;

fn cells(columns: usize) -> u16 {
    u16::try_from(columns).unwrap_or(u16::MAX)
}

/// Widths of the columns; 0 for a hidden column.
struct Columns {
    name: usize,
    kind: usize,
    access: usize,
    expiry: usize,
    /// Shown once the audit log has been asked.
    seen: usize,
    description: usize,
}

impl Columns {
    /// Distributes the width: [`SIGNS`] before the name, [`GAP`] between columns, and one
    /// column at the right edge.
    fn of(width: u16, has_usage: bool) -> Self {
        let (kind, expiry) = if width >= WIDE_FROM { (8 + GAP, 22) } else { (0, 9) };
        let seen = if has_usage && width >= SEEN_FROM { SEEN + GAP } else { 0 };
        let fixed = SIGNS + kind + expiry + seen + 2 * GAP + 1;
        let rest = usize::from(width).saturating_sub(fixed);
        let name = (rest * 11 / 20).min(NAME_MAX);
        let access = (rest - name).min(ACCESS_MAX);
        let description = (rest - name - access).saturating_sub(GAP);
        // A description of a few characters would be useless.
        let (access, description) =
            if description < 20 { (rest - name, 0) } else { (access, description) };
        Self {
            name,
            kind: kind.saturating_sub(GAP),
            access,
            expiry,
            seen: seen.saturating_sub(GAP),
            description,
        }
    }

    /// The headings that sort the list when clicked, with their areas in the first row.
    fn sortable(&self, area: Rect) -> Vec<(Rect, Sort)> {
        let mut x = cells(SIGNS);
        let mut found = Vec::new();
        for (width, sort) in [
            (self.name, Some(Sort::Name)),
            (self.kind, Some(Sort::Kind)),
            (self.access, None),
            (self.expiry, Some(Sort::Expiry)),
            (self.seen, Some(Sort::Seen)),
        ] {
            if width > 0 {
                let at = Rect { x: area.x + x, width: cells(width), height: 1, ..area };
                found.extend(sort.map(|sort| (at, sort)));
                x += cells(width + GAP);
            }
        }
        found
    }
}

fn draw_list(frame: &mut Canvas<'_, '_>, area: Rect, model: &Model, state: &ApiTokens) -> Window {
    let theme = frame.theme();
    let columns = Columns::of(area.width, model.shared.data.usage.value().is_some());
    frame
        .render_widget(heading(&columns, &model.shared.choices, theme), Rect { height: 1, ..area });
    for (at, sort) in columns.sortable(area) {
        frame.add_target(at, HitTarget::Heading(sort));
    }
    let height = usize::from(area.height.saturating_sub(1));
    let window = state.list.window(state.rows.len(), height);
    frame.add_target(area, HitTarget::Scrolls(Scrolled::Screen, window));
    let shown = state.rows.iter().enumerate().skip(window.top).take(height);
    let shown = shown.filter_map(|(row, id)| Some((row, model.shared.data.token(id)?)));
    let standards = model.shared.standards();
    for (y, (position, token)) in (area.y + 1..).zip(shown) {
        let selected = position == state.list.cursor;
        let marked = state.is_marked(position);
        let at = Rect { y, height: 1, ..area };
        draw_row(frame, at, &columns, (model, &standards), token, (selected, marked));
        highlight(frame, at, &columns, state, token);
        if selected {
            // Highlight only the name: the other columns keep their colours, and a step of
            // the cursor takes half as many bytes on a slow line.
            let bar = Rect { width: cells(SIGNS + columns.name).min(at.width), ..at };
            frame.set_style(bar, theme.focused);
        }
        row_actions::draw(frame, at, model, position, &[Action::Regenerate, Action::Delete]);
    }
    window
}

/// The headings; an arrow follows that of the column by which the list is sorted.
fn heading(columns: &Columns, choices: &Choices, theme: &Theme) -> Line<'static> {
    let mut line = Line::from(Span::raw(" ".repeat(SIGNS)));
    for (label, width, sort) in [
        ("NAME", columns.name, Some(Sort::Name)),
        ("TYPE", columns.kind, Some(Sort::Kind)),
        ("ACCESS", columns.access, None),
        ("EXPIRES", columns.expiry, Some(Sort::Expiry)),
        ("LAST SEEN", columns.seen, Some(Sort::Seen)),
        ("DESCRIPTION", columns.description, None),
    ] {
        if width > 0 {
            let (arrow, style) = match (sort == Some(choices.sort), choices.reverse) {
                (false, _) => ("", theme.faint),
                (true, false) => ("↓", theme.strong),
                (true, true) => ("↑", theme.strong),
            };
            line.push_span(Span::styled(text::fit(&format!("{label}{arrow}"), width), style));
            line.push_span(Span::raw("  "));
        }
    }
    line
}

/// Draws only the cells with text: a list is mostly blank, and every key redraws it.
fn draw_row(
    frame: &mut Canvas<'_, '_>,
    area: Rect,
    columns: &Columns,
    (model, standards): (&Model, &Standards<'_>),
    token: &ApiToken,
    (selected, is_marked): (bool, bool),
) {
    let theme = frame.theme();
    let (glyph, style) = token::state(token, model, theme);
    let mut x = area.x;
    let mut column = |text: &str, style, width: usize, gap: usize| {
        let at = Rect { x, width: cells(width), ..area };
        frame.draw_cut(text, style, at.intersection(area));
        x = x.saturating_add(cells(width + gap));
    };
    column(if selected { ">" } else { " " }, style, 1, 0);
    column(glyph, style, 1, 0);
    let (severity, severity_style) =
        token::severity(token, model.shared.server_now(), standards, theme);
    column(severity, severity_style, 1, 0);
    let (mark, mark_style, name_style) =
        if is_marked { (MARK, theme.key, theme.strong) } else { (" ", Style::new(), Style::new()) };
    column(mark, mark_style, 1, 0);
    column(token.name.shown(), name_style, columns.name, GAP);
    if columns.kind > 0 {
        column(token.kind().label(), theme.faint, columns.kind, GAP);
    }
    column(&token.grants.access_within(columns.access), Style::new(), columns.access, GAP);
    let now = model.shared.server_now();
    let expiry = match (model.shared.half(&token.id), columns.kind > 0) {
        (Some(half), true) => half::expiry(&half, token, now),
        (Some(half), false) => half::expiry_short(&half, token, now),
        (None, true) => token::expiry(&token.expiry, now),
        (None, false) => token::expiry_short(&token.expiry, now),
    };
    column(&expiry, style, columns.expiry, GAP);
    if let Some(usage) = model.shared.data.usage.value().filter(|_| columns.seen > 0) {
        let seen = usage.last_seen_short(token, model.shared.server_now());
        column(&seen, seen_style(&seen, theme), columns.seen, GAP);
    }
    if columns.description > 0 {
        column(token.description.shown(), theme.faint, columns.description, 0);
    }
}

/// An unused token stands out, and what cannot be known does not.
fn seen_style(seen: &str, theme: &Theme) -> Style {
    match seen {
        NOT_SEEN => theme.warning,
        UNKNOWN => theme.faint,
        _ => Style::new(),
    }
}

/// Styles what the filter found in the name and the description.
fn highlight(
    frame: &mut Canvas<'_, '_>,
    area: Rect,
    columns: &Columns,
    state: &ApiTokens,
    token: &ApiToken,
) {
    let Some(words) = &state.words else { return };
    let name = (SIGNS, columns.name, token.name.shown(), true);
    let before = usize::from(area.width).saturating_sub(columns.description + 1);
    let description = (before, columns.description, token.description.shown(), false);
    for (x, width, text, is_name) in [name, description] {
        let at = Rect { x: area.x + cells(x), width: cells(width), ..area };
        frame.highlight(&words.found_in(text, is_name), text, at);
    }
}

/// Draws the details that do not fit in the row.
fn draw_pane(frame: &mut Canvas<'_, '_>, area: Rect, model: &Model, token: &ApiToken) {
    let theme = frame.theme();
    let width = usize::from(area.width);
    let found = findings(token, &model.shared.session.policies, model.shared.server_now());
    let note = match (model.shared.half(&token.id), found.as_slice()) {
        (Some(half), _) => {
            let now = model.shared.server_now();
            let revoke = || format!("; {} revokes it now", model.key(Action::Delete));
            let revoke = if half.is_old { revoke() } else { String::new() };
            format!("↻ {}{revoke}", half::describe(&half, now))
        }
        (None, []) => "  no findings".to_owned(),
        (None, [one]) => format!("! {}", one.why),
        (None, [worst, rest @ ..]) => format!("! {} (+{} more)", worst.why, rest.len()),
    };
    // As elsewhere, only the mark has a colour.
    let note = text::cut(&note, width.saturating_sub(2));
    let note = match note.split_once(' ') {
        Some((mark, words)) if !mark.is_empty() => Line::from(vec![
            Span::styled(format!(" {mark}"), theme.warning),
            Span::raw(format!(" {words}")),
        ]),
        _ => Line::styled(format!(" {note}"), theme.faint),
    };
    let id = format!("id {} ", token.id.short());
    let room = width.saturating_sub(text::width(&id) + 5);
    let name =
        Some(token.name.shown()).filter(|n| text::width(n) > Columns::of(area.width, false).name);
    let name = name.map_or_else(String::new, |name| text::cut(name, room) + "  ");
    let (description, described) = if token.description.is_empty() {
        ("(no description)", theme.faint)
    } else {
        (token.description.shown(), Style::new())
    };
    let room = room.saturating_sub(text::width(&name));
    let seen = model.shared.data.usage.value().map(|usage| {
        let seen = usage.last_seen_short(token, model.shared.server_now());
        (seen_style(&seen, theme), format!("  last seen: {seen} "))
    });
    let (style, seen) = seen.unwrap_or_default();
    let summary_width = width.saturating_sub(4 + text::width(&seen));
    let summary = if seen.is_empty() {
        Line::from(format!("   {}", text::cut(&token.grants.summary(), summary_width)))
    } else {
        let summary = text::fit(&token.grants.summary(), summary_width + 1);
        Line::from(vec![Span::raw(format!("   {summary}")), Span::styled(seen, style)])
    };
    let lines = vec![
        Line::from(vec![
            Span::styled(format!("   {name}"), theme.strong),
            Span::styled(text::fit(description, room), described),
            Span::styled(format!("  {id}"), theme.faint),
        ]),
        summary,
        note,
    ];
    frame.render_widget(Paragraph::new(lines).block(dialog::rule(theme)), area);
}
