//! `axtok completions` and `axtok man`. The pages are written from what clap knows of the
//! command line, and from the tables of [`manual`].

use std::{fmt::Display, fs, io, path::Path};

use clap::CommandFactory as _;
use clap_mangen::{
    Man,
    roff::{Inline, Roff, bold, roman},
};

use super::{CommandResult, ExitError, print};
use crate::{
    cli::{Cli, CompletedShell, manual},
    complete::{self, Shell},
    disk::{self, Unreplaced},
};

/// The mode of a page's file: readable by everyone.
const READABLE: u32 = 0o644;

/// Prints the completion script for a shell.
///
/// # Errors
/// When standard output cannot be written to.
pub fn completions(shell: CompletedShell) -> CommandResult {
    let shell = match shell {
        CompletedShell::Bash => Shell::Bash,
        CompletedShell::Zsh => Shell::Zsh,
        CompletedShell::Fish => Shell::Fish,
    };
    let program = std::env::args_os().next().unwrap_or_default();
    print(&complete::script(shell, Path::new(&program)))
}

/// Prints the manual page of the program, or writes a page for each command to a folder.
///
/// # Errors
/// When the folder or standard output cannot be written to.
pub fn man(folder: Option<&Path>) -> CommandResult {
    // The same pages for every build of a version.
    let mut command = Cli::command().disable_help_subcommand(true).long_version(None);
    command.build();
    let Some(folder) = folder else {
        let page = page(command);
        let page = page.map_err(|e| ExitError::new(1, format!("the manual page: {}", e.kind())))?;
        return print(&String::from_utf8_lossy(&page));
    };
    let refused = |at: &Path, why: &dyn Display| {
        ExitError::usage(format!("{} cannot be written ({why})", at.display()))
    };
    fs::create_dir_all(folder).map_err(|e| refused(folder, &e.kind()))?;
    let mut all = Vec::new();
    pages(command, &mut all).map_err(|e| refused(folder, &e.kind()))?;
    let at = |name: &str| folder.join(name);
    // Checks all files before it writes the first: a link could lead to a file that is no page.
    for (name, _) in &all {
        let target = at(name);
        match fs::symlink_metadata(&target) {
            Ok(found) if !found.is_file() => {
                return Err(refused(&target, &"it is not a regular file: remove it"));
            }
            _ => {}
        }
    }
    for (name, page) in &all {
        let target = at(name);
        let old = disk::read(&target, disk::BY_HAND).map_err(|why| refused(&target, &why))?;
        match disk::replace(&target, old.as_deref(), page, Some(READABLE)) {
            Ok(()) => {}
            Err(Unreplaced::Failed(kind)) => return Err(refused(&target, &kind)),
            Err(Unreplaced::Changed) => {
                return Err(refused(&target, &"another program is writing it"));
            }
        }
    }
    print("")
}

/// The pages of a command and of all commands below it, each with its file name.
fn pages(command: clap::Command, all: &mut Vec<(String, Vec<u8>)>) -> io::Result<()> {
    for command in command.get_subcommands().filter(|c| !c.is_hide_set()).cloned() {
        pages(command, all)?;
    }
    let name = Man::new(command.clone()).get_filename();
    all.push((name, page(command)?));
    Ok(())
}

/// The page of a command that clap has built.
fn page(command: clap::Command) -> io::Result<Vec<u8>> {
    let name = command.get_bin_name().unwrap_or_default();
    let path = name.split_once(' ').map_or("", |(_, path)| path).to_owned();
    let text = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let help = Closing::of(&text);
    let has_options = command.get_arguments().any(|arg| !arg.is_hide_set());
    let has_commands = command.has_subcommands();
    let is_main = path.is_empty();
    let man = Man::new(command);
    let mut out = Vec::new();
    man.render_title(&mut out)?;
    man.render_name_section(&mut out)?;
    man.render_synopsis_section(&mut out)?;
    man.render_description_section(&mut out)?;
    written(&mut out, |roff| help.notes(roff))?;
    if has_options {
        man.render_options_section(&mut out)?;
    }
    if has_commands {
        man.render_subcommands_section(&mut out)?;
    }
    if is_main {
        man.render_version_section(&mut out)?;
    }
    written(&mut out, |roff| {
        table(roff, "ENVIRONMENT", manual::VARIABLES, &path);
        table(roff, "FILES", manual::FILES, &path);
        table(roff, "EXIT STATUS", manual::STATUSES, &path);
        help.examples(roff);
    })?;
    Ok(out)
}

/// Appends what `add` writes.
fn written(out: &mut Vec<u8>, add: impl FnOnce(&mut Roff)) -> io::Result<()> {
    let mut roff = Roff::new();
    add(&mut roff);
    roff.to_writer(out)
}

/// A section with the rows of a table that apply to a command.
fn table(roff: &mut Roff, heading: &str, rows: &[manual::Entry], path: &str) {
    roff.control("SH", [heading]);
    let rows = manual::rows(rows, path);
    if rows.is_empty() {
        roff.text([roman("None.")]);
    }
    for (name, text) in rows {
        roff.control("TP", []);
        let mut names: Vec<Inline> = Vec::new();
        for name in name.split(", ") {
            names.extend((!names.is_empty()).then(|| roman(", ")));
            names.push(bold(name));
        }
        roff.text(names);
        roff.text([roman(text)]);
    }
}

/// A command's closing help text, in parts. The exit statuses in it are left out: the page
/// has a table of them.
struct Closing<'a> {
    examples: Vec<&'a str>,
    notes: Vec<&'a str>,
}

impl<'a> Closing<'a> {
    fn of(text: &'a str) -> Self {
        let mut parts = Self { examples: Vec::new(), notes: Vec::new() };
        for paragraph in text.split("\n\n") {
            let (first, rest) = paragraph.split_once('\n').unwrap_or((paragraph, ""));
            if matches!(first, "Example:" | "Examples:") {
                parts
                    .examples
                    .extend(rest.lines().map(|line| line.strip_prefix("  ").unwrap_or(line)));
            } else if !first.starts_with(manual::STATUS_HEADING) && !first.is_empty() {
                parts.notes.push(paragraph);
            }
        }
        parts
    }

    fn notes(&self, roff: &mut Roff) {
        for note in &self.notes {
            roff.control("PP", []);
            roff.text([roman(note.lines().collect::<Vec<_>>().join(" "))]);
        }
    }

    fn examples(&self, roff: &mut Roff) {
        roff.control("SH", ["EXAMPLES"]);
        // Lines stay as they are, so that they can be copied.
        roff.control("nf", []);
        for line in &self.examples {
            roff.text([roman(*line)]);
        }
        roff.control("fi", []);
    }
}
