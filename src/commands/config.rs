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
            init(file).map_err(|e| {
                ExitError::usage(if e.kind() == io::ErrorKind::AlreadyExists {
                    format!("{} already exists: nothing was changed", file.display())
                } else {
                    format!("{} cannot be written ({})", file.display(), e.kind())
                })
            })?;
            let printed = print_harmless(&format!("{}\n", file.display()))?;
            tell(["created; every setting in it is explained and commented out"]);
            Ok(printed)
        }
    }
}

/// Writes the documented settings to a new file.
fn init(file: &Path) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    let mut new = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
    let written = new.write_all(DOCUMENTED.as_bytes()).and_then(|()| new.sync_all());
    // Leaves no incomplete file behind.
    written.inspect_err(|_| drop(fs::remove_file(file)))
}
