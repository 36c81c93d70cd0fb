//! Questions on a terminal. They stand on standard error, so that standard
//! output stays data.

use std::io::{self, IsTerminal as _, Write as _};

use super::{ExitError, exit, output};

/// Shows what is about to be done, and wants this typed. Fine without a
/// question if `yes` was said.
///
/// # Errors
/// If nobody can be asked, or something else was typed: nothing is sent then.
pub fn confirm(text: &str, wanted: &str, yes: bool) -> Result<(), ExitError> {
    if yes {
        return Ok(());
    }
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Err(ExitError::usage("not a terminal: pass --yes to confirm"));
    }
    let mut err = output::errors();
    // Who cannot see the question cannot answer it either.
    let _ = write!(err, "{text}\nType {wanted} to go on: ").and_then(|()| err.flush());
    let mut line = String::new();
    let read = io::stdin().read_line(&mut line);
    if read.is_ok() && line.trim() == wanted.trim() {
        return Ok(());
    }
    Err(ExitError::new(exit::FAILED, "that is not what was asked for: nothing was sent"))
}
