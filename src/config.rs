//! The settings, the environment variables, the Axiom CLI's file, the token sources, and the
//! user's presets.

pub mod cli_file;
mod credentials;
mod deployments;
mod environment;
mod files;
pub mod plan;
pub mod policy;
pub mod presets;
mod settings;
mod shown;
mod token_command;

use std::{
    io,
    ops::Range,
    path::{Path, PathBuf},
};

pub use credentials::CredentialError;
pub use deployments::{
    AddressError, Catalogue, Chosen, Config, Credential, DEFAULT_URL, Deployment, Routes, Rules,
    Source,
};
pub use environment::{Environment, TOKEN};
pub use files::Files;
#[cfg(feature = "schemas")]
pub use settings::schema::schema as settings_schema;
pub use settings::{DOCUMENTED, KeyRow, Settings, Word};

use crate::{disk::Unreadable, domain::pasted::covered_wholly};

/// Why a file or variable cannot be used, and what to do. Never quotes a value: it may be a
/// token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// A file exists but cannot be read.
    #[error("{} {why}", .file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why it cannot be read.
        why: Unreadable,
    },
    /// An environment variable has an invalid value.
    #[error("{name} {why}: correct or unset it")]
    Variable {
        /// The variable's name.
        name: &'static str,
        /// What is wrong with the value, as the rest of a sentence.
        why: &'static str,
    },
    /// A file's content is invalid at a position.
    #[error("{}:{line}:{column}: {message}", .file.display())]
    At {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The column, from 1, in characters.
        column: usize,
        /// What is wrong and how to fix it.
        message: String,
    },
    /// A file's permissions are too open for what it contains.
    #[error("{} is refused: {why}. Fix: chmod {mode} {}", .file.display(), .file.display())]
    Open {
        /// The file.
        file: PathBuf,
        /// What others could do.
        why: String,
        /// The mode to give the file.
        mode: &'static str,
    },
    /// A file could not be written.
    #[error(
        "{} cannot be written ({kind}): check its folder's permissions and free space",
        .file.display()
    )]
    Unwritable {
        /// The file.
        file: PathBuf,
        /// The system's error.
        kind: io::ErrorKind,
    },
    /// A file kept changing while axtok tried to update it.
    #[error("{} is being changed by another program: nothing was written", .file.display())]
    Changing {
        /// The file.
        file: PathBuf,
    },
    /// The updated text did not parse back to the intended content.
    #[error("{} cannot be updated safely: nothing was written, edit it by hand", .file.display())]
    Garbled {
        /// The file.
        file: PathBuf,
    },
    /// A deployment of the settings has no token source.
    #[error(
        "the deployment {} has no credential: give it a token-command or token-file in the \
         settings", covered_wholly(.name)
    )]
    NoCredential {
        /// The deployment's name.
        name: String,
    },
    /// An address does not match its credential.
    #[error("{0}")]
    Address(#[from] AddressError),
    /// No deployment has this name.
    #[error(
        "there is no deployment {}{}; {}",
        covered_wholly(.name), near(.nearest.as_deref()), list(.known)
    )]
    NoDeployment {
        /// The name that was asked for.
        name: String,
        /// The most similar known name.
        nearest: Option<String>,
        /// All known names.
        known: Vec<String>,
    },
}

impl ConfigError {
    /// An error at a position in a text.
    fn at(file: &Path, text: &str, span: Option<Range<usize>>, message: String) -> Self {
        let (line, column) = position(text, span);
        Self::At { file: file.to_owned(), line, column, message }
    }
}

/// Line and column of the start of `span`, counted from 1; columns in characters.
fn position(text: &str, span: Option<Range<usize>>) -> (usize, usize) {
    let before = text.get(..span.map_or(0, |s| s.start)).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    (line, before.rsplit('\n').next().unwrap_or_default().chars().count() + 1)
}

fn near(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |name| format!(": did you mean {name}?"))
}

fn list(known: &[String]) -> String {
    if known.is_empty() {
        "no deployments are set up".to_owned()
    } else {
        format!("known deployments: {}", known.join(", "))
    }
}
