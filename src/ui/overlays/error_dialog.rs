//! Reports a failed change.

use ratatui::{layout::Rect, style::Style, text::Line};

use crate::{
    app::{
        Model,
        form::{Form, Part},
        overlays::error_dialog::ErrorDialog,
    },
    ui::{
        Canvas, text,
        widgets::{countdown, dialog, form::Content},
    },
};

/// Draws what happened, what to do, and details for support.
pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, model: &Model, state: &ErrorDialog) {
    let theme = frame.theme();
    let columns = dialog::columns(area, 72);
    let form = Form::new([Part::back((), "Close")]);
    let mut content = Content::new(&form, columns, theme);
    content.paragraph(&format!("! {}", text::sentence(&state.headline)), theme.warning);
    content.blank();
    content.paragraph(&text::sentence(&state.advice), Style::new());
    if let Some(at) = state.retry_at {
        content.blank();
        content.lines(countdown::lines(at, model.shared.now, columns, theme));
    }
    if !state.details.is_empty() {
        content.blank();
    }
    for detail in &state.details {
        content.line(Line::styled(text::cut(detail, columns), theme.faint));
    }
    content.dialog(frame, area, state.title);
}
