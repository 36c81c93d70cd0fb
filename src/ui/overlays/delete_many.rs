//! Delete the marked tokens: all that will die, and the number to be typed.

use ratatui::{layout::Rect, text::Line};

use crate::{
    app::{
        Model, doomed::Focus, overlays::delete_many::DeleteMany, places::Window, round::Round as _,
        run::tokens,
    },
    domain::SecretKind,
    ui::{
        Canvas, text, theme,
        widgets::{dialog, field, token, token_rows},
    },
};

/// Rows from which there is room for blank lines.
const ROOMY: u16 = 16;

pub fn draw(frame: &mut Canvas<'_>, area: Rect, model: &Model, state: &DeleteMany) -> Window {
    let columns = dialog::columns(area, 110);
    let mut above = Vec::new();
    if model.shared.session.credential == SecretKind::Api {
        let words = "! This session signed in with an API token. If it is one of these, you will \
                     be signed out, and the rest will not be deleted.";
        above.extend(dialog::paragraph(words, columns, theme::danger()));
    }
    above.extend(dialog::paragraph(
        &format!("In {}:", model.shared.place()),
        columns,
        theme::faint(),
    ));
    let blank = usize::from(area.height >= ROOMY);
    let mut below = vec![Line::default(); blank];
    let without = state.without.len();
    if without > 0 {
        let (has, it) = if without == 1 {
            ("1 of them works and has".to_owned(), "it")
        } else {
            (format!("{without} of them work and have"), "them")
        };
        let words = format!("! {has} no replacement: what uses {it} will fail.");
        below.extend(dialog::paragraph(&words, columns, theme::warning()));
    }
    let words = "They stop working at once. This cannot be undone.";
    below.extend(dialog::paragraph(words, columns, theme::danger()));
    below.extend(vec![Line::default(); blank]);
    let typed_row = below.len();
    let prompt = format!("Type {}: ", state.wanted());
    below.push(Line::from(prompt.clone()));
    below.extend(vec![Line::default(); blank]);
    let button_row = below.len();
    let parts = [
        ("Cancel", Focus::Cancel),
        ("Regenerate instead", Focus::Regenerate),
        ("Delete", Focus::Delete),
    ];
    let labels = parts.map(|(label, focus)| (label, state.focus == focus));
    below.push(dialog::buttons(&labels));
    let count = state.tokens.len();
    let title = format!("Delete {}", tokens(count));
    let now = model.shared.server_now();
    let row = |at: usize| {
        let doomed = &state.tokens[at];
        let glyph = if state.without.contains(&doomed.id) { "!" } else { " " };
        let expiry = text::fit(&token::expiry_short(&doomed.expiry, now), 10);
        let rest = format!("{expiry}  {}", doomed.grants.access());
        token_rows::row(glyph, doomed, &rest, columns)
    };
    let (lines, list) = ((above.as_slice(), below.as_slice()), (&state.list, count));
    let placed = token_rows::dialog(frame, area, &title, columns, lines, list, row);
    let spots = parts.map(|(_, focus)| focus.spot());
    dialog::spots(frame, placed.below(button_row), &labels, spots);
    let x = u16::try_from(text::width(&prompt)).unwrap_or(0);
    if let Some(at) = placed.below(typed_row).filter(|at| x < at.width) {
        let at = Rect { x: at.x + x, width: at.width - x, ..at };
        frame.spot(at, Focus::Typed.spot());
        field::draw(frame, at, &state.typed, state.focus == Focus::Typed);
    }
    placed.window
}
