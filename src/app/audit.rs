//! The audit log: asked on demand, told in the details and the review. Where the
//! credential may not query it, that is said once.

use super::{
    layer::{Cx, Open, Step, Text},
    notice::NoticeKind,
    remote::Remote,
    shared::Shared,
};
use crate::{
    api::error::{Failure, FailureKind},
    domain::audit::{AuditEvent, DAYS},
};

/// Why it cannot be asked here, once that is known.
#[must_use]
pub fn refused(shared: &Shared) -> Option<String> {
    match &shared.data.audit {
        Remote::Failed(failure, _) if is_final(failure) => {
            Some("The audit log cannot be queried here: by default only owners may.".to_owned())
        }
        _ => None,
    }
}

/// Rights may have been given meanwhile.
pub fn forget_refusal(shared: &mut Shared) {
    if refused(shared).is_some() {
        shared.data.audit = Remote::Idle;
    }
}

/// Not allowed, or not there.
const fn is_final(failure: &Failure) -> bool {
    matches!(failure.kind, FailureKind::Status(403..=405))
}

/// It has come, and has nothing to tell.
pub fn tell_if_empty(shared: &mut Shared) {
    if shared.data.audit.value().is_some_and(|log| log.events().is_empty()) {
        shared.notify(NoticeKind::Info, "The audit log has no line about API tokens.");
    }
}

/// Shows it line by line, if that is what one is still looking at.
pub fn sheet(cx: &mut Cx<'_>) -> Step {
    if !cx.is_alone {
        tell_if_empty(cx.shared);
        return Step::none();
    }
    let (now, log) = (cx.shared.server_now(), cx.shared.data.audit.value());
    let Some(log) = log else { return Step::none() };
    let line = |event: &AuditEvent| {
        let name = if event.name.is_empty() { "(no name)" } else { event.name.shown() };
        format!("{name}  {}  {}", event.token.short(), event.describe(now))
    };
    let mut lines: Vec<_> = log.events().iter().map(line).collect();
    if lines.is_empty() {
        lines.push("Nothing was done with API tokens in this time.".to_owned());
    }
    let title = format!("Audit log: API tokens, {DAYS} days back");
    Step::open(Open::Sheet(Box::new(Text { title, lines, copies: Vec::new() })))
}
