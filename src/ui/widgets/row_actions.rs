//! Buttons for a row's actions, at its right edge while the mouse pointer is over it.

use ratatui::{layout::Rect, style::Style, text::Span};

use crate::{
    app::{Model, mouse::HitTarget},
    input::Action,
    ui::{Canvas, canvas::area, text},
};

/// Makes a row clickable, and draws a button for each action while the pointer is over the
/// row and the buttons fit in half of it; with words if these fit too.
pub fn draw(frame: &mut Canvas<'_, '_>, row: Rect, model: &Model, at: usize, actions: &[Action]) {
    let theme = frame.theme();
    frame.add_target(row, HitTarget::Row(at));
    if !model.stack.overlays().is_empty() || !model.is_pointed_at(area(row)) {
        return;
    }
    let width = |label: &str| u16::try_from(text::width(label)).unwrap_or(0);
    let fitting = [true, false].into_iter().find_map(|named| {
        let labels: Vec<_> = actions.iter().map(|a| (*a, label(model, *a, named))).collect();
        let whole: u16 = labels.iter().map(|(_, label)| width(label) + 1).sum::<u16>() + 1;
        (whole <= row.width / 2).then_some((labels, whole))
    });
    let Some((labels, whole)) = fitting else { return };
    let mut x = row.x + row.width - whole;
    let blank = Rect { x, width: whole, ..row };
    frame.clear(blank);
    x += 1;
    for (action, label) in labels {
        let place = Rect { x, width: width(&label), ..row };
        let style = if model.enabled(action).is_ok() { theme.key } else { theme.faint };
        let under = if model.is_pointed_at(area(place)) { theme.focused } else { Style::new() };
        x += place.width + 1;
        frame.render_widget(Span::styled(label, style.patch(under)), place);
        frame.add_target(place, HitTarget::RowDo(at, action));
    }
}

/// `[d]`, or `[d delete]` if it is `named`.
fn label(model: &Model, action: Action, named: bool) -> String {
    let key = model.shared.keymap.key_for(model.context(), action, false);
    match key {
        Some(key) if !named => format!("[{key}]"),
        Some(key) => format!("[{key} {}]", action.label()),
        None => format!("[{}]", action.label()),
    }
}
