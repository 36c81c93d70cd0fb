//! Emulates a terminal: types one key at a time, and measures the time until the last byte of the
//! response.

use std::{
    io::{Read as _, Write},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
    time::{Duration, Instant},
};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// After this much silence, a key's output is complete.
const QUIET: Duration = Duration::from_millis(10);
/// How long to wait for a first byte that must come.
const PATIENCE: Duration = Duration::from_secs(30);
const IDLE: Duration = Duration::from_secs(1);
const DOWN: &str = "\x1b[B";
const STEPS: usize = 60;

/// The measurements, in the order of the names.
#[derive(Clone, Debug)]
pub struct Figures(pub [f64; 9]);

impl Figures {
    pub const NAMES: [&str; 9] = [
        "first byte, ms",
        "list on the screen, ms",
        "a step, ms",
        "a step, bytes",
        "a step that scrolls, bytes",
        "no step, bytes",
        "500 steps at once, ms",
        "a second of nothing, bytes",
        "memory at most, MiB",
    ];

    /// The median of each measurement.
    pub fn median(rounds: &[Self]) -> Self {
        Self(std::array::from_fn(|i| median(rounds.iter().map(|figures| figures.0[i]).collect())))
    }
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}

/// Measures one run of a program; `ready` is on the screen once the list is there.
pub fn measure(command: CommandBuilder, ready: &str, size: (u16, u16)) -> Figures {
    let mut terminal = Terminal::start(command, size);
    let (first, listed) = terminal.until(ready);
    terminal.wait_quiet(Duration::from_millis(300));
    let rows = usize::from(size.1);
    // Stay within the first screen in both programs.
    let inside: Vec<_> = (0..rows / 3).map(|_| terminal.press(DOWN)).collect();
    for _ in 0..rows {
        terminal.press(DOWN);
    }
    let scrolls: Vec<_> = (0..STEPS).map(|_| terminal.press(DOWN)).collect();
    let (at_once, _) = terminal.press(&DOWN.repeat(500));
    // F12 does nothing in either program.
    terminal.type_in("\x1b[24~");
    let no_step = terminal.wait_quiet(QUIET);
    let idle = terminal.wait_quiet(IDLE);
    let memory = terminal.memory();
    terminal.end();
    let bytes = |all: &[(f64, f64)]| median(all.iter().map(|(_, bytes)| *bytes).collect());
    let time = median(inside.iter().chain(&scrolls).map(|(time, _)| *time).collect());
    let (step, scroll) = (bytes(&inside), bytes(&scrolls));
    Figures([first, listed, time, step, scroll, no_step, at_once, idle, memory])
}

struct Terminal {
    started: Instant,
    child: Box<dyn Child + Send + Sync>,
    /// Kept open while the program runs.
    _master: Box<dyn MasterPty + Send>,
    keyboard: Box<dyn Write + Send>,
    output: Receiver<(Instant, Vec<u8>)>,
    screen: vt100::Parser,
}

impl Terminal {
    fn start(mut command: CommandBuilder, (width, height): (u16, u16)) -> Self {
        let size = PtySize { rows: height, cols: width, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        command.env("TERM", "xterm-256color");
        let mut reader = pair.master.try_clone_reader().unwrap();
        let keyboard = pair.master.take_writer().unwrap();
        let (sender, output) = channel();
        let started = Instant::now();
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        thread::spawn(move || {
            let mut piece = vec![0; 1 << 16];
            while let Ok(length @ 1..) = reader.read(&mut piece) {
                if sender.send((Instant::now(), piece[..length].to_vec())).is_err() {
                    return;
                }
            }
        });
        let screen = vt100::Parser::new(height, width, 0);
        Self { started, child, _master: pair.master, keyboard, output, screen }
    }

    /// Milliseconds until the first byte, and until this text is on the screen.
    fn until(&mut self, text: &str) -> (f64, f64) {
        let mut first = None;
        loop {
            let (at, bytes) = self.output.recv_timeout(PATIENCE).unwrap();
            let passed = milliseconds(at - self.started);
            self.screen.process(&bytes);
            let first = *first.get_or_insert(passed);
            if self.screen.screen().contents().contains(text) {
                return (first, passed);
            }
        }
    }

    fn type_in(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).and_then(|()| self.keyboard.flush()).unwrap();
    }

    /// Types keys that change the screen: milliseconds until the last byte, and the number of
    /// bytes.
    fn press(&mut self, keys: &str) -> (f64, f64) {
        let typed = Instant::now();
        self.type_in(keys);
        let (mut last, first) = self.output.recv_timeout(PATIENCE).unwrap();
        let mut bytes = first.len();
        while let Ok((at, more)) = self.output.recv_timeout(QUIET) {
            last = at;
            bytes += more.len();
        }
        (milliseconds(last - typed), count(bytes))
    }

    /// Waits for this much silence; the number of bytes before it.
    fn wait_quiet(&mut self, silence: Duration) -> f64 {
        let mut bytes = 0;
        loop {
            match self.output.recv_timeout(silence) {
                Ok((_, more)) => bytes += more.len(),
                Err(RecvTimeoutError::Timeout) => return count(bytes),
                Err(RecvTimeoutError::Disconnected) => panic!("it has ended"),
            }
        }
    }

    /// Peak memory in MiB; 0 if the system does not report it.
    fn memory(&self) -> f64 {
        let status = self.child.process_id().map(|id| format!("/proc/{id}/status"));
        let status = status.and_then(|path| std::fs::read_to_string(path).ok()).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<f64>().ok());
        kib.unwrap_or_default() / 1024.0
    }

    fn end(mut self) {
        self.type_in("q");
        self.child.wait().unwrap();
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

#[expect(clippy::cast_precision_loss, reason = "a frame never has that many bytes")]
const fn count(bytes: usize) -> f64 {
    bytes as f64
}
