//! What is said of the thing under the cursor: which tokens can do what with
//! it, what a token reaches, or whose finding it is.

use ratatui::{
    Frame,
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::Paragraph,
};

use super::list::severity_style;
use crate::{
    app::{
        Model,
        places::Window,
        screens::review::{Review, Tab},
    },
    domain::{
        ApiToken, Scope, WILDCARD,
        review::{
            Question, WayOut,
            reach::{Holder, letters},
        },
        when,
    },
    input::{Action, Context},
    ui::{
        text, theme,
        widgets::{audit, dialog, matrix, token},
    },
};

/// Columns from which rights stand as cells under headings.
const CELLS_FROM: usize = 78;
/// Columns of what one may do to a thing as a whole.
const WHOLE: usize = 6;
/// Columns of an expiry in short.
const EXPIRY: usize = 10;

pub fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    model: &Model,
    state: &Review,
    tokens: &[ApiToken],
) -> Window {
    if area.height < 2 {
        return Window::default();
    }
    let title = heading(model, state, tokens);
    let title = text::cut(&title, usize::from(area.width).saturating_sub(4));
    let rule = usize::from(area.width).saturating_sub(text::width(&title) + 3);
    let style = if state.in_pane { theme::strong() } else { theme::faint() };
    let line = Line::from(vec![
        Span::styled("─ ", theme::faint()),
        Span::styled(title, theme::strong()),
        Span::styled(format!(" {}", "─".repeat(rule)), style),
    ]);
    frame.render_widget(line, Rect { height: 1, ..area });
    let inside = Rect { y: area.y + 1, height: area.height - 1, ..area };
    match state.tab {
        Tab::Tokens => of_token(frame, inside, model, state, tokens),
        Tab::Findings => of_finding(frame, inside, model, state, tokens),
        tab => tab.scope().map_or_else(Window::default, |scope| {
            of_thing(frame, inside, model, state, tokens, scope)
        }),
    }
}

/// What the pane is about.
fn heading(model: &Model, state: &Review, tokens: &[ApiToken]) -> String {
    let Some(thing) = state.thing() else { return String::new() };
    match state.tab {
        Tab::Tokens => tokens.get(thing).map_or(String::new(), |t| {
            format!("{}  {}", t.name, token::expiry(t.expiry, model.server_now()))
        }),
        Tab::Findings => state.group().map_or(String::new(), |g| g.kind.title.to_owned()),
        tab => {
            let Some(scope) = tab.scope() else { return String::new() };
            let name = match (thing, scope) {
                (0, Scope::Dataset) => "all datasets",
                (0, Scope::View) => "all views",
                _ => state.index.reach.name(scope, thing),
            };
            let does = match (state.question, scope) {
                (Question::Anything, Scope::Org) => "who has",
                (Question::Anything, _) => "who reaches",
                (question, _) => return format!("who can {}: {name}", question.label()),
            };
            format!("{does} {name}")
        }
    }
}

/// One row a token that can do something with it.
fn of_thing(
    frame: &mut Frame<'_>,
    area: Rect,
    model: &Model,
    state: &Review,
    tokens: &[ApiToken],
    scope: Scope,
) -> Window {
    if state.holders.is_empty() {
        let line = Line::styled("   No token.", theme::faint());
        frame.render_widget(line, Rect { height: 1, ..area });
        return Window::default();
    }
    let width = usize::from(area.width);
    let as_cells = width >= CELLS_FROM;
    let rights = match scope {
        Scope::Org => 4 + 2,
        scope => matrix::headings(scope).chars().count(),
    };
    let fixed = rights + WHOLE + EXPIRY + 5;
    let name = if as_cells { width.saturating_sub(fixed).min(44) } else { (width - 15) * 2 / 5 };
    let head = match (as_cells, scope) {
        (true, Scope::Org) => format!("{} CRUD   {:WHOLE$}EXPIRES", text::fit("TOKEN", name), ""),
        (true, scope) => format!(
            "{}{}  {:<WHOLE$}EXPIRES",
            text::fit("TOKEN", name),
            matrix::headings(scope),
            "also"
        ),
        (false, _) => {
            let rights = width.saturating_sub(name + EXPIRY + 5);
            format!("{} {} EXPIRES", text::fit("TOKEN", name), text::fit("CAN", rights))
        }
    };
    frame.render_widget(
        Line::styled(text::cut(&format!("   {head}"), width), theme::faint()),
        Rect { height: 1, ..area },
    );
    let notes = notes(state, scope, width);
    let note_rows = u16::try_from(notes.len()).unwrap_or(0);
    let note_rows = if area.height > 5 + note_rows { note_rows } else { 0 };
    let body = Rect { y: area.y + 1, height: area.height.saturating_sub(1 + note_rows), ..area };
    let window = rows(frame, body, state, state.holders.len(), |position| {
        let holder = &state.holders[position];
        let token = tokens.get(holder.token)?;
        let marked = state.marks.contains(&token.id);
        let can = if as_cells {
            let cells = match scope {
                Scope::Org => org_cell(state, holder),
                scope => matrix::cells(scope, &holder.own, Some(&holder.everywhere)),
            };
            format!("{cells}  {}", text::fit(&also(holder, state.question), WHOLE))
        } else {
            let mut can = letters(scope, &holder.own, &holder.everywhere);
            let more = also(holder, state.question);
            if !more.is_empty() {
                can = if can.is_empty() { more } else { format!("{can}, {more}") };
            }
            format!(" {} ", text::fit(&can, width.saturating_sub(name + EXPIRY + 5)))
        };
        let (sign, style) = token::state(token, model);
        let expiry = token::expiry_short(token.expiry, model.server_now());
        Some((
            if marked { "*" } else { sign },
            vec![
                Span::styled(
                    text::fit(token.name.shown(), name),
                    if holder.expired { theme::faint() } else { theme::plain() },
                ),
                Span::styled(can, if holder.expired { theme::faint() } else { theme::plain() }),
                Span::styled(expiry, style),
            ],
        ))
    });
    for (y, note) in (body.y + body.height..area.y + area.height).zip(notes) {
        frame.render_widget(note, Rect { y, height: 1, ..area });
    }
    window
}

fn org_cell(state: &Review, holder: &Holder) -> String {
    let capability = state.thing().and_then(|i| Scope::Org.capabilities().get(i));
    capability.map_or(String::new(), |c| format!(" {} ", matrix::crud(c, holder.own.verbs(c))))
}

/// What it may do besides: to the thing as a whole, or to itself.
fn also(holder: &Holder, question: Question) -> String {
    if question == Question::Mint {
        return "mints".to_owned();
    }
    let whole = holder.whole.letters();
    if whole.is_empty() { whole } else { format!("+{whole}") }
}

/// What the marks mean, if they are there.
fn notes(state: &Review, scope: Scope, width: usize) -> Vec<Line<'static>> {
    let holders = &state.holders;
    let mut words = Vec::new();
    let starred = |h: &Holder| scope != Scope::Org && h.everywhere.bits() & !h.own.bits() != 0;
    if holders.iter().any(starred) {
        words.push("* by its row for all");
    }
    if state.question == Question::Mint && scope != Scope::Org {
        words.push("mints: can give itself any right");
    } else if holders.iter().any(|h| !h.whole.is_empty()) {
        words.push("+ changes or deletes it as a whole, by a right for the organisation");
    }
    if holders.iter().any(|h| h.expired) {
        words.push("x has ended, and does nothing");
    }
    if words.is_empty() {
        return Vec::new();
    }
    let lines = text::wrapped(&words.join(" · "), width.saturating_sub(4));
    lines.into_iter().map(|l| Line::styled(format!("   {l}"), theme::faint())).collect()
}

/// Rows with a cursor, if the pane has the keys.
fn rows(
    frame: &mut Frame<'_>,
    area: Rect,
    state: &Review,
    len: usize,
    row: impl Fn(usize) -> Option<(&'static str, Vec<Span<'static>>)>,
) -> Window {
    let window = state.pane.window(len, usize::from(area.height));
    for (y, position) in (area.y..area.y + area.height).zip(window.top..len) {
        let Some((sign, spans)) = row(position) else { continue };
        let selected = state.in_pane && position == state.pane.cursor;
        let marker = if selected { ">" } else { " " };
        let style = if sign == "*" { theme::key() } else { theme::warning() };
        let mut line = Line::from(Span::styled(format!("{marker}{sign} "), style));
        line.spans.extend(spans);
        let at = Rect { y, height: 1, ..area };
        frame.render_widget(line, at);
        if selected {
            frame.buffer_mut().set_style(at, theme::focused());
        }
    }
    window
}

/// The tokens with a finding of this kind; below, what is said of the one under
/// the cursor.
fn of_finding(
    frame: &mut Frame<'_>,
    area: Rect,
    model: &Model,
    state: &Review,
    tokens: &[ApiToken],
) -> Window {
    let Some(group) = state.group() else { return Window::default() };
    let width = usize::from(area.width);
    let mut about = about_finding(model, state, width.saturating_sub(4));
    let all = usize::from(area.height);
    let wanted = group.items.len().min(all);
    // A blank line, where there is room for one.
    if wanted.min(3) + about.len() > all {
        about.remove(0);
    }
    let about_rows = about.len().min(all - wanted.min(3));
    let rows_shown = u16::try_from(wanted.min(all - about_rows)).unwrap_or(area.height);
    let body = Rect { height: rows_shown, ..area };
    let name = (width.saturating_sub(EXPIRY + 6) / 2).min(40);
    let window = rows(frame, body, state, group.items.len(), |position| {
        let at = *group.items.get(position)?;
        let token = tokens.get(state.index.items.get(at)?.token)?;
        let (sign, style) = token::state(token, model);
        let accepted = state.index.accepted.get(at).and_then(Option::as_ref);
        let rest = width.saturating_sub(name + EXPIRY + 6);
        let (note, note_style) = match accepted {
            Some(a) => (format!("accepted: {}", a.reason), theme::faint()),
            None => (token.grants.access(), theme::plain()),
        };
        let marked = state.marks.contains(&token.id);
        Some((
            if marked { "*" } else { sign },
            vec![
                Span::raw(text::fit(token.name.shown(), name)),
                Span::styled(format!("  {} ", text::fit(&note, rest)), note_style),
                Span::styled(token::expiry_short(token.expiry, model.server_now()), style),
            ],
        ))
    });
    for (y, line) in (body.y + body.height..area.y + area.height).zip(about) {
        frame.render_widget(line, Rect { y, height: 1, ..area });
    }
    window
}

/// Why, what would be narrower, and which key leads out.
fn about_finding(model: &Model, state: &Review, columns: usize) -> Vec<Line<'static>> {
    let Some(group) = state.group() else { return vec![Line::default()] };
    let Some(item) = state.item().and_then(|at| state.index.items.get(at)) else {
        return vec![Line::default()];
    };
    let severity = group.kind.severity;
    let mut lines = vec![Line::default()];
    let mut add = |words: &str, style: Style| {
        let indented = |mut line: Line<'static>| {
            line.spans.insert(0, Span::raw("   "));
            line
        };
        lines.extend(dialog::paragraph(words, columns, style).into_iter().map(indented));
    };
    let why = format!("! {}: {}", severity.label(), item.finding.why);
    add(&why, severity_style(Some(severity)));
    let accepted = state.item().and_then(|at| state.index.accepted.get(at)?.as_ref());
    if let Some(a) = accepted {
        add(&format!("accepted on {}: {}", when::date(a.at), a.reason), theme::good());
    } else {
        add(&format!("narrower: {}", item.finding.narrower), theme::plain());
    }
    let key = |action| model.keymap.key_for(Context::Review, action, false).unwrap_or_default();
    let way = match group.kind.way {
        WayOut::Narrow => format!("{} prepares a narrower replacement", key(Action::Replace)),
        WayOut::Replace => format!("{} replaces it", key(Action::Replace)),
        WayOut::Regenerate => {
            format!("{} gives it an end, by regenerating it", key(Action::Regenerate))
        }
        WayOut::Delete => format!("{} deletes it", key(Action::Delete)),
    };
    let accept = key(Action::AcceptFinding);
    let accept = match accepted {
        Some(_) => format!("{accept} takes that back"),
        None => format!("{accept} accepts it"),
    };
    if state.in_pane {
        add(&format!("{way}; {accept}"), theme::faint());
    } else {
        add(&format!("{}, then {way}", key(Action::Open)), theme::faint());
    }
    lines
}

/// What a token reaches, and what is found about it.
fn of_token(
    frame: &mut Frame<'_>,
    area: Rect,
    model: &Model,
    state: &Review,
    tokens: &[ApiToken],
) -> Window {
    let Some(thing) = state.thing() else { return Window::default() };
    let Some(token) = tokens.get(thing) else { return Window::default() };
    let lines = token_lines(model, state, thing, token, usize::from(area.width.saturating_sub(4)));
    let window = state.pane.offset(lines.len(), usize::from(area.height));
    let indented = |mut line: Line<'static>| {
        line.spans.insert(0, Span::raw("   "));
        line
    };
    let shown: Vec<_> =
        lines.into_iter().skip(window.top).take(window.height).map(indented).collect();
    frame.render_widget(Paragraph::new(shown), area);
    if window.top + window.height < window.len {
        dialog::more_below(frame, area);
    }
    window
}

fn token_lines(
    model: &Model,
    state: &Review,
    thing: usize,
    token: &ApiToken,
    columns: usize,
) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let mut add =
        |words: &str, style: Style| lines.extend(dialog::paragraph(words, columns, style));
    if token.expiry.is_past(model.server_now()) {
        add("x has ended: this does nothing any more", theme::danger());
    }
    let nothing = crate::domain::Rights::default();
    for (target, rights) in token.grants.rows() {
        let scope = target.scope();
        if !state.question.is_answered_by(scope, rights) {
            continue;
        }
        let can = letters(scope, rights, &nothing);
        let place = match &target {
            crate::domain::Target::Dataset(n) if n.raw() == WILDCARD => "all datasets".to_owned(),
            crate::domain::Target::View(n) if n.raw() == WILDCARD => "all views".to_owned(),
            crate::domain::Target::Dataset(n) => n.to_string(),
            crate::domain::Target::View(n) => format!("view {n}"),
            crate::domain::Target::Org => "organisation".to_owned(),
        };
        add(&format!("{place}: {can}"), theme::plain());
    }
    add("", theme::plain());
    let index = &state.index;
    for at in index.by_token.get(thing).into_iter().flatten() {
        let Some(item) = index.items.get(*at) else { continue };
        let finding = &item.finding;
        match index.accepted.get(*at).and_then(Option::as_ref) {
            Some(a) => add(&format!("accepted: {} ({})", finding.why, a.reason), theme::faint()),
            None => add(
                &format!("! {}: {}", finding.severity.label(), finding.why),
                severity_style(Some(finding.severity)),
            ),
        }
    }
    if index.by_token.get(thing).is_none_or(Vec::is_empty) {
        add("no finding", theme::faint());
    }
    for words in audit::words(token, model) {
        add(&format!("audit log: {words}"), theme::plain());
    }
    lines
}
