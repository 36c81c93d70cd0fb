//! The user's presets: a file in the configuration directory. People also edit it by hand, so
//! saving one preset leaves the rest of the file as it was (`edit`).

mod edit;

use std::path::{Path, PathBuf};

use super::{ConfigError, files};
use crate::domain::preset::{Preset, PresetError, parse};

/// Why presets cannot be read or saved. The file is unchanged.
#[derive(Debug, thiserror::Error)]
pub enum PresetsError {
    /// The file's content is invalid.
    #[error("{}, {error}", .file.display())]
    Content {
        /// The presets file.
        file: PathBuf,
        /// What is wrong, and on which line.
        error: PresetError,
    },
    /// The file cannot be read or written.
    #[error("{0}")]
    File(#[from] ConfigError),
    /// The updated text did not parse back to the intended presets.
    #[error(
        "{} cannot be updated safely: nothing was written, add the preset by hand",
        .file.display()
    )]
    Garbled {
        /// The presets file.
        file: PathBuf,
    },
}

/// The presets in the file, in its order; empty if there is no file.
///
/// # Errors
/// Names the file and line, and says what to do.
pub fn load(file: &Path) -> Result<Vec<Preset>, PresetsError> {
    parse(&read(file)?).map_err(|error| PresetsError::Content { file: file.to_owned(), error })
}

/// Saves a preset: replaces the one with the same id, or appends it. The rest of the file stays
/// as it was, comments included. The write is atomic.
///
/// # Errors
/// Names the file, and the line where there is one, and says what to do. The file is unchanged.
pub fn save(file: &Path, preset: &Preset) -> Result<(), PresetsError> {
    files::change(file, None, |text| Ok((edit::with(file, text, preset)?.into(), ())))
}

fn read(file: &Path) -> Result<String, PresetsError> {
    files::read(file).map(Option::unwrap_or_default).map_err(PresetsError::File)
}

#[cfg(test)]
mod tests;
