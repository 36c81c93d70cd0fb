//! `axtok completions` and `axtok man`: what a shell is told to ask us, and what
//! clap knows of the command line, as pages.

use std::{fmt::Display, fs, io, path::Path};

use clap::CommandFactory as _;

use super::{CommandResult, ExitError, print};
use crate::{
    cli::{Cli, CompletedShell},
    complete::{self, Shell},
    disk::{self, Unreplaced},
};

/// The mode of a page: everybody may read it.
const READABLE: u32 = 0o644;

/// Prints the script by which a shell asks for completions.
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

/// Prints the manual page, or writes one for each command into a folder.
///
/// # Errors
/// When the folder or standard output cannot be written to.
pub fn man(folder: Option<&Path>) -> CommandResult {
    let command = Cli::command();
    let Some(folder) = folder else {
        let mut page = Vec::new();
        let rendered = clap_mangen::Man::new(command).render(&mut page);
        rendered.map_err(|e| ExitError::new(1, format!("the page: {}", e.kind())))?;
        return print(&String::from_utf8_lossy(&page));
    };
    let refused = |at: &Path, why: &dyn Display| {
        ExitError::usage(format!("{} cannot be written ({why})", at.display()))
    };
    fs::create_dir_all(folder).map_err(|e| refused(folder, &e.kind()))?;
    let mut command = command.disable_help_subcommand(true);
    command.build();
    let mut all = Vec::new();
    pages(command, &mut all).map_err(|e| refused(folder, &e.kind()))?;
    let at = |name: &str| folder.join(name);
    // Before the first is written: a link may lead to a file that is no page.
    for (name, _) in &all {
        let target = at(name);
        match fs::symlink_metadata(&target) {
            Ok(found) if !found.is_file() => {
                return Err(refused(&target, &"it is a link, or no file: remove it"));
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
                return Err(refused(&target, &"another program writes it"));
            }
        }
    }
    print("")
}

/// The page of a command and of all below it, each with the name of its file.
fn pages(command: clap::Command, all: &mut Vec<(String, Vec<u8>)>) -> io::Result<()> {
    for command in command.get_subcommands().filter(|c| !c.is_hide_set()).cloned() {
        pages(command, all)?;
    }
    let page = clap_mangen::Man::new(command);
    let mut text = Vec::new();
    page.render(&mut text)?;
    all.push((page.get_filename(), text));
    Ok(())
}
