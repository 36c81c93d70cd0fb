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
            write_new(file, DOCUMENTED)?;
            let printed = print_harmless(&format!("{}\n", file.display()))?;
            tell(["created; every setting in it is explained and commented out"]);
            Ok(printed)
        }
    }
}

/// Writes a text to a new file, and makes its folder.
///
/// # Errors
/// When the file exists, or cannot be written.
pub(super) fn write_new(file: &Path, text: &str) -> Result<(), ExitError> {
    create(file, text).map_err(|e| {
        ExitError::usage(if e.kind() == io::ErrorKind::AlreadyExists {
            format!("{} already exists: nothing was changed", file.display())
        } else {
            format!("{} cannot be written ({})", file.display(), e.kind())
        })
    })
}

fn create(file: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    let mut new = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
    let written = new.write_all(text.as_bytes()).and_then(|()| new.sync_all());
    // Leaves no incomplete file behind.
    written.inspect_err(|_| drop(fs::remove_file(file)))
}
