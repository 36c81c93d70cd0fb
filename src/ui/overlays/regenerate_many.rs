//! Regenerate the marked tokens: the choices for all of them, and the tokens.

use jiff::Timestamp;
use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
};

use crate::{
    app::{
        Model,
        bulk::tokens,
        overlays::{
            regenerate::{GRACES, Grace, capped},
            regenerate_many::{Focus, RegenerateMany},
        },
        places::Window,
    },
    domain::{Expiry, when},
    ui::{
        text, theme,
        widgets::{clock, dialog, field, token_rows},
    },
};

/// Columns of the labels before fields.
const LABEL: usize = 22;
/// Rows from which there is room for a hint and blank lines.
const ROOMY: u16 = 18;

pub fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, state: &RegenerateMany) -> Window {
    let now = model.server_now();
    let columns = dialog::columns(area, 110);
    let is_roomy = area.height >= ROOMY;
    let mut above = choices(state, now, columns);
    if is_roomy {
        above.extend(hint(state, columns));
        above.extend(clock::lines(model, columns));
        above.push(Line::default());
    }
    let mut below = vec![Line::default(); usize::from(is_roomy)];
    below.push(if state.checking {
        Line::raw("Looking at it …")
    } else {
        dialog::buttons(&[
            ("Cancel", state.focus == Focus::Cancel),
            ("Regenerate", state.focus == Focus::Go),
        ])
    });
    let (count, fixed) = (state.tokens.len(), above.len() + below.len());
    let room = usize::from(area.height.saturating_sub(2)).saturating_sub(fixed);
    let rows = count.min(room);
    let title = format!("Regenerate {}", tokens(count));
    let inner = dialog::open(frame, area, &title, columns, fixed + rows);
    let part = |from: usize, rows: usize| {
        let y = u16::try_from(from).unwrap_or(u16::MAX).min(inner.height);
        let height = u16::try_from(rows).unwrap_or(u16::MAX).min(inner.height - y);
        Rect { y: inner.y + y, height, ..inner }
    };
    for (i, line) in above.iter().enumerate() {
        frame.render_widget(line, part(i, 1));
    }
    let end = state.old_ends(now).ok().map(|at| at.unwrap_or(now));
    let window = token_rows::draw(frame, part(above.len(), rows), &state.list, count, |at| {
        let old = &state.tokens[at];
        let rest = match end.map(|end| capped(old.expiry, end)) {
            _ if old.expiry.is_past(now) => "has expired already".to_owned(),
            None => String::new(),
            Some(end) if end.own_expiry => {
                format!("stops {}, its own expiry", when::relative(end.at, now))
            }
            Some(end) if end.at <= now => "stops now".to_owned(),
            Some(end) => format!("stops {}", when::relative(end.at, now)),
        };
        token_rows::row(" ", old, &rest, columns)
    });
    for (i, line) in below.iter().enumerate() {
        frame.render_widget(line, part(above.len() + rows + i, 1));
    }
    for (row, focus) in fields(state, now) {
        let at = part(row, 1);
        let x = u16::try_from(LABEL).unwrap_or(0);
        let (text, wished) = match focus {
            Focus::Custom => (&state.custom, 14),
            Focus::NewExpiry => (&state.new_expiry, 14),
            Focus::Typed => (&state.typed, 20),
            _ if state.by_command => (&state.command, u16::MAX),
            _ => (&state.folder, u16::MAX),
        };
        if x < at.width {
            let at = Rect { x: at.x + x, width: wished.min(at.width - x), ..at };
            field::draw(frame, at, text, state.focus == focus && !state.checking);
        }
    }
    window
}

/// The text fields, each with its row.
fn fields(state: &RegenerateMany, now: Timestamp) -> Vec<(usize, Focus)> {
    let mut row = 1;
    let mut fields = Vec::new();
    if state.chosen() == Grace::Custom {
        fields.push((row, Focus::Custom));
        row += 1;
    }
    fields.push((row, Focus::NewExpiry));
    fields.push((row + 2, Focus::Place));
    if state.wants_number(now) {
        fields.push((row + 4, Focus::Typed));
    }
    fields
}

/// What is chosen for all of them, one row each; then what is to be said of it.
fn choices(state: &RegenerateMany, now: Timestamp, columns: usize) -> Vec<Line<'static>> {
    let graces: Vec<&str> = GRACES.iter().map(|(name, _)| *name).collect();
    let mut lines = vec![choice(state, Focus::Grace, "Old tokens work for", &graces, state.grace)];
    if state.chosen() == Grace::Custom {
        lines.push(label(state, Focus::Custom, "  custom"));
    }
    let mut expiry = label(state, Focus::NewExpiry, "New tokens expire");
    let (words, style) = match state.new_end(now) {
        Ok(Expiry::Never) => ("never: they work until deleted".to_owned(), theme::warning()),
        Ok(Expiry::At(at)) => {
            (format!("-> {} ({})", when::date(at), when::relative(at, now)), theme::plain())
        }
        Err(why) => (format!("! {why}"), theme::warning()),
    };
    // Beyond the field, which is drawn over this line.
    expiry.push_span(Span::styled(
        text::cut(&format!("{:15}{words}", ""), columns.saturating_sub(LABEL)),
        style,
    ));
    lines.push(expiry);
    let places = ["a folder", "a command"];
    let chosen = usize::from(state.by_command);
    lines.push(choice(state, Focus::Depot, "Their secrets go to", &places, chosen));
    lines.push(label(state, Focus::Place, if state.by_command { "  command" } else { "  folder" }));
    if state.wants_number(now) {
        let words = "! Every caller that uses an old token fails at once.";
        lines.push(Line::styled(words, theme::danger()));
        lines.push(label(state, Focus::Typed, &format!("Type {}", state.wanted())));
    }
    if let Some(error) = &state.error {
        let words = format!("! {}", text::sentence(error));
        lines.extend(dialog::paragraph(&words, columns, theme::warning()));
    }
    lines
}

/// What can be written as the place of the secrets, unless something is wrong.
fn hint(state: &RegenerateMany, columns: usize) -> Vec<Line<'static>> {
    let words = match (&state.error, state.by_command) {
        (Some(_), _) => return Vec::new(),
        (None, true) => {
            "Run for each token, without a shell; the secret comes on its standard input, \
             AXTOK_TOKEN_NAME and AXTOK_TOKEN_ID say whose it is."
        }
        (None, false) => {
            "Such as ~/new-tokens: one new file for each, named by token and new id, which only \
             you can read. The folder is made if there is none."
        }
    };
    dialog::paragraph(words, columns, theme::faint())
}

fn label(state: &RegenerateMany, focus: Focus, words: &str) -> Line<'static> {
    let focused = state.focus == focus;
    let style = if focused { theme::strong() } else { theme::plain() };
    let marker = if focused { ">" } else { " " };
    Line::from(Span::styled(text::fit(&format!("{marker}{words}"), LABEL), style))
}

fn choice(
    state: &RegenerateMany,
    focus: Focus,
    words: &str,
    all: &[&str],
    chosen: usize,
) -> Line<'static> {
    let focused = state.focus == focus;
    let mut line = label(state, focus, words);
    for (i, name) in all.iter().enumerate() {
        let (words, style) = match (i == chosen, focused) {
            (true, true) => (format!("[{name}]"), theme::focused().patch(theme::strong())),
            (true, false) => (format!("[{name}]"), theme::strong()),
            (false, _) => (format!(" {name} "), theme::plain()),
        };
        line.push_span(Span::styled(words, style));
    }
    line
}
