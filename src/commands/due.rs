//! Tokens that are due: they expire soon, and no other token has replaced them.

use jiff::Timestamp;

use super::{ExitError, words::tell};
use crate::domain::{ApiToken, Expiry, TokenExpiry, due::Successors};

/// The end of the time in `--expiring-within`.
///
/// # Errors
/// When it is not a time, or is `never`.
pub fn until(text: &str, now: Timestamp) -> Result<Timestamp, ExitError> {
    match Expiry::parse(text, now) {
        Ok(Expiry::At(at)) => Ok(at),
        Ok(Expiry::Never) => {
            Err(ExitError::usage("--expiring-within: write a duration such as 14d"))
        }
        Err(e) => Err(ExitError::usage(format!("--expiring-within: {e}"))),
    }
}

/// The tokens that are due, and those that expire but have been replaced. A token with an
/// unreadable expiry is due, since it may be.
#[must_use]
pub fn split_due(
    mut tokens: Vec<ApiToken>,
    all: &[ApiToken],
    now: Timestamp,
    until: Timestamp,
) -> (Vec<ApiToken>, Vec<ApiToken>) {
    tokens.retain(|token| match &token.expiry {
        TokenExpiry::Known(expiry) => expiry.at().is_some_and(|at| at > now && at <= until),
        TokenExpiry::Unread(_) => true,
    });
    let successors = Successors::of(all, until);
    tokens.into_iter().partition(|token| !successors.has_for(token))
}

/// Reports the tokens whose expiry cannot be read.
pub fn report_unreadable<'a>(tokens: impl IntoIterator<Item = &'a ApiToken>) {
    for token in tokens.into_iter().filter(|token| token.expiry.is_unread()) {
        let words = format!(
            "{} {}: the expiry cannot be read ({}); check it in the Axiom console",
            token.name,
            token.id,
            token.expiry.unread_text()
        );
        tell([words.as_str()]);
    }
}

/// Reports the tokens that do not count as due because they have been replaced.
pub fn report_replaced(tokens: &[ApiToken]) {
    for token in tokens {
        let words = format!(
            "{} {} is not counted: a token with the same name and rights expires later",
            token.name, token.id
        );
        tell([words.as_str()]);
    }
}
