//! `axtok completions` and `axtok man`: what clap knows of the command line, for
//! a shell and for `man`.

use std::path::Path;

use clap::CommandFactory as _;
use clap_complete::Shell;

use super::{Ending, Stop, print};
use crate::cli::{Cli, CompletedShell};

/// Prints a shell's completions.
///
/// # Errors
/// When standard output cannot be written to.
pub fn completions(shell: CompletedShell) -> Ending {
    let shell = match shell {
        CompletedShell::Bash => Shell::Bash,
        CompletedShell::Zsh => Shell::Zsh,
        CompletedShell::Fish => Shell::Fish,
    };
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "axtok", &mut script);
    print(&String::from_utf8_lossy(&script))
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
