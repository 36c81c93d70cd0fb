//! Handles responses to reads.

use super::{learn, reconcile};
use crate::{
    api::{
        call::{Answer, Call, LogAnswer, Reply},
        error::Failure,
    },
    app::{
        audit,
        effect::Ticket,
        layer::{Event, Nav, Order, Step},
        notice::NoticeKind,
        remote::Remote,
        rotation,
        shared::{Shared, Topic},
        usage,
    },
    domain::{
        SafeText,
        audit::{AuditLog, LogQuery, LogQuestion, Window},
        usage::Usage,
    },
};

/// Handles the response to a read. One that was sent before a switch is dropped.
pub(super) fn take(shared: &mut Shared, ticket: Ticket, answer: Answer) -> Step {
    let Some((topic, load)) = shared.data.awaits(ticket) else { return Step::none() };
    let refused = answer.as_ref().err().cloned();
    let (call, failure) = store(shared, topic, answer);
    shared.note_age(topic, load.since, refused.clone());
    shared.touch(topic);
    let mut step = Step::none();
    if let (Topic::Tokens | Topic::Personal, is_personal) = (topic, topic == Topic::Personal) {
        if refused.is_some() {
            reconcile::fetch_failed(shared, is_personal);
        } else {
            step = reconcile::search_list(shared, is_personal);
        }
    }
    match (topic, &refused) {
        // Other processes rotate tokens too.
        (Topic::Tokens, None) => {
            let load = rotation::load(shared).map_or_else(Step::none, Step::effect);
            step = step.and(load);
        }
        (Topic::Orgs, None) => step = step.and(find_own_org(shared)),
        (Topic::Audit, None) => {
            let asker = shared.data.audit_asker.take();
            step = step.tell(asker, Event::Audited);
        }
        _ => {}
    }
    if topic == Topic::Orgs {
        step = step.and(rotation::report_due(shared));
    }
    if let Some(asking) = usage::ask_unasked(shared, topic) {
        step = step.and(Step::effect(asking));
    }
    if let Some(open) = refused.and_then(|refused| learn(shared, &call, &refused)) {
        return step.nav(Nav::Open(open));
    }
    if let Some(failure) = failure {
        shared.notify_failure(&call, &failure);
    }
    step
}

/// Handles what the audit log says about tokens. An answer from before a switch is dropped.
pub fn used(shared: &mut Shared, ticket: Ticket, answer: Result<Box<Usage>, Failure>) -> Step {
    let Some((topic, load)) = shared.data.awaits(ticket) else { return Step::none() };
    let refused = answer.as_ref().err().cloned();
    shared.data.usage.resolve(answer);
    shared.note_age(topic, load.since, refused.clone());
    shared.touch(topic);
    if let Some(failure) = refused {
        let call = Call::AuditLog(shared.log_query(LogQuestion::Deeds));
        let words = audit::unavailable(&failure).map_or_else(
            || failure.headline(&call),
            |why| format!("{why} In the settings, audit-dataset can name a view of it."),
        );
        shared.notify(NoticeKind::Warning, words);
    }
    Step::none()
}

/// Stores a response. Returns the call and, after a failed refresh, the failure to show
/// next to the old data.
fn store(shared: &mut Shared, topic: Topic, answer: Answer) -> (Call, Option<Failure>) {
    let until = shared.server_now();
    let data = &mut shared.data;
    match topic {
        Topic::Tokens => {
            let list = of_kind(answer, |reply| match reply {
                Reply::Tokens(list) => Some(list),
                _ => None,
            });
            (Call::ListTokens, list.and_then(|list| data.settle_tokens(list)))
        }
        Topic::Datasets => {
            let failure = fill(&mut data.datasets, answer, |reply| match reply {
                Reply::Datasets(list) => Some(list),
                _ => None,
            });
            (Call::ListDatasets, failure)
        }
        Topic::Views => {
            let failure = fill(&mut data.views, answer, |reply| match reply {
                Reply::Views(list) => Some(list),
                _ => None,
            });
            (Call::ListViews, failure)
        }
        Topic::Orgs => {
            let failure = fill(&mut data.orgs, answer, |reply| match reply {
                Reply::Orgs(list) => Some(list),
                _ => None,
            });
            (Call::ListOrgs, failure)
        }
        Topic::User => {
            let failure = fill(&mut data.user, answer, |reply| match reply {
                Reply::User(user) => Some(*user),
                _ => None,
            });
            (Call::CurrentUser, failure)
        }
        Topic::Personal => {
            let failure = fill(&mut data.personal, answer, |reply| match reply {
                Reply::PersonalTokens(list) => Some(list),
                _ => None,
            });
            (Call::ListPersonalTokens, failure)
        }
        Topic::Audit
        | Topic::Usage
        | Topic::Accepted
        | Topic::Unconfirmed
        | Topic::Journal
        | Topic::Rotations
        | Topic::Clock => {
            let refused = answer.as_ref().err().cloned();
            let shown = fill(&mut data.audit, answer, |reply| match reply {
                Reply::AuditLog(window, LogAnswer::Events(rows)) => {
                    Some(AuditLog::new(rows, window))
                }
                _ => None,
            });
            let query =
                LogQuery { window: Window::last(None, until), question: LogQuestion::Events };
            let call = Call::AuditLog(query);
            // Always show a failure, because no screen does.
            (call, shown.or(refused))
        }
    }
}

/// Picks the value from a response. `None` for the wrong kind, which cannot occur: each
/// call has one kind of response.
fn of_kind<T>(answer: Answer, pick: impl FnOnce(Reply) -> Option<T>) -> Option<Result<T, Failure>> {
    match answer {
        Ok(reply) => pick(reply).map(Ok),
        Err(failure) => Some(Err(failure)),
    }
}

fn fill<T>(
    remote: &mut Remote<T>,
    answer: Answer,
    pick: impl FnOnce(Reply) -> Option<T>,
) -> Option<Failure> {
    of_kind(answer, pick).and_then(|value| remote.resolve(value))
}

/// Asks the user to choose an organisation if the list of organisations has arrived and
/// the session's one is not in it.
fn find_own_org(shared: &mut Shared) -> Step {
    // Requests were refused because of the organisation, not for lack of rights.
    let Some(ours) = shared.inaccessible_org().map(SafeText::to_string) else {
        return Step::none();
    };
    shared.refused.clear();
    let why = format!("this credential cannot access the organisation {ours}: choose another");
    let orgs = shared.data.orgs.value().cloned().unwrap_or_default();
    Step::none().nav(Nav::Order(Order::ChooseOrg(orgs, why)))
}
