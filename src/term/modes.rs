//! What is switched on in the terminal beside the screen itself: the mouse, and
//! the window's title. Known to the whole process, so that a panic can switch
//! it off.

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

/// Whether the mouse is reported to us.
#[must_use]
pub fn mouse_is_on() -> bool {
    MOUSE.load(Ordering::SeqCst)
}

/// Whether the window's own title is put aside, and ours is there.
static TITLED: AtomicBool = AtomicBool::new(false);
/// The title that was set last.
static TITLE: Mutex<String> = Mutex::new(String::new());

/// Calls the window so. Its own title is put aside first, for [`off`]. Says so only
/// when that is news.
///
/// # Errors
/// When the terminal cannot be written to.
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

/// Switches off what is on. Errors are ignored: there is nobody to tell.
pub fn off(out: &mut impl Write) {
    let _ = mouse(out, false);
    if TITLED.swap(false, Ordering::SeqCst) {
        let _ = out.write_all(b"\x1b[23;2t");
    }
}
