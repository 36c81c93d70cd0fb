//! Check: what was stored is pasted back.

use ratatui::{layout::Rect, style::Style, text::Line};

use crate::{
    app::overlays::check_secret::CheckSecret,
    ui::{Canvas, text, widgets::dialog},
};

pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, state: &CheckSecret) {
    let theme = frame.theme();
    let columns = dialog::columns(area, 64);
    let words = "Paste it from where you stored it: it stays hidden, and is compared.";
    let mut lines = dialog::paragraph(words, columns, Style::new());
    lines.push(Line::default());
    let letters = state.field.len();
    lines.push(match letters {
        _ if state.field.is_full() => {
            Line::styled("! this is too long for a token: Ctrl-u clears it", theme.warning)
        }
        0 => Line::styled("nothing yet", theme.faint),
        n => Line::raw(format!("••••••••  {n} characters; Enter compares")),
    });
    if let Some(error) = state.error {
        let words = format!("! {}", text::sentence(error));
        lines.extend(dialog::paragraph(&words, columns, theme.warning));
    }
    dialog::lines(frame, area, "Check what you stored", columns, lines);
}
