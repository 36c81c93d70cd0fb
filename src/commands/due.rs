//! What is due: tokens that end soon, and that no other one has taken over from.

use jiff::Timestamp;

use super::{ExitError, words::tell};
use crate::domain::{ApiToken, Expiry, TokenExpiry};

/// Until when `--expiring-within` looks.
///
/// # Errors
/// With what is wrong with it.
pub fn until(text: &str, now: Timestamp) -> Result<Timestamp, ExitError> {
    match Expiry::parse(text, now) {
        Ok(Expiry::At(at)) => Ok(at),
        Ok(Expiry::Never) => Err(ExitError::usage("--expiring-within: write a length such as 14d")),
        Err(e) => Err(ExitError::usage(format!("--expiring-within: {e}"))),
    }
}

/// The tokens that are due, and those that only end. One whose expiry cannot be read
/// counts as due, since it can be.
#[must_use]
pub fn parted(
    mut tokens: Vec<ApiToken>,
    all: &[ApiToken],
    now: Timestamp,
    until: Timestamp,
) -> (Vec<ApiToken>, Vec<ApiToken>) {
    tokens.retain(|token| match &token.expiry {
        TokenExpiry::Known(expiry) => expiry.at().is_some_and(|at| at > now && at <= until),
        TokenExpiry::Unread(_) => true,
    });
    tokens.into_iter().partition(|token| !is_over(token, all, until))
}

/// Whether another token of the same name and rights lives on after this time:
/// then it has been regenerated, and its end is a grace period's.
fn is_over(token: &ApiToken, all: &[ApiToken], until: Timestamp) -> bool {
    all.iter().any(|other| {
        other.id != token.id
            && other.name == token.name
            && other.grants == token.grants
            && other.expiry.known().is_some_and(|e| e.at().is_none_or(|at| at > until))
    })
}

/// Says of which tokens the expiry cannot be read.
pub fn tell_of_unread<'a>(tokens: impl IntoIterator<Item = &'a ApiToken>) {
    for token in tokens.into_iter().filter(|token| token.expiry.is_unread()) {
        let words = format!(
            "{} {}: its expiry cannot be read ({}); look it up in the console",
            token.name,
            token.id,
            token.expiry.unread_text()
        );
        tell([words.as_str()]);
    }
}

/// Says why these are not due.
pub fn tell_of_taken_over(tokens: &[ApiToken]) {
    for token in tokens {
        let words = format!(
            "{} {} is not counted: a later token of this name and these rights works on",
            token.name, token.id
        );
        tell([words.as_str()]);
    }
}
