//! Messages on standard error. A terminal gets wrapped lines, a file one line for each message.

use std::{
    borrow::Cow,
    io::{self, Write as _},
};

use super::output;
use crate::domain::{safe_text::safe_lines, terminal, text};

const NAME: &str = "axtok: ";

/// Prints a message; indents further lines below the first.
pub fn tell<'a>(lines: impl IntoIterator<Item = &'a str>) {
    let width = columns(&io::stderr());
    let mut err = output::errors();
    let indent = " ".repeat(NAME.len());
    let mut before = NAME;
    for line in lines {
        let line = safe_lines(line);
        let line = shown(&line, width.is_some());
        for part in broken(&line, width.map(|width| width.saturating_sub(NAME.len()))) {
            // If standard error is closed, nobody reads the message.
            let _ = writeln!(err, "{before}{part}");
            before = &indent;
        }
    }
}

/// The text, in ASCII for a terminal without UTF-8. Unchanged for a file or a program.
#[must_use]
pub fn shown(text: &str, on_terminal: bool) -> Cow<'_, str> {
    let env = |name: &str| std::env::var(name).ok();
    if on_terminal && !text.is_ascii() && !terminal::takes_utf8(&env) {
        text::in_ascii(text).into()
    } else {
        text.into()
    }
}

/// The lines of a text, wrapped if there is a width.
#[must_use]
pub fn broken(line: &str, width: Option<usize>) -> Vec<String> {
    match width {
        Some(width) => text::wrapped(line, width.max(20)),
        None => vec![line.to_owned()],
    }
}

/// The width of a terminal in columns; `None` if it is not a terminal.
#[must_use]
pub fn columns(output: &(impl io::IsTerminal + std::os::fd::AsFd)) -> Option<usize> {
    if !output.is_terminal() {
        return None;
    }
    let size = rustix::termios::tcgetwinsize(output).ok();
    size.map(|size| usize::from(size.ws_col)).filter(|columns| *columns > 0)
}
