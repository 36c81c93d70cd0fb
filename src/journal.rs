//! The journal: what was asked of the API and how it ended, so that no token is
//! lost without a word. It holds no secret, and no type in it could.
//!
//! An entry is written, and safe on disk, before its request is sent; each mark
//! after it says how far it got. Whoever opens the journal later is told which
//! entries are not over: of those, a token may exist that nobody has.

mod asked;
mod candidates;
mod difference;
mod entry;
mod error;
mod grants;
mod history;
mod known;
mod line;
mod process;
mod rewrite;
mod store;

use std::{env, ffi::OsString, path::PathBuf};

pub use candidates::{Likeness, candidates, personal_candidates};
pub use difference::{Difference, differences, personal_differences, summary};
pub use entry::{Asked, Entry, EntryId, Mark, Open, Location, Rotation};
pub use error::{JournalError, JournalErrorKind};
pub use known::{Before, Known};
pub use store::{Journal, Opened};

#[cfg(any(test, feature = "fuzzing"))]
pub(crate) use history::fuzzing;

/// The file below the state folder.
const FILE: &str = "axtok/journal.jsonl";

/// Where the journal is: `axtok/journal.jsonl` in `XDG_STATE_HOME`, by default
/// in `~/.local/state`, on macOS too. `None` without a home folder.
#[must_use]
pub fn file() -> Option<PathBuf> {
    let home = directories::BaseDirs::new().map(|dirs| dirs.home_dir().to_owned());
    file_in(env::var_os("XDG_STATE_HOME"), home)
}

/// The specification wants a relative folder to be ignored.
fn file_in(state_home: Option<OsString>, home: Option<PathBuf>) -> Option<PathBuf> {
    let state = state_home.map(PathBuf::from).filter(|path| path.is_absolute());
    Some(state.or_else(|| home.map(|home| home.join(".local/state")))?.join(FILE))
}

#[cfg(test)]
mod tests;
