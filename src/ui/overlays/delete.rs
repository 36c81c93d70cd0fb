//! Delete: what will die, and its name or the number of several to be typed.

use ratatui::{
    layout::Rect,
    style::Style,
    text::{Line, Span},
};

use super::review::waiting;
use crate::{
    app::{
        Model,
        doomed::{Doomed, Focus},
        overlays::delete::Delete,
        places::Window,
        round::Round as _,
        run,
    },
    domain::{ApiToken, SecretKind},
    ui::{
        Canvas, Theme, text,
        widgets::{dialog, field, token, token_rows},
    },
};

/// Columns of the labels.
const LABEL: usize = 14;
/// Rows from which a list leaves room for blank lines.
const ROOMY: u16 = 16;

/// Says which part of several tokens was shown.
pub fn draw(
    frame: &mut Canvas<'_, '_>,
    area: Rect,
    model: &Model,
    state: &Delete,
) -> Option<Window> {
    let theme = frame.theme();
    let many: &[ApiToken] = match &state.doomed {
        Doomed::Api(tokens) if tokens.len() > 1 => tokens,
        _ => &[],
    };
    let is_many = !many.is_empty();
    let columns = dialog::columns(area, if is_many { 110 } else { 76 });
    let blank = usize::from(!is_many || area.height >= ROOMY);
    let (title, above) = at_stake(model, &state.doomed, columns, theme);
    let mut below = vec![Line::default(); blank];
    let mut say = |words: &str, style: Style| {
        below.extend(dialog::paragraph(words, columns, style));
    };
    match state.without.len() {
        _ if !is_many => say("It stops working at once. This cannot be undone.", theme.danger),
        without => {
            if without > 0 {
                let (has, it) = if without == 1 {
                    ("1 of them works and has".to_owned(), "it")
                } else {
                    (format!("{without} of them work and have"), "them")
                };
                let words = format!("! {has} no replacement: what uses {it} will fail.");
                say(&words, theme.warning);
            }
            say("They stop working at once. This cannot be undone.", theme.danger);
        }
    }
    below.extend(vec![Line::default(); blank]);
    let typed_row = below.len();
    let prompt = format!("Type {}: ", state.wanted());
    let prompt = text::cut(&prompt, columns.saturating_sub(12));
    below.push(Line::from(prompt.clone()));
    below.extend(vec![Line::default(); blank]);
    let button_row = below.len();
    let mut parts = vec![("Cancel", Focus::Cancel)];
    if let Doomed::Api(_) = state.doomed {
        parts.push(("Regenerate instead", Focus::Regenerate));
    }
    parts.push(("Delete", Focus::Delete));
    let labels: Vec<_> = parts.iter().map(|(label, f)| (*label, state.focus == *f)).collect();
    below.push(match state.sending.ticket() {
        Some(ticket) => waiting(model, ticket, "Deleting"),
        None => dialog::buttons(&labels, theme),
    });
    let now = model.shared.server_now();
    let row = |at: usize| {
        let doomed = &many[at];
        let glyph = if state.without.contains(&doomed.id) { "!" } else { " " };
        let expiry = text::fit(&token::expiry_short(&doomed.expiry, now), 10);
        let rest = format!("{expiry}  {}", doomed.grants.access());
        token_rows::row(glyph, doomed, &rest, columns, theme)
    };
    let (lines, list) = ((above.as_slice(), below.as_slice()), (&state.list, many.len()));
    let placed = token_rows::dialog(frame, area, &title, columns, lines, list, row);
    let spots = parts.iter().map(|(_, focus)| focus.spot());
    dialog::spots(frame, placed.below(button_row), &labels, spots);
    let x = u16::try_from(text::width(&prompt)).unwrap_or(0);
    if let Some(at) = placed.below(typed_row).filter(|at| x < at.width) {
        let at = Rect { x: at.x + x, width: at.width - x, ..at };
        frame.spot(at, Focus::Typed.spot());
        let focused = state.focus == Focus::Typed && state.sending.is_idle();
        field::draw(frame, at, &state.typed, focused);
    }
    is_many.then_some(placed.window)
}

/// The title, and what is said above: all about a single token, or where several are.
fn at_stake(
    model: &Model,
    doomed: &Doomed,
    columns: usize,
    theme: &Theme,
) -> (String, Vec<Line<'static>>) {
    let mut lines = Vec::new();
    let (ours, words) = match doomed {
        Doomed::Api(tokens) if tokens.len() > 1 => (
            SecretKind::Api,
            "! This session signed in with an API token. If it is one of these, you will be \
             signed out, and the rest will not be deleted.",
        ),
        Doomed::Api(_) => (
            SecretKind::Api,
            "! This session signed in with an API token. If it is this one, you will be signed \
             out.",
        ),
        Doomed::Personal(_) => (
            SecretKind::Personal,
            "! This session signed in with a personal token. If it is this one, you will be \
             signed out.",
        ),
    };
    if model.shared.session.credential == ours {
        lines.extend(dialog::paragraph(words, columns, theme.danger));
    }
    let mut fact = |label: &str, value: &str| {
        let value = text::cut(value, columns.saturating_sub(LABEL));
        lines.push(Line::from(vec![
            Span::styled(text::fit(label, LABEL), theme.faint),
            Span::raw(value),
        ]));
    };
    let title = match doomed {
        Doomed::Api(tokens) => {
            let [token] = &tokens[..] else {
                let place = format!("In {}:", model.shared.place());
                lines.extend(dialog::paragraph(&place, columns, theme.faint));
                return (format!("Delete {}", run::tokens(tokens.len())), lines);
            };
            fact("Token", token.name.shown());
            fact("Id", &token.id.to_string());
            fact("Organisation", &model.shared.place());
            fact("It", &token.grants.summary());
            fact("Expires", &token.expiry.words(model.shared.server_now()));
            format!("Delete {}", token.name)
        }
        Doomed::Personal(token) => {
            fact("Token", token.name.shown());
            fact("Id", &token.id.to_string());
            if let Some(user) = model.shared.data.user.value() {
                fact("User", user.email.shown());
            }
            fact("It", "can do everything that its user can");
            fact("Description", token.description.shown());
            format!("Delete {}", token.name)
        }
    };
    (title, lines)
}
