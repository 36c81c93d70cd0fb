//! The commands that need no screen: each prints what it has to say.
//!
//! Standard output has data only: tables, JSON, a secret. Words go to standard
//! error. What the exit status means is in `exit`.

mod ask;
pub mod change;
pub mod config;
pub mod doctor;
pub mod draft;
mod due;
pub mod exit;
pub mod find;
pub mod help;
pub mod journal;
pub mod json;
pub mod keys;
mod lists;
pub mod output;
mod personal;
mod review;
pub mod rights;
pub mod secret;
pub mod simulate;
pub mod start;
pub mod table;
pub mod tokens;
pub mod words;

use std::{
    ffi::OsString,
    fmt::Display,
    io::{self, IsTerminal as _, Write as _},
    process::ExitCode,
    sync::atomic::{AtomicBool, Ordering},
};

use serde::Serialize;

use crate::{
    cli::{Command, tokens::ListCommand},
    domain::safe_text::safe_lines,
};
use start::Start;

/// Exit status: wrong usage, wrong settings, or no terminal.
pub const USAGE: u8 = 2;

/// Why the program cannot go on, in one message, and its exit status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExitError {
    pub status: u8,
    pub message: String,
}

impl ExitError {
    #[must_use]
    pub fn new(status: u8, message: impl Display) -> Self {
        // It may quote a file, a variable, or an argument.
        Self { status, message: safe_lines(&message.to_string()) }
    }

    /// The user asked for something that cannot be.
    #[must_use]
    pub fn usage(message: impl Display) -> Self {
        Self::new(USAGE, message)
    }
}

/// Says why a command ends: in words, and with `--json` as the value on standard
/// output, unless that has one already.
pub fn report_error(error: &ExitError, is_json: bool) {
    if is_json && !HAS_PRINTED.load(Ordering::Relaxed) {
        print_error(error);
    }
    words::tell(error.message.lines());
}

/// Prints why a command ends as JSON.
pub fn print_error(error: &ExitError) {
    // If this cannot be written, the words on standard error still say it.
    let _ = print(&json::error(error.status, &error.message));
}

/// Whether the command line asks for JSON. Also for one that cannot be understood.
#[must_use]
pub fn wants_json(args: impl Iterator<Item = OsString>) -> bool {
    args.skip(1).take_while(|arg| arg != "--").any(|arg| arg == "--json")
}

/// How a command ends.
pub type CommandResult = Result<ExitCode, ExitError>;

/// Carries out a command that talks to the API.
///
/// # Errors
/// With what is in the way.
pub async fn run(command: &Command, start: &Start) -> CommandResult {
    let ending = carried_out(command, start).await;
    if let Some(words) = start.ops.clock_difference() {
        words::tell([format!("this clock {words}: expiries follow the server's").as_str()]);
    }
    ending
}

async fn carried_out(command: &Command, start: &Start) -> CommandResult {
    match command {
        Command::Tokens { command } => tokens::run(command, start).await,
        Command::Personal { command } => personal::run(command, start).await,
        Command::Datasets { command: ListCommand::List(form) } => {
            lists::datasets(*form, start).await
        }
        Command::Review(args) => review::run(args, start).await,
        Command::Journal { command } => journal::run(command, start).await,
        Command::Orgs { command: ListCommand::List(form) } => lists::orgs(*form, start).await,
        _ => Err(ExitError::usage("this command does not talk to the API")),
    }
}

/// Prints a text; on a terminal, so that nothing in it is a command for that.
fn print_harmless(text: &str) -> CommandResult {
    let is_shown = io::IsTerminal::is_terminal(&io::stdout());
    if is_shown { print(&safe_lines(text)) } else { print(text) }
}

/// Prints a text as it is.
///
/// # Errors
/// When standard output cannot be written to.
pub fn print(text: &str) -> CommandResult {
    printed(|out| out.write_all(text.as_bytes()))
}

/// Prints a text for people, as the terminal can show it.
fn print_text(text: &str) -> CommandResult {
    print(&words::shown(text, io::stdout().is_terminal()))
}

/// Prints a JSON array as it is made: it may be long.
fn print_array<T: Serialize>(elements: impl IntoIterator<Item = T>) -> CommandResult {
    printed(|out| {
        let mut out = io::BufWriter::with_capacity(64 * 1024, out);
        json::write_array(&mut out, elements)?;
        out.flush()
    })
}

/// Whether a command has begun to print.
static HAS_PRINTED: AtomicBool = AtomicBool::new(false);

fn printed(write: impl FnOnce(&mut output::Output) -> io::Result<()>) -> CommandResult {
    HAS_PRINTED.store(true, Ordering::Relaxed);
    let mut out = output::lock();
    match write(&mut out).and_then(|()| out.flush()) {
        // Who reads only the first lines, as `head` does, has read enough.
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => {
            Err(ExitError::new(1, format!("standard output: {}", e.kind())))
        }
        _ => Ok(ExitCode::SUCCESS),
    }
}
