//! Draws the model to a frame. Drawing never changes the model; it returns where items
//! were drawn. File names mirror those of `app`.

pub mod appearance;
pub mod canvas;
pub mod overlays;
pub mod screens;
pub mod text;
pub mod theme;
pub mod widgets;

use ratatui::{
    Frame,
    layout::{Constraint, Layout},
    text::Line,
};

pub use appearance::Appearance;
pub use canvas::Canvas;
pub use theme::Theme;

use crate::app::{Model, layout_info::LayoutInfo};

/// Minimum width in columns. In a smaller terminal a message replaces the screen.
pub const MIN_WIDTH: u16 = 40;
/// Minimum height in rows, see [`MIN_WIDTH`].
pub const MIN_HEIGHT: u16 = 10;

/// Draws a frame with the colours and characters that the terminal supports. Returns
/// where items were drawn, for the mouse and for paging.
pub fn draw(frame: &mut Frame<'_>, model: &Model, appearance: Appearance) -> LayoutInfo {
    let theme = Theme::of(model.theme(), appearance);
    let mut canvas = Canvas::new(frame, &theme);
    canvas.set_style(canvas.area(), theme.text);
    let layout = draw_plain(&mut canvas, model);
    let (cursor, hits) = canvas.finish();
    appearance.apply(frame.buffer_mut());
    LayoutInfo { cursor, hits, ..layout }
}

fn draw_plain(canvas: &mut Canvas<'_, '_>, model: &Model) -> LayoutInfo {
    let theme = canvas.theme();
    let area = canvas.area();
    if overlays::draw_secret_alone(canvas, model, false) {
        return LayoutInfo::default();
    }
    if area.width < MIN_WIDTH || area.height < MIN_HEIGHT {
        if !overlays::draw_secret_alone(canvas, model, true) {
            let need = format!(
                "axtok needs {MIN_WIDTH}x{MIN_HEIGHT}, this is {}x{}",
                area.width, area.height
            );
            canvas.render_widget(Line::raw(need), area);
        }
        return LayoutInfo::default();
    }
    let rows = [Constraint::Length(1), Constraint::Fill(1), Constraint::Length(1)];
    let [header, body, footer] = area.layout(&Layout::vertical(rows));
    widgets::header::draw(canvas, header, model);
    let (screen, link) = screens::draw(canvas, body, model);
    if !model.stack.overlays().is_empty() {
        // Dim the screen behind a dialog.
        canvas.set_style(body, theme.behind);
        canvas.cover();
    }
    let overlay = overlays::draw(canvas, body, model);
    widgets::footer::draw(canvas, footer, model);
    // A link behind a dialog cannot be clicked.
    let link = link.filter(|_| model.stack.overlays().is_empty());
    LayoutInfo { screen, overlay, link, ..LayoutInfo::default() }
}
