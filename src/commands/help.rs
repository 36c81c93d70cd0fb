//! `axtok completions` and `axtok man`: what a shell is told to ask us, and what
//! clap knows of the command line, as pages.

use std::path::Path;

use clap::CommandFactory as _;

use super::{Ending, Stop, print};
use crate::{
    cli::{Cli, CompletedShell},
    complete::{self, Shell},
};

/// Prints the script by which a shell asks for completions.
///
/// # Errors
/// When standard output cannot be written to.
pub fn completions(shell: CompletedShell) -> Ending {
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
pub fn man(folder: Option<&Path>) -> Ending {
    let command = Cli::command();
    let Some(folder) = folder else {
        let mut page = Vec::new();
        let rendered = clap_mangen::Man::new(command).render(&mut page);
        rendered.map_err(|e| Stop::new(1, format!("the page: {}", e.kind())))?;
        return print(&String::from_utf8_lossy(&page));
    };
    let written =
        std::fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(command, folder));
    written.map_err(|e| {
        Stop::usage(format!("{} cannot be written to ({})", folder.display(), e.kind()))
    })?;
    print("")
}
