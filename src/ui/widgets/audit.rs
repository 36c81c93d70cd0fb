//! The audit log's events about a token, once they are requested.

use crate::{
    api::call::Call,
    app::{Model, audit, remote::Remote},
    domain::{
        ApiToken,
        audit::{AuditEvent, LogQuestion},
    },
    ui::{text, widgets::spinner},
};

/// One line per event, or the progress or failure of the request; empty if there was none.
#[must_use]
pub fn lines(token: &ApiToken, model: &Model) -> Vec<String> {
    match &model.shared.data.audit {
        Remote::Idle => Vec::new(),
        Remote::Loading(load) | Remote::Failed(_, Some(load)) => {
            spinner::text(*load, model.shared.now, "loading").into_iter().collect()
        }
        Remote::Failed(failure, None) => {
            let call = Call::AuditLog(model.shared.log_query(LogQuestion::Events));
            let otherwise = || text::sentence(&failure.headline(&call));
            vec![audit::refused(&model.shared).unwrap_or_else(otherwise)]
        }
        Remote::Ready(log, _) => {
            let lines: Vec<_> = log.of(&token.id).map(AuditEvent::in_columns).collect();
            if lines.is_empty() {
                vec![format!("no events in the last {}", log.window.length())]
            } else {
                lines
            }
        }
    }
}
