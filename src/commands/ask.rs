//! Confirmation on a terminal. The question goes to standard error, since standard output is
//! for data.

use std::io::{self, IsTerminal as _, Write as _};

use super::{ExitError, exit, output};
use crate::domain::confirm::Confirmation;

/// Shows what is about to happen and asks the user to type what confirms it. Does not ask if `yes`.
///
/// # Errors
/// When there is no terminal, or the user types something else.
pub fn confirm(text: &str, wanted: &Confirmation, yes: bool) -> Result<(), ExitError> {
    if yes {
        return Ok(());
    }
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Err(ExitError::usage("not a terminal: pass --yes to confirm"));
    }
    let mut err = output::errors();
    // If the question cannot be shown, the answer does not match either.
    let _ = write!(err, "{text}\nType {wanted} to continue: ").and_then(|()| err.flush());
    let mut line = String::new();
    let read = io::stdin().read_line(&mut line);
    if read.is_ok() && wanted.is_typed(&line) {
        return Ok(());
    }
    Err(ExitError::new(exit::FAILED, "the text does not match: nothing was sent"))
}
