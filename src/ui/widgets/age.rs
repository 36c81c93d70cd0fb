//! The mark on a list that may be out of date.

use ratatui::text::Span;

use crate::{
    app::{Model, shared::Topic},
    domain::when,
    ui::{Theme, text},
};

/// ` · as of 21:02 UTC`, or ` · ! as of 21:02 UTC, refresh failed`; shorter if `room` has
/// fewer columns. `None` for a current list.
#[must_use]
pub fn mark(model: &Model, topic: Topic, room: usize, theme: &Theme) -> Option<Span<'static>> {
    let age = model.shared.stale(topic)?;
    let at = when::time(age.at, model.shared.now);
    let (words, style) = if age.failed.is_some() {
        let long = format!(" · ! as of {at}, refresh failed");
        (vec![long, format!(" · ! as of {at}"), " · ! old".to_owned()], theme.warning)
    } else {
        (vec![format!(" · as of {at}"), " · old".to_owned()], theme.faint)
    };
    let fitting = words.into_iter().find(|words| text::width(words) <= room)?;
    Some(Span::styled(fitting, style))
}
