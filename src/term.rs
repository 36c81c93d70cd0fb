//! The real terminal: taken over, given back whatever happens, and asked for
//! its clipboard.

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

/// The largest area that is drawn on, in cells: more than any screen has.
const WIDEST: u16 = 1000;
const HIGHEST: u16 = 500;

/// How long a secret stays on the clipboard, in seconds.
const SECRET_STAYS: u32 = 30;

/// Whether the terminal is taken over, for the panic hook.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// The terminal while it is ours; given back when dropped.
pub struct Tty {
    appearance: Appearance,
    /// The terminal takes links.
    links: bool,
    clipboard: clipboard::Backend,
    /// The window's title is ours to set.
    titles: bool,
    /// The secret that was copied last.
    held: Arc<Held>,
    /// We were stopped and continued, and the signal of that is still to be told.
    continued: bool,
    terminal: Terminal<Screen<Output>>,
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
    pub fn take(appearance: Appearance) -> io::Result<Self> {
        restore_on_panic();
        enter()?;
        let term = std::env::var("TERM").unwrap_or_default();
        let terminal = Terminal::new(Screen::new(Output, screen::scrolls(&term)))?;
        let links = link::taken_by(&term);
        let clipboard = clipboard::Backend::here(clipboard::Setting::Auto);
        let held = Held::new(clipboard);
        // Who takes links takes titles.
        let titles = links;
        Ok(Self { appearance, links, clipboard, titles, held, continued: false, terminal })
    }

    /// The same with a clipboard of the user's choice.
    #[must_use]
    pub fn with_clipboard(mut self, setting: clipboard::Setting) -> Self {
        self.clipboard = clipboard::Backend::here(setting);
        self.held = Held::new(self.clipboard);
        self
    }

    /// The same, with the window's title left alone unless it is wanted.
    #[must_use]
    pub const fn with_title(mut self, wanted: bool) -> Self {
        self.titles &= wanted;
        self
    }

    /// The secret that was copied: for who clears the clipboard at the end.
    #[must_use]
    pub fn held(&self) -> Arc<Held> {
        Arc::clone(&self.held)
    }

    /// Takes the terminal over, whatever is on it, and tells its size.
    fn take_anew(&mut self) -> io::Result<(u16, u16)> {
        enter()?;
        self.terminal.backend_mut().forget();
        drawn_size()
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

/// Its width and height, as far as it is drawn on. Some report 65535 of each, for
/// which there is no memory.
///
/// # Errors
/// When it has gone.
pub fn drawn_size() -> io::Result<(u16, u16)> {
    size().map(|(width, height)| (width.min(WIDEST), height.min(HIGHEST)))
}

/// Its width and height. The library would open and close it for that, each time.
///
/// # Errors
/// When it has gone.
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

/// Gives the terminal back: every step is tried, errors are ignored, nothing
/// is printed; may be called twice. Waits for a stalled terminal for a limited time.
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
    // Before the terminal echoes again what comes.
    drain::drain(mouse);
    let _ = disable_raw_mode();
}

/// A panic must leave a usable shell. What it says is up to the hook that is there
/// already, see `process::hide_panics`.
fn restore_on_panic() {
    let says = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        restore();
        says(info);
    }));
}

impl Display for Tty {
    fn draw(&mut self, model: &Model) -> io::Result<LayoutInfo> {
        // A panic that did not end the program gave the terminal back. There may be a
        // secret that nobody has stored: go on.
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
        if !stop::is_looked_after() {
            // What is typed meanwhile stays ours.
            return size();
        }
        restore();
        // The shell takes over here, until it continues us.
        self.continued = stop::stop();
        self.take_anew()
    }

    fn resume(&mut self) -> io::Result<(u16, u16)> {
        if std::mem::take(&mut self.continued) {
            // The signal that ended our own suspension.
            return drawn_size();
        }
        // Whoever has had the terminal meanwhile may have set it otherwise.
        disable_raw_mode()?;
        self.take_anew()
    }

    fn copy(&mut self, text: &str) -> Result<Copied, String> {
        self.clipboard.copy(&mut Output, text)
    }

    fn copy_secret(&mut self, secret: &str) -> Result<Copied, String> {
        // First: a program that fails may have taken it.
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
