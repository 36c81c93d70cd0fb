//! Sanitises the texts in messages, which may quote a file, a command or a server. It
//! happens here, once, so that drawing code does not have to.

use super::msg::Msg;
use crate::{domain::SafeText, ops::rotation::Report};

/// The message with texts that are safe to show. Typed and pasted text is unchanged:
/// fields sanitise it when they are drawn.
#[must_use]
pub fn sanitize(msg: Msg) -> Msg {
    match msg {
        Msg::Checked { asker, result } => {
            Msg::Checked { asker, result: result.map_err(sanitize_text) }
        }
        Msg::Delivered { id, result } => Msg::Delivered { id, result: both(result) },
        Msg::BulkDelivered { id, result } => Msg::BulkDelivered { id, result: both(result) },
        Msg::ReportSaved(result) => Msg::ReportSaved(both(result)),
        Msg::Accepted(result) => Msg::Accepted(result.map_err(sanitize_text)),
        Msg::ChoiceKept(result) => Msg::ChoiceKept(result.map_err(sanitize_text)),
        Msg::DueReported(message) => Msg::DueReported(message.map(sanitize_text)),
        Msg::Exported(result) => Msg::Exported(both(result)),
        Msg::Tried { id, result } => Msg::Tried { id, result: both(result) },
        Msg::Unrecorded { ticket, why } => Msg::Unrecorded { ticket, why: sanitize_text(why) },
        Msg::Recalled { open, rotations, warning } => {
            Msg::Recalled { open, rotations, warning: warning.map(sanitize_text) }
        }
        Msg::Rotations { plan, contents } => Msg::Rotations {
            plan: plan.map_err(sanitize_text),
            contents: contents.map_err(sanitize_text),
        },
        Msg::RotationTold { ticket, words } => {
            Msg::RotationTold { ticket, words: sanitize_text(words) }
        }
        Msg::Rotated { ticket, result } => {
            let result = result.map_err(sanitize_text).map(|reports| {
                let clean = |report: Report| Report {
                    words: report.words.into_iter().map(sanitize_text).collect(),
                    advice: report.advice.map(sanitize_text),
                    ..report
                };
                reports.into_iter().map(clean).collect()
            });
            Msg::Rotated { ticket, result }
        }
        Msg::Connected { connection, result } => {
            Msg::Connected { connection, result: result.map_err(sanitize_text) }
        }
        // The name is used as a key, so it stays unchanged; it is sanitised when shown.
        Msg::Kept { connection, result } => {
            let result =
                result.map(|(name, more)| (name, sanitize_text(more))).map_err(sanitize_text);
            Msg::Kept { connection, result }
        }
        Msg::Deployments { asker, result } => {
            Msg::Deployments { asker, result: result.map_err(sanitize_text) }
        }
        Msg::History { asker, result } => {
            Msg::History { asker, result: result.map_err(sanitize_text) }
        }
        Msg::Copied { what, result } => Msg::Copied { what, result: result.map_err(sanitize_text) },
        Msg::Presets { asker, result } => {
            Msg::Presets { asker, result: result.map_err(sanitize_text) }
        }
        Msg::PresetSaved(result) => Msg::PresetSaved(both(result)),
        // Names are typed as they are: a completion leaves out those that are not plain.
        msg @ (Msg::Listed { .. }
        | Msg::Key(_)
        | Msg::Paste(_)
        | Msg::Resize { .. }
        | Msg::Mouse(_)
        | Msg::FocusLost
        | Msg::FocusGained
        | Msg::Background(_)
        | Msg::Wake
        | Msg::Replied { .. }
        | Msg::Policies(_)
        | Msg::Used { .. }
        | Msg::ServerAhead { .. }
        | Msg::Stop
        | Msg::Continued
        | Msg::Resumed) => msg,
    }
}

/// The text without control sequences or invisible characters.
#[must_use]
pub fn sanitize_text(text: String) -> String {
    SafeText::from(text).to_string()
}

fn both(result: Result<String, String>) -> Result<String, String> {
    result.map(sanitize_text).map_err(sanitize_text)
}
