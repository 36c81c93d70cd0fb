//! The commands, which need no screen.
//!
//! Standard output has data only: tables, JSON, a secret. Messages go to standard error.
//! `exit` has the exit statuses.

mod alerts;
mod ask;
mod audit;
pub mod change;
pub mod config;
pub mod doctor;
pub mod draft;
mod due;
pub mod exit;
pub mod find;
pub mod help;
pub mod history;
pub mod journal;
pub mod json;
pub mod keys;
mod lists;
pub mod output;
mod personal;
pub mod policy;
pub mod review;
pub mod rights;
pub mod rotate;
pub mod secret;
pub mod simulate;
pub mod start;
pub mod table;
pub mod tokens;
pub mod usage;
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
    cli::{
        Command,
        tokens::{DatasetsCommand, OrgsCommand},
    },
    domain::{safe_text::safe_lines, session::ConnectionId},
};
use start::Start;

/// Exit status: wrong usage, invalid settings, or no terminal where one is needed.
pub const USAGE: u8 = 2;

/// The error that ends a command: a message and an exit status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExitError {
    /// The exit status.
    pub status: u8,
    /// The message, without control characters except line breaks.
    pub message: String,
}

impl ExitError {
    /// An error with this exit status. Escapes control characters in the message.
    #[must_use]
    pub fn new(status: u8, message: impl Display) -> Self {
        // The message may quote a file, a variable, or an argument.
        Self { status, message: safe_lines(&message.to_string()) }
    }

    /// A usage error, with status 2.
    #[must_use]
    pub fn usage(message: impl Display) -> Self {
        Self::new(USAGE, message)
    }
}

/// Prints an error on standard error. With `--json` also on standard output, unless the
/// command has already printed a value there.
pub fn report_error(error: &ExitError, is_json: bool) {
    if is_json && !HAS_PRINTED.load(Ordering::Relaxed) {
        print_error(error);
    }
    words::tell(error.message.lines());
}

/// Prints an error as JSON on standard output.
pub fn print_error(error: &ExitError) {
    // If this fails, the message on standard error is enough.
    let _ = print(&json::error(error.status, &error.message));
}

/// Whether the arguments contain `--json`. Works for arguments that clap rejects.
#[must_use]
pub fn wants_json(args: impl Iterator<Item = OsString>) -> bool {
    args.skip(1).take_while(|arg| arg != "--").any(|arg| arg == "--json")
}

/// The result of a command: its exit status, or an error.
pub type CommandResult = Result<ExitCode, ExitError>;

/// Runs a command that needs the API or the journal, then warns if this computer's clock
/// differs from the server's.
///
/// # Errors
/// When the command fails as a whole.
pub async fn run(command: &Command, start: &Start) -> CommandResult {
    let ending = run_command(command, start).await;
    if let Some(words) = start.ops.clock_difference(ConnectionId::default()) {
        words::tell([format!("this computer's clock {words}; expiries use the server's").as_str()]);
    }
    ending
}

async fn run_command(command: &Command, start: &Start) -> CommandResult {
    match command {
        Command::Tokens { command } => tokens::run(command, start).await,
        Command::Personal { command } => personal::run(command, start).await,
        Command::Datasets { command: DatasetsCommand::List(form) } => {
            lists::datasets(*form, start).await
        }
        Command::Review(args) => review::run(args, start).await,
        Command::Audit(args) => audit::run(args, start).await,
        Command::Rotate(args) => rotate::run(args, start).await,
        Command::History(args) => history::run(args, start).await,
        Command::Journal { command } => journal::run(command, start).await,
        Command::Orgs { command: OrgsCommand::List(form) } => lists::orgs(*form, start).await,
        _ => Err(ExitError::usage("this command does not talk to the API")),
    }
}

/// Prints a text; on a terminal with control characters escaped.
fn print_harmless(text: &str) -> CommandResult {
    let is_shown = io::IsTerminal::is_terminal(&io::stdout());
    if is_shown { print(&safe_lines(text)) } else { print(text) }
}

/// Prints a text unchanged.
///
/// # Errors
/// When standard output cannot be written to.
pub fn print(text: &str) -> CommandResult {
    printed(|out| out.write_all(text.as_bytes()))
}

/// Prints a text, in ASCII on a terminal without UTF-8.
fn print_text(text: &str) -> CommandResult {
    print(&words::shown(text, io::stdout().is_terminal()))
}

/// Prints a JSON array element by element, since it may be long.
fn print_array<T: Serialize>(elements: impl IntoIterator<Item = T>) -> CommandResult {
    printed(|out| {
        let mut out = io::BufWriter::with_capacity(64 * 1024, out);
        json::write_array(&mut out, elements)?;
        out.flush()
    })
}

/// Whether a command has started to print to standard output.
static HAS_PRINTED: AtomicBool = AtomicBool::new(false);

fn printed(write: impl FnOnce(&mut output::Output) -> io::Result<()>) -> CommandResult {
    HAS_PRINTED.store(true, Ordering::Relaxed);
    let mut out = output::lock();
    match write(&mut out).and_then(|()| out.flush()) {
        // A reader such as `head` closes the pipe early: no error.
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => {
            Err(ExitError::new(1, format!("standard output: {}", e.kind())))
        }
        _ => Ok(ExitCode::SUCCESS),
    }
}
