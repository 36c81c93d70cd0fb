//! Writes an address as a link (OSC 8), for terminals that support it.

use std::io::{self, Write};

use crossterm::{
    cursor::MoveTo,
    queue,
    style::{Attribute, Color, Print, SetAttribute, SetBackgroundColor, SetForegroundColor},
};

use crate::app::layout_info::Link;

/// Prefixes of `TERM` for terminals that support links or ignore them silently. The Linux console
/// and screen print them instead.
const TAKERS: [&str; 10] = [
    "xterm",
    "tmux",
    "alacritty",
    "foot",
    "wezterm",
    "kitty",
    "ghostty",
    "konsole",
    "contour",
    "rio",
];

/// Whether a terminal with this name supports links.
#[must_use]
pub fn taken_by(term: &str) -> bool {
    TAKERS.iter().any(|name| term.starts_with(name))
}

/// Writes the address again at its position, this time as a link: underlined, in the given
/// colours. An address with characters other than visible ASCII is left alone.
///
/// # Errors
/// If the terminal cannot be written to.
pub fn write(out: &mut impl Write, link: &Link, (fg, bg): (Color, Color)) -> io::Result<()> {
    let Link { x, y, url } = link;
    if !url.chars().all(|c| c.is_ascii_graphic()) {
        return Ok(());
    }
    queue!(out, MoveTo(*x, *y))?;
    // Without colours, send no colour codes.
    if (fg, bg) != (Color::Reset, Color::Reset) {
        queue!(out, SetForegroundColor(fg), SetBackgroundColor(bg))?;
    }
    queue!(
        out,
        SetAttribute(Attribute::Underlined),
        Print(format!("\x1b]8;;{url}\x1b\\{url}\x1b]8;;\x1b\\")),
        SetAttribute(Attribute::Reset)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(url: &str) -> String {
        let mut out = Vec::new();
        let link = Link { x: 3, y: 1, url: url.to_owned() };
        write(&mut out, &link, (Color::Reset, Color::Reset)).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_address_is_a_link_in_place() {
        let link = "\x1b]8;;https://a.test/\x1b\\https://a.test/\x1b]8;;\x1b\\";
        assert!(written("https://a.test/").starts_with("\x1b[2;4H"));
        assert!(written("https://a.test/").contains(link));
        assert_eq!(written("https://a.test/\x1b]0;x\x07"), "");
    }

    #[test]
    fn consoles_that_would_print_the_sequence_get_no_link() {
        assert!(taken_by("xterm-256color") && taken_by("tmux-256color"));
        for term in ["linux", "screen-256color", "vt220", ""] {
            assert!(!taken_by(term), "{term}");
        }
    }
}
