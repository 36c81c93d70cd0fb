//! A command that takes the secret on its standard input.
//!
//! That it ended with 0 does not say that it read anything: the secret fits
//! into the pipe's buffer, so writing it always works. So we keep an end of the
//! pipe to read from, and look afterwards how much is left in it.

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

/// As much of the standard error as is kept, in bytes; the rest is read and
/// forgotten, so that the command does not wait.
const KEPT: usize = 16 * 1024;

/// How long what the command left running may still read and write.
const GRACE: Duration = Duration::from_millis(500);

/// Where the program is.
pub fn find(args: &[String]) -> Result<PathBuf, SinkError> {
    find_in(args, env::var_os("PATH").as_deref())
}

/// The same along a given path.
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

/// Runs the command until it ends, at most for a time.
pub async fn run(
    args: &[String],
    secret: &str,
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
            let done = if done.is_ok() { input.write_all(b"\n").await } else { done };
            is_written.store(done.is_ok(), Ordering::Relaxed);
            // The end of its input.
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
        // Nothing outlives this signal for long.
        let _ = timeout(GRACE, child.wait()).await;
        return Err(SinkError::TimedOut { program: name, seconds: limit.as_secs() });
    };
    group.over();
    let status = status.map_err(|e| SinkError::Start { program: name.clone(), why: e.kind() })?;
    if !status.success() {
        let output = stderr::output(&stderr, secret);
        return Err(SinkError::Ended { program: name, how: how(status), output });
    }
    // All but the newline, at least.
    let is_read =
        is_written.into_inner() && rustix::io::ioctl_fionread(&left).is_ok_and(|n| n <= 1);
    if is_read { Ok(()) } else { Err(SinkError::Unread(name)) }
}

/// A command on its way.
struct Running {
    child: Child,
    group: Group,
    input: Sender,
    /// The pipe's other end, to see what is left in it.
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
        // Nobody looks at it, so nobody can show it.
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        // A group of its own, so that what it starts can be killed with it, and
        // the terminal is not its to read from.
        .process_group(0)
        .kill_on_drop(true)
        .spawn()?;
    let group = Group::of(child.id());
    Ok(Running { child, group, input, left })
}

/// Reads to the end, and keeps the beginning.
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
