//! Regenerate the marked tokens: the choices for all of them, and the tokens.

use jiff::Timestamp;
use ratatui::{
    layout::Rect,
    style::Style,
    text::{Line, Span},
};

use crate::{
    app::{
        Model,
        mouse::Spot,
        overlays::regenerate_many::{Focus, RegenerateMany},
        places::Window,
        round::Round,
        run::tokens,
    },
    domain::{
        Expiry,
        grace::{Grace, capped, graces},
        when,
    },
    ui::{
        Canvas, Theme, text,
        widgets::{choice, clock, dialog, field, token_rows},
    },
};

/// Columns of the labels before fields.
const LABEL: usize = 22;
/// Where the secrets can go; the second is a command.
const DEPOTS: [&str; 2] = ["a folder", "a command"];
/// Rows from which there is room for a hint and blank lines.
const ROOMY: u16 = 18;

pub fn draw(
    frame: &mut Canvas<'_, '_>,
    area: Rect,
    model: &Model,
    state: &RegenerateMany,
) -> Window {
    let theme = frame.theme();
    let now = model.shared.server_now();
    let columns = dialog::columns(area, 110);
    let is_roomy = area.height >= ROOMY;
    let mut above = choices(state, now, columns, theme);
    let replaced = state.tokens.iter().filter(|t| model.shared.replaced(&t.id).is_some()).count();
    if replaced > 0 {
        let words = format!(
            "! {} replaced already: this makes one more token for each.",
            if replaced == 1 { "1 was".to_owned() } else { format!("{replaced} were") }
        );
        above.extend(dialog::paragraph(&words, columns, theme.warning));
    }
    if is_roomy {
        above.extend(hint(state, columns, theme));
        above.extend(clock::lines(model, columns, theme));
        above.push(Line::default());
    }
    let mut below = vec![Line::default(); usize::from(is_roomy)];
    let labels =
        [("Cancel", state.focus == Focus::Cancel), ("Regenerate", state.focus == Focus::Go)];
    let button_row = below.len();
    below.push(if state.checking.is_some() {
        Line::raw("Looking at it …")
    } else {
        dialog::buttons(&labels, theme)
    });
    let count = state.tokens.len();
    let title = format!("Regenerate {}", tokens(count));
    let end = state.old_ends(now).ok().map(|at| at.unwrap_or(now));
    let row = |at: usize| {
        let old = &state.tokens[at];
        let rest = match end.map(|end| capped(&old.expiry, end)) {
            _ if old.expiry.is_past(now) => "has expired already".to_owned(),
            None => String::new(),
            Some(end) if end.own_expiry => {
                format!("stops {}, its own expiry", when::relative(end.at, now))
            }
            Some(end) if end.at <= now => "stops now".to_owned(),
            Some(end) => format!("stops {}", when::relative(end.at, now)),
        };
        token_rows::row(" ", old, &rest, columns, theme)
    };
    let (lines, list) = ((above.as_slice(), below.as_slice()), (&state.list, count));
    let placed = token_rows::dialog(frame, area, &title, columns, lines, list, row);
    let spots = [Focus::Cancel, Focus::Go].map(Round::spot);
    dialog::spots(frame, placed.below(button_row), &labels, spots);
    choice::spots(frame, placed.above(0), LABEL, &graces(), Spot::Grace);
    let fields = fields(state, now);
    let place = fields.iter().find(|(_, focus)| *focus == Focus::Place);
    let depot = place.and_then(|(row, _)| placed.above(row - 1));
    choice::spots(frame, depot, LABEL, &DEPOTS, |at| Spot::Depot { by_command: at == 1 });
    for (row, focus) in fields {
        let x = u16::try_from(LABEL).unwrap_or(0);
        let (text, wished) = match focus {
            Focus::Custom => (&state.custom, 14),
            Focus::NewExpiry => (&state.new_expiry, 14),
            Focus::Typed => (&state.typed, 20),
            _ if state.by_command => (&state.command, u16::MAX),
            _ => (&state.folder, u16::MAX),
        };
        if let Some(at) = placed.above(row).filter(|at| x < at.width) {
            let at = Rect { x: at.x + x, width: wished.min(at.width - x), ..at };
            frame.spot(at, focus.spot());
            field::draw(frame, at, text, state.focus == focus && state.checking.is_none());
        }
    }
    placed.window
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
fn choices(
    state: &RegenerateMany,
    now: Timestamp,
    columns: usize,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let graces = graces();
    let mut lines =
        vec![choice(state, Focus::Grace, "Old tokens work for", &graces, state.grace, theme)];
    if state.chosen() == Grace::Custom {
        lines.push(label(state, Focus::Custom, "  custom", theme));
    }
    let mut expiry = label(state, Focus::NewExpiry, "New tokens expire", theme);
    let (words, style) = match state.new_end(now) {
        Ok(Expiry::Never) => ("never: they work until deleted".to_owned(), theme.warning),
        Ok(Expiry::At(at)) => {
            (format!("-> {} ({})", when::date(at), when::relative(at, now)), Style::new())
        }
        Err(why) => (format!("! {why}"), theme.warning),
    };
    // Beyond the field, which is drawn over this line.
    expiry.push_span(Span::styled(
        text::cut(&format!("{:15}{words}", ""), columns.saturating_sub(LABEL)),
        style,
    ));
    lines.push(expiry);
    let chosen = usize::from(state.by_command);
    lines.push(choice(state, Focus::Depot, "Their secrets go to", &DEPOTS, chosen, theme));
    lines.push(label(
        state,
        Focus::Place,
        if state.by_command { "  command" } else { "  folder" },
        theme,
    ));
    if state.wants_number(now) {
        let words = "! Every caller that uses an old token fails at once.";
        lines.push(Line::styled(words, theme.danger));
        lines.push(label(state, Focus::Typed, &format!("Type {}", state.wanted()), theme));
    }
    if let Some(error) = &state.error {
        let words = format!("! {}", text::sentence(error));
        lines.extend(dialog::paragraph(&words, columns, theme.warning));
    }
    lines
}

/// What can be written as the place of the secrets, unless something is wrong.
fn hint(state: &RegenerateMany, columns: usize, theme: &Theme) -> Vec<Line<'static>> {
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
    dialog::paragraph(words, columns, theme.faint)
}

fn label(state: &RegenerateMany, focus: Focus, words: &str, theme: &Theme) -> Line<'static> {
    let focused = state.focus == focus;
    let style = if focused { theme.strong } else { Style::new() };
    let marker = if focused { ">" } else { " " };
    Line::from(Span::styled(text::fit(&format!("{marker}{words}"), LABEL), style))
}

fn choice(
    state: &RegenerateMany,
    focus: Focus,
    words: &str,
    all: &[&str],
    chosen: usize,
    theme: &Theme,
) -> Line<'static> {
    let focused = state.focus == focus;
    let mut line = label(state, focus, words, theme);
    line.spans.extend(choice::spans(all, chosen, focused, theme));
    line
}
