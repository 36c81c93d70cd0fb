//! The user's own presets: one file in the configuration folder, which people
//! also write by hand, so that saving one preset leaves all else as it was
//! (`edit`).

mod edit;

use std::path::{Path, PathBuf};

use super::{ConfigError, files};
use crate::domain::preset::{Preset, PresetError, parse};

/// Why presets cannot be read or saved. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum PresetsError {
    #[error("{}, {error}", .file.display())]
    Content { file: PathBuf, error: PresetError },
    #[error("{0}")]
    File(#[from] ConfigError),
    #[error("{} would not read back as it should: nothing was written, add it by hand", .file.display())]
    Garbled { file: PathBuf },
}

/// The presets of the file, in its order; none if there is no file.
///
/// # Errors
/// With the file, the line, and what to do.
pub fn load(file: &Path) -> Result<Vec<Preset>, PresetsError> {
    parse(&read(file)?).map_err(|error| PresetsError::Content { file: file.to_owned(), error })
}

/// Puts a preset into the file in place of the one with its id, or else at the
/// end. All else stays as it was, comments too. The file is written whole or
/// not at all.
///
/// # Errors
/// With the file, the line where there is one, and what to do. Nothing has
/// changed then.
pub fn save(file: &Path, preset: &Preset) -> Result<(), PresetsError> {
    files::change(file, None, |text| Ok((edit::with(file, text, preset)?.into(), ())))
}

fn read(file: &Path) -> Result<String, PresetsError> {
    files::read(file).map(Option::unwrap_or_default).map_err(PresetsError::File)
}

#[cfg(test)]
mod tests;
