//! What is written to the terminal. A terminal can stall: a link that hangs, a
//! multiplexer that is stopped. Writing must not stop the loop then, which has keys,
//! signals and replies to see to. So what the terminal does not take now is kept and
//! sent when it takes more.
//!
//! The shell shares what is open as standard output, so that is not made
//! non-blocking: the terminal is opened once more.

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

/// How often a stalled terminal is tried again, should the system not tell that it
/// takes more.
const TRY_AGAIN: Duration = Duration::from_millis(250);

/// How long the terminal may take nothing at all when it is given back.
const STALLED: Duration = Duration::from_secs(1);
/// How long giving it back may take.
const AT_MOST: Duration = Duration::from_secs(5);

/// The terminal, for the whole process: a panic writes to it too.
static TERMINAL: Mutex<Terminal> = Mutex::new(Terminal::new());

/// Writes to the terminal. What is written is sent when it is flushed, and never
/// waits for the terminal.
#[derive(Clone, Copy, Debug)]
pub struct Output;

#[derive(Debug)]
struct Terminal {
    /// Ours alone, opened when it is first needed.
    file: Option<Arc<File>>,
    /// What it has not taken yet.
    pending: Vec<u8>,
}

impl Output {
    /// Whether something waits for the terminal to take it.
    pub fn is_stalled() -> bool {
        !terminal().pending.is_empty()
    }

    /// Waits until the terminal has taken everything.
    ///
    /// # Errors
    /// When it cannot be written to.
    pub async fn taken() -> io::Result<()> {
        while Self::is_stalled() {
            let file = terminal().file()?;
            let fd = file.as_fd().try_clone_to_owned()?;
            // Where the system cannot tell, the time must do.
            let _ = tokio::time::timeout(TRY_AGAIN, writable(fd)).await;
            terminal().send()?;
        }
        Ok(())
    }

    /// Sends what is there, waiting for a stalled terminal for a limited time. What
    /// it does not take then is forgotten.
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

/// Waits until the system says that the terminal takes something.
#[expect(
    deprecated,
    reason = "its successor asks for a promise that an owned descriptor keeps by itself"
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

/// `None` if it is being written to: by the panic that gives the terminal back.
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

    /// Sends as much as the terminal takes now.
    fn send(&mut self) -> io::Result<()> {
        let file = self.file()?;
        while !self.pending.is_empty() {
            match (&*file).write(&self.pending) {
                Ok(taken) => {
                    // It may hold a secret.
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

    /// Forgets what is still to be sent.
    fn forget(&mut self) {
        // Its bytes and its room.
        self.pending.zeroize();
    }
}

/// The terminal of standard output, open once more, so that writing does not wait.
/// Where it cannot be opened, such as another user's: as it is.
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
    // Anybody may open the terminal that the process is controlled by.
    let controlling =
        |e| if tcgetsid(&stdout).is_ok() { open(Path::new("/dev/tty")) } else { Err(e) };
    by_name.or_else(controlling).or_else(|_| Ok(File::from(stdout.as_fd().try_clone_to_owned()?)))
}
