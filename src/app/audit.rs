//! The audit log: asked on demand, told in the details and the review. Where the
//! credential may not query it, that is said once.

use super::{
    effect::{Effect, Ticket},
    model::{Model, NoticeKind},
    overlays::{Overlay, sheet::Sheet},
    remote::Remote,
    screens::Screen,
};
use crate::{
    api::{
        call::{Answer, Call, Reply},
        error::{Failure, Trouble},
    },
    domain::audit::{AuditLog, since},
};

/// Asks for it.
pub fn fetch(model: &mut Model) -> Vec<Effect> {
    vec![model.fetch(call(model))]
}

fn call(model: &Model) -> Call {
    let until = model.server_now();
    Call::AuditLog { since: since(until), until }
}

/// Why it cannot be asked here, once that is known.
#[must_use]
pub fn refused(model: &Model) -> Option<String> {
    match &model.data.audit {
        Remote::Failed(failure, _) if is_final(failure) => {
            Some("The audit log cannot be queried here: by default only owners may.".to_owned())
        }
        _ => None,
    }
}

/// Rights may have been given meanwhile.
pub fn forget_refusal(model: &mut Model) {
    if refused(model).is_some() {
        model.data.audit = Remote::Idle;
    }
}

/// Not allowed, or not there.
const fn is_final(failure: &Failure) -> bool {
    matches!(failure.trouble, Trouble::Status(403..=405))
}

/// The answer has come: what went wrong, if something did. In the review the log
/// is shown at once; the details have it among their facts.
pub fn settle(model: &mut Model, ticket: Ticket, answer: Answer) -> (Call, Option<Failure>) {
    debug_assert!(model.data.audit.awaits(ticket), "it is asked of who waits");
    let call = call(model);
    let answer = answer.map(|reply| match reply {
        Reply::AuditLog(events) => AuditLog::new(events),
        // Each call has one kind of reply.
        _ => AuditLog::default(),
    });
    let failed = answer.as_ref().err().cloned();
    model.data.audit.settle(answer);
    let in_review = matches!(model.screen(), Some(Screen::Review(_)));
    match (&failed, model.data.audit.value()) {
        (None, Some(log)) if in_review && model.overlays.is_empty() => {
            let sheet = Sheet::audit_log(log, model.server_now());
            model.overlays.push(Overlay::Sheet(Box::new(sheet)));
        }
        (None, Some(log)) if log.events().is_empty() => {
            model.notify(NoticeKind::Info, "The audit log has no line about API tokens.");
        }
        _ => {}
    }
    (call, failed)
}
