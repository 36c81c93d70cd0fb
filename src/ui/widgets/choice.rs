//! A radio choice: `now [1h] 24h`.

use ratatui::{layout::Rect, style::Style, text::Span};

use crate::{
    app::mouse::HitTarget,
    ui::{Canvas, text},
};

/// Draws the options, the chosen one in brackets, and makes each clickable.
pub fn draw(
    frame: &mut Canvas<'_, '_>,
    at: Rect,
    all: &[&str],
    chosen: usize,
    focused: bool,
    target: impl Fn(usize) -> HitTarget,
) {
    let theme = frame.theme();
    let mut x = at.x;
    for (option, name) in all.iter().enumerate() {
        let (words, style) = match (option == chosen, focused) {
            (true, true) => (format!("[{name}]"), theme.focused.patch(theme.strong)),
            (true, false) => (format!("[{name}]"), theme.strong),
            (false, _) => (format!(" {name} "), Style::new()),
        };
        let width = u16::try_from(text::width(&words)).unwrap_or(u16::MAX);
        let word = Rect { x, width, ..at }.intersection(at);
        frame.render_widget(Span::styled(words, style), word);
        frame.add_target(word, target(option));
        x = x.saturating_add(width);
    }
}
