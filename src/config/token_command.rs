//! Runs the command that prints a token: without a shell, without standard input, with a time
//! limit, and without leaving processes behind.

use std::{
    os::{
        fd::AsFd,
        unix::process::{CommandExt as _, ExitStatusExt as _},
    },
    path::Path,
    pin::pin,
    process::{ExitStatus, Stdio},
    sync::Arc,
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _},
    process::Command,
    time::timeout,
};
use zeroize::Zeroizing;

use super::{
    credentials::{CAP, CredentialError, token},
    environment::TOKEN,
};
use crate::{
    domain::{SafeText, Secret, pasted},
    programs::{self, Group, NoProgram},
};

/// How long to keep reading after the command has exited: a child of it may still hold the pipes
/// open.
const GRACE: Duration = Duration::from_millis(200);
/// Shortest word of the output that is kept out of error messages, in bytes.
const PART: usize = 6;
/// How much of the standard error's first line is shown, in characters.
const SHOWN: usize = 200;

/// Runs the command and returns the token that it prints.
pub(super) async fn run(
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
    // A relative path would mean a different program in each working directory.
    if name.contains('/') && !Path::new(name).is_absolute() {
        return Err(CredentialError::Relative { program });
    }
    let found = programs::find(name).map_err(|why| CredentialError::NoProgram {
        program: program.clone(),
        why: match why {
            NoProgram::NotFound => "was not found: install it, or give its full path",
            NoProgram::NotExecutable => "cannot be executed: check that you may run it",
        },
    })?;
    // A command that may ask for a password stays in our process group: only the foreground
    // group may use the terminal.
    let may_ask = programs::may_ask();
    let mut starting = std::process::Command::new(found);
    starting
        .arg0(name)
        .args(arguments)
        .env_remove(TOKEN)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    if !may_ask {
        starting.process_group(0);
    }
    let mut child = Command::from(starting).kill_on_drop(true).spawn().map_err(not_started)?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let pipes = [stdout.as_ref().and_then(inode), stderr.as_ref().and_then(inode)];
    let running = Running {
        group: Group::of(child.id().filter(|_| !may_ask)),
        pipes: pipes.into_iter().flatten().collect(),
    };
    let mut out = Zeroizing::new(Vec::with_capacity(CAP + 1));
    let mut err = Zeroizing::new(Vec::with_capacity(CAP + 1));
    let run = async {
        let mut reading = pin!(async {
            tokio::join!(read(stdout, &mut out, true), read(stderr, &mut err, false))
        });
        let mut is_read = false;
        let status = loop {
            tokio::select! {
                status = child.wait() => break status,
                _ = &mut reading, if !is_read => is_read = true,
            }
        };
        // The command has exited: do not wait for children that keep the pipes open.
        let is_read = is_read || timeout(GRACE, &mut reading).await.is_ok();
        status.map(|status| (status, is_read))
    };
    let ended = timeout(patience, run).await;
    let Ok(ended) = ended else {
        // Kills its children too.
        drop(running);
        let _ = child.start_kill();
        let _ = timeout(GRACE, child.wait()).await;
        return Err(CredentialError::TooLong { program, seconds: patience.as_secs() });
    };
    let (status, is_read) = ended.map_err(not_started)?;
    if is_read {
        running.over();
    } else {
        drop(running);
    }
    let from = format!("the output of the token command {program}");
    if out.len() > CAP {
        return Err(CredentialError::TooMuch { from });
    }
    if !status.success() {
        let (status, complaint) = (exit_text(status), complaint(&err, &out));
        return Err(CredentialError::Failed { program, status, complaint });
    }
    token(&out, &from)
}

/// The processes that the command started; killed on drop.
struct Running {
    group: Group,
    pipes: Vec<u64>,
}

impl Running {
    /// The command has finished: leave the processes alone.
    fn over(mut self) {
        self.pipes.clear();
        let group = std::mem::replace(&mut self.group, Group::of(None));
        group.over();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.pipes.is_empty() {
            programs::kill_holders(&self.pipes);
        }
    }
}

/// The pipe's inode number.
fn inode(pipe: &impl AsFd) -> Option<u64> {
    rustix::fs::fstat(pipe).ok().map(|found| found.st_ino)
}

/// Reads to the end but keeps at most one byte more than the cap. With `stops`, stops reading at
/// the cap, which closes the pipe.
async fn read(pipe: Option<impl AsyncRead + Unpin>, kept: &mut Vec<u8>, stops: bool) {
    let Some(mut pipe) = pipe else { return };
    let mut piece = Zeroizing::new(vec![0; 4096]);
    while let Ok(n @ 1..) = pipe.read(&mut piece[..]).await {
        let room = (CAP + 1).saturating_sub(kept.len());
        kept.extend_from_slice(&piece[..n.min(room)]);
        if stops && kept.len() > CAP {
            return;
        }
    }
}

fn exit_text(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("status {code}"),
        (None, Some(signal)) => format!("signal {signal}"),
        (None, None) => "no status".to_owned(),
    }
}

/// The first line of standard error, unless any of it may be a token or occurs in the standard
/// output.
fn complaint(err: &[u8], out: &[u8]) -> String {
    let text = Zeroizing::new(String::from_utf8_lossy(err).into_owned());
    let first = text.lines().map(str::trim).find(|l| !l.is_empty()).unwrap_or_default();
    if first.is_empty() {
        return String::new();
    }
    let printed = Zeroizing::new(String::from_utf8_lossy(out).into_owned());
    let mut words = printed.split_whitespace().filter(|word| word.len() >= PART);
    if pasted::may_hold_token(&text) || words.any(|word| text.contains(word)) {
        return " (its message is not shown: it may contain the token)".to_owned();
    }
    let shown: String = first.chars().take(SHOWN).collect();
    format!(": {}", SafeText::from(shown))
}

#[cfg(test)]
mod tests;
