//! The real terminal: taken over, given back whatever happens, and asked for
//! its clipboard.

pub mod clipboard;
pub mod events;
pub mod keyboard;
pub mod link;

use std::{
    io::{self, BufWriter, Stdout, Write},
    mem::ManuallyDrop,
    sync::atomic::{AtomicBool, Ordering},
};

use crossterm::{
    cursor,
    event::{DisableBracketedPaste, DisableFocusChange, EnableBracketedPaste, EnableFocusChange},
    execute, queue,
    terminal::{
        BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
        disable_raw_mode, enable_raw_mode,
    },
};
use ratatui::{Terminal, backend::CrosstermBackend};

use crate::{
    app::{Copied, Model, places::Places},
    runtime::Display,
    ui::{self, Look},
};

/// Enough for a full frame of a large terminal in one write.
const BUFFER: usize = 64 * 1024;

/// Whether the terminal is taken over, for the panic hook.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// The terminal while it is ours; given back when dropped.
pub struct Tty {
    look: Look,
    /// The terminal takes links.
    links: bool,
    clipboard: clipboard::Way,
    /// Never dropped: on a terminal that has gone its `drop` complains where
    /// nobody listens, and that would be a panic before the last answers came.
    terminal: ManuallyDrop<Terminal<CrosstermBackend<BufWriter<Stdout>>>>,
}

impl std::fmt::Debug for Tty {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tty")
    }
}

impl Tty {
    /// Takes the terminal over.
    ///
    /// # Errors
    /// When it cannot be written to, or its size cannot be read.
    pub fn take(look: Look) -> io::Result<Self> {
        restore_on_panic();
        enter()?;
        let out = BufWriter::with_capacity(BUFFER, io::stdout());
        let terminal = Terminal::new(CrosstermBackend::new(out)).inspect_err(|_| restore())?;
        let links = std::env::var("TERM").is_ok_and(|term| link::taken_by(&term));
        let clipboard = clipboard::Way::here(clipboard::Setting::Auto);
        Ok(Self { look, links, clipboard, terminal: ManuallyDrop::new(terminal) })
    }

    /// The same with a clipboard of the user's choice.
    #[must_use]
    pub fn with_clipboard(mut self, setting: clipboard::Setting) -> Self {
        self.clipboard = clipboard::Way::here(setting);
        self
    }

    /// How texts are copied: for who clears the clipboard later.
    #[must_use]
    pub const fn clipboard(&self) -> clipboard::Way {
        self.clipboard
    }

    /// A hangup was signalled. A terminal that has gone is not touched again; one
    /// that still answers is given back.
    pub fn hung_up(self) {
        if !answers() {
            TAKEN.store(false, Ordering::SeqCst);
        }
    }
}

/// Whether the terminal is still there. Asks, and writes nothing.
#[must_use]
pub fn answers() -> bool {
    rustix::termios::tcgetattr(io::stdout()).is_ok()
}

impl Drop for Tty {
    fn drop(&mut self) {
        restore();
    }
}

fn enter() -> io::Result<()> {
    enable_raw_mode()?;
    TAKEN.store(true, Ordering::SeqCst);
    execute!(
        io::stdout(),
        EnterAlternateScreen,
        EnableBracketedPaste,
        EnableFocusChange,
        cursor::Hide
    )
    .and_then(|()| keyboard::begin(&mut io::stdout()))
    .and_then(|()| io::stdout().flush())
    .inspect_err(|_| restore())
}

/// Gives the terminal back: every step is tried, errors are ignored, nothing
/// is printed; may be called twice.
pub fn restore() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    let mut out = io::stdout();
    let _ = queue!(out, EndSynchronizedUpdate);
    let _ = keyboard::end(&mut out);
    let _ = queue!(out, DisableFocusChange, DisableBracketedPaste);
    let _ = queue!(out, LeaveAlternateScreen, cursor::Show);
    let _ = out.flush();
    let _ = disable_raw_mode();
}

/// A panic must leave a usable shell, and say where, never what: the payload
/// could quote a secret.
fn restore_on_panic() {
    std::panic::set_hook(Box::new(|info| {
        restore();
        let place =
            info.location().map_or_else(String::new, |l| format!(" at {}:{}", l.file(), l.line()));
        let _ = writeln!(io::stderr(), "axtok: internal error{place}; please report it");
    }));
}

impl Display for Tty {
    fn draw(&mut self, model: &Model) -> io::Result<Places> {
        queue!(self.terminal.backend_mut(), BeginSynchronizedUpdate)?;
        let mut places = Places::default();
        let look = self.look;
        self.terminal.draw(|frame| places = ui::draw(frame, model, look))?;
        if let Some(link) = places.link.as_ref().filter(|_| self.links) {
            link::write(self.terminal.backend_mut(), link)?;
        }
        execute!(self.terminal.backend_mut(), EndSynchronizedUpdate)?;
        Ok(places)
    }

    fn redraw(&mut self) -> io::Result<()> {
        // Not `clear`: it asks the terminal where the cursor is, and the answer
        // would get lost among the keys.
        let size = self.terminal.size()?;
        self.terminal.resize(size.into())
    }

    fn suspend(&mut self) -> io::Result<()> {
        restore();
        // The shell takes over here, until it continues us.
        let _ = rustix::process::kill_current_process_group(rustix::process::Signal::TSTP);
        enter()?;
        self.redraw()
    }

    fn copy(&mut self, text: &str) -> Result<Copied, String> {
        self.clipboard.copy(&mut io::stdout(), text)
    }
}
