//! The terminal modes besides the screen itself: the mouse and the window's title. Global, so
//! that a panic can switch them off.

use std::{
    io::{self, Write},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use crossterm::{
    event::{DisableMouseCapture, EnableMouseCapture},
    execute,
};

/// Whether mouse reporting is on.
static MOUSE: AtomicBool = AtomicBool::new(false);

/// Switches mouse reporting on or off; writes only on a change.
///
/// # Errors
/// If the terminal cannot be written to.
pub fn mouse(out: &mut impl Write, wanted: bool) -> io::Result<()> {
    if MOUSE.swap(wanted, Ordering::SeqCst) == wanted {
        return Ok(());
    }
    if wanted { execute!(out, EnableMouseCapture) } else { execute!(out, DisableMouseCapture) }
}

/// Whether mouse reporting is on.
#[must_use]
pub fn mouse_is_on() -> bool {
    MOUSE.load(Ordering::SeqCst)
}

/// Whether the window's previous title is saved and ours is shown.
static TITLED: AtomicBool = AtomicBool::new(false);
/// The title that was set last.
static TITLE: Mutex<String> = Mutex::new(String::new());

/// Sets the window's title; writes only on a change. The first call saves the previous title,
/// which [`off`] restores.
///
/// # Errors
/// If the terminal cannot be written to.
pub fn title(out: &mut impl Write, words: &str) -> io::Result<()> {
    let is_first = !TITLED.swap(true, Ordering::SeqCst);
    let mut last = TITLE.lock().unwrap_or_else(PoisonError::into_inner);
    if is_first {
        out.write_all(b"\x1b[22;2t")?;
    } else if *last == words {
        return Ok(());
    }
    words.clone_into(&mut last);
    write!(out, "\x1b]2;{words}\x1b\\")?;
    out.flush()
}

/// Switches all modes off. Errors are ignored: nothing can be done about them.
pub fn off(out: &mut impl Write) {
    let _ = mouse(out, false);
    if TITLED.swap(false, Ordering::SeqCst) {
        let _ = out.write_all(b"\x1b[23;2t");
    }
}
