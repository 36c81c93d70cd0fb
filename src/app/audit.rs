//! The audit log: fetched on demand, shown in the token's details and the access review.

use super::{
    layer::{Cx, Open, Step, Text},
    notice::NoticeKind,
    remote::Remote,
    shared::Shared,
};
use crate::{
    api::error::{Failure, FailureKind},
    domain::{audit::AuditEvent, text},
};

/// Maximum width of a name, in columns.
const NAME_MAX: usize = 24;
/// Width of a shortened id.
const ID: usize = 9;

/// Why the audit log is not available, once the server has refused it.
#[must_use]
pub fn refused(shared: &Shared) -> Option<String> {
    match &shared.data.audit {
        Remote::Failed(failure, _) => unavailable(failure).map(str::to_owned),
        _ => None,
    }
}

/// Why a retry is pointless after this failure, if it is.
#[must_use]
pub fn unavailable(failure: &Failure) -> Option<&'static str> {
    is_final(failure)
        .then_some("The audit log is not available: by default only owners can query it.")
}

/// Forgets that the server refused the log: rights may have been granted since.
pub fn forget_refusal(shared: &mut Shared) {
    if refused(shared).is_some() {
        shared.data.audit = Remote::Idle;
    }
}

/// Whether the log is not allowed or does not exist, so that a retry is pointless.
const fn is_final(failure: &Failure) -> bool {
    matches!(failure.kind, FailureKind::Status(403..=405))
}

/// Shows a notice if the log has arrived and is empty.
pub fn notify_if_empty(shared: &mut Shared) {
    if shared.data.audit.value().is_some_and(|log| log.events().is_empty()) {
        shared.notify(NoticeKind::Info, "The audit log has no entries about tokens.");
    }
}

/// Opens the log as a list, unless the user has opened something else since.
pub fn sheet(cx: &mut Cx<'_>) -> Step {
    if !cx.is_alone {
        notify_if_empty(cx.shared);
        return Step::none();
    }
    let Some(log) = cx.shared.data.audit.value() else { return Step::none() };
    let name = |event: &AuditEvent| match event.name.shown() {
        "" => "(no name)".to_owned(),
        name => name.to_owned(),
    };
    let longest = log.events().iter().map(|event| text::width(&name(event))).max();
    let columns = longest.unwrap_or(0).min(NAME_MAX);
    let line = |event: &AuditEvent| {
        let name = text::fit(&name(event), columns);
        let id = text::fit(&event.token.short(), ID);
        format!("{}  {name}  {id}  {}", event.time(), event.deed())
    };
    let mut lines: Vec<_> = log.events().iter().map(line).collect();
    if lines.is_empty() {
        lines.push("No changes to tokens in this period.".to_owned());
    }
    let title = format!("Audit log: tokens, last {}", log.window.length());
    Step::open(Open::Sheet(Box::new(Text { title, lines, copies: Vec::new() })))
}
