//! Drawing of the screens; the state of `screens/x.rs` is in `app/screens/x.rs`.

pub mod api_tokens;
pub mod matrix;
pub mod new_token;
pub mod token_detail;

use ratatui::{Frame, layout::Rect};

use crate::app::{Model, places::Window, screens::Screen};

/// Draws the screen on top, and says which part of its list was shown.
pub fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model) -> Option<Window> {
    match model.screen()? {
        Screen::ApiTokens(state) => Some(api_tokens::draw(frame, area, model, state)),
        Screen::TokenDetail(state) => Some(token_detail::draw(frame, area, model, state)),
        Screen::NewToken(form) if form.in_matrix => Some(matrix::draw(frame, area, model, form)),
        Screen::NewToken(form) => Some(new_token::draw(frame, area, model, form)),
    }
}
