//! The field for the reason that overrides the organisation's rules.

use crate::ui::{Theme, widgets::form::Content};

/// Adds what a reason does, and its field.
pub fn add<P: Copy + PartialEq>(content: &mut Content<'_, P>, field: P, theme: &Theme) {
    content
        .paragraph("Sending it overrides the policy. The history keeps your reason.", theme.faint);
    content.part(field);
}
