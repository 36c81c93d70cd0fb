//! The exit statuses, and the messages of failed requests.

use super::ExitError;
use crate::{
    api::{
        call::Call,
        error::{Certainty, Failure, FailureKind},
    },
    domain::text::sentence,
    ops::SignInError,
};

/// Success.
pub const DONE: u8 = 0;
/// The command, or some of its changes, failed; or a token is due, or a finding counts.
pub const FAILED: u8 = 1;
/// No credential, or the server rejected it.
pub const NOT_SIGNED_IN: u8 = 3;
/// Permission denied, invalid request, or a read-only session.
pub const REFUSED: u8 = 4;
/// A token, dataset, view or journal entry was not found.
pub const NOT_FOUND: u8 = 5;
/// The outcome of a change is unknown, so it must not be repeated blindly.
pub const UNKNOWN: u8 = 6;
/// The rate limit is exceeded.
pub const LIMITED: u8 = 7;

/// The exit status for a failed request.
#[must_use]
pub fn of(failure: &Failure, call: &Call) -> u8 {
    match (&failure.certainty, failure.kind) {
        (Certainty::SecretUnreadable { .. }, _) => UNKNOWN,
        (Certainty::Unknown, _) if call.is_mutation() => UNKNOWN,
        (_, FailureKind::Status(401)) => NOT_SIGNED_IN,
        (_, FailureKind::Status(404)) => NOT_FOUND,
        (_, FailureKind::Status(429 | 430)) => LIMITED,
        (Certainty::Rejected, _) => REFUSED,
        _ => FAILED,
    }
}

/// The status for several changes: their common status, or else [`FAILED`]. An unknown
/// outcome overrides the others.
#[must_use]
pub fn of_all(statuses: &[u8]) -> u8 {
    match statuses {
        [] => DONE,
        all if all.contains(&UNKNOWN) => UNKNOWN,
        [first, rest @ ..] if rest.iter().all(|s| s == first) => *first,
        _ => FAILED,
    }
}

/// The message of a failed request: what happened and what to do.
#[must_use]
pub fn message(failure: &Failure, call: &Call) -> String {
    let trace = failure.trace_id.as_ref();
    let trace = trace.map_or_else(String::new, |id| format!(" (trace id {id})"));
    format!("{}{trace}. {}", failure.headline(call), sentence(&failure.advice(call)))
}

/// The error of a command that cannot continue after this failure.
#[must_use]
pub fn failed(failure: &Failure, call: &Call) -> ExitError {
    ExitError::new(of(failure, call), message(failure, call))
}

impl From<SignInError> for ExitError {
    fn from(error: SignInError) -> Self {
        let words = error.to_string();
        match error {
            SignInError::Settings(_) | SignInError::WhichOrg(_) => Self::usage(words),
            SignInError::NotSignedIn(_) => Self::new(NOT_SIGNED_IN, words),
            SignInError::NoOrg => Self::new(NOT_FOUND, words),
            SignInError::Failed(failure) => failed(&failure, &Call::ListOrgs),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_outcome_overrides_the_other_statuses() {
        assert_eq!(of_all(&[]), DONE);
        assert_eq!(of_all(&[DONE, DONE]), DONE);
        assert_eq!(of_all(&[REFUSED, REFUSED]), REFUSED);
        assert_eq!(of_all(&[DONE, REFUSED]), FAILED);
        assert_eq!(of_all(&[LIMITED, REFUSED]), FAILED);
        assert_eq!(of_all(&[DONE, UNKNOWN, REFUSED]), UNKNOWN);
    }

    #[test]
    fn only_a_change_has_an_unknown_outcome() {
        let failed = |status| Failure::new(FailureKind::Status(status));
        assert_eq!(of(&failed(502), &Call::ListTokens), FAILED);
        let delete = Call::DeleteToken(crate::domain::TokenId::new("x"));
        for (status, code) in [
            (502, UNKNOWN),
            (408, UNKNOWN),
            (302, UNKNOWN),
            (401, NOT_SIGNED_IN),
            (403, REFUSED),
            (422, REFUSED),
            (404, NOT_FOUND),
            (429, LIMITED),
        ] {
            assert_eq!(of(&failed(status), &delete), code, "{status}");
        }
        assert_eq!(of(&Failure::new(FailureKind::Connect), &delete), FAILED);
    }
}
