//! A change that did not end as wished.

use ratatui::{Frame, layout::Rect, text::Line};

use crate::{
    app::{Model, overlays::trouble::Trouble},
    ui::{
        text, theme,
        widgets::{countdown, dialog},
    },
};

pub fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, state: &Trouble) {
    let columns = dialog::columns(area, 72);
    let mut lines = dialog::paragraph(
        &format!("! {}", text::sentence(&state.headline)),
        columns,
        theme::warning(),
    );
    lines.push(Line::default());
    lines.extend(dialog::paragraph(&text::sentence(&state.advice), columns, theme::plain()));
    if let Some(at) = state.retry_at {
        lines.push(Line::default());
        lines.extend(countdown::lines(at, model.now, columns));
    }
    if !state.details.is_empty() {
        lines.push(Line::default());
    }
    for detail in &state.details {
        lines.push(Line::styled(text::cut(detail, columns), theme::faint()));
    }
    let buttons = dialog::buttons(&[("Close", true)]);
    dialog::with_buttons(frame, area, state.title, columns, lines, buttons);
}
