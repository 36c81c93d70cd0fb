//! The text of an error dialog.

use jiff::Timestamp;

use crate::api::{
    call::Call,
    error::{Certainty, Failure},
};

/// The content of the dialog about a failed change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorDialog {
    /// The dialog's title.
    pub title: &'static str,
    /// What happened.
    pub headline: String,
    /// What to do about it.
    pub advice: String,
    /// Details for a support request.
    pub details: Vec<String>,
    /// When the server accepts requests again, if it said so.
    pub retry_at: Option<Timestamp>,
}

impl ErrorDialog {
    /// Describes the failure of a call.
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

    /// Notes that the failure was in an organisation that the session has left.
    pub fn is_from(&mut self, place: &str) {
        self.details.insert(0, format!("where: {place}"));
    }
}
