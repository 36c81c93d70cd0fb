//! What came of effects that the review asked for.

use super::{gaps, look};
use crate::{
    app::{
        effect::Effect,
        model::{Model, NoticeKind},
    },
    domain::review::accepted::Acceptance,
};

/// What is accepted now, or why that cannot be read or written.
pub fn accepted(model: &mut Model, result: Result<Vec<Acceptance>, String>) -> Vec<Effect> {
    match result {
        Ok(all) => {
            model.accepted = all;
            look::accepted(model);
        }
        Err(why) => model.notify(NoticeKind::Warning, format!("Accepted findings: {why}")),
    }
    Vec::new()
}

/// The review was written to a file, or why not.
pub fn exported(model: &mut Model, result: Result<String, String>) -> Vec<Effect> {
    match result {
        Ok(words) => {
            let mut text = format!("The review was {words}.");
            // The table has no place for it.
            if !gaps(model).is_empty() {
                text.push_str(" Not all datasets or views were listed.");
            }
            model.notify(NoticeKind::Info, text);
        }
        Err(why) => model.notify(NoticeKind::Warning, format!("Not written: {why}")),
    }
    Vec::new()
}
