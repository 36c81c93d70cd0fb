//! The token under the cursor in full, beside the list on wide terminals.

use ratatui::{
    layout::Rect,
    text::{Line, Span},
    widgets::Paragraph,
};

use crate::{
    app::Model,
    domain::ApiToken,
    input::Action,
    ui::{Canvas, screens::token_detail, widgets::dialog},
};

/// Columns from which there is room for it.
const FROM: u16 = 140;
/// Columns that the list keeps.
const LIST_MIN: u16 = 82;
/// Columns in which its text still reads well.
const MAX: u16 = 92;

/// Parts the area into list and details, if there is room for both.
pub fn part(area: Rect) -> Option<(Rect, Rect)> {
    if area.width < FROM {
        return None;
    }
    let width = (area.width * 9 / 20).min(area.width - LIST_MIN).min(MAX);
    let list = Rect { width: area.width - width, ..area };
    Some((list, Rect { x: area.x + list.width, width, ..area }))
}

pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, model: &Model, token: &ApiToken) {
    let theme = frame.theme();
    for y in area.y..area.y + area.height {
        let at = Rect { y, width: 1, height: 1, ..area };
        frame.render_widget(Span::styled("│", theme.faint), at);
    }
    let inner = Rect { x: area.x + 2, width: area.width.saturating_sub(3), ..area };
    let mut lines = token_detail::text_of(token, model, usize::from(inner.width), theme);
    let height = usize::from(inner.height);
    let goes_on = lines.len() > height;
    lines.truncate(height);
    frame.render_widget(Paragraph::new(lines), inner);
    if !goes_on {
        return;
    }
    match model.shared.keymap.key_for(model.context(), Action::Open, false) {
        Some(key) => {
            let words = format!(" ↓ more: {key} ");
            let line = Line::styled(words, theme.focused);
            let width = u16::try_from(line.width()).unwrap_or(0).min(inner.width);
            let x = inner.x + inner.width - width;
            let y = inner.y + inner.height.saturating_sub(1);
            frame.render_widget(line, Rect { x, y, width, height: 1 });
        }
        None => dialog::more_below(frame, inner),
    }
}
