//! Draws the screens. The state of `screens/x.rs` is in `app/screens/x.rs`.

pub mod access_review;
pub mod api_tokens;
pub mod history;
pub mod matrix;
pub mod new_token;
pub mod profile;
pub mod rotations;
pub mod token_detail;

use ratatui::layout::Rect;

use crate::{
    app::{
        Model,
        layout_info::{Link, Window},
        mouse::{HitTarget, Scrolled},
        stack::Screen,
    },
    ui::Canvas,
};

/// Draws the top screen. Returns the visible part of its list and the position of a link.
pub fn draw(
    frame: &mut Canvas<'_, '_>,
    area: Rect,
    model: &Model,
) -> (Option<Window>, Option<Link>) {
    let window = match model.screen() {
        Screen::Profile(state) => {
            let (window, link) = profile::draw(frame, area, model, state);
            return (Some(window), link);
        }
        Screen::ApiTokens(state) => api_tokens::draw(frame, area, model, state),
        Screen::TokenDetail(state) => {
            let window = token_detail::draw(frame, area, model, state);
            frame.add_target(area, HitTarget::Scrolls(Scrolled::Screen, window));
            window
        }
        Screen::AccessReview(state) => access_review::draw(frame, area, model, state),
        Screen::History(state) => history::draw(frame, area, model, state),
        Screen::Rotations(state) => rotations::draw(frame, area, model, state),
        Screen::NewToken(form) if form.in_matrix => matrix::draw(frame, area, model, form),
        Screen::NewToken(form) => new_token::draw(frame, area, model, form),
    };
    (Some(window), None)
}
