//! Results of effects that no layer waits for. Each is shown as a notice.

use std::sync::Arc;

use crate::{
    app::{
        effect::LayerId,
        layer::{Event, Step},
        model::Model,
        notice::NoticeKind,
        screens::access_review::gaps,
        shared::{Shared, Topic},
    },
    domain::{Policies, review::accepted::Acceptance, session::ConnectionId, text::sentence},
    input::Action,
    journal::RecordedChange,
};

/// Stores the accepted findings, or shows why they cannot be read or written.
pub(super) fn accepted(shared: &mut Shared, result: Result<Vec<Acceptance>, String>) {
    match result {
        Ok(all) => {
            shared.accepted = all;
            shared.touch(Topic::Accepted);
        }
        Err(why) => shared.notify(NoticeKind::Warning, format!("Accepted findings: {why}")),
    }
}

/// Uses the organisation's rules as they are now.
pub(super) fn policies(shared: &mut Shared, policies: Arc<Policies>) -> Step {
    shared.take_policies(policies);
    Step::none()
}

/// Passes the changes in the journal to the screen that asked for them.
pub(super) fn history(asker: LayerId, result: Result<Vec<RecordedChange>, String>) -> Step {
    Step::none().tell(Some(asker), Event::History(Arc::new(result)))
}

/// Shows why a choice was not saved.
pub(super) fn choice_kept(shared: &mut Shared, result: Result<(), String>) {
    if let Err(why) = result {
        let text = format!("Kept until you quit only: axtok cannot save choices ({why}).");
        shared.notify(NoticeKind::Warning, text);
    }
}

/// Shows why due tokens could not be reported.
pub(super) fn due_reported(shared: &mut Shared, message: Option<String>) -> Step {
    if let Some(message) = message {
        shared.notify(NoticeKind::Warning, sentence(&message));
    }
    Step::none()
}

/// Shows whether the access review was exported.
pub(super) fn exported(shared: &mut Shared, result: Result<String, String>) {
    match result {
        Ok(words) => {
            let mut text = format!("The review was {words}.");
            // The exported table cannot say so.
            if !gaps(shared).is_empty() {
                text.push_str(" Not all datasets or views were listed.");
            }
            shared.notify(NoticeKind::Info, text);
        }
        Err(why) => shared.notify(NoticeKind::Warning, format!("Not written: {why}")),
    }
}

/// Shows whether a preset was saved.
pub(super) fn preset_saved(model: &mut Model, result: Result<String, String>) {
    match result {
        Ok(label) => {
            let key = model.key(Action::Presets);
            let text = format!("Saved as preset {label}. {key} shows all presets.");
            model.shared.notify(NoticeKind::Info, text);
        }
        Err(why) => model.shared.notify(NoticeKind::Warning, format!("Not saved: {why}")),
    }
}

/// Shows whether a credential was saved, and renames the deployment to its entry if the
/// session still uses that connection.
pub(super) fn kept(
    shared: &mut Shared,
    connection: ConnectionId,
    result: Result<(String, String), String>,
) {
    match result {
        Ok((name, words)) => {
            if shared.session.connection == Some(connection) {
                shared.session.deployment = name.into();
            }
            shared.notify(NoticeKind::Info, words);
        }
        Err(why) => shared.notify(NoticeKind::Warning, format!("Credential not saved: {why}")),
    }
}
