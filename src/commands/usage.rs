//! `--usage`: asks the audit log what tokens do, and says what is not known.

use super::{ExitError, exit, start::Start, words::tell};
use crate::{
    api::{
        call::Call,
        error::{Failure, FailureKind},
    },
    domain::{
        ApiToken,
        usage::{Asking, Usage},
    },
    ops::{SignedIn, usage::Asked},
};

/// Checks that the settings allow the query. The demo has no settings.
///
/// # Errors
/// If the setting `usage` is off, or the settings are invalid.
pub fn may_ask(start: &Start) -> Result<(), ExitError> {
    if start.demo {
        return Ok(());
    }
    match start.ops.catalogue().map_err(ExitError::usage)?.usage() {
        Asking::Off => Err(ExitError::usage(
            "the settings have usage = \"off\": change that to \"ask\" for --usage (the file: \
             axtok config path)",
        )),
        Asking::Ask | Asking::Always => Ok(()),
    }
}

/// What the tokens do. Reports the window, how the log names tokens, and what is missing.
///
/// # Errors
/// If the log cannot be asked who used which rights: the call, and why it failed.
pub async fn ask(signed_in: &SignedIn, tokens: &[ApiToken]) -> Result<Usage, (Call, Failure)> {
    let Asked { usage, failed } = signed_in.ask_usage(tokens).await?;
    tell([format!("usage: {}", usage.heading()).as_str()]);
    for gap in usage.gaps() {
        tell([format!("usage: {gap}").as_str()]);
    }
    for (call, failure) in &failed {
        tell([format!("usage: {}", exit::message(failure, call)).as_str()]);
    }
    Ok(usage)
}

/// Whether a failure will not go away: the log is not allowed, or does not exist.
#[must_use]
pub const fn is_lasting(failure: &Failure) -> bool {
    matches!(failure.kind, FailureKind::Status(403..=405))
}
