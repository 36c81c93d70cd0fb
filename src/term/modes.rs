//! What is switched on in the terminal beside the screen itself: the mouse. Known
//! to the whole process, so that a panic can switch it off.

use std::{
    io::{self, Write},
    sync::atomic::{AtomicBool, Ordering},
};

use crossterm::{
    event::{DisableMouseCapture, EnableMouseCapture},
    execute,
};

/// Whether the terminal reports the mouse to us.
static MOUSE: AtomicBool = AtomicBool::new(false);

/// Has the mouse reported, or leaves it to the terminal. Says so only when that
/// is news.
///
/// # Errors
/// When the terminal cannot be written to.
pub fn mouse(out: &mut impl Write, wanted: bool) -> io::Result<()> {
    if MOUSE.swap(wanted, Ordering::SeqCst) == wanted {
        return Ok(());
    }
    if wanted { execute!(out, EnableMouseCapture) } else { execute!(out, DisableMouseCapture) }
}

/// Switches off what is on. Errors are ignored: there is nobody to tell.
pub fn off(out: &mut impl Write) {
    let _ = mouse(out, false);
}
