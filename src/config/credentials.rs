//! Reads a token from its source: a value, a file, or a command.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use zeroize::Zeroizing;

use super::{ConfigError, deployments::Credential, files, token_command};
use crate::{
    disk::{self, Unreadable},
    domain::{
        Secret,
        pasted::{self, NotAToken},
    },
};

/// How long a token command may run.
pub const PATIENCE: Duration = Duration::from_secs(10);
/// The most that is read from a file or a command's output, in bytes.
pub(super) const CAP: usize = 64 * 1024;

/// Why there is no token. Never quotes what was read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    /// The token file cannot be read, or others can read it.
    #[error("{0}")]
    File(#[from] ConfigError),
    /// axtok is shutting down.
    #[error("reading the token was interrupted")]
    Interrupted,
    /// The token file does not exist.
    #[error("there is no file {}", .0.display())]
    Missing(PathBuf),
    /// The token command's program was not found, or is not executable.
    #[error("the token command {program} {why}")]
    NoProgram {
        /// The program, as in the settings.
        program: String,
        /// What is wrong and how to fix it, as the rest of a sentence.
        why: &'static str,
    },
    /// The program is a relative path, which would mean a different file in each working
    /// directory.
    #[error(
        "the token command {program} is a relative path: use an absolute path, or a name that is \
         found in PATH"
    )]
    Relative {
        /// The program, as in the settings.
        program: String,
    },
    /// The system could not start the program.
    #[error("the token command {program} cannot be started ({kind}): check its name and PATH")]
    NotStarted {
        /// The program, as in the settings.
        program: String,
        /// The system's error.
        kind: std::io::ErrorKind,
    },
    /// The command timed out and was killed.
    #[error("the token command {program} did not finish within {seconds} seconds")]
    TooLong {
        /// The program, as in the settings.
        program: String,
        /// The time limit.
        seconds: u64,
    },
    /// The command failed.
    #[error("the token command {program} failed with {status}{complaint}")]
    Failed {
        /// The program, as in the settings.
        program: String,
        /// `status 1` or `signal 9`.
        status: String,
        /// The first line of its standard error with a colon before it, or nothing.
        complaint: String,
    },
    /// The source is empty.
    #[error("{from} is empty: it must contain a token")]
    Nothing {
        /// The source, in words.
        from: String,
    },
    /// The source has more than 64 KiB.
    #[error("{from} is too long: it must contain a token and nothing else")]
    TooMuch {
        /// The source, in words.
        from: String,
    },
    /// The text is not a token.
    #[error("{from} {why}")]
    Unusable {
        /// The source, in words.
        from: String,
        /// What is wrong with it.
        why: NotAToken,
    },
    /// The text is UTF-16.
    #[error("{from} is UTF-16 text: save it as UTF-8 in an editor")]
    Utf16 {
        /// The source, in words.
        from: String,
    },
}

impl Credential {
    /// A credential from text that should be a token.
    pub(super) fn pasted(text: &str) -> Self {
        pasted::token(text).map_or_else(Self::Unusable, |token| Self::Value(Arc::new(token)))
    }

    /// Reads the token; `from` describes the source of a value in error messages. A command runs
    /// for at most 10 seconds, without a shell, without standard input, and without `AXIOM_TOKEN`
    /// in its environment.
    ///
    /// # Errors
    /// Says what is wrong; never quotes what was read.
    pub async fn resolve(&self, from: &str) -> Result<Arc<Secret>, CredentialError> {
        match self {
            Self::Value(secret) => Ok(Arc::clone(secret)),
            Self::File(file) => {
                let file = file.clone();
                // Off the runtime: a pipe or a slow disk must not block the screen.
                let read = tokio::task::spawn_blocking(move || from_file(&file)).await;
                read.unwrap_or(Err(CredentialError::Interrupted))
            }
            Self::Command(command) => Box::pin(token_command::run(command, PATIENCE)).await,
            Self::Unusable(why) => {
                Err(CredentialError::Unusable { from: from.to_owned(), why: *why })
            }
        }
    }
}

fn from_file(file: &Path) -> Result<Arc<Secret>, CredentialError> {
    if files::others_may(file, files::READ) {
        let why = "it contains a token, and others can read it".to_owned();
        return Err(CredentialError::File(ConfigError::Open {
            file: file.to_owned(),
            why,
            mode: "600",
        }));
    }
    let unreadable = |why| ConfigError::Unreadable { file: file.to_owned(), why };
    let bytes = disk::read_or_receive(file, CAP as u64).map_err(unreadable)?;
    let bytes = bytes.ok_or_else(|| CredentialError::Missing(file.to_owned()))?;
    let bytes = Zeroizing::new(bytes);
    token(&bytes, &file.display().to_string())
}

/// The single token in a file's content or a command's output.
pub(super) fn token(bytes: &[u8], from: &str) -> Result<Arc<Secret>, CredentialError> {
    let unusable = |why| CredentialError::Unusable { from: from.to_owned(), why };
    let text = disk::text(bytes.to_vec()).map(Zeroizing::new);
    let text = text.map_err(|why| match why {
        Unreadable::Utf16 => CredentialError::Utf16 { from: from.to_owned() },
        _ => unusable(NotAToken::Letters),
    })?;
    match pasted::token(&text) {
        Ok(secret) => Ok(Arc::new(secret)),
        Err(NotAToken::Nothing) => Err(CredentialError::Nothing { from: from.to_owned() }),
        Err(why) => Err(unusable(why)),
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt as _};

    use super::*;

    #[tokio::test]
    async fn a_file_that_others_can_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("token");
        let credential = Credential::File(file.clone());
        assert!(credential.resolve("a test").await.unwrap_err().to_string().contains("no file"));
        fs::write(&file, "xaat-canary\n").unwrap();
        for (mode, fine) in [(0o600, true), (0o400, true), (0o640, false), (0o604, false)] {
            fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
            let result = credential.resolve("a test").await;
            assert_eq!(result.is_ok(), fine, "{mode:o}");
            if let Err(e) = result {
                let said = e.to_string();
                assert!(said.contains("chmod 600") && !said.contains("canary"), "{said}");
            }
        }
    }
}
