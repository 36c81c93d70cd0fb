//! How a token's state and expiry look wherever they are shown.

use jiff::Timestamp;
use ratatui::style::Style;

use crate::{
    app::Model,
    domain::{ApiToken, Expiry, token::State, when},
    ui::theme,
};

/// The glyph before a name, and the style that goes with it.
#[must_use]
pub fn state(token: &ApiToken, model: &Model) -> (&'static str, Style) {
    if model.rotation(&token.id).is_some() {
        return ("↻", theme::warning());
    }
    match token.state(model.server_now()) {
        State::Expired => ("x", theme::danger()),
        State::Expiring => ("!", theme::warning()),
        State::Active => (" ", theme::plain()),
    }
}

/// `in 83 d`, `expired`, `never`.
#[must_use]
pub fn expiry_short(expiry: Expiry, now: Timestamp) -> String {
    match expiry {
        Expiry::Never => "never".to_owned(),
        Expiry::At(_) if expiry.is_past(now) => "expired".to_owned(),
        Expiry::At(at) => when::relative_short(at, now),
    }
}

/// `in 83 d · 14 Feb 2027`, `expired · 2 Nov 2026`, `never`.
#[must_use]
pub fn expiry(expiry: Expiry, now: Timestamp) -> String {
    let mut words = expiry_short(expiry, now);
    if let Expiry::At(at) = expiry {
        words.push_str(" · ");
        words.push_str(&when::date(at));
    }
    words
}
