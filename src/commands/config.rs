//! `axtok config`: the path and the contents of the settings file, and a new one.

use std::{
    fs::{self, DirBuilder, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::Path,
};

use super::{CommandResult, ExitError, keys, print_harmless, words::tell};
use crate::{
    cli::ConfigCommand,
    config::{Config, DOCUMENTED},
};

/// Runs the command.
///
/// # Errors
/// When the settings are invalid, or the new file cannot be written.
pub fn run(command: &ConfigCommand, config: &Config) -> CommandResult {
    let file = &config.files.settings;
    match command {
        ConfigCommand::Path => print_harmless(&format!("{}\n", file.display())),
        ConfigCommand::Show => {
            let shown = config.shown().map_err(ExitError::usage)?;
            keys::keymap(config).map_err(ExitError::usage)?;
            print_harmless(&shown)
        }
        ConfigCommand::Keys => {
            print_harmless(&keys::listing(&keys::keymap(config).map_err(ExitError::usage)?))
        }
        ConfigCommand::Init => {
            write_new(file, DOCUMENTED, PRIVATE)?;
            let printed = print_harmless(&format!("{}\n", file.display()))?;
            tell(["created; every setting in it is explained and commented out"]);
            Ok(printed)
        }
    }
}

/// The modes of a folder and a file that only the user can read.
const PRIVATE: [u32; 2] = [0o700, 0o600];

/// Writes a text to a new file, and makes its folder. The modes are those of a new folder and of
/// the file.
///
/// # Errors
/// When the file exists, or cannot be written.
pub(super) fn write_new(file: &Path, text: &str, modes: [u32; 2]) -> Result<(), ExitError> {
    create(file, text, modes).map_err(|e| {
        ExitError::usage(if e.kind() == io::ErrorKind::AlreadyExists {
            format!("{} already exists: nothing was changed", file.display())
        } else {
            format!("{} cannot be written ({})", file.display(), e.kind())
        })
    })
}

fn create(file: &Path, text: &str, [folder_mode, mode]: [u32; 2]) -> io::Result<()> {
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        DirBuilder::new().recursive(true).mode(folder_mode).create(folder)?;
    }
    let mut new = OpenOptions::new().write(true).create_new(true).mode(mode).open(file)?;
    let written = new.write_all(text.as_bytes()).and_then(|()| new.sync_all());
    // Leaves no incomplete file behind.
    written.inspect_err(|_| drop(fs::remove_file(file)))
}
