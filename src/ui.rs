//! Drawing: from the model to a frame, and nothing else. It changes nothing;
//! it returns where things lie. File names mirror those of `app`.

pub mod canvas;
pub mod look;
pub mod overlays;
pub mod screens;
pub mod text;
pub mod theme;
pub mod widgets;

use ratatui::{Frame, layout::Rect, text::Line};

pub use canvas::Canvas;
pub use look::Look;

use crate::app::{Model, places::Places, themes};

/// Below this size one line says so.
pub const MIN_WIDTH: u16 = 40;
/// See [`MIN_WIDTH`].
pub const MIN_HEIGHT: u16 = 10;

/// Draws everything, as the terminal can show it.
pub fn draw(frame: &mut Frame<'_>, model: &Model, look: Look) -> Places {
    let places = draw_plain(frame, model);
    look.apply(frame.buffer_mut(), themes::shown(model));
    places
}

fn draw_plain(frame: &mut Frame<'_>, model: &Model) -> Places {
    let area = frame.area();
    if overlays::reveal::value_only(frame, model) {
        return Places::default();
    }
    if area.width < MIN_WIDTH || area.height < MIN_HEIGHT {
        if !overlays::reveal::tiny(frame, model) {
            let need = format!(
                "axtok needs {MIN_WIDTH}x{MIN_HEIGHT}, this is {}x{}",
                area.width, area.height
            );
            frame.render_widget(Line::raw(need), area);
        }
        return Places::default();
    }
    let [header, body, footer] = bands(area);
    widgets::header::draw(frame, header, model);
    let mut canvas = Canvas::new(frame);
    let (screen, link) = screens::draw(&mut canvas, body, model);
    if !model.overlays.is_empty() {
        // What stands behind a dialog steps back.
        canvas.buffer_mut().set_style(body, theme::behind());
        canvas.cover();
    }
    let overlay = overlays::draw(&mut canvas, body, model);
    widgets::footer::draw(&mut canvas, footer, model);
    // What a dialog stands over cannot be clicked.
    let link = link.filter(|_| model.overlays.is_empty());
    Places { screen, overlay, link, hits: canvas.into_hits() }
}

/// Header, body and footer.
const fn bands(area: Rect) -> [Rect; 3] {
    [
        Rect { height: 1, ..area },
        Rect { y: area.y + 1, height: area.height - 2, ..area },
        Rect { y: area.y + area.height - 1, height: 1, ..area },
    ]
}
