//! Who we are and where we go: axtok's settings, the environment, the Axiom
//! CLI's file, and what gives a token; and the user's own presets.

pub mod cli_file;
mod credentials;
mod deployments;
mod environment;
mod files;
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
    AddressError, Catalogue, Chosen, Config, Credential, DEFAULT_URL, Deployment, Rules, Source,
};
pub use environment::{Environment, TOKEN};
pub use files::Files;
pub use settings::{DOCUMENTED, KeyRow, Settings, Word};

use crate::{disk::Unreadable, domain::pasted::covered_wholly};

/// What is wrong with a file, and what to do. No value of it is repeated: it may
/// be a token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    #[error("{} {why}", .file.display())]
    Unreadable { file: PathBuf, why: Unreadable },
    #[error("{name} is set to something that {why}: correct or unset it")]
    Variable { name: &'static str, why: &'static str },
    #[error("{}:{line}:{column}: {message}", .file.display())]
    At { file: PathBuf, line: usize, column: usize, message: String },
    #[error("{} is refused: {why}. chmod 600 {} mends that", .file.display(), .file.display())]
    Open { file: PathBuf, why: String },
    #[error(
        "{} cannot be written ({kind}): check its folder's permissions and free space",
        .file.display()
    )]
    Unwritable { file: PathBuf, kind: io::ErrorKind },
    #[error("{} is being changed by another program: nothing was written", .file.display())]
    Changing { file: PathBuf },
    #[error("{} would not read back as it should: nothing was written", .file.display())]
    Garbled { file: PathBuf },
    #[error(
        "the deployment {} has no credential: give it a token-command or token-file in the \
         settings", covered_wholly(.name)
    )]
    NoCredential { name: String },
    #[error("{0}")]
    Address(#[from] AddressError),
    #[error(
        "there is no deployment {}{}; {}",
        covered_wholly(.name), near(.nearest.as_deref()), list(.known)
    )]
    NoDeployment { name: String, nearest: Option<String>, known: Vec<String> },
}

impl ConfigError {
    /// The error at a place in a text, counted from 1; columns in letters.
    fn at(file: &Path, text: &str, span: Option<Range<usize>>, message: String) -> Self {
        let (line, column) = position(text, span);
        Self::At { file: file.to_owned(), line, column, message }
    }
}

/// Line and column of a place in a text, counted from 1; columns in letters.
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
        "there is none".to_owned()
    } else {
        format!("there are {}", known.join(", "))
    }
}
