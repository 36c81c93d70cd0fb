//! What the terminal shows, and the fewest bytes that make it show something
//! else: over a slow line each byte is felt. What has moved is scrolled, the rest
//! is written in one piece, and where nothing has changed, nothing is.
//!
//! Frames are compared here, since the drawing library's comparison misses what a
//! wide letter has covered.

mod ink;
mod pen;
mod shift;
#[cfg(test)]
mod tests;

use std::{
    fmt,
    io::{self, Write},
};

use ratatui::{
    backend::IntoCrossterm as _,
    buffer::{Buffer, Cell},
    layout::{Position, Rect, Size},
};
use zeroize::Zeroize as _;

use self::pen::Pen;
use super::link;
use crate::app::places::Link;

/// Frames from this size on, in bytes, and those that begin with a clearing, are
/// marked as belonging together, so that no terminal shows half of one. Smaller
/// ones arrive in one piece anyway.
const MARKED_FROM: usize = 1024;

const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";

/// Terminals that scroll a part of themselves as the VT100 did, by the start of
/// their name.
const SCROLLERS: [&str; 16] = [
    "xterm",
    "tmux",
    "screen",
    "rxvt",
    "alacritty",
    "kitty",
    "foot",
    "wezterm",
    "ghostty",
    "konsole",
    "contour",
    "rio",
    "st-",
    "linux",
    "vt1",
    "vt2",
];

/// Whether a terminal of this name scrolls a part of itself.
#[must_use]
pub fn scrolls(term: &str) -> bool {
    SCROLLERS.iter().any(|name| term.starts_with(name))
}

/// A terminal's screen.
pub struct Screen<W> {
    out: W,
    size: Box<dyn Fn() -> io::Result<Size>>,
    scrolls: bool,
    /// What it shows.
    shown: Buffer,
    /// It may show anything: it is cleared first.
    is_unknown: bool,
    /// Where the cursor is; hidden without.
    cursor: Option<Position>,
    pen: Pen,
    link: Option<Link>,
}

impl<W> fmt::Debug for Screen<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Its cells may hold a secret.
        f.write_str("Screen")
    }
}

impl<W: Write> Screen<W> {
    /// A screen that may show anything.
    ///
    /// # Errors
    /// When the terminal's size cannot be read.
    pub fn new(
        out: W,
        size: impl Fn() -> io::Result<Size> + 'static,
        scrolls: bool,
    ) -> io::Result<Self> {
        let mut screen = Self {
            out,
            size: Box::new(size),
            scrolls,
            shown: Buffer::default(),
            is_unknown: true,
            cursor: None,
            pen: Pen::default(),
            link: None,
        };
        screen.forget()?;
        Ok(screen)
    }

    /// An address that is drawn in the next frame is to be a link.
    pub fn set_link(&mut self, link: Option<Link>) {
        self.link = link;
    }

    /// Somebody else has written to the terminal: everything is drawn anew.
    ///
    /// # Errors
    /// When the terminal's size cannot be read.
    pub fn forget(&mut self) -> io::Result<()> {
        let size = (self.size)()?;
        self.shown = Buffer::empty(Rect::new(0, 0, size.width, size.height));
        self.is_unknown = true;
        self.cursor = None;
        self.pen.forget();
        Ok(())
    }

    /// Makes a frame one of blanks, as large as the terminal is now.
    ///
    /// # Errors
    /// When the terminal's size cannot be read.
    pub fn clear(&self, frame: &mut Buffer) -> io::Result<()> {
        let Size { width, height } = (self.size)()?;
        frame.resize(Rect::new(0, 0, width, height));
        frame.reset();
        Ok(())
    }

    /// Makes the terminal show a frame, and the cursor there or not at all. What
    /// was shown before comes back in the frame's place.
    ///
    /// # Errors
    /// When the terminal cannot be written to.
    pub fn show(&mut self, frame: &mut Buffer, cursor: Option<(u16, u16)>) -> io::Result<()> {
        if frame.area != self.shown.area {
            self.shown = Buffer::empty(frame.area);
            self.is_unknown = true;
        }
        self.paint(frame, cursor.map(Into::into));
        let was_cleared = std::mem::take(&mut self.is_unknown);
        std::mem::swap(&mut self.shown, frame);
        let bytes = self.pen.bytes();
        if bytes.is_empty() {
            return Ok(());
        }
        if was_cleared || bytes.len() >= MARKED_FROM {
            bytes.splice(0..0, BEGIN.iter().copied());
            bytes.extend_from_slice(END);
        }
        let written = self.out.write_all(bytes);
        // They may hold a secret.
        bytes.zeroize();
        written.and_then(|()| self.out.flush())
    }

    /// Writes what has to change into memory.
    fn paint(&mut self, frame: &Buffer, cursor: Option<Position>) {
        let pen = &mut self.pen;
        let height = frame.area.height;
        let shown = &self.shown;
        let mut changed: Vec<bool> =
            (0..height).map(|y| !is_same(row(shown, y), row(frame, y))).collect();
        let shift = if self.is_unknown {
            pen.clear(height);
            self.cursor = None;
            None
        } else {
            Some(&changed).filter(|_| self.scrolls).and_then(|c| shift::find(shown, frame, c))
        };
        let mut blank = Vec::new();
        if let Some(shift) = &shift {
            pen.scroll(shift);
            blank.resize(usize::from(frame.area.width), Cell::EMPTY);
            for y in shift.region.clone() {
                changed[usize::from(y)] = !shift.right.contains(&y);
            }
        }
        let before = |y| shift.as_ref().map_or(Some(y), |shift| shift.source(y));
        let mut relink = self.is_unknown;
        let link_row = self.link.as_ref().map(|l| l.y);
        for (y, _) in (0..height).zip(changed).filter(|(_, changed)| *changed) {
            let from = before(y).map_or(blank.as_slice(), |from| row(shown, from));
            let touched = pen.row(y, from, row(frame, y));
            relink |= touched && link_row == Some(y);
        }
        if let Some(link) = self.link.as_ref().filter(|_| relink) {
            let cell = frame.cell((link.x, link.y)).cloned().unwrap_or_default();
            let colours = (cell.fg.into_crossterm(), cell.bg.into_crossterm());
            pen.link(|out| link::write(out, link, colours));
        }
        if self.cursor.is_some() != cursor.is_some() {
            pen.show_cursor(cursor.is_some());
        }
        self.cursor = cursor;
        pen.rest(cursor);
    }
}

/// Whether two rows show the same. Faster than the library's comparison, which
/// each frame needs for each cell.
fn is_same(a: &[Cell], b: &[Cell]) -> bool {
    a.iter().zip(b).all(|(a, b)| {
        let letters = match (a.symbol().as_bytes(), b.symbol().as_bytes()) {
            ([a], [b]) => a == b,
            (a, b) => a == b,
        };
        letters
            && a.modifier == b.modifier
            && (a.fg, a.bg, a.underline_color) == (b.fg, b.bg, b.underline_color)
    })
}

/// The cells of one row.
fn row(buffer: &Buffer, y: u16) -> &[Cell] {
    let width = usize::from(buffer.area.width);
    let start = usize::from(y) * width;
    buffer.content.get(start..start + width).unwrap_or_default()
}
