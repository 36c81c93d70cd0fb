//! Gets a token from where it is kept: a value, a file, or a command.

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

/// How long a command may take.
pub const PATIENCE: Duration = Duration::from_secs(10);
/// As much as is read of a file, or of what a command prints, in bytes.
pub(super) const CAP: usize = 64 * 1024;

/// Why there is no token. Nothing of what was read is repeated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    #[error("{0}")]
    File(#[from] ConfigError),
    #[error("reading the token was interrupted")]
    Interrupted,
    #[error("there is no file {}", .0.display())]
    Missing(PathBuf),
    #[error("the token command {program} {why}")]
    NoProgram { program: String, why: &'static str },
    #[error(
        "the token command {program} is a relative path: write it in full, or a name that is \
         found along PATH"
    )]
    Relative { program: String },
    #[error("the token command {program} cannot be started ({kind}): check its name and PATH")]
    NotStarted { program: String, kind: std::io::ErrorKind },
    #[error("the token command {program} did not end within {seconds} seconds")]
    TooLong { program: String, seconds: u64 },
    #[error("the token command {program} ended with {status}{complaint}")]
    Failed { program: String, status: String, complaint: String },
    #[error("{from} is empty: there should be a token")]
    Nothing { from: String },
    #[error("{from} is much more than a token: it must be the token and nothing else")]
    TooMuch { from: String },
    #[error("{from} {why}")]
    Unusable { from: String, why: NotAToken },
    #[error("{from} is UTF-16 text: save it as UTF-8 in an editor")]
    Utf16 { from: String },
}

impl Credential {
    /// What a text that should be a token is.
    pub(super) fn pasted(text: &str) -> Self {
        pasted::token(text).map_or_else(Self::Unusable, |token| Self::Value(Arc::new(token)))
    }

    /// Gets the token; `from` says in words what holds a value. A command is run for at most 10 seconds, without a
    /// shell, without input, and without the token of our environment.
    ///
    /// # Errors
    /// With what is wrong, and never with what was read.
    pub async fn resolve(&self, from: &str) -> Result<Arc<Secret>, CredentialError> {
        match self {
            Self::Value(secret) => Ok(Arc::clone(secret)),
            Self::File(file) => {
                let file = file.clone();
                // A pipe or a slow disk must not hold up the screen.
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
        let why = "it holds a token, and others can read it".to_owned();
        return Err(CredentialError::File(ConfigError::Open { file: file.to_owned(), why }));
    }
    let unreadable = |why| ConfigError::Unreadable { file: file.to_owned(), why };
    let bytes = disk::read_or_receive(file, CAP as u64).map_err(unreadable)?;
    let bytes = bytes.ok_or_else(|| CredentialError::Missing(file.to_owned()))?;
    let bytes = Zeroizing::new(bytes);
    token(&bytes, &file.display().to_string())
}

/// The one token in what a file or a command gives.
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
