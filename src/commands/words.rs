//! Words for people, on standard error. On a terminal lines are broken between
//! words; elsewhere a message is a line.

use std::io::{self, Write as _};

use crate::{domain::safe_text::safe_lines, ui::text};

const NAME: &str = "axtok: ";

/// Says a message; further lines stand under the first.
pub fn tell<'a>(lines: impl IntoIterator<Item = &'a str>) {
    let width = columns(&io::stderr());
    let mut err = io::stderr().lock();
    let indent = " ".repeat(NAME.len());
    let mut before = NAME;
    for line in lines {
        for part in broken(&safe_lines(line), width.map(|width| width.saturating_sub(NAME.len()))) {
            // Where nobody listens there is nothing more to be done.
            let _ = writeln!(err, "{before}{part}");
            before = &indent;
        }
    }
}

/// A line, broken between words if there is a width.
#[must_use]
pub fn broken(line: &str, width: Option<usize>) -> Vec<String> {
    match width {
        Some(width) => text::wrapped(line, width.max(20)),
        None => vec![line.to_owned()],
    }
}

/// How wide a terminal is; `None` if it is none.
#[must_use]
pub fn columns(output: &(impl io::IsTerminal + std::os::fd::AsFd)) -> Option<usize> {
    if !output.is_terminal() {
        return None;
    }
    let size = rustix::termios::tcgetwinsize(output).ok();
    size.map(|size| usize::from(size.ws_col)).filter(|columns| *columns > 0)
}
