//! The command line, and what Enter would do.

use ratatui::{Frame, layout::Rect, text::Line};

use crate::{
    app::{
        Model,
        command::Command,
        overlays::command_line::{self, CommandLine, Doing},
    },
    ui::{
        theme,
        widgets::{dialog, field},
    },
};

pub fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, state: &CommandLine) {
    let of_matrix = command_line::is_of_matrix(model);
    let columns = dialog::columns(area, 76);
    let mut lines = vec![Line::raw(":"), Line::default()];
    match &state.preview {
        None if !of_matrix => {
            for command in Command::ALL {
                let words = format!("{:<5} {}", command.name(), command.about());
                lines.extend(dialog::paragraph(&words, columns, theme::faint()));
            }
        }
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
        Some(Ok(Doing::Program(command))) => {
            let words = format!("Enter: {}.", command.about());
            lines.extend(dialog::paragraph(&words, columns, theme::good()));
        }
        Some(Ok(Doing::Rights(preview))) => {
            let changes = preview.plan.rows.len();
            let words = format!(
                "Enter: {}. {} matched, {changes} would change.",
                preview.plan.words, preview.matched
            );
            lines.extend(dialog::paragraph(&words, columns, theme::good()));
        }
    }
    let title = if of_matrix { "Change rights of many rows" } else { "Command" };
    let inner = dialog::lines(frame, area, title, columns, lines);
    let at = Rect { x: inner.x + 1, width: inner.width.saturating_sub(1), height: 1, ..inner };
    field::draw(frame, at, &state.field, true);
}
