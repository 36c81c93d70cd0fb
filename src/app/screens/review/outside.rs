//! What came of effects that the review asked for.

use super::look;
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
        Ok(words) => model.notify(NoticeKind::Info, format!("The review was {words}.")),
        Err(why) => model.notify(NoticeKind::Warning, format!("Not written: {why}")),
    }
    Vec::new()
}
