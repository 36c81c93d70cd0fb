//! What came of effects that no layer waits for: told in a line.

use crate::{
    app::{
        model::Model,
        notice::NoticeKind,
        screens::access_review::gaps,
        shared::{Shared, Topic},
    },
    domain::{review::accepted::Acceptance, session::ConnectionId},
    input::Action,
};

/// Which findings are accepted, or why that cannot be read or written.
pub(super) fn accepted(shared: &mut Shared, result: Result<Vec<Acceptance>, String>) {
    match result {
        Ok(all) => {
            shared.accepted = all;
            shared.touch(Topic::Accepted);
        }
        Err(why) => shared.notify(NoticeKind::Warning, format!("Accepted findings: {why}")),
    }
}

/// The review was written to a file, or why not.
pub(super) fn exported(shared: &mut Shared, result: Result<String, String>) {
    match result {
        Ok(words) => {
            let mut text = format!("The review was {words}.");
            // The table has no place for it.
            if !gaps(shared).is_empty() {
                text.push_str(" Not all datasets or views were listed.");
            }
            shared.notify(NoticeKind::Info, text);
        }
        Err(why) => shared.notify(NoticeKind::Warning, format!("Not written: {why}")),
    }
}

/// A preset was saved under this label, or why not.
pub(super) fn preset_saved(model: &mut Model, result: Result<String, String>) {
    match result {
        Ok(label) => {
            let key = model.key(Action::Presets);
            let text = format!("Saved as the preset {label}: {key} lists it.");
            model.shared.notify(NoticeKind::Info, text);
        }
        Err(why) => model.shared.notify(NoticeKind::Warning, format!("Not saved: {why}")),
    }
}

/// The credential of a connection was written down under a name, or not. The
/// name is that connection's: the session may have another one by now.
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
        Err(why) => shared.notify(NoticeKind::Warning, format!("Not kept: {why}")),
    }
}
