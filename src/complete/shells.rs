//! The supported shells: the script for each, its input, and the format of its candidates.

use std::{fmt::Write as _, path::Path};

use clap_complete::engine::CompletionCandidate;

use super::line::Typed;
use crate::version::VERSION;

/// The environment variable with the characters at which bash splits words.
pub const BREAKS: &str = "_AXTOK_BREAKS";

/// The default of bash's `COMP_WORDBREAKS`.
const USUAL_BREAKS: &str = " \t\n\"'@><=;|&(:";

/// Placeholder for the program in a script.
const PROGRAM: &str = "AXTOK-PROGRAM";

/// Placeholder for the version in a script.
const NUMBER: &str = "AXTOK-VERSION";

/// A shell with a completion script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shell {
    /// GNU bash.
    Bash,
    /// zsh.
    Zsh,
    /// fish.
    Fish,
}

impl Shell {
    /// All of them, in the order in which help lists them.
    pub const ALL: [Self; 3] = [Self::Bash, Self::Zsh, Self::Fish];

    /// The name in commands and in [`VARIABLE`](super::VARIABLE).
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bash => "bash",
            Self::Zsh => "zsh",
            Self::Fish => "fish",
        }
    }

    /// The shell with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|shell| shell.name() == name)
    }

    /// The completion script, with this path or name for the program.
    pub(super) fn script(self, program: &Path) -> String {
        let (script, quoted) = match self {
            Self::Bash => (
                include_str!("../../assets/completions/axtok.bash"),
                shell_words::quote(&program.to_string_lossy()).into_owned(),
            ),
            Self::Zsh => (
                include_str!("../../assets/completions/axtok.zsh"),
                shell_words::quote(&program.to_string_lossy()).into_owned(),
            ),
            Self::Fish => (
                include_str!("../../assets/completions/axtok.fish"),
                in_fish(&program.to_string_lossy()),
            ),
        };
        script.replace(PROGRAM, &quoted).replace(NUMBER, VERSION)
    }

    /// Reads the script's arguments.
    pub(super) fn read(self, given: &[String], breaks: Option<&str>) -> Option<Typed> {
        match self {
            Self::Bash => Typed::of_bash(given.first()?, breaks.unwrap_or(USUAL_BREAKS)),
            Self::Zsh | Self::Fish => Typed::of_words(given),
        }
    }

    /// One line per candidate. bash inserts text as it is, so it is quoted here; zsh and fish
    /// quote it themselves.
    pub(super) fn write(self, all: &[CompletionCandidate], typed: &Typed) -> String {
        let mut out = String::new();
        for candidate in all {
            let Some(value) = candidate.get_value().to_str() else { continue };
            let help = candidate.get_help().map(ToString::to_string).unwrap_or_default();
            let help = help.lines().next().unwrap_or_default();
            // Writing to a String cannot fail.
            let _ = match self {
                Self::Bash => match typed.replacement(value) {
                    Some(text) => writeln!(out, "{text}"),
                    None => Ok(()),
                },
                Self::Zsh => writeln!(out, "{}", in_zsh(value, help)),
                Self::Fish if help.is_empty() => writeln!(out, "{value}"),
                Self::Fish => writeln!(out, "{value}\t{help}"),
            };
        }
        out
    }
}

/// Whether more of the word follows this value.
fn is_partial(value: &str) -> bool {
    value.ends_with(['=', ':'])
}

/// Value and description separated by a colon, after a sign: `=` if more of the word follows,
/// else `+`.
fn in_zsh(value: &str, help: &str) -> String {
    let sign = if is_partial(value) { '=' } else { '+' };
    let value = value.replace('\\', "\\\\").replace(':', "\\:");
    let colon = if help.is_empty() { "" } else { ":" };
    format!("{sign}{value}{colon}{help}")
}

fn in_fish(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}
