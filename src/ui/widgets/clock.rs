//! Says, where an expiry is about to be sent, whose clock it is counted by, if
//! the clocks differ.

use ratatui::text::Line;

use super::dialog;
use crate::{app::Model, domain::when, ui::Theme};

/// Lines about it; none if the clocks agree.
#[must_use]
pub fn lines(model: &Model, columns: usize, theme: &Theme) -> Vec<Line<'static>> {
    let Some(difference) = model.shared.clock_difference() else { return Vec::new() };
    let words = format!(
        "! this computer's clock {difference}: expiries are counted from the server's time, {}",
        when::weekday_time(model.shared.server_now())
    );
    dialog::paragraph(&words, columns, theme.warning)
}
