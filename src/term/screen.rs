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
    layout::{Position, Rect},
};
use zeroize::Zeroize as _;

use self::pen::Pen;
use super::link;
use crate::{app::places::Link, ui::Drawing};

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

/// What a screen can be made to show.
pub trait Frame {
    fn area(&self) -> Rect;
    /// A number for each row, the same for those that look alike, and for no others.
    fn prints(&self) -> &[u64];
    /// Makes the cells of a row.
    fn row(&self, y: u16, cells: &mut Buffer);
}

impl Frame for Drawing {
    fn area(&self) -> Rect {
        self.area()
    }

    fn prints(&self) -> &[u64] {
        self.prints()
    }

    fn row(&self, y: u16, cells: &mut Buffer) {
        self.row(y, cells);
    }
}

/// A terminal's screen.
pub struct Screen<W> {
    out: W,
    scrolls: bool,
    /// What it shows, and the prints of that.
    shown: Vec<Vec<Cell>>,
    prints: Vec<u64>,
    area: Rect,
    /// It may show anything: it is cleared first.
    is_unknown: bool,
    /// Where the cursor is; hidden without.
    cursor: Option<Position>,
    pen: Pen,
    link: Option<Link>,
    /// A row that is being made.
    row: Buffer,
}

impl<W> fmt::Debug for Screen<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Its cells may hold a secret.
        f.write_str("Screen")
    }
}

impl<W: Write> Screen<W> {
    /// A screen that may show anything, and whether it scrolls a part of itself.
    pub fn new(out: W, scrolls: bool) -> Self {
        Self {
            out,
            scrolls,
            shown: Vec::new(),
            prints: Vec::new(),
            area: Rect::default(),
            is_unknown: true,
            cursor: None,
            pen: Pen::default(),
            link: None,
            row: Buffer::default(),
        }
    }

    /// An address that is drawn in the next frame is to be a link.
    pub fn set_link(&mut self, link: Option<Link>) {
        self.link = link;
    }

    /// Somebody else has written to the terminal: everything is drawn anew.
    pub fn forget(&mut self) {
        self.is_unknown = true;
        self.pen.forget();
    }

    /// Makes the terminal show a frame, and the cursor there or not at all.
    ///
    /// # Errors
    /// When the terminal cannot be written to.
    pub fn show(&mut self, frame: &impl Frame, cursor: Option<(u16, u16)>) -> io::Result<()> {
        if frame.area() != self.area {
            self.area = frame.area();
            self.is_unknown = true;
        }
        if self.is_unknown {
            self.clear();
        }
        self.paint(frame, cursor.map(Into::into));
        self.send()
    }

    /// Makes a screen that may show anything one of blanks.
    fn clear(&mut self) {
        self.pen.clear(self.area.height);
        self.cursor = None;
        let blank = vec![Cell::EMPTY; self.area.width.into()];
        self.shown.clear();
        self.shown.resize(self.area.height.into(), blank);
        self.prints.clear();
    }

    /// Writes what has to change into memory, and remembers it as shown.
    fn paint(&mut self, frame: &impl Frame, cursor: Option<Position>) {
        if !self.is_unknown && self.scrolls {
            self.scroll(frame.prints());
        }
        let pen = &mut self.pen;
        let link_row = self.link.as_ref().map(|l| l.y);
        let mut relink = self.is_unknown;
        let rows = (self.area.top()..self.area.bottom()).zip(&mut self.shown);
        for (index, (y, shown)) in rows.enumerate() {
            if self.prints.get(index) == frame.prints().get(index) {
                continue;
            }
            frame.row(y, &mut self.row);
            let touched = pen.row(y, shown, &self.row.content);
            relink |= touched && link_row == Some(y);
            shown.swap_with_slice(&mut self.row.content);
        }
        self.prints.clear();
        self.prints.extend_from_slice(frame.prints());
        if let Some(link) = self.link.as_ref().filter(|_| relink) {
            let row = self.shown.get(usize::from(link.y));
            let cell = row.and_then(|row| row.get(usize::from(link.x))).unwrap_or(&Cell::EMPTY);
            let colours = (cell.fg.into_crossterm(), cell.bg.into_crossterm());
            pen.link(|out| link::write(out, link, colours));
        }
        if self.cursor.is_some() != cursor.is_some() {
            pen.show_cursor(cursor.is_some());
        }
        self.cursor = cursor;
        pen.rest(cursor);
    }

    /// Has the terminal move what has moved.
    fn scroll(&mut self, next: &[u64]) {
        let Some(shift) = shift::find(&self.prints, next) else { return };
        self.pen.scroll(&shift);
        let shift::Shift { region, by, up } = shift;
        let (prints, rows) = (&mut self.prints[region.clone()], &mut self.shown[region]);
        let come = if up {
            prints.rotate_left(by);
            rows.rotate_left(by);
            rows.len() - by..rows.len()
        } else {
            prints.rotate_right(by);
            rows.rotate_right(by);
            0..by
        };
        for row in &mut rows[come.clone()] {
            row.fill(Cell::EMPTY);
        }
        // Whatever is to be there, it is not that.
        for (print, next) in prints[come.clone()].iter_mut().zip(&next[come]) {
            *print = !next;
        }
    }

    /// Writes in one piece what was painted.
    fn send(&mut self) -> io::Result<()> {
        let was_cleared = std::mem::take(&mut self.is_unknown);
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
}
