//! The progress of a request: what axtok waits for, and for how long.

use jiff::Timestamp;

use crate::{
    app::{
        model::{SPINNER_AFTER_MS, SPINNER_STEP_MS},
        remote::Load,
    },
    domain::when,
};

const PICTURES: [char; 4] = ['◐', '◓', '◑', '◒'];

/// `◐ loading the tokens, 3 seconds`; `None` for the first moments, so that quick responses
/// do not flicker.
#[must_use]
pub fn text(load: Load, now: Timestamp, what: &str) -> Option<String> {
    let waited = now.as_millisecond() - load.since.as_millisecond();
    if waited < SPINNER_AFTER_MS {
        return None;
    }
    let step = usize::try_from(waited / SPINNER_STEP_MS).unwrap_or(0);
    let picture = PICTURES[step % PICTURES.len()];
    let seconds = waited / 1000;
    let long = if seconds > 0 { format!(", {}", when::length(seconds)) } else { String::new() };
    Some(format!("{picture} {what}{long}"))
}
