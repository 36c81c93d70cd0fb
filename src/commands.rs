//! The commands that need no screen: each prints what it has to say.

pub mod config;
pub mod doctor;
pub mod keys;
pub mod simulate;

use std::{fmt::Display, io, process::ExitCode};

/// Exit status: wrong usage, wrong settings, or no terminal.
pub const USAGE: u8 = 2;

/// Why the program cannot go on, in one message, and its exit status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    pub status: u8,
    pub message: String,
}

impl Stop {
    #[must_use]
    pub fn new(status: u8, message: impl Display) -> Self {
        Self { status, message: message.to_string() }
    }

    /// The user asked for something that cannot be.
    #[must_use]
    pub fn usage(message: impl Display) -> Self {
        Self::new(USAGE, message)
    }
}

/// How a command ends.
pub type Ending = Result<ExitCode, Stop>;

/// Prints a text as it is.
fn print(text: &str) -> Ending {
    use std::io::Write as _;
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        // Who reads only the first lines, as `head` does, has read enough.
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => {
            Err(Stop::new(1, format!("standard output: {}", e.kind())))
        }
        _ => Ok(ExitCode::SUCCESS),
    }
}
