//! The command line of the matrix, and what it would do.

use ratatui::{Frame, layout::Rect, text::Line};

use crate::{
    app::overlays::command_line::CommandLine,
    ui::{
        theme,
        widgets::{dialog, field},
    },
};

pub fn draw(frame: &mut Frame<'_>, area: Rect, state: &CommandLine) {
    let columns = dialog::columns(area, 76);
    let mut lines = vec![Line::raw(":"), Line::default()];
    match &state.preview {
        None => {
            for example in [
                "grant prod-* query:read ingest:create",
                "revoke tmp-* *",
                "only prod-api,prod-web",
                "grant org users:read      grant view:pay* query:read      grant =* query:read",
            ] {
                lines.extend(dialog::paragraph(example, columns, theme::faint()));
            }
        }
        Some(Err(why)) => {
            lines.extend(dialog::paragraph(&format!("! {why}"), columns, theme::warning()));
        }
        Some(Ok(preview)) => {
            let changes = preview.plan.rows.len();
            let words = format!(
                "Enter: {}. {} matched, {changes} would change.",
                preview.plan.words, preview.matched
            );
            lines.extend(dialog::paragraph(&words, columns, theme::good()));
        }
    }
    let inner = dialog::lines(frame, area, "Change rights of many rows", columns, lines);
    let at = Rect { x: inner.x + 1, width: inner.width.saturating_sub(1), height: 1, ..inner };
    field::draw(frame, at, &state.field, true);
}
