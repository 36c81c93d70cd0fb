//! Shell completion: commands and flags, rights from the capability table, and names that were
//! kept (`names`).
//!
//! Sends no request and runs no token command: pressing Tab must not cause a password prompt. The
//! only output is candidates; on any error there are none.
//!
//! clap finds the candidates (`clap_complete::engine`). Passing them to the shell is ours: clap's
//! own adapters give bash unquoted text, where a token called `$(…)` would be run as a command.

mod arguments;
mod line;
mod shells;
mod source;
mod values;

use std::{ffi::OsString, path::Path};

use clap::CommandFactory as _;
use clap_complete::engine::{CompletionCandidate, complete};

pub use shells::Shell;

use crate::{cli::Cli, config::Config};
use source::Source;

/// The environment variable that the completion scripts set, to the shell's name.
pub const VARIABLE: &str = "COMPLETE";

/// A request from a completion script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    shell: Shell,
    /// The arguments after `--`: the line for bash, the words for other shells.
    given: Vec<String>,
}

impl Question {
    /// The request, if one of our scripts made it. A `COMPLETE` variable that something else set
    /// has no effect.
    #[must_use]
    pub fn of(
        variable: Option<OsString>,
        mut args: impl Iterator<Item = OsString>,
    ) -> Option<Self> {
        let shell = Shell::named(variable?.to_str()?)?;
        let is_asked = args.nth(1).is_some_and(|arg| arg == "--");
        let given = args.map(|arg| arg.to_string_lossy().into_owned()).collect();
        is_asked.then_some(Self { shell, given })
    }

    /// The candidates, in the format that the script reads.
    #[must_use]
    pub fn answer(&self, config: Option<Config>) -> String {
        let breaks = std::env::var(shells::BREAKS).ok();
        let typed = self.shell.read(&self.given, breaks.as_deref());
        let Some(typed) = typed else { return String::new() };
        let source = Source::new(config, &typed.before);
        self.shell.write(&candidates(&typed, source), &typed)
    }
}

/// Candidates for the word at the cursor.
fn candidates(typed: &line::Typed, source: Source) -> Vec<CompletionCandidate> {
    let mut command = arguments::attached(Cli::command(), source);
    let words: Vec<OsString> =
        typed.before.iter().chain([&typed.word]).map(OsString::from).collect();
    let index = typed.before.len();
    let mut all = complete(&mut command, words, index, None).unwrap_or_default();
    // Offer flags only where nothing else is possible, or once a dash is typed.
    let is_flag = |c: &CompletionCandidate| c.get_value().as_encoded_bytes().starts_with(b"-");
    if typed.word.is_empty() && !all.iter().all(is_flag) {
        all.retain(|c| !is_flag(c));
    }
    all
}

/// The completion script for a shell. `program` is how this program was called: a path becomes
/// absolute, a name stays a name, which the shell finds in PATH.
#[must_use]
pub fn script(shell: Shell, program: &Path) -> String {
    let is_path = program.components().count() > 1;
    let path = if is_path { std::path::absolute(program).ok() } else { None };
    shell.script(path.as_deref().unwrap_or(Path::new("axtok")))
}

#[cfg(test)]
mod tests;
