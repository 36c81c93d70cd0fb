//! A command that reads the secret from its standard input.
//!
//! Exit status 0 does not prove that the command read anything: the secret fits into the pipe's
//! buffer, so writing always succeeds. We therefore keep a read end of the pipe and check
//! afterwards how much is left in it.

use std::{
    env,
    ffi::OsStr,
    io::{self, PipeReader},
    os::{fd::OwnedFd, unix::process::ExitStatusExt as _},
    path::{Path, PathBuf},
    pin::pin,
    process::{ExitStatus, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _},
    net::unix::pipe::Sender,
    process::{Child, Command},
    time::timeout,
};
use zeroize::Zeroizing;

use super::{SinkError, stderr};
use crate::{
    clock,
    domain::SafeText,
    programs::{self, Group, NoProgram},
};

#[cfg(test)]
mod tests;

/// How much of the standard error is kept, in bytes. The remainder is read and discarded so that
/// the command does not block.
const KEPT: usize = 16 * 1024;

/// How long processes that the command left running may still read and write.
const GRACE: Duration = Duration::from_millis(500);

/// Finds the program's file.
pub fn find(args: &[String]) -> Result<PathBuf, SinkError> {
    find_in(args, env::var_os("PATH").as_deref())
}

/// Finds the program's file in the folders of `path`.
fn find_in(args: &[String], path: Option<&OsStr>) -> Result<PathBuf, SinkError> {
    let program = args.first().filter(|p| !p.is_empty()).ok_or(SinkError::NoCommand)?;
    programs::find_in(program, path).map_err(|why| {
        let name = SafeText::from(program.as_str());
        match why {
            NoProgram::NotFound => SinkError::NotFound(name),
            NoProgram::NotExecutable => SinkError::NotExecutable(name),
        }
    })
}

/// Runs the command and gives it the secret, with `newline` on a line of its own. Kills it after
/// `limit`.
pub async fn run(
    args: &[String],
    secret: &str,
    newline: bool,
    about: &[(&str, &str)],
    limit: Duration,
) -> Result<(), SinkError> {
    let path = find(args)?;
    let (program, rest) = args.split_first().ok_or(SinkError::NoCommand)?;
    let name = SafeText::from(program.as_str());
    let started = start(&path, program, rest, about);
    let Running { mut child, group, mut input, left } =
        started.map_err(|e| SinkError::Start { program: name.clone(), why: e.kind() })?;
    let mut stderr = Zeroizing::new(Vec::with_capacity(KEPT));
    let output = child.stderr.take();
    let is_written = AtomicBool::new(false);
    let status = {
        let feed = async {
            let done = input.write_all(secret.as_bytes()).await;
            let done = if done.is_ok() && newline { input.write_all(b"\n").await } else { done };
            is_written.store(done.is_ok(), Ordering::Relaxed);
            // Closes the command's input.
            drop(input);
        };
        let mut talk = pin!(async { tokio::join!(feed, keep(output, &mut stderr)) });
        let end = async {
            let mut is_over = false;
            let status = loop {
                tokio::select! {
                    status = child.wait() => break status,
                    _ = &mut talk, if !is_over => is_over = true,
                }
            };
            if !is_over {
                let _ = timeout(GRACE, &mut talk).await;
            }
            status
        };
        clock::within(limit, end).await
    };
    let Ok(status) = status else {
        drop(group);
        let _ = child.start_kill();
        // Reaps the process, which SIGKILL ends almost immediately.
        let _ = timeout(GRACE, child.wait()).await;
        return Err(SinkError::TimedOut { program: name, seconds: limit.as_secs() });
    };
    group.over();
    let status = status.map_err(|e| SinkError::Start { program: name.clone(), why: e.kind() })?;
    if !status.success() {
        let output = stderr::output(&stderr, secret);
        return Err(SinkError::Ended { program: name, how: how(status), output });
    }
    // The command may leave the newline unread.
    let left_over = u64::from(newline);
    let is_read =
        is_written.into_inner() && rustix::io::ioctl_fionread(&left).is_ok_and(|n| n <= left_over);
    if is_read { Ok(()) } else { Err(SinkError::Unread(name)) }
}

/// A running command.
struct Running {
    child: Child,
    group: Group,
    input: Sender,
    /// A read end of the pipe, to see how much is unread.
    left: PipeReader,
}

fn start(
    path: &Path,
    program: &str,
    args: &[String],
    about: &[(&str, &str)],
) -> io::Result<Running> {
    let (left, input) = io::pipe()?;
    let input = Sender::from_owned_fd(OwnedFd::from(input))?;
    let child = Command::new(path)
        .arg0(program)
        .args(args)
        .env_remove("AXIOM_TOKEN")
        .envs(about.iter().copied())
        .stdin(Stdio::from(left.try_clone()?))
        // The output may contain the secret and is not needed.
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        // In its own process group, the command can be killed together with its children, and
        // cannot read from the terminal.
        .process_group(0)
        .kill_on_drop(true)
        .spawn()?;
    let group = Group::of(child.id());
    Ok(Running { child, group, input, left })
}

/// Reads to the end, and keeps the first `KEPT` bytes.
async fn keep(output: Option<impl AsyncRead + Unpin>, kept: &mut Vec<u8>) {
    let Some(mut output) = output else { return };
    let mut piece = Zeroizing::new([0; 4096]);
    while let Ok(n @ 1..) = output.read(&mut piece[..]).await {
        let room = KEPT - kept.len();
        kept.extend(piece.iter().take(n.min(room)));
    }
}

fn how(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit {code}"),
        (None, Some(signal)) => format!("signal {signal}"),
        (None, None) => "an unknown status".to_owned(),
    }
}
