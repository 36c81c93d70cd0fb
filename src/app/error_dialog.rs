//! What is said of a change that did not end as wished.

use jiff::Timestamp;

use crate::api::{
    call::Call,
    error::{Certainty, Failure},
};

/// The words of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorDialog {
    pub title: &'static str,
    pub headline: String,
    pub advice: String,
    pub details: Vec<String>,
    /// When the server takes requests again, if it said so.
    pub retry_at: Option<Timestamp>,
}

impl ErrorDialog {
    #[must_use]
    pub fn new(call: &Call, failure: &Failure) -> Self {
        let title = match failure.certainty {
            Certainty::NotSent => "Not sent",
            Certainty::Rejected => "Refused",
            Certainty::Unknown => "Outcome unknown",
            Certainty::SecretUnreadable { .. } => "Done, but the secret could not be read",
        };
        Self {
            title,
            headline: failure.headline(call),
            advice: failure.advice(call),
            details: failure.details(),
            retry_at: failure.retry_at,
        }
    }

    /// It happened at a place that we have left meanwhile.
    pub fn is_from(&mut self, place: &str) {
        self.details.insert(0, format!("where: {place}"));
    }
}
