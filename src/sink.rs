//! Destinations for a new secret other than the screen: a new file that only its owner can read,
//! or a command's standard input. A sink is chosen and checked before the request is sent. If
//! the delivery fails, the caller still has the secret.

mod command;
mod error;
mod file;
pub mod folder;
mod split;
mod stderr;

use std::{
    fmt,
    path::{Path, PathBuf},
    time::Duration,
};

use zeroize::Zeroizing;

use crate::domain::{SafeText, Secret};

pub use error::{CommandOutput, SinkError};

/// How long a command may run.
const COMMAND_LIMIT: Duration = Duration::from_secs(60);

/// A destination for a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sink {
    /// A file that does not exist yet.
    File(PathBuf),
    /// A program and its arguments, run without a shell.
    Command(Vec<String>),
}

/// A successful delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivered {
    /// The secret is in this file.
    File(PathBuf),
    /// This program, as it was entered, has read the secret.
    Command(String),
}

impl Sink {
    /// Parses a file path. `~/` stands for the home folder; a relative path is resolved against
    /// the working directory.
    ///
    /// # Errors
    /// If the text is not the path of a file.
    pub fn file(text: &str, home: Option<&Path>) -> Result<Self, SinkError> {
        file::parse(text.trim(), home).map(Self::File)
    }

    /// Parses a command line. Quotes and backslashes work as in a shell; other shell features
    /// are refused with an error that names them.
    ///
    /// # Errors
    /// If the text is empty, needs a shell or has an unclosed quote.
    pub fn command(text: &str) -> Result<Self, SinkError> {
        split::split(text).map(Self::Command)
    }

    /// Checks that a delivery can work, before there is a secret.
    ///
    /// # Errors
    /// If the file exists, its folder cannot be used, or the program cannot be run.
    pub fn check(&self) -> Result<(), SinkError> {
        match self {
            Self::File(path) => file::check(path),
            Self::Command(args) => command::find(args).map(drop),
        }
    }

    /// Delivers the secret and a newline. `Ok` means that the file is on the disk, or that the
    /// command has read the secret and exited with 0.
    ///
    /// If the future is dropped, a command is killed, but a file is still completed.
    ///
    /// # Errors
    /// If the delivery failed. A partial file is removed if possible; the error says whether one
    /// may remain.
    pub async fn deliver(&self, secret: &Secret) -> Result<Delivered, SinkError> {
        self.deliver_about(secret, &[]).await
    }

    /// Like [`Self::deliver`]. A command also gets the variables `about` in its environment.
    ///
    /// # Errors
    /// As [`Self::deliver`].
    pub async fn deliver_about(
        &self,
        secret: &Secret,
        about: &[(&str, &str)],
    ) -> Result<Delivered, SinkError> {
        match self {
            Self::File(path) => {
                let secret = copied(secret);
                let place = path.clone();
                // A slow disk must not block the screen.
                let saved = tokio::task::spawn_blocking(move || file::save(&place, &secret)).await;
                saved.unwrap_or(Err(SinkError::Interrupted))?;
                Ok(Delivered::File(path.clone()))
            }
            Self::Command(args) => {
                deliver_to_program(args, secret, true, about, COMMAND_LIMIT).await
            }
        }
    }
}

/// Gives the secret to a program that was already split into arguments, with `newline` followed
/// by one, and kills it after `limit`. Otherwise like [`Sink::deliver_about`].
///
/// # Errors
/// As [`Sink::deliver`].
pub async fn deliver_to_program(
    args: &[String],
    secret: &Secret,
    newline: bool,
    about: &[(&str, &str)],
    limit: Duration,
) -> Result<Delivered, SinkError> {
    let secret = copied(secret);
    command::run(args, &secret, newline, about, limit).await?;
    Ok(Delivered::Command(args.first().cloned().unwrap_or_default()))
}

impl Sink {
    /// Writes a text that is not secret to a new file that only its owner can read. `Ok` means
    /// that the file is on the disk.
    ///
    /// # Errors
    /// If the file could not be written, or if the sink is a command.
    pub async fn write(&self, text: String) -> Result<Delivered, SinkError> {
        let Self::File(path) = self else { return Err(SinkError::NoPath) };
        let place = path.clone();
        let saved = tokio::task::spawn_blocking(move || file::save_text(&place, &text)).await;
        saved.unwrap_or(Err(SinkError::Interrupted))?;
        Ok(Delivered::File(path.clone()))
    }
}

impl Delivered {
    /// The file's path, or the program in backticks.
    #[must_use]
    pub fn place(&self) -> String {
        match self {
            Self::File(path) => shown(path).to_string(),
            Self::Command(program) => format!("`{}`", SafeText::from(program.as_str())),
        }
    }

    /// What happened to the secret, for people.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::File(path) => format!("saved to {} (only you can read it)", shown(path)),
            Self::Command(program) => {
                format!("sent to `{}` (exit 0)", SafeText::from(program.as_str()))
            }
        }
    }
}

impl fmt::Display for Delivered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.describe())
    }
}

/// A copy of the secret's value, wiped when dropped.
fn copied(secret: &Secret) -> Zeroizing<String> {
    Zeroizing::new(secret.expose().to_owned())
}

/// A path that is safe to show.
fn shown(path: &Path) -> SafeText {
    SafeText::from(path.to_string_lossy().into_owned())
}
