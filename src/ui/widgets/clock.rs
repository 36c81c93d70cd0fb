//! Warns, before an expiry is sent, that the computer's clock and the server's differ.

use ratatui::text::Line;

use super::dialog;
use crate::{app::Model, domain::when, ui::Theme};

/// The lines of the warning; none if the clocks agree.
#[must_use]
pub fn lines(model: &Model, columns: usize, theme: &Theme) -> Vec<Line<'static>> {
    let Some(difference) = model.shared.clock_difference() else { return Vec::new() };
    let words = format!(
        "! this computer's clock {difference}: expiries count from the server's time, {}",
        when::date_time(model.shared.server_now())
    );
    dialog::paragraph(&words, columns, theme.warning)
}
