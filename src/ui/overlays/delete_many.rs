//! Delete the marked tokens: all that will die, and the number to be typed.

use ratatui::{Frame, layout::Rect, text::Line};

use crate::{
    app::{
        Model,
        bulk::tokens,
        overlays::{delete::Focus, delete_many::DeleteMany},
        places::Window,
    },
    domain::SecretKind,
    ui::{
        text, theme,
        widgets::{dialog, field, token, token_rows},
    },
};

/// Rows from which there is room for blank lines.
const ROOMY: u16 = 16;

pub fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, state: &DeleteMany) -> Window {
    let columns = dialog::columns(area, 110);
    let mut above = Vec::new();
    if model.session.credential == SecretKind::Api {
        let words = "! This session signed in with an API token. If it is one of these, you will \
                     be signed out, and the rest will not be deleted.";
        above.extend(dialog::paragraph(words, columns, theme::danger()));
    }
    above.extend(dialog::paragraph(&format!("In {}:", model.place()), columns, theme::faint()));
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
    below.push(dialog::buttons(&[
        ("Cancel", state.focus == Focus::Cancel),
        ("Regenerate instead", state.focus == Focus::Regenerate),
        ("Delete", state.focus == Focus::Delete),
    ]));
    let (count, fixed) = (state.tokens.len(), above.len() + below.len());
    let room = usize::from(area.height.saturating_sub(2)).saturating_sub(fixed);
    let rows = count.min(room);
    let title = format!("Delete {}", tokens(count));
    let inner = dialog::open(frame, area, &title, columns, fixed + rows);
    let part = |from: usize, rows: usize| {
        let y = u16::try_from(from).unwrap_or(u16::MAX).min(inner.height);
        let height = u16::try_from(rows).unwrap_or(u16::MAX).min(inner.height - y);
        Rect { y: inner.y + y, height, ..inner }
    };
    for (i, line) in above.iter().enumerate() {
        frame.render_widget(line, part(i, 1));
    }
    let now = model.server_now();
    let window = token_rows::draw(frame, part(above.len(), rows), &state.list, count, |at| {
        let doomed = &state.tokens[at];
        let glyph = if state.without.contains(&doomed.id) { "!" } else { " " };
        let expiry = text::fit(&token::expiry_short(doomed.expiry, now), 10);
        let rest = format!("{expiry}  {}", doomed.grants.access());
        token_rows::row(glyph, doomed, &rest, columns)
    });
    let start = above.len() + rows;
    for (i, line) in below.iter().enumerate() {
        frame.render_widget(line, part(start + i, 1));
    }
    let at = part(start + typed_row, 1);
    let x = u16::try_from(text::width(&prompt)).unwrap_or(0);
    if x < at.width {
        let at = Rect { x: at.x + x, width: at.width - x, ..at };
        field::draw(frame, at, &state.typed, state.focus == Focus::Typed);
    }
    window
}
