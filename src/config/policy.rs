//! The files with an organisation's rules: the computer's, which users cannot weaken, and the
//! user's own or one that the command line names.
//!
//! A file that cannot be used is never taken for no rules: the result says why.

use std::path::Path;

use super::{ConfigError, Files, files};
use crate::domain::{LineError, Policies, SafeText, policy::Policy};

/// Why a policy cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// The file's content is invalid.
    #[error("{}, {error}", .file)]
    Content {
        /// The policy's file.
        file: SafeText,
        /// What is wrong, and on which line.
        error: LineError,
    },
    /// The file is not there, although something names it.
    #[error("{0}: there is no such file")]
    Missing(SafeText),
    /// The file cannot be read.
    #[error("{0}")]
    File(#[from] ConfigError),
}

/// The rules in a file that has to be there.
///
/// # Errors
/// If it is missing, cannot be read, or is not a valid policy.
pub fn load(file: &Path) -> Result<Policy, PolicyError> {
    if_there(file)?.ok_or_else(|| PolicyError::Missing(shown(file)))
}

/// The rules in a file; `None` if there is no file.
fn if_there(file: &Path) -> Result<Option<Policy>, PolicyError> {
    let Some(text) = files::read(file)? else { return Ok(None) };
    let policy = Policy::parse(&text);
    policy.map(Some).map_err(|error| PolicyError::Content { file: shown(file), error })
}

/// The computer's rules. Others than its administrator must not be able to write them.
fn of_computer(file: &Path) -> Result<Option<Policy>, PolicyError> {
    let policy = if_there(file)?;
    if policy.is_some() && files::others_may(file, files::WRITE) {
        let why = "others can write it and so weaken it".to_owned();
        return Err(ConfigError::Open { file: file.to_owned(), why, mode: "go-w" }.into());
    }
    Ok(policy)
}

/// The rules in force: those of the computer, and those of `instead`, of the file that the settings
/// name, or of the user's own file.
pub(super) fn in_force(files: &Files, named: Option<&Path>, instead: Option<&Path>) -> Policies {
    let own = match instead.or(named) {
        Some(file) => (file, load(file).map(Some)),
        None => (files.policy.as_path(), if_there(&files.policy)),
    };
    let computer = (files.system_policy.as_path(), of_computer(&files.system_policy));
    gathered([computer, own])
}

/// The rules of this file only.
#[must_use]
pub fn only(file: &Path) -> Policies {
    gathered([(file, load(file).map(Some))])
}

fn gathered<'a>(
    read: impl IntoIterator<Item = (&'a Path, Result<Option<Policy>, PolicyError>)>,
) -> Policies {
    let mut policies = Policies::default();
    for (file, read) in read {
        match read {
            Ok(policy) => policies.all.extend(policy.map(|policy| (shown(file), policy))),
            // The first reason is enough to mend.
            Err(why) => {
                let why = SafeText::from(why.to_string());
                policies.unusable.get_or_insert_with(|| why.to_string());
            }
        }
    }
    policies
}

fn shown(file: &Path) -> SafeText {
    SafeText::from(file.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests;
