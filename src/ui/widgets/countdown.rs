//! How long a server takes no requests yet, counted down while one looks.

use jiff::Timestamp;
use ratatui::text::Line;

use super::dialog;
use crate::{app::time::seconds_left, domain::when, ui::Theme};

/// Lines that say when requests are taken again, and what comes of earlier ones.
#[must_use]
pub fn lines(
    until: Timestamp,
    now: Timestamp,
    columns: usize,
    theme: &Theme,
) -> Vec<Line<'static>> {
    match seconds_left(until, now) {
        0 => dialog::paragraph("The server takes requests again.", columns, theme.good),
        left => {
            let words = format!(
                "! The server takes requests again in {}. One that is sent earlier will most \
                 likely be refused too.",
                when::countdown(left)
            );
            dialog::paragraph(&words, columns, theme.warning)
        }
    }
}
