//! Output to the terminal. A terminal can stall, on a hanging link or in a stopped multiplexer;
//! the loop must keep handling keys, signals and responses meanwhile. Output that the terminal
//! does not accept is buffered and sent later.
//!
//! The shell shares the open file behind standard output, so that must not become non-blocking:
//! the terminal is opened a second time.

use std::{
    fs::{File, OpenOptions},
    io::{self, IsTerminal as _, Write},
    os::{
        fd::{AsFd as _, OwnedFd},
        unix::{ffi::OsStrExt as _, fs::OpenOptionsExt as _},
    },
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError},
    time::{Duration, Instant},
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    fs::OFlags,
    termios::{tcgetsid, ttyname},
};
use tokio::io::{Interest, unix::AsyncFd};
use zeroize::Zeroize as _;

/// How often to try a stalled terminal again, if the system does not report that it is writable.
const TRY_AGAIN: Duration = Duration::from_millis(250);

/// While restoring the terminal: give up if it accepts nothing for this long.
const STALLED: Duration = Duration::from_secs(1);
/// While restoring the terminal: give up after this long in any case.
const AT_MOST: Duration = Duration::from_secs(5);

/// Shared by the whole process, because the panic hook writes too.
static TERMINAL: Mutex<Terminal> = Mutex::new(Terminal::new());

/// A writer to the terminal. Buffers until it is flushed, and never waits for the terminal.
#[derive(Clone, Copy, Debug)]
pub struct Output;

#[derive(Debug)]
struct Terminal {
    /// Our own open file, opened on first use.
    file: Option<Arc<File>>,
    /// Output that the terminal has not accepted yet.
    pending: Vec<u8>,
}

impl Output {
    /// Whether output is waiting for the terminal to accept it.
    pub fn is_stalled() -> bool {
        !terminal().pending.is_empty()
    }

    /// Waits until the terminal has accepted all output.
    ///
    /// # Errors
    /// If the terminal cannot be written to.
    pub async fn taken() -> io::Result<()> {
        while Self::is_stalled() {
            let file = terminal().file()?;
            let fd = file.as_fd().try_clone_to_owned()?;
            // If the system does not report it, the timeout does.
            let _ = tokio::time::timeout(TRY_AGAIN, writable(fd)).await;
            terminal().send()?;
        }
        Ok(())
    }

    /// Sends the buffered output, waiting for a stalled terminal for a limited time, and discards
    /// what is left.
    pub fn finish() {
        let Some(mut terminal) = try_terminal() else { return };
        let begun = Instant::now();
        let mut moved = begun;
        let mut left = terminal.pending.len();
        while left > 0 && moved.elapsed() < STALLED && begun.elapsed() < AT_MOST {
            if terminal.send().is_err() {
                break;
            }
            if terminal.pending.len() < left {
                (left, moved) = (terminal.pending.len(), Instant::now());
            } else if let Ok(file) = terminal.file() {
                let wait = Timespec::try_from(TRY_AGAIN).unwrap_or_default();
                let _ = poll(&mut [PollFd::new(&*file, PollFlags::OUT)], Some(&wait));
            }
        }
        terminal.forget();
    }
}

/// Waits until the system reports the terminal as writable.
#[expect(
    deprecated,
    reason = "the replacement asks the caller for a guarantee that OwnedFd already gives"
)]
async fn writable(fd: OwnedFd) {
    match AsyncFd::with_interest(fd, Interest::WRITABLE) {
        Ok(fd) => drop(fd.writable().await),
        Err(_) => std::future::pending().await,
    }
}

fn terminal() -> MutexGuard<'static, Terminal> {
    TERMINAL.lock().unwrap_or_else(PoisonError::into_inner)
}

/// `None` if a write is in progress, which the panic that restores the terminal has interrupted.
fn try_terminal() -> Option<MutexGuard<'static, Terminal>> {
    match TERMINAL.try_lock() {
        Ok(terminal) => Some(terminal),
        Err(TryLockError::Poisoned(e)) => Some(e.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(mut terminal) = try_terminal() {
            terminal.pending.extend_from_slice(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        try_terminal().map_or(Ok(()), |mut terminal| terminal.send())
    }
}

impl Terminal {
    const fn new() -> Self {
        Self { file: None, pending: Vec::new() }
    }

    fn file(&mut self) -> io::Result<Arc<File>> {
        if let Some(file) = &self.file {
            return Ok(Arc::clone(file));
        }
        Ok(Arc::clone(self.file.insert(Arc::new(open()?))))
    }

    /// Sends as much as the terminal accepts now.
    fn send(&mut self) -> io::Result<()> {
        let file = self.file()?;
        while !self.pending.is_empty() {
            match (&*file).write(&self.pending) {
                Ok(taken) => {
                    // The bytes may hold a secret.
                    self.pending[..taken].zeroize();
                    self.pending.drain(..taken);
                }
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => {
                    self.forget();
                    return Err(e);
                }
            }
        }
        self.forget();
        Ok(())
    }

    /// Discards unsent output.
    fn forget(&mut self) {
        // Wipes the bytes and the spare capacity.
        self.pending.zeroize();
    }
}

/// Opens the terminal of standard output a second time, without blocking. Falls back to the
/// shared open file if that is not possible, as with another user's terminal.
fn open() -> io::Result<File> {
    let stdout = io::stdout();
    let open = |path: &Path| {
        let flags = (OFlags::NONBLOCK | OFlags::NOCTTY).bits();
        let flags = i32::try_from(flags).map_err(io::Error::other)?;
        let file = OpenOptions::new().write(true).custom_flags(flags).open(path)?;
        if file.is_terminal() { Ok(file) } else { Err(io::ErrorKind::InvalidInput.into()) }
    };
    let by_name = ttyname(&stdout, Vec::new())
        .map_err(io::Error::from)
        .and_then(|name| open(Path::new(std::ffi::OsStr::from_bytes(name.as_bytes()))));
    // A process may always open its controlling terminal.
    let controlling =
        |e| if tcgetsid(&stdout).is_ok() { open(Path::new("/dev/tty")) } else { Err(e) };
    by_name.or_else(controlling).or_else(|_| Ok(File::from(stdout.as_fd().try_clone_to_owned()?)))
}
