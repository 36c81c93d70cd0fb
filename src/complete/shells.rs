//! The shells: the script of each, what it gives us, and how it wants the
//! candidates.

use std::{fmt::Write as _, path::Path};

use clap_complete::engine::CompletionCandidate;

use super::line::Typed;

/// The variable with the characters at which bash breaks words.
pub const BREAKS: &str = "_AXTOK_BREAKS";

/// bash's own value of `COMP_WORDBREAKS`.
const USUAL_BREAKS: &str = " \t\n\"'@><=;|&(:";

/// In a script, the program as a word.
const PROGRAM: &str = "AXTOK-PROGRAM";

/// A shell that completions are written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shell {
    Bash,
    Zsh,
    Fish,
}

impl Shell {
    pub const ALL: [Self; 3] = [Self::Bash, Self::Zsh, Self::Fish];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bash => "bash",
            Self::Zsh => "zsh",
            Self::Fish => "fish",
        }
    }

    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|shell| shell.name() == name)
    }

    /// The script, calling the program by this path or name.
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
        script.replace(PROGRAM, &quoted)
    }

    /// What was typed.
    pub(super) fn read(self, given: &[String], breaks: Option<&str>) -> Option<Typed> {
        match self {
            Self::Bash => Typed::of_bash(given.first()?, breaks.unwrap_or(USUAL_BREAKS)),
            Self::Zsh | Self::Fish => Typed::of_words(given),
        }
    }

    /// A line for each candidate. bash takes a text as it is, so that it has to be
    /// quoted here; zsh and fish quote it themselves.
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

/// Whether the word goes on behind it.
fn goes_on(value: &str) -> bool {
    value.ends_with(['=', ':'])
}

/// Value and description with a colon between, after a sign that says whether
/// the word goes on.
fn in_zsh(value: &str, help: &str) -> String {
    let sign = if goes_on(value) { '=' } else { '+' };
    let value = value.replace('\\', "\\\\").replace(':', "\\:");
    let colon = if help.is_empty() { "" } else { ":" };
    format!("{sign}{value}{colon}{help}")
}

fn in_fish(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}
