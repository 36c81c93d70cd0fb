//! Where a secret goes.

use ratatui::{layout::Rect, text::Line};

use crate::{
    app::{
        overlays::handover::{Handover, Kind},
        round::Round as _,
    },
    ui::{
        Canvas, text,
        widgets::{dialog, field},
    },
};

pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, state: &Handover) {
    let theme = frame.theme();
    let columns = dialog::columns(area, 72);
    let mut lines = Vec::new();
    let labels = [
        ("Screen", state.kind == Kind::Screen),
        ("New file", state.kind == Kind::File),
        ("Command", state.kind == Kind::Command),
    ];
    let now = state.is_for_shown();
    if !now {
        lines.push(dialog::buttons(&labels, theme));
        lines.push(Line::default());
    }
    let hint = match state.kind {
        Kind::Screen => "It is shown once, covered until you ask for it.",
        Kind::File => {
            "A path such as ~/new-token. The file is made new, never over one, and only you can \
             read it."
        }
        Kind::Command => {
            "A command such as: pass insert -m axiom/ci. It gets the secret on its standard \
             input. No shell is used."
        }
    };
    lines.extend(dialog::paragraph(hint, columns, theme.faint));
    lines.push(Line::default());
    let row = u16::try_from(lines.len()).unwrap_or(0);
    lines.push(Line::default());
    match (&state.error, state.checking.is_some()) {
        (_, true) => lines.push(Line::raw("Looking at it …")),
        (Some(error), false) => {
            let words = format!("! {}", text::sentence(error));
            lines.extend(dialog::paragraph(&words, columns, theme.warning));
        }
        (None, false) => lines.push(Line::default()),
    }
    let title = match (now, state.kind) {
        (true, Kind::Command) => "Give it to a command",
        (true, _) => "Save it to a file",
        (false, _) => "Where should the secret go?",
    };
    let inner = dialog::lines(frame, area, title, columns, lines);
    if !now {
        dialog::spots(
            frame,
            dialog::row(inner, 0),
            &labels,
            Kind::ALL.iter().map(|kind| kind.spot()),
        );
    }
    if state.kind != Kind::Screen && row < inner.height {
        let at = Rect { y: inner.y + row, height: 1, ..inner };
        field::draw(frame, at, &state.field, state.checking.is_none());
    }
}
