//! Where a new secret can go instead of the screen: a new file that only its
//! owner can read, or the standard input of a command. Chosen and checked
//! before the request is sent; when a delivery fails, the caller still has the
//! secret.

mod command;
mod error;
mod file;
pub mod folder;
mod stderr;
mod split;

use std::{
    fmt,
    path::{Path, PathBuf},
    time::Duration,
};

use zeroize::Zeroizing;

use crate::domain::{SafeText, Secret};

pub use error::{CommandOutput, SinkError};

/// How long a command may take.
const COMMAND_LIMIT: Duration = Duration::from_secs(60);

/// Where the secret goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sink {
    /// A file that does not exist yet.
    File(PathBuf),
    /// A program and its arguments; no shell is between.
    Command(Vec<String>),
}

/// Where the secret went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivered {
    File(PathBuf),
    /// The program as it was typed.
    Command(String),
}

impl Sink {
    /// A file, as it was typed: `~/` stands for the home folder, and a path
    /// that is not absolute is below the current folder.
    ///
    /// # Errors
    /// If it names no file.
    pub fn file(text: &str, home: Option<&Path>) -> Result<Self, SinkError> {
        file::parse(text.trim(), home).map(Self::File)
    }

    /// A command, as it was typed. Quotes and backslashes are understood as a
    /// shell does; what else a shell would do is refused by name.
    ///
    /// # Errors
    /// If it is empty, needs a shell or has an open quote.
    pub fn command(text: &str) -> Result<Self, SinkError> {
        split::split(text).map(Self::Command)
    }

    /// Whether a delivery could work, before there is anything to deliver.
    ///
    /// # Errors
    /// With what is in the way.
    pub fn check(&self) -> Result<(), SinkError> {
        match self {
            Self::File(path) => file::check(path),
            Self::Command(args) => command::find(args).map(drop),
        }
    }

    /// Delivers the secret and a newline. Ok means that the file is on the disk,
    /// or that the command has read the secret and ended with 0.
    ///
    /// A command is killed when the future is dropped; a file that was begun
    /// will be finished.
    ///
    /// # Errors
    /// With what went wrong, never with the secret. No part of a file is left.
    pub async fn deliver(&self, secret: &Secret) -> Result<Delivered, SinkError> {
        self.deliver_about(secret, &[]).await
    }

    /// The same; a command finds these variables in its environment.
    ///
    /// # Errors
    /// As [`Self::deliver`].
    pub async fn deliver_about(
        &self,
        secret: &Secret,
        about: &[(&str, &str)],
    ) -> Result<Delivered, SinkError> {
        let secret = Zeroizing::new(secret.expose().to_owned());
        match self {
            Self::File(path) => {
                let place = path.clone();
                // A slow disk must not hold up the screen.
                let saved = tokio::task::spawn_blocking(move || file::save(&place, &secret)).await;
                saved.unwrap_or(Err(SinkError::Interrupted))?;
                Ok(Delivered::File(path.clone()))
            }
            Self::Command(args) => {
                command::run(args, &secret, about, COMMAND_LIMIT).await?;
                Ok(Delivered::Command(args.first().cloned().unwrap_or_default()))
            }
        }
    }
}

impl Sink {
    /// Writes a text that is no secret into a new file; only its owner can read
    /// that. Ok means that it is on the disk.
    ///
    /// # Errors
    /// With what went wrong. No part of a file is left. A command takes no text.
    pub async fn write(&self, text: String) -> Result<Delivered, SinkError> {
        let Self::File(path) = self else { return Err(SinkError::NoPath) };
        let place = path.clone();
        let saved = tokio::task::spawn_blocking(move || file::save_text(&place, &text)).await;
        saved.unwrap_or(Err(SinkError::Interrupted))?;
        Ok(Delivered::File(path.clone()))
    }
}

impl Delivered {
    /// Where that is, in one word or two.
    #[must_use]
    pub fn place(&self) -> String {
        match self {
            Self::File(path) => shown(path).to_string(),
            Self::Command(program) => format!("`{}`", SafeText::from(program.as_str())),
        }
    }

    /// For people: what happened to the secret.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::File(path) => format!("saved to {} (only you can read it)", shown(path)),
            Self::Command(program) => {
                format!("taken by `{}` (exit 0)", SafeText::from(program.as_str()))
            }
        }
    }
}

impl fmt::Display for Delivered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.describe())
    }
}

/// A path, harmless to show.
fn shown(path: &Path) -> SafeText {
    SafeText::from(path.to_string_lossy().into_owned())
}
