//! What the exit status says, and failures in the words of a command.

use super::{ExitError, USAGE};
use crate::{
    api::{
        call::Call,
        error::{Certainty, Failure, FailureKind},
    },
    ops::SignInError,
};

pub const DONE: u8 = 0;
/// It failed, or some of it did; or something is due.
pub const FAILED: u8 = 1;
pub const NOT_SIGNED_IN: u8 = 3;
pub const REFUSED: u8 = 4;
pub const NOT_FOUND: u8 = 5;
/// A change may have happened: look before it is tried again.
pub const UNKNOWN: u8 = 6;
pub const LIMITED: u8 = 7;

/// The status for a call that failed.
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

/// Its name in JSON.
#[must_use]
pub const fn name(status: u8) -> &'static str {
    match status {
        DONE => "done",
        USAGE => "usage",
        NOT_SIGNED_IN => "notSignedIn",
        REFUSED => "refused",
        NOT_FOUND => "notFound",
        UNKNOWN => "unknown",
        LIMITED => "rateLimit",
        _ => "failed",
    }
}

/// The status for several: that of all if they are alike, else that something
/// failed; an unknown outcome goes before everything, since it needs a look.
#[must_use]
pub fn of_all(statuses: &[u8]) -> u8 {
    match statuses {
        [] => DONE,
        all if all.contains(&UNKNOWN) => UNKNOWN,
        [first, rest @ ..] if rest.iter().all(|s| s == first) => *first,
        _ => FAILED,
    }
}

/// What failed, and what to do.
#[must_use]
pub fn message(failure: &Failure, call: &Call) -> String {
    let trace = failure.trace_id.as_ref();
    let trace = trace.map_or_else(String::new, |id| format!(" (trace id {id})"));
    format!("{}: {}{trace}", failure.headline(call), failure.advice(call))
}

/// A call that nothing can go on without.
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
    fn several_are_told_by_what_needs_a_look_first() {
        assert_eq!(of_all(&[]), DONE);
        assert_eq!(of_all(&[DONE, DONE]), DONE);
        assert_eq!(of_all(&[REFUSED, REFUSED]), REFUSED);
        assert_eq!(of_all(&[DONE, REFUSED]), FAILED);
        assert_eq!(of_all(&[LIMITED, REFUSED]), FAILED);
        assert_eq!(of_all(&[DONE, UNKNOWN, REFUSED]), UNKNOWN);
    }

    #[test]
    fn a_read_has_no_outcome_to_be_unknown() {
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
