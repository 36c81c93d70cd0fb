//! What the audit log says of a token, once it was asked.

use crate::{
    api::call::Call,
    app::{Model, audit, remote::Remote},
    domain::{ApiToken, audit::DAYS},
    ui::{text, widgets::spinner},
};

/// What there is to say, line by line; nothing while nobody has asked.
#[must_use]
pub fn lines(token: &ApiToken, model: &Model) -> Vec<String> {
    match &model.shared.data.audit {
        Remote::Idle => Vec::new(),
        Remote::Loading(load) | Remote::Failed(_, Some(load)) => {
            spinner::text(*load, model.shared.now, "asking").into_iter().collect()
        }
        Remote::Failed(failure, None) => {
            let (since, until) = (model.shared.now, model.shared.now);
            let otherwise = || text::sentence(&failure.headline(&Call::AuditLog { since, until }));
            vec![audit::refused(&model.shared).unwrap_or_else(otherwise)]
        }
        Remote::Ready(log, _) => {
            let now = model.shared.server_now();
            let lines: Vec<_> = log.of(&token.id).map(|event| event.describe(now)).collect();
            if lines.is_empty() { vec![format!("nothing, {DAYS} days back")] } else { lines }
        }
    }
}
