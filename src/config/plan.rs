//! The user's rotation plan: a file in the configuration directory, or one that the user names.

use std::path::{Path, PathBuf};

use super::{ConfigError, files};
use crate::domain::{LineError, rotation::Plan};

/// Why a plan cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// The file's content is invalid.
    #[error("{}, {error}", .file.display())]
    Content {
        /// The plan's file.
        file: PathBuf,
        /// What is wrong, and on which line.
        error: LineError,
    },
    /// The file cannot be read.
    #[error("{0}")]
    File(#[from] ConfigError),
}

/// The plan in the file; `None` if there is no file.
///
/// # Errors
/// If the file cannot be read, or is not a valid plan.
pub fn load(file: &Path) -> Result<Option<Plan>, PlanError> {
    let Some(text) = files::read(file)? else { return Ok(None) };
    if files::others_may(file, files::WRITE) {
        let why = "others can write it and so make you run their programs".to_owned();
        return Err(ConfigError::Open { file: file.to_owned(), why, mode: "600" }.into());
    }
    let plan = Plan::parse(&text);
    plan.map(Some).map_err(|error| PlanError::Content { file: file.to_owned(), error })
}
