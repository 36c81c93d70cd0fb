//! Starts the built program in a pseudo-terminal, acts as the terminal, and reads the emulated
//! screen.

use std::{
    io::{Read, Write},
    path::Path,
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, RecvTimeoutError, channel},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};

/// The longest wait for anything; a passing test never waits this long.
const PATIENCE: Duration = Duration::from_secs(30);

/// The number of full redraws, more than fit the terminal's buffer.
const STALLING: usize = 60;

/// The sequences around a frame (synchronized update).
const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";

/// The last position of `part` in `text`.
fn last(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).rposition(|window| window == part)
}

/// A program in a terminal.
pub struct Pty {
    pub screen: vt100::Parser,
    pub bytes: Vec<u8>,
    /// The bytes received of an incomplete frame.
    held: Vec<u8>,
    child: Box<dyn Child + Send + Sync>,
    /// Our end, until the terminal hangs up.
    terminal: Option<Terminal>,
    output: Receiver<Vec<u8>>,
    /// Tells the reader to close its end after the next read.
    leaving: Arc<AtomicBool>,
    reader: Option<JoinHandle<()>>,
    /// Whether the terminal has stopped reading.
    stalled: Arc<(Mutex<bool>, Condvar)>,
    /// The home directory, if it belongs to this terminal.
    home: Option<tempfile::TempDir>,
}

struct Terminal {
    master: Box<dyn MasterPty + Send>,
    keyboard: Box<dyn Write + Send>,
}

impl Pty {
    /// Starts `axtok` with these arguments.
    pub fn start(args: &[&str], width: u16, height: u16) -> Self {
        // A home of its own: the program keeps what is chosen on the screens.
        let home = tempfile::tempdir().unwrap();
        let mut pty = Self::start_sized(args, home.path(), &[], (width, height));
        pty.home = Some(home);
        pty
    }

    /// Starts `axtok` with a home directory and more environment variables.
    pub fn start_in(args: &[&str], home: &Path, env: &[(&str, &str)]) -> Self {
        Self::start_sized(args, home, env, (80, 24))
    }

    fn start_sized(
        args: &[&str],
        home: &Path,
        env: &[(&str, &str)],
        (width, height): (u16, u16),
    ) -> Self {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_axtok"));
        command.args(args);
        Self::run(command, home, env, (width, height))
    }

    /// Starts a command that starts the program.
    pub fn run(
        mut command: CommandBuilder,
        home: &Path,
        env: &[(&str, &str)],
        (width, height): (u16, u16),
    ) -> Self {
        let size = PtySize { rows: height, cols: width, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        command.env_clear();
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        command.env("HOME", home);
        for (name, value) in env {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        // Once our handle of the slave is closed, the program holds the last one.
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let keyboard = pair.master.take_writer().unwrap();
        let (sender, output) = channel();
        let leaving = Arc::new(AtomicBool::new(false));
        let leaves = Arc::clone(&leaving);
        let stalled = Arc::new((Mutex::new(false), Condvar::new()));
        let stalls = Arc::clone(&stalled);
        let reader = thread::spawn(move || {
            let mut buffer = [0; 8192];
            // A pseudo-terminal reports its end as an error.
            while let Ok(n @ 1..) = reader.read(&mut buffer) {
                let (is_stalled, changed) = &*stalls;
                drop(changed.wait_while(is_stalled.lock().unwrap(), |yes| *yes).unwrap());
                if sender.send(buffer[..n].to_vec()).is_err() || leaves.load(Ordering::SeqCst) {
                    return;
                }
            }
        });
        let screen = vt100::Parser::new(height, width, 0);
        let terminal = Some(Terminal { master: pair.master, keyboard });
        let (bytes, held, reader) = (Vec::new(), Vec::new(), Some(reader));
        let home = None;
        Self { screen, bytes, held, child, terminal, output, leaving, reader, stalled, home }
    }

    fn terminal(&mut self) -> &mut Terminal {
        self.terminal.as_mut().unwrap()
    }

    /// Hangs up the terminal, as when a connection breaks.
    pub fn hang_up(&mut self) {
        self.leaving.store(true, Ordering::SeqCst);
        // A new size makes the program draw, so that the reader reads once more.
        let (height, width) = self.screen.screen().size();
        self.resize(width + 1, height);
        self.reader.take().unwrap().join().unwrap();
        self.terminal = None;
    }

    /// Stops the terminal from reading, until `set_stalled(false)`. Returns when the program has
    /// more to write than the terminal accepts. The key must cause a full redraw.
    pub fn stall(&mut self, key: &str) {
        self.set_stalled(true);
        for _ in 0..STALLING {
            self.send(key).taken();
        }
    }

    pub fn set_stalled(&self, yes: bool) {
        let (is_stalled, changed) = &*self.stalled;
        *is_stalled.lock().unwrap() = yes;
        changed.notify_all();
    }

    /// Waits for the end of the program without reading its output.
    pub fn ends_unread(&mut self, patience: Duration) -> ExitStatus {
        let deadline = Instant::now() + patience;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < deadline, "the program has not ended in time");
            thread::park_timeout(Duration::from_millis(20));
        }
    }

    /// Sends bytes as a keyboard would.
    pub fn send(&mut self, bytes: &str) -> &mut Self {
        let keyboard = &mut self.terminal().keyboard;
        keyboard.write_all(bytes.as_bytes()).unwrap();
        keyboard.flush().unwrap();
        self
    }

    /// Waits until the screen shows a text.
    pub fn see(&mut self, text: &str) -> String {
        self.until(&format!("\"{text}\" to be seen"), |screen| screen.contains(text))
    }

    /// Waits until the screen no longer shows a text.
    pub fn gone(&mut self, text: &str) -> String {
        self.until(&format!("\"{text}\" to be gone"), |screen| !screen.contains(text))
    }

    pub fn until(&mut self, what: &str, holds: impl Fn(&str) -> bool) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let shown = self.screen.screen().contents();
            if holds(&shown) {
                return shown;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(bytes) => self.take(&bytes),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    panic!("waited for {what}; the screen is\n{shown}");
                }
            }
        }
    }

    /// Passes received bytes to the screen, but no incomplete frame.
    fn take(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        self.held.extend_from_slice(bytes);
        let begun =
            last(&self.held, BEGIN).filter(|at| last(&self.held, END).is_none_or(|e| e < *at));
        // The first sequence itself may arrive in two parts.
        let part = (1..BEGIN.len()).rev().find(|n| self.held.ends_with(&BEGIN[..*n]));
        let upto = begun.unwrap_or(self.held.len() - part.unwrap_or(0));
        let rest = self.held.split_off(upto);
        self.screen.process(&std::mem::replace(&mut self.held, rest));
    }

    /// Reads for this time, during which the program ignores keys.
    pub fn over(&mut self, time: Duration) -> &mut Self {
        let end = Instant::now() + time;
        while let Some(left) = end.checked_duration_since(Instant::now()) {
            if let Ok(bytes) = self.output.recv_timeout(left) {
                self.take(&bytes);
            }
        }
        self
    }

    pub fn resize(&mut self, width: u16, height: u16) {
        let size = PtySize { rows: height, cols: width, pixel_width: 0, pixel_height: 0 };
        self.screen.screen_mut().set_size(height, width);
        self.terminal().master.resize(size).unwrap();
    }

    /// Reports a size to the program but leaves the emulated screen as it is.
    pub fn resize_unseen(&mut self, width: u16, height: u16) {
        let size = PtySize { rows: height, cols: width, pixel_width: 0, pixel_height: 0 };
        self.terminal().master.resize(size).unwrap();
    }

    pub fn process_id(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// Whether the terminal is in the mode of a shell: echo, and input by line.
    pub fn is_cooked(&self) -> bool {
        use rustix::termios::{LocalModes, tcgetattr};
        let slave = self.terminal.as_ref().unwrap().master.tty_name().unwrap();
        let slave = std::fs::OpenOptions::new().read(true).write(true).open(slave).unwrap();
        tcgetattr(&slave).unwrap().local_modes.contains(LocalModes::ECHO | LocalModes::ICANON)
    }

    /// Waits until the program has read every byte that was sent.
    pub fn taken(&mut self) -> &mut Self {
        let slave = self.terminal.as_ref().unwrap().master.tty_name().unwrap();
        let slave = std::fs::OpenOptions::new().read(true).write(true).open(slave).unwrap();
        let deadline = Instant::now() + PATIENCE;
        while rustix::io::ioctl_fionread(&slave).unwrap() > 0 {
            assert!(Instant::now() < deadline, "the program has not read its input in time");
            thread::yield_now();
        }
        self
    }

    /// Waits for the end of the program and of its output.
    pub fn ends(&mut self) -> ExitStatus {
        self.ends_within(PATIENCE)
    }

    /// Like [`Self::ends`], with this much patience.
    pub fn ends_within(&mut self, patience: Duration) -> ExitStatus {
        let deadline = Instant::now() + patience;
        while let Ok(bytes) =
            self.output.recv_timeout(deadline.saturating_duration_since(Instant::now()))
        {
            self.take(&bytes);
        }
        while self.child.try_wait().unwrap().is_none() {
            assert!(Instant::now() < deadline, "the program has not ended in time");
            thread::yield_now();
        }
        self.child.wait().unwrap()
    }

    /// Asserts that no terminal mode is left on.
    pub fn assert_restored(&self) {
        let screen = self.screen.screen();
        assert!(!screen.alternate_screen(), "the alternate screen is still on");
        assert!(!screen.hide_cursor(), "the cursor is still hidden");
        assert!(!screen.bracketed_paste(), "bracketed paste is still on");
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
        let last = |on: &str, off: &str| {
            let text = String::from_utf8_lossy(&self.bytes).into_owned();
            text.rfind(on).is_none_or(|at| text.rfind(off).is_some_and(|o| o > at))
        };
        assert!(last("\x1b[?1004h", "\x1b[?1004l"), "focus reports are still on");
        assert!(last("\x1b[>5u", "\x1b[<1u"), "the keyboard protocol is not restored");
        assert!(last("\x1b[?2026h", "\x1b[?2026l"), "a synchronized update is still open");
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        self.set_stalled(false);
        // A test that failed must not leave its program behind.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
