//! What a shell offers for a command line that is being typed: commands and
//! flags, rights from the capability table, and names that were kept (`names`).
//!
//! Asks no server and runs no command for a credential: a key such as Tab must
//! not bring up a question for a password. Says nothing but candidates: whatever
//! is in the way means that there are none.
//!
//! What is a candidate is clap's business (`clap_complete::engine`). How it gets
//! into a shell is ours: clap's own adapters hand texts to bash as they are, and
//! a token that is called `$(…)` would be a command there.

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

/// The variable by which the scripts ask, with the shell's name.
pub const VARIABLE: &str = "COMPLETE";

/// What a script asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    shell: Shell,
    /// What stands behind `--`: a line for bash, words for others.
    given: Vec<String>,
}

impl Question {
    /// What is asked, if this is one of our scripts; somebody else's variable of
    /// that name changes nothing.
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

    /// The candidates, as the script reads them.
    #[must_use]
    pub fn answer(&self, config: Option<Config>) -> String {
        let breaks = std::env::var(shells::BREAKS).ok();
        let typed = self.shell.read(&self.given, breaks.as_deref());
        let Some(typed) = typed else { return String::new() };
        let source = Source::new(config, &typed.before);
        self.shell.write(&candidates(&typed, source), &typed)
    }
}

/// Candidates for the word that is being typed.
fn candidates(typed: &line::Typed, source: Source) -> Vec<CompletionCandidate> {
    let mut command = arguments::attached(Cli::command(), source);
    let words: Vec<OsString> =
        typed.before.iter().chain([&typed.word]).map(OsString::from).collect();
    let index = typed.before.len();
    let mut all = complete(&mut command, words, index, None).unwrap_or_default();
    // Flags only where nothing else can stand, or one is begun.
    let is_flag = |c: &CompletionCandidate| c.get_value().as_encoded_bytes().starts_with(b"-");
    if typed.word.is_empty() && !all.iter().all(is_flag) {
        all.retain(|c| !is_flag(c));
    }
    all
}

/// The script that makes a shell ask. `program` is how this program was called:
/// by its name it is looked for as any command is, by a path it stays that one.
#[must_use]
pub fn script(shell: Shell, program: &Path) -> String {
    let is_path = program.components().count() > 1;
    let path = if is_path { std::path::absolute(program).ok() } else { None };
    shell.script(path.as_deref().unwrap_or(Path::new("axtok")))
}

#[cfg(test)]
mod tests;
