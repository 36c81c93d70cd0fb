//! Runs a program for what it prints, such as a secret: without a shell, without standard
//! input, with a time limit, and without leaving processes behind.

use std::{
    io,
    os::{
        fd::AsFd,
        unix::process::{CommandExt as _, ExitStatusExt as _},
    },
    path::Path,
    pin::pin,
    process::{ExitStatus, Stdio},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _},
    process::Command,
    time::timeout,
};
use zeroize::Zeroizing;

use super::{Group, NoProgram, find, kill_holders, may_ask};
use crate::domain::{SafeText, pasted, text};

/// How long to keep reading after the program has exited: a child of it may still hold the pipes
/// open.
const GRACE: Duration = Duration::from_millis(200);
/// Shortest word of the output that is kept out of error messages, in bytes.
const PART: usize = 6;
/// Shortest run of base64 that counts as an encoded secret, in characters.
const BASE64: usize = 32;
/// How much of the standard error's first line is shown, in characters.
const SHOWN: usize = 200;

/// A program to run.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// The program and its arguments.
    pub command: &'a [String],
    /// More environment variables.
    pub about: &'a [(&'a str, &'a str)],
    /// A variable that it does not get.
    pub without: &'a str,
    /// How much it may print, in bytes.
    pub cap: usize,
    /// Whether only its success counts: its standard output is discarded, of its standard error
    /// the end is kept, it never uses the terminal, and what it leaves running at its end goes on.
    pub is_silent: bool,
    /// How long it may run.
    pub patience: Duration,
}

/// What a program printed.
pub struct Output {
    /// How it ended.
    pub status: ExitStatus,
    /// The first bytes of its standard output: at most one more than the cap.
    pub out: Zeroizing<Vec<u8>>,
    err: Zeroizing<Vec<u8>>,
}

/// Why a program did not run, or not to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotRun {
    /// There is no program.
    Empty,
    /// The program is a relative path.
    Relative,
    /// There is no such program.
    NoProgram(NoProgram),
    /// The system could not start it.
    NotStarted(io::ErrorKind),
    /// It ran too long and was killed.
    TooLong,
}

impl NotRun {
    /// A phrase that names the program; `limit` is how long it could run.
    #[must_use]
    pub fn describe(self, program: &str, limit: Duration) -> String {
        let name = SafeText::from(program);
        match self {
            Self::Empty | Self::Relative => format!("`{name}` is not a full path"),
            Self::NoProgram(why) => why.describe(program),
            Self::NotStarted(kind) => format!("`{name}` could not be started ({kind})"),
            Self::TooLong => {
                format!("`{name}` was still running after {} s and was killed", limit.as_secs())
            }
        }
    }
}

impl std::fmt::Debug for Output {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Output").field("status", &self.status).finish_non_exhaustive()
    }
}

/// Runs a program to its end.
///
/// # Errors
/// When it cannot be started, or runs too long.
pub async fn run(call: Call<'_>) -> Result<Output, NotRun> {
    let Call { command, cap, is_silent, patience, .. } = call;
    let (name, arguments) = command.split_first().ok_or(NotRun::Empty)?;
    // A relative path would mean a different program in each working directory.
    if name.contains('/') && !Path::new(name).is_absolute() {
        return Err(NotRun::Relative);
    }
    let found = find(name).map_err(NotRun::NoProgram)?;
    // A program that may ask for a password stays in our process group: only the foreground
    // group may use the terminal.
    let may_ask = !is_silent && may_ask();
    let mut starting = std::process::Command::new(found);
    starting
        .arg0(name)
        .args(arguments)
        .env_remove(call.without)
        .envs(call.about.iter().copied())
        .stdin(Stdio::null())
        .stdout(if is_silent { Stdio::null() } else { Stdio::piped() })
        .stderr(Stdio::piped());
    if !may_ask {
        starting.process_group(0);
    }
    let not_started = |e: io::Error| NotRun::NotStarted(e.kind());
    let mut child = Command::from(starting).kill_on_drop(true).spawn().map_err(not_started)?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let pipes = [stdout.as_ref().and_then(inode), stderr.as_ref().and_then(inode)];
    let running = Running {
        group: Group::of(child.id().filter(|_| !may_ask)),
        pipes: pipes.into_iter().flatten().collect(),
    };
    let mut out = Zeroizing::new(Vec::with_capacity(cap + 1));
    let mut err = Zeroizing::new(Vec::with_capacity(cap + 1));
    let run = async {
        let mut reading = pin!(async {
            let errors = async {
                if is_silent {
                    read_end(stderr, &mut err, cap).await;
                } else {
                    read(stderr, &mut err, cap, false).await;
                }
            };
            tokio::join!(read(stdout, &mut out, cap, true), errors)
        });
        let mut is_read = false;
        let status = loop {
            tokio::select! {
                status = child.wait() => break status,
                _ = &mut reading, if !is_read => is_read = true,
            }
        };
        // The program has exited: do not wait for children that keep the pipes open.
        let is_read = is_read || timeout(GRACE, &mut reading).await.is_ok();
        status.map(|status| (status, is_read))
    };
    let ended = timeout(patience, run).await;
    let Ok(ended) = ended else {
        // Kills its children too.
        drop(running);
        let _ = child.start_kill();
        let _ = timeout(GRACE, child.wait()).await;
        return Err(NotRun::TooLong);
    };
    let (status, is_read) = ended.map_err(not_started)?;
    if is_read || is_silent {
        running.over();
    } else {
        drop(running);
    }
    Ok(Output { status, out, err })
}

impl Output {
    /// How the program ended, as in "status 1" or "signal 9".
    #[must_use]
    pub fn ending(&self) -> String {
        match (self.status.code(), self.status.signal()) {
            (Some(code), _) => format!("status {code}"),
            (None, Some(signal)) => format!("signal {signal}"),
            (None, None) => "no status".to_owned(),
        }
    }

    /// The first line of standard error after a colon, unless any of it may be a token or occurs
    /// in the standard output.
    #[must_use]
    pub fn complaint(&self) -> String {
        let text = Zeroizing::new(String::from_utf8_lossy(&self.err).into_owned());
        let first = text.lines().map(str::trim).find(|l| !l.is_empty()).unwrap_or_default();
        if first.is_empty() {
            return String::new();
        }
        let printed = Zeroizing::new(String::from_utf8_lossy(&self.out).into_owned());
        let mut words = printed.split_whitespace().filter(|word| word.len() >= PART);
        let is_quoted = words.any(|word| text.contains(word));
        if may_hold_secret(&text) || is_quoted {
            return " (its message is not shown: it may contain the token)".to_owned();
        }
        let shown: String = first.chars().take(SHOWN).collect();
        format!(": {}", SafeText::from(shown))
    }
}

/// Whether a text may hold a token, or an encoded secret.
fn may_hold_secret(text: &str) -> bool {
    pasted::may_hold_token(text) || has_base64(text)
}

/// Whether a text has a long run of base64, which may be an encoded secret.
fn has_base64(text: &str) -> bool {
    let is_of_it = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    text.split(|c| !is_of_it(c)).any(|run| {
        run.len() >= BASE64
            && run.contains(|c: char| c.is_ascii_digit())
            && run.contains(|c: char| c.is_ascii_uppercase())
    })
}

impl Output {
    /// The last line of standard error after a colon, unless it may hold a secret. At most this
    /// many columns of it.
    #[must_use]
    pub fn last_words(&self, columns: usize) -> String {
        let text = String::from_utf8_lossy(&self.err);
        let Some(last) = text.lines().map(str::trim).rfind(|line| !line.is_empty()) else {
            return String::new();
        };
        if may_hold_secret(last) {
            return " (its message is not shown: it may contain a secret)".to_owned();
        }
        format!(": {}", text::cut(SafeText::from(last).shown(), columns))
    }
}

/// The processes that the program started; killed on drop.
struct Running {
    group: Group,
    pipes: Vec<u64>,
}

impl Running {
    /// The program has finished: leave the processes alone.
    fn over(mut self) {
        self.pipes.clear();
        let group = std::mem::replace(&mut self.group, Group::of(None));
        group.over();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.pipes.is_empty() {
            kill_holders(&self.pipes);
        }
    }
}

/// The pipe's inode number.
fn inode(pipe: &impl AsFd) -> Option<u64> {
    rustix::fs::fstat(pipe).ok().map(|found| found.st_ino)
}

/// Reads to the end and keeps at most this many of the last bytes.
async fn read_end(pipe: Option<impl AsyncRead + Unpin>, kept: &mut Vec<u8>, most: usize) {
    let Some(mut pipe) = pipe else { return };
    let mut piece = Zeroizing::new(vec![0; 4096]);
    while let Ok(n @ 1..) = pipe.read(&mut piece[..]).await {
        kept.extend_from_slice(&piece[..n]);
        kept.drain(..kept.len().saturating_sub(most));
    }
}

/// Reads to the end but keeps at most one byte more than the cap. With `stops`, stops reading at
/// the cap, which closes the pipe.
async fn read(pipe: Option<impl AsyncRead + Unpin>, kept: &mut Vec<u8>, cap: usize, stops: bool) {
    let Some(mut pipe) = pipe else { return };
    let mut piece = Zeroizing::new(vec![0; 4096]);
    while let Ok(n @ 1..) = pipe.read(&mut piece[..]).await {
        let room = (cap + 1).saturating_sub(kept.len());
        kept.extend_from_slice(&piece[..n.min(room)]);
        if stops && kept.len() > cap {
            return;
        }
    }
}
