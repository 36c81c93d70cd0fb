//! The journal: a file of every change that was requested, and its outcome, so that no
//! created token is lost. It contains no secret: none of its types can hold one.
//!
//! An entry is written and synced to disk before its request is sent; marks after it
//! record its progress. Opening the journal returns the entries that are not finished: for
//! those, a token may exist whose secret was never stored.

mod asked;
mod candidates;
mod difference;
mod entry;
mod error;
mod grants;
mod history;
mod known;
mod line;
mod outcome;
mod process;
mod rewrite;
mod rotation;
mod store;

use std::{env, ffi::OsString, path::PathBuf};

pub use candidates::{Likeness, candidates, personal_candidates};
pub use difference::{Difference, differences, personal_differences, summary};
pub use entry::{Asked, Entry, EntryId, Location, Mark, Open};
pub use error::{JournalError, JournalErrorKind};
pub use history::RecordedChange;
pub use known::{Before, Known};
pub use outcome::Outcome;
pub use rotation::{Rotation, Stage, Step, replaced};
pub use store::{Contents, Journal, Opened};

#[cfg(any(test, feature = "fuzzing"))]
pub(crate) use history::fuzzing;

/// The journal's path within the state folder.
const FILE: &str = "axtok/journal.jsonl";

/// The journal's path: `axtok/journal.jsonl` in `XDG_STATE_HOME`, or in `~/.local/state`
/// if that is not set, on macOS too. `None` without a home folder.
#[must_use]
pub fn file() -> Option<PathBuf> {
    let home = directories::BaseDirs::new().map(|dirs| dirs.home_dir().to_owned());
    file_in(env::var_os("XDG_STATE_HOME"), home)
}

/// Ignores a relative state folder, as the XDG specification requires.
fn file_in(state_home: Option<OsString>, home: Option<PathBuf>) -> Option<PathBuf> {
    let state = state_home.map(PathBuf::from).filter(|path| path.is_absolute());
    Some(state.or_else(|| home.map(|home| home.join(".local/state")))?.join(FILE))
}

#[cfg(test)]
mod tests;
