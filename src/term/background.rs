//! Whether the terminal's background is light or dark, according to the terminal (OSC 11).
//!
//! Nothing waits for the response: the first frames use `COLORFGBG`, and are redrawn once the
//! terminal has responded.

use std::io::{self, Write};

use super::drain;
use crate::domain::Background;

/// Asks the terminal for its background.
///
/// # Errors
/// If the terminal cannot be written to.
pub fn ask(out: &mut impl Write) -> io::Result<()> {
    drain::asked();
    out.write_all(b"\x1b]11;?\x1b\\")?;
    out.flush()
}

/// The background in an OSC 11 response, given without its introducer and terminator: light if
/// text on it has to be dark. `None` for other responses.
pub fn of(answer: &[u8]) -> Option<Background> {
    let answer = std::str::from_utf8(answer).ok()?.strip_prefix("11;")?;
    let colour = answer.strip_prefix("rgba:").or_else(|| answer.strip_prefix("rgb:"))?;
    let mut parts = colour.split('/').map(part);
    let [red, green, blue] = [parts.next()??, parts.next()??, parts.next()??];
    let brightness = 0.299 * red + 0.587 * green + 0.114 * blue;
    Some(if brightness > 0.5 { Background::Light } else { Background::Dark })
}

/// A colour component from 0 to 1. It has up to four hexadecimal digits; all `f` is 1.
fn part(digits: &str) -> Option<f64> {
    let is_number = digits.chars().all(|c| c.is_ascii_hexdigit());
    let (true, length @ 1..=4) = (is_number, u32::try_from(digits.len()).ok()?) else {
        return None;
    };
    let value = u32::from_str_radix(digits, 16).ok()?;
    Some(f64::from(value) / f64::from(16_u32.pow(length) - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reply_gives_the_background_brightness() {
        use Background::{Dark, Light};
        for (answer, is) in [
            ("11;rgb:0000/0000/0000", Some(Dark)),
            ("11;rgb:ffff/FFFF/f0f0", Some(Light)),
            ("11;rgb:fb/fb/f9", Some(Light)),
            ("11;rgb:f/f/f", Some(Light)),
            ("11;rgba:1e1e/1e1e/2e2e/ffff", Some(Dark)),
            ("10;rgb:ffff/ffff/ffff", None),
            ("11;?", None),
            ("11;rgb:ffff/ffff", None),
            ("11;rgb:fffff/ffff/ffff", None),
            ("11;rgb:+fff/ffff/ffff", None),
            ("11;rgb:", None),
            ("", None),
        ] {
            assert_eq!(of(answer.as_bytes()), is, "{answer}");
        }
    }
}
