//! Gets a token from where it is kept: a value, a file, or a command.

use std::{
    os::unix::process::ExitStatusExt as _,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    sync::Arc,
    time::Duration,
};

use tokio::{io::AsyncReadExt as _, process::Command};
use zeroize::Zeroizing;

use super::{ConfigError, deployments::Credential, files};
use crate::{
    disk,
    domain::{SafeText, Secret},
};

/// How long a command may take.
pub const PATIENCE: Duration = Duration::from_secs(10);
/// As much as is read of a file, or of what a command prints, in bytes.
const CAP: u64 = 64 * 1024;
/// As much as is shown of what it complains about, in letters.
const SHOWN: usize = 200;
/// How tokens begin: nothing is shown that holds one of these.
const PREFIXES: [&str; 3] = ["xapt-", "xaat-", "xait-"];

/// Why there is no token. Nothing of what was read is repeated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    #[error("{0}")]
    File(#[from] ConfigError),
    #[error("reading the token was interrupted")]
    Interrupted,
    #[error("there is no file {}", .0.display())]
    Missing(PathBuf),
    #[error("the token command {program} cannot be started ({kind}): check its name and PATH")]
    NotStarted { program: String, kind: std::io::ErrorKind },
    #[error("the token command {program} did not end within {seconds} seconds")]
    TooLong { program: String, seconds: u64 },
    #[error("the token command {program} ended with {status}{complaint}")]
    Failed { program: String, status: String, complaint: String },
    #[error("{from} gives nothing where a token should be")]
    Nothing { from: String },
    #[error("{from} gives {lines} lines: it must give the token and nothing else")]
    Lines { from: String, lines: usize },
    #[error("{from} gives a text with white space or letters that no token has")]
    NoToken { from: String },
}

impl Credential {
    /// Gets the token. A command is run for at most 10 seconds, without a
    /// shell, without input, and without the token of our environment.
    ///
    /// # Errors
    /// With what is wrong, and never with what was read.
    pub async fn resolve(&self) -> Result<Arc<Secret>, CredentialError> {
        match self {
            Self::Value(secret) => Ok(Arc::clone(secret)),
            Self::File(file) => {
                let file = file.clone();
                // A pipe or a slow disk must not hold up the screen.
                let read = tokio::task::spawn_blocking(move || from_file(&file)).await;
                read.unwrap_or(Err(CredentialError::Interrupted))
            }
            Self::Command(command) => from_command(command, PATIENCE).await,
        }
    }
}

fn from_file(file: &Path) -> Result<Arc<Secret>, CredentialError> {
    if files::others_may(file, files::READ) {
        let why = "it holds a token, and others can read it".to_owned();
        return Err(CredentialError::File(ConfigError::Open { file: file.to_owned(), why }));
    }
    let unreadable = |why| ConfigError::Unreadable { file: file.to_owned(), why };
    let bytes = disk::read_or_receive(file, CAP).map_err(unreadable)?;
    let bytes = bytes.ok_or_else(|| CredentialError::Missing(file.to_owned()))?;
    let text = Zeroizing::new(disk::text(bytes).map_err(unreadable)?);
    token(&text, &file.display().to_string())
}

async fn from_command(
    command: &[String],
    patience: Duration,
) -> Result<Arc<Secret>, CredentialError> {
    let Some((name, arguments)) = command.split_first() else {
        return Err(CredentialError::Nothing { from: "the token command".to_owned() });
    };
    let program = SafeText::from(name.as_str()).to_string();
    let not_started = |e: std::io::Error| CredentialError::NotStarted {
        program: program.clone(),
        kind: e.kind(),
    };
    let mut child = Command::new(name)
        .args(arguments)
        .env_remove(super::environment::TOKEN)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(not_started)?;
    let mut out = Zeroizing::new(Vec::new());
    let mut err = Zeroizing::new(Vec::new());
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let run = async {
        let reading_out = async {
            if let Some(stdout) = stdout {
                let _ = stdout.take(CAP).read_to_end(&mut out).await;
            }
        };
        let reading_err = async {
            if let Some(stderr) = stderr {
                let _ = stderr.take(CAP).read_to_end(&mut err).await;
            }
        };
        let ((), (), status) = tokio::join!(reading_out, reading_err, child.wait());
        status
    };
    let status = tokio::time::timeout(patience, run).await.map_err(|_| {
        CredentialError::TooLong { program: program.clone(), seconds: patience.as_secs() }
    })?;
    let status = status.map_err(not_started)?;
    if !status.success() {
        let (status, complaint) = (words(status), complaint(&err));
        return Err(CredentialError::Failed { program, status, complaint });
    }
    let from = format!("the token command {program}");
    let text =
        std::str::from_utf8(&out).map_err(|_| CredentialError::NoToken { from: from.clone() })?;
    token(text, &from)
}

fn words(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("status {code}"),
        (None, Some(signal)) => format!("signal {signal}"),
        (None, None) => "no status".to_owned(),
    }
}

/// The first line of what a command complained about, unless it may quote a
/// token.
fn complaint(err: &[u8]) -> String {
    let text = Zeroizing::new(String::from_utf8_lossy(err).into_owned());
    let first = text.lines().map(str::trim).find(|l| !l.is_empty()).unwrap_or_default();
    if first.is_empty() || PREFIXES.iter().any(|p| first.contains(p)) {
        return String::new();
    }
    let shown: String = first.chars().take(SHOWN).collect();
    format!(": {}", SafeText::from(shown))
}

/// The one token in a text.
fn token(text: &str, from: &str) -> Result<Arc<Secret>, CredentialError> {
    let from = from.to_owned();
    let lines = text.lines().filter(|l| !l.trim().is_empty()).count();
    let token = text.trim();
    match lines {
        0 => Err(CredentialError::Nothing { from }),
        1 if token.chars().all(|c| c.is_ascii_graphic()) => {
            Ok(Arc::new(Secret::new(token.to_owned())))
        }
        1 => Err(CredentialError::NoToken { from }),
        lines => Err(CredentialError::Lines { from, lines }),
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt as _};

    use super::*;

    async fn sh(script: &str) -> Result<String, String> {
        let command = ["sh", "-c", script].map(str::to_owned);
        let token = from_command(&command, Duration::from_secs(20)).await;
        token.map(|t| t.expose().to_owned()).map_err(|e| e.to_string())
    }

    #[tokio::test]
    async fn a_command_gives_a_token_and_nothing_else() {
        assert_eq!(sh("printf '  xapt-1\\n\\n'").await.unwrap(), "xapt-1");
        for (script, words) in [
            ("true", "gives nothing"),
            ("printf 'xapt-canary\\nUser: jo\\n'", "gives 2 lines"),
            ("printf 'xapt-canary jo'", "white space"),
            ("printf 'xapt-canary\\377'", "white space or letters"),
            ("echo no such entry >&2; exit 3", "ended with status 3: no such entry"),
            ("kill -9 $$", "signal 9"),
        ] {
            let said = sh(script).await.unwrap_err();
            assert!(said.contains(words), "{script}: {said}");
            assert!(!said.contains("canary"), "{said}");
        }
    }

    #[tokio::test]
    async fn a_complaint_that_quotes_a_token_is_not_shown() {
        let said = sh("echo bad xapt-canary >&2; exit 1").await.unwrap_err();
        assert_eq!(said, "the token command sh ended with status 1");
    }

    #[tokio::test]
    async fn a_command_that_hangs_is_ended() {
        let folder = tempfile::tempdir().unwrap();
        let pid = folder.path().join("pid");
        let script = format!("echo $$ > {}; exec sleep 600", pid.display());
        let command = ["sh", "-c", &script].map(str::to_owned);
        let patience = Duration::from_millis(300);
        let said = from_command(&command, patience).await.unwrap_err().to_string();
        assert!(said.contains("did not end within"), "{said}");
        // The runtime reaps it: wait until it has gone.
        let pid: i32 = fs::read_to_string(pid).unwrap().trim().parse().unwrap();
        let pid = rustix::process::Pid::from_raw(pid).unwrap();
        let gone = async {
            while rustix::process::test_kill_process(pid).is_ok() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), gone).await.unwrap();
    }

    #[tokio::test]
    async fn a_program_that_is_not_there_is_named() {
        let said = from_command(&["axtok-no-such-program".to_owned()], PATIENCE).await;
        let said = said.unwrap_err().to_string();
        assert!(said.contains("axtok-no-such-program cannot be started"), "{said}");
    }

    #[tokio::test]
    async fn a_file_that_others_can_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("token");
        let credential = Credential::File(file.clone());
        assert!(credential.resolve().await.unwrap_err().to_string().contains("no file"));
        fs::write(&file, "xaat-canary\n").unwrap();
        for (mode, fine) in [(0o600, true), (0o400, true), (0o640, false), (0o604, false)] {
            fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
            let result = credential.resolve().await;
            assert_eq!(result.is_ok(), fine, "{mode:o}");
            if let Err(e) = result {
                let said = e.to_string();
                assert!(said.contains("chmod 600") && !said.contains("canary"), "{said}");
            }
        }
    }
}
