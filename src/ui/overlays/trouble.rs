//! A change that did not end as wished.

use ratatui::{layout::Rect, style::Style, text::Line};

use crate::{
    app::{Model, mouse::Spot, overlays::trouble::Trouble},
    ui::{
        Canvas, text,
        widgets::{countdown, dialog},
    },
};

pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, model: &Model, state: &Trouble) {
    let theme = frame.theme();
    let columns = dialog::columns(area, 72);
    let mut lines = dialog::paragraph(
        &format!("! {}", text::sentence(&state.headline)),
        columns,
        theme.warning,
    );
    lines.push(Line::default());
    lines.extend(dialog::paragraph(&text::sentence(&state.advice), columns, Style::new()));
    if let Some(at) = state.retry_at {
        lines.push(Line::default());
        lines.extend(countdown::lines(at, model.shared.now, columns, theme));
    }
    if !state.details.is_empty() {
        lines.push(Line::default());
    }
    for detail in &state.details {
        lines.push(Line::styled(text::cut(detail, columns), theme.faint));
    }
    let labels = [("Close", true)];
    let buttons = dialog::buttons(&labels, theme);
    let inner = dialog::with_buttons(frame, area, state.title, columns, lines, buttons);
    dialog::spots(frame, dialog::button_row(inner), &labels, [Spot::Part(0)]);
}
