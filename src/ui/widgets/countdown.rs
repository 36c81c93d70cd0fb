//! The countdown until a server that limits requests accepts them again.

use jiff::Timestamp;
use ratatui::text::Line;

use super::dialog;
use crate::{app::time::seconds_left, domain::when, ui::Theme};

/// Says when the server accepts requests again, and warns about earlier ones.
#[must_use]
pub fn lines(
    until: Timestamp,
    now: Timestamp,
    columns: usize,
    theme: &Theme,
) -> Vec<Line<'static>> {
    match seconds_left(until, now) {
        0 => dialog::paragraph("The server accepts requests again.", columns, theme.good),
        left => {
            let words = format!(
                "! The server accepts requests again in {}. Earlier requests will probably be \
                 refused too.",
                when::countdown(left)
            );
            dialog::paragraph(&words, columns, theme.warning)
        }
    }
}
