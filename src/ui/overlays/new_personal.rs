//! A new personal token.

use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

use super::review::waiting;
use crate::{
    app::{
        Model,
        overlays::new_personal::{Focus, NewPersonal},
        round::Round,
    },
    ui::{
        Canvas, text,
        widgets::{destination, dialog, field},
    },
};

/// Columns of the labels.
const LABEL: usize = 13;

pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, model: &Model, state: &NewPersonal) {
    let theme = frame.theme();
    let columns = dialog::columns(area, 70);
    let words = "! It will be able to do everything that you can, in every organisation, and it \
                 does not expire. Prefer an API token where one is enough.";
    let mut lines = dialog::paragraph(words, columns, theme.warning);
    lines.push(Line::default());
    let first = u16::try_from(lines.len()).unwrap_or(0);
    for (label, focus) in [("Name", Focus::Name), ("Description", Focus::Description)] {
        let style = if state.focus == focus { theme.strong } else { theme.faint };
        lines.push(Line::from(Span::styled(text::fit(label, LABEL), style)));
    }
    lines.push(Line::default());
    let destination =
        format!("Its secret {}.", destination::words(model, state.sending.destination.as_ref()));
    lines.extend(dialog::paragraph(&destination, columns, theme.faint));
    let labels =
        [("Cancel", state.focus == Focus::Cancel), ("Create", state.focus == Focus::Create)];
    let buttons = match state.sending.ticket() {
        Some(ticket) => waiting(model, ticket, "Creating"),
        None => dialog::buttons(&labels, theme),
    };
    let inner = dialog::with_buttons(frame, area, "New personal token", columns, lines, buttons);
    let spots = [Focus::Cancel, Focus::Create].map(Round::spot);
    dialog::spots(frame, dialog::button_row(inner), &labels, spots);
    let x = u16::try_from(LABEL).unwrap_or(0);
    for (row, text, focus) in
        [(first, &state.name, Focus::Name), (first + 1, &state.description, Focus::Description)]
    {
        if row < inner.height && x < inner.width {
            let at = Rect { x: inner.x + x, y: inner.y + row, width: inner.width - x, height: 1 };
            frame.spot(at, focus.spot());
            field::draw(frame, at, text, state.focus == focus && state.sending.is_idle());
        }
    }
}
