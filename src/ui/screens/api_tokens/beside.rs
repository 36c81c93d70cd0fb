//! The details of the token under the cursor, beside the list on wide terminals.

use ratatui::{
    layout::Rect,
    widgets::{Block, Borders, Padding, Paragraph},
};

use crate::{
    app::Model,
    domain::ApiToken,
    input::Action,
    ui::{Canvas, screens::token_detail, widgets::dialog},
};

/// Minimum terminal width for the details, in columns.
const FROM: u16 = 140;
/// Minimum width of the list.
const LIST_MIN: u16 = 82;
/// Maximum width of the details, so that the text stays readable.
const MAX: u16 = 92;

/// Splits the area into list and details; `None` if it is too narrow for both.
pub fn part(area: Rect) -> Option<(Rect, Rect)> {
    if area.width < FROM {
        return None;
    }
    let width = (area.width * 9 / 20).min(area.width - LIST_MIN).min(MAX);
    let list = Rect { width: area.width - width, ..area };
    Some((list, Rect { x: area.x + list.width, width, ..area }))
}

/// Draws the details, cut at the bottom with a hint if they do not fit.
pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, model: &Model, token: &ApiToken) {
    let theme = frame.theme();
    let block = Block::new()
        .borders(Borders::LEFT)
        .border_style(theme.faint)
        .padding(Padding::horizontal(1));
    let inner = block.inner(area);
    frame.render_widget(block, area);
    let width = usize::from(inner.width);
    let mut lines = vec![token_detail::name(token, width, theme)];
    lines.extend(token_detail::text_of(token, model, width, theme));
    let height = usize::from(inner.height);
    let goes_on = lines.len() > height;
    lines.truncate(height);
    frame.render_widget(Paragraph::new(lines), inner);
    if !goes_on {
        return;
    }
    let key = model.shared.keymap.key_for(model.context(), Action::Open, false);
    dialog::more_hint(frame, inner, key.as_deref());
}
