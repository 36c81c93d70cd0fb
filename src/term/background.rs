//! Whether the terminal is light or dark, asked of the terminal itself (OSC 11).
//!
//! Nobody waits for the answer: the first frames are drawn after `COLORFGBG`, and
//! once it is known they are drawn anew.

use std::io::{self, Write};

use termina::escape::osc::{ColorOrQuery, DynamicColorNumber, Osc};

use crate::domain::Background;

/// Asks the terminal for its background.
///
/// # Errors
/// When the terminal cannot be written to.
pub fn ask(out: &mut impl Write) -> io::Result<()> {
    out.write_all(b"\x1b]11;?\x1b\\")?;
    out.flush()
}

/// What an answer says: light where letters on it have to be dark.
pub fn of(answer: &Osc<'_>) -> Option<Background> {
    let Osc::ChangeDynamicColors(DynamicColorNumber::TextBackgroundColor, colours) = answer else {
        return None;
    };
    let [ColorOrQuery::Color(colour)] = colours.as_slice() else { return None };
    let [red, green, blue] = [colour.red, colour.green, colour.blue].map(f64::from);
    let brightness = (0.299 * red + 0.587 * green + 0.114 * blue) / f64::from(u8::MAX);
    Some(if brightness > 0.5 { Background::Light } else { Background::Dark })
}
