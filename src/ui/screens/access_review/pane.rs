//! The pane about the item under the cursor: the tokens with access to a dataset, view or
//! capability. `reached` shows what a token reaches, `finding` the tokens with a finding.

mod finding;
mod reached;

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
        mouse::{HitTarget, Scrolled},
        screens::access_review::{AccessReview, Tab},
    },
    domain::{
        ApiToken, Scope,
        review::{
            Question,
            reach::{Grantee, letters},
        },
    },
    ui::{
        Canvas, Theme, text,
        widgets::{matrix, rows::Rows, token},
    },
};
use finding::of_finding;
use reached::of_token;

/// Minimum width for rights as cells under headings, in columns.
const CELLS_FROM: usize = 78;
/// Width of the rights on the dataset or view itself.
const WHOLE: usize = 6;
/// Width of a shortened expiry.
const EXPIRY: usize = 10;

/// Draws the pane. Returns its visible part.
pub fn draw(
    frame: &mut Canvas<'_, '_>,
    area: Rect,
    model: &Model,
    state: &AccessReview,
    tokens: &[ApiToken],
) -> Window {
    let theme = frame.theme();
    if area.height < 2 {
        return Window::default();
    }
    let title = heading(model, state, tokens);
    let title = text::cut(&title, usize::from(area.width).saturating_sub(4));
    let rule = usize::from(area.width).saturating_sub(text::width(&title) + 3);
    let style = if state.in_pane { theme.strong } else { theme.faint };
    let line = Line::from(vec![
        Span::styled("─ ", theme.faint),
        Span::styled(title, theme.strong),
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

/// The title of the pane.
fn heading(model: &Model, state: &AccessReview, tokens: &[ApiToken]) -> String {
    let Some(thing) = state.thing() else { return String::new() };
    match state.tab {
        Tab::Tokens => tokens.get(thing).map_or(String::new(), |t| {
            format!("{}  {}", t.name, token::expiry(&t.expiry, model.shared.server_now()))
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

/// Draws one row for each token with access to the item.
fn of_thing(
    frame: &mut Canvas<'_, '_>,
    area: Rect,
    model: &Model,
    state: &AccessReview,
    tokens: &[ApiToken],
    scope: Scope,
) -> Window {
    let theme = frame.theme();
    if state.grantees.is_empty() {
        let line = Line::styled("   No tokens.", theme.faint);
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
        Line::styled(text::cut(&format!("   {head}"), width), theme.faint),
        Rect { height: 1, ..area },
    );
    let notes = notes(state, scope, width, theme);
    let note_rows = u16::try_from(notes.len()).unwrap_or(0);
    let note_rows = if area.height > 5 + note_rows { note_rows } else { 0 };
    let body = Rect { y: area.y + 1, height: area.height.saturating_sub(1 + note_rows), ..area };
    let window = rows(frame, body, state, state.grantees.len(), |position| {
        let grantee = &state.grantees[position];
        let token = tokens.get(grantee.token)?;
        let marked = state.marks.contains(&token.id);
        let style_of_row = if grantee.expired { theme.faint } else { Style::new() };
        let mut can = if as_cells {
            let mut cells = match scope {
                Scope::Org => vec![Span::raw(org_cell(state, grantee))],
                scope => matrix::cells(scope, &grantee.own, Some(&grantee.everywhere), theme),
            };
            let also = text::fit(&also(grantee, state.question), WHOLE);
            cells.push(Span::raw(format!("  {also}")));
            cells
        } else {
            let mut can = letters(scope, &grantee.own, &grantee.everywhere);
            let more = also(grantee, state.question);
            if !more.is_empty() {
                can = if can.is_empty() { more } else { format!("{can}, {more}") };
            }
            let can = text::fit(&can, width.saturating_sub(name + EXPIRY + 5));
            vec![Span::raw(format!(" {can} "))]
        };
        if grantee.expired {
            for cell in &mut can {
                cell.style = theme.faint;
            }
        }
        let (sign, style) = token::state(token, model, theme);
        let expiry = token::expiry_short(&token.expiry, model.shared.server_now());
        let mut spans = vec![Span::styled(text::fit(token.name.shown(), name), style_of_row)];
        spans.append(&mut can);
        spans.push(Span::styled(expiry, style));
        Some((if marked { "*" } else { sign }, spans))
    });
    let below = Rect { y: body.bottom(), height: area.bottom() - body.bottom(), ..area };
    frame.render_widget(Paragraph::new(notes), below);
    window
}

fn org_cell(state: &AccessReview, grantee: &Grantee) -> String {
    let capability = state.thing().and_then(|i| Scope::Org.capabilities().get(i));
    capability.map_or(String::new(), |c| format!(" {} ", matrix::crud(c, grantee.own.verbs(c))))
}

/// Further rights of a token: on the dataset or view itself (`+ud`), or to grant itself
/// rights (`mints`).
fn also(grantee: &Grantee, question: Question) -> String {
    if question == Question::Mint {
        return "mints".to_owned();
    }
    let whole = grantee.whole.letters();
    if whole.is_empty() { whole } else { format!("+{whole}") }
}

/// The legend for the signs that occur in the rows.
fn notes(state: &AccessReview, scope: Scope, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let grantees = &state.grantees;
    let mut words = Vec::new();
    let starred = |h: &Grantee| scope != Scope::Org && h.everywhere.bits() & !h.own.bits() != 0;
    if grantees.iter().any(starred) {
        words.push("* granted by its * row");
    }
    if state.question == Question::Mint && scope != Scope::Org {
        words.push("mints: can grant itself any right");
    } else if grantees.iter().any(|h| !h.whole.is_empty()) {
        words.push("+ an organisation right also allows changing or deleting it");
    }
    if grantees.iter().any(|h| h.expired) {
        words.push("x expired, no longer works");
    }
    if words.is_empty() {
        return Vec::new();
    }
    let lines = text::wrapped(&words.join(" · "), width.saturating_sub(4));
    lines.into_iter().map(|l| Line::styled(format!("   {l}"), theme.faint)).collect()
}

/// Draws the rows, with a cursor if the pane has the focus.
fn rows(
    frame: &mut Canvas<'_, '_>,
    area: Rect,
    state: &AccessReview,
    len: usize,
    row: impl Fn(usize) -> Option<(&'static str, Vec<Span<'static>>)>,
) -> Window {
    let theme = frame.theme();
    let line = |position| {
        let Some((sign, spans)) = row(position) else { return Line::default() };
        let style = match sign {
            "*" => theme.key,
            " " | "" => Style::new(),
            _ => theme.warning,
        };
        let mut line = Line::from(Span::styled(format!("{sign} "), style));
        line.spans.extend(spans);
        line
    };
    let cursor = state.in_pane.then_some(theme.focused);
    let rows = Rows { list: &state.pane, len, cursor, found: None };
    let window = rows.draw(frame, area, line, |row| HitTarget::Looked { in_pane: true, row });
    frame.add_target(area, HitTarget::Scrolls(Scrolled::AccessReview { in_pane: true }, window));
    window
}
