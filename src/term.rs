//! The real terminal: sets it up, restores it on every way out, and copies to its clipboard.

pub mod background;
pub mod clipboard;
pub mod colours;
mod drain;
pub mod events;
pub mod keyboard;
mod layout;
pub mod link;
pub mod modes;
pub mod output;
pub mod parser;
mod reader;
pub mod screen;
mod stop;
pub mod title;

use std::{
    io::{self, Write},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use clipboard::Held;
use crossterm::{
    cursor,
    event::{DisableBracketedPaste, DisableFocusChange, EnableBracketedPaste, EnableFocusChange},
    execute, queue,
    terminal::{
        EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
        enable_raw_mode,
    },
};
use output::Output;
use ratatui::Terminal;
use screen::Screen;

use crate::{
    app::{Copied, Model, layout_info::LayoutInfo},
    runtime::Display,
    ui::{self, Appearance},
};

/// The largest area that is drawn, in cells; larger than any real screen.
const WIDEST: u16 = 1000;
const HIGHEST: u16 = 500;

/// How long a copied secret stays on the clipboard, in seconds.
const SECRET_STAYS: u32 = 30;

/// Whether the terminal is set up for the screens; the panic hook reads it.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// The terminal while the screens use it; dropping it restores the terminal.
pub struct Tty {
    appearance: Appearance,
    /// The terminal supports links.
    links: bool,
    clipboard: clipboard::Backend,
    /// The window's title may be set.
    titles: bool,
    /// The secret that was copied last, to clear it from the clipboard.
    held: Arc<Held>,
    /// We suspended ourselves and were continued; the SIGCONT for that is still to come.
    continued: bool,
    terminal: Terminal<Screen<Output>>,
}

impl std::fmt::Debug for Tty {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tty")
    }
}

impl Tty {
    /// Sets up the terminal: raw mode, alternate screen, bracketed paste, focus reports.
    ///
    /// # Errors
    /// If the terminal cannot be written to or its size cannot be read.
    pub fn take(appearance: Appearance) -> io::Result<Self> {
        restore_on_panic();
        enter()?;
        let term = std::env::var("TERM").unwrap_or_default();
        let terminal = Terminal::new(Screen::new(Output, screen::scrolls(&term)))?;
        let links = link::taken_by(&term);
        let clipboard = clipboard::Backend::here(clipboard::Setting::Auto);
        let held = Held::new(clipboard);
        // Terminals that support links support titles.
        let titles = links;
        Ok(Self { appearance, links, clipboard, titles, held, continued: false, terminal })
    }

    /// Sets how to copy.
    #[must_use]
    pub fn with_clipboard(mut self, setting: clipboard::Setting) -> Self {
        self.clipboard = clipboard::Backend::here(setting);
        self.held = Held::new(self.clipboard);
        self
    }

    /// Sets whether the window's title may be changed.
    #[must_use]
    pub const fn with_title(mut self, wanted: bool) -> Self {
        self.titles &= wanted;
        self
    }

    /// The secret that was copied last, for clearing the clipboard at exit.
    #[must_use]
    pub fn held(&self) -> Arc<Held> {
        Arc::clone(&self.held)
    }

    /// Sets up the terminal again, whatever it shows, and returns its size.
    fn reacquire(&mut self) -> io::Result<(u16, u16)> {
        enter()?;
        self.terminal.backend_mut().forget();
        drawn_size()
    }

    /// Handles a hangup: a terminal that is gone is not touched again, one that still responds is
    /// restored.
    pub fn hung_up(self) {
        if !answers() {
            TAKEN.store(false, Ordering::SeqCst);
        }
    }
}

/// Whether the terminal still exists. Writes nothing to it.
#[must_use]
pub fn answers() -> bool {
    rustix::termios::tcgetattr(io::stdout()).is_ok()
}

impl Drop for Tty {
    fn drop(&mut self) {
        restore();
    }
}

/// The width and height to draw on, in cells. Some terminals report 65535 for each, so both are
/// limited to save memory.
///
/// # Errors
/// If the terminal is gone.
pub fn drawn_size() -> io::Result<(u16, u16)> {
    size().map(|(width, height)| (width.min(WIDEST), height.min(HIGHEST)))
}

/// The width and height in cells. crossterm would open and close the terminal for each call.
///
/// # Errors
/// If the terminal is gone.
pub fn size() -> io::Result<(u16, u16)> {
    let size = rustix::termios::tcgetwinsize(io::stdout())?;
    Ok((size.ws_col, size.ws_row))
}

fn enter() -> io::Result<()> {
    enable_raw_mode()?;
    TAKEN.store(true, Ordering::SeqCst);
    execute!(Output, EnterAlternateScreen, EnableBracketedPaste, EnableFocusChange, cursor::Hide)
        .and_then(|()| keyboard::begin(&mut Output))
        .and_then(|()| Output.flush())
        .inspect_err(|_| restore())
}

/// Restores the terminal. Tries every step, ignores errors and prints nothing; may be called
/// twice. Waits for a stalled terminal only for a limited time.
pub fn restore() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    let mut out = Output;
    let _ = queue!(out, EndSynchronizedUpdate);
    let mouse = modes::mouse_is_on();
    modes::off(&mut out);
    let _ = keyboard::end(&mut out);
    let _ = queue!(out, DisableFocusChange, DisableBracketedPaste);
    let _ = queue!(out, LeaveAlternateScreen, cursor::Show);
    let _ = out.flush();
    Output::finish();
    // Before the terminal echoes input again.
    drain::drain(mouse);
    let _ = disable_raw_mode();
}

/// Restores the terminal on a panic, then runs the previous hook, which decides what is printed;
/// see `process::hide_panics`.
fn restore_on_panic() {
    let says = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        restore();
        says(info);
    }));
}

impl Display for Tty {
    fn draw(&mut self, model: &Model) -> io::Result<LayoutInfo> {
        // After a panic that did not end the program, the terminal is restored but a secret may
        // not be stored yet: set the terminal up again and continue.
        if !TAKEN.load(Ordering::SeqCst) {
            enter()?;
            self.terminal.backend_mut().forget();
        }
        modes::mouse(&mut Output, model.takes_mouse())?;
        if self.titles {
            modes::title(&mut Output, &title::text(model))?;
        }
        self.terminal.backend_mut().set_size(drawn_size()?);
        self.terminal.autoresize()?;
        let mut frame = self.terminal.get_frame();
        let places = ui::draw(&mut frame, model, self.appearance);
        let link = places.link.clone().filter(|_| self.links);
        self.terminal.backend_mut().set_link(link);
        self.terminal.apply_buffer_with_cursor(places.cursor.map(Into::into))?;
        Ok(places)
    }

    fn is_stalled(&self) -> bool {
        Output::is_stalled()
    }

    async fn taken(&mut self) -> io::Result<()> {
        Output::taken().await
    }

    fn redraw(&mut self) -> io::Result<()> {
        self.terminal.backend_mut().forget();
        Ok(())
    }

    fn suspend(&mut self) -> io::Result<(u16, u16)> {
        if !stop::has_job_control() {
            // Nothing could continue us: keep the terminal, and with it what is typed.
            return size();
        }
        restore();
        // The shell runs here, until it continues us.
        self.continued = stop::stop();
        self.reacquire()
    }

    fn resume(&mut self) -> io::Result<(u16, u16)> {
        if std::mem::take(&mut self.continued) {
            // This SIGCONT belongs to our own suspension.
            return drawn_size();
        }
        // Another program may have changed the terminal's modes meanwhile.
        disable_raw_mode()?;
        self.reacquire()
    }

    fn copy(&mut self, text: &str) -> Result<Copied, String> {
        self.clipboard.copy(&mut Output, text)
    }

    fn copy_secret(&mut self, secret: &str) -> Result<Copied, String> {
        // First, because a program that fails may have taken the text.
        self.held.begin(secret);
        Ok(match self.copy(secret)? {
            Copied::Confirmed => Copied::For { seconds: SECRET_STAYS },
            otherwise => otherwise,
        })
    }

    fn clear_clipboard(&mut self) {
        let held = self.held();
        drop(tokio::task::spawn_blocking(move || held.clear()));
    }
}
