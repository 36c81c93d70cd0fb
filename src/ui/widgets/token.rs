//! How a token's state and expiry look on every screen.

use jiff::Timestamp;
use ratatui::style::Style;

use crate::{
    app::Model,
    domain::{
        ApiToken, Expiry, TokenExpiry,
        review::{Severity, Standards},
        token::State,
        when,
    },
    ui::Theme,
};

/// The glyph before a token's name, and the style of both.
#[must_use]
pub fn state(token: &ApiToken, model: &Model, theme: &Theme) -> (&'static str, Style) {
    if model.shared.half(&token.id).is_some() {
        return ("↻", theme.warning);
    }
    match token.state(model.shared.server_now()) {
        State::Expired => ("x", theme.danger),
        State::Expiring => ("!", theme.warning),
        State::Unknown => ("?", theme.warning),
        State::Active => (" ", Style::new()),
    }
}

/// The sign of a token's worst open finding, and its style. Low ones have none.
#[must_use]
pub fn severity(
    token: &ApiToken,
    now: Timestamp,
    standards: &Standards<'_>,
    theme: &Theme,
) -> (&'static str, Style) {
    match standards.worst(token, now) {
        Some(Severity::High) => ("H", theme.danger),
        Some(Severity::Medium) => ("M", theme.warning),
        Some(Severity::Low) | None => (" ", Style::new()),
    }
}

/// `in 83 d`, `expired`, `never`, `unknown`.
#[must_use]
pub fn expiry_short(expiry: &TokenExpiry, now: Timestamp) -> String {
    match expiry {
        TokenExpiry::Known(Expiry::Never) => "never".to_owned(),
        TokenExpiry::Known(Expiry::At(_)) if expiry.is_past(now) => "expired".to_owned(),
        TokenExpiry::Known(Expiry::At(at)) => when::relative_short(*at, now),
        TokenExpiry::Unread(_) => "unknown".to_owned(),
    }
}

/// `in 83 d · 14 Feb 2027`, `expired · 2 Nov 2026`, `never`,
/// `unknown · "2026-11-27"`.
#[must_use]
pub fn expiry(expiry: &TokenExpiry, now: Timestamp) -> String {
    let mut words = expiry_short(expiry, now);
    let more = match expiry {
        TokenExpiry::Known(Expiry::Never) => return words,
        TokenExpiry::Known(Expiry::At(at)) => when::date(*at),
        TokenExpiry::Unread(_) => expiry.unread_text(),
    };
    words.push_str(" · ");
    words.push_str(&more);
    words
}
