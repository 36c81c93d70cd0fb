//! A ratatui backend that remembers what the terminal shows and writes as few bytes as possible
//! to change it, since every byte counts on a slow line. Moved rows are scrolled, the other
//! changes are sent in one write, and without changes nothing is written.

mod cell_style;
mod shift;
#[cfg(test)]
mod tests;
mod writer;

use std::{
    fmt,
    hash::BuildHasher as _,
    io::{self, Write},
};

use foldhash::fast::FixedState;
use ratatui::{
    backend::{Backend, ClearType, IntoCrossterm as _, WindowSize},
    buffer::{Buffer, Cell, CellWidth as _},
    layout::{Position, Rect, Size},
};
use zeroize::Zeroize as _;

use self::writer::TerminalWriter;
use super::link;
use crate::app::layout_info::Link;

/// Frames of at least this many bytes, and those that begin with a clear, are sent as
/// synchronised updates, so that no terminal shows half of one. Smaller ones arrive in one piece
/// anyway.
const MARKED_FROM: usize = 1024;

const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";

/// Prefixes of `TERM` for terminals with the VT100's scrolling region.
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

/// Whether a terminal with this name can scroll a region.
#[must_use]
pub fn scrolls(term: &str) -> bool {
    SCROLLERS.iter().any(|name| term.starts_with(name))
}

/// The screen of a terminal.
pub struct Screen<W> {
    out: W,
    scrolls: bool,
    /// What the terminal shows.
    shown: Buffer,
    /// What it should show after the next flush.
    next: Buffer,
    /// The rows in which the two may differ.
    touched: Vec<bool>,
    /// A hash of each shown row; equal rows have equal hashes.
    prints: Vec<u64>,
    /// The terminal may show anything: clear it first.
    is_unknown: bool,
    /// Where the visible cursor is, `None` if hidden; and where it should be.
    cursor: Option<Position>,
    next_cursor: Option<Position>,
    writer: TerminalWriter,
    link: Option<Link>,
}

impl<W> fmt::Debug for Screen<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The cells may hold a secret.
        f.write_str("Screen")
    }
}

impl<W: Write> Screen<W> {
    /// A screen with unknown content and no size yet. `scrolls` is whether the terminal can scroll
    /// a region.
    pub fn new(out: W, scrolls: bool) -> Self {
        Self {
            out,
            scrolls,
            shown: Buffer::default(),
            next: Buffer::default(),
            touched: Vec::new(),
            prints: Vec::new(),
            is_unknown: true,
            cursor: None,
            next_cursor: None,
            writer: TerminalWriter::default(),
            link: None,
        }
    }

    /// Sets the size in cells.
    pub fn set_size(&mut self, size: impl Into<Size>) {
        let area = Rect::from((Position::ORIGIN, size.into()));
        if area != self.next.area {
            self.next.resize(area);
            self.next.reset();
            self.touched.resize(area.height.into(), false);
            self.prints.resize(area.height.into(), 0);
            self.forget();
        }
    }

    /// Sets the address in the next frame that should be a link.
    pub fn set_link(&mut self, link: Option<Link>) {
        self.link = link;
    }

    /// Something else wrote to the terminal: redraw everything.
    pub fn forget(&mut self) {
        self.is_unknown = true;
        self.writer.forget();
    }

    /// Clears the terminal, whatever it shows.
    fn wipe(&mut self) {
        self.writer.clear(self.next.area.height);
        self.cursor = None;
        self.shown.resize(self.next.area);
        self.shown.reset();
        self.touched.fill(true);
    }

    /// Writes the changes to the buffer and records them as shown.
    fn paint(&mut self) {
        let prints = self.prints();
        if !self.is_unknown && self.scrolls {
            self.scroll(&prints);
        }
        self.prints = prints;
        let writer = &mut self.writer;
        let link_row = self.link.as_ref().map(|l| l.y);
        let mut relink = self.is_unknown;
        let columns = usize::from(self.next.area.width).max(1);
        let rows = self.shown.content.chunks_mut(columns).zip(self.next.content.chunks(columns));
        for ((y, touched), (shown, next)) in (0..).zip(&mut self.touched).zip(rows) {
            if std::mem::take(touched) {
                relink |= writer.row(y, shown, next) && link_row == Some(y);
                shown.clone_from_slice(next);
            }
        }
        if let Some(link) = self.link.as_ref().filter(|_| relink) {
            let cell = self.shown.cell((link.x, link.y)).unwrap_or(&Cell::EMPTY);
            let colours = (cell.fg.into_crossterm(), cell.bg.into_crossterm());
            writer.link(|out| link::write(out, link, colours));
        }
        if self.cursor.is_some() != self.next_cursor.is_some() {
            writer.show_cursor(self.next_cursor.is_some());
        }
        self.cursor = self.next_cursor;
        writer.rest(self.cursor);
    }

    /// The hashes of the rows of the next frame.
    fn prints(&self) -> Vec<u64> {
        let hasher = FixedState::default();
        let rows = self.next.content.chunks(usize::from(self.next.area.width).max(1));
        let before = self.touched.iter().zip(&self.prints);
        let print = |(row, (touched, print)): (&[Cell], (&bool, &u64))| {
            if *touched { hasher.hash_one(row) } else { *print }
        };
        rows.zip(before).map(print).collect()
    }

    /// Scrolls the rows that have moved.
    fn scroll(&mut self, next: &[u64]) {
        let Some(shift) = shift::find(&self.prints, next) else { return };
        let columns = usize::from(self.next.area.width).max(1);
        self.writer.scroll(&shift);
        let shift::Shift { region, by, up } = shift;
        self.touched[region.clone()].fill(true);
        let rows = &mut self.shown.content[region.start * columns..region.end * columns];
        let come = if up {
            rows.rotate_left(by * columns);
            rows.len() - by * columns..rows.len()
        } else {
            rows.rotate_right(by * columns);
            0..by * columns
        };
        rows[come].fill(Cell::EMPTY);
    }

    /// Sends what was painted, in one write.
    fn send(&mut self) -> io::Result<()> {
        let was_cleared = std::mem::take(&mut self.is_unknown);
        let bytes = self.writer.bytes();
        if bytes.is_empty() {
            return Ok(());
        }
        if was_cleared || bytes.len() >= MARKED_FROM {
            bytes.splice(0..0, BEGIN.iter().copied());
            bytes.extend_from_slice(END);
        }
        let written = self.out.write_all(bytes);
        // The bytes may hold a secret.
        bytes.zeroize();
        written.and_then(|()| self.out.flush())
    }
}

/// Cells are collected and written at the flush, since finding a scroll needs the whole frame.
impl<W: Write> Backend for Screen<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, cells: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        for (x, y, cell) in cells {
            let Some(next) = self.next.cell_mut((x, y)) else { continue };
            next.clone_from(cell);
            self.touched[usize::from(y)] = true;
            // ratatui does not send the cells that a wide character covers: blank them.
            for x in (x..self.next.area.width).take(cell.cell_width().into()).skip(1) {
                let covered = &mut self.next[(x, y)];
                covered.clone_from(cell);
                covered.set_symbol(" ");
            }
        }
        Ok(())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.next_cursor = None;
        Ok(())
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.next_cursor = Some(self.next_cursor.unwrap_or_default());
        Ok(())
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(self.next_cursor.unwrap_or_default())
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, at: P) -> io::Result<()> {
        self.next_cursor = self.next_cursor.map(|_| at.into());
        Ok(())
    }

    fn clear(&mut self) -> io::Result<()> {
        self.next.reset();
        self.forget();
        Ok(())
    }

    fn clear_region(&mut self, _: ClearType) -> io::Result<()> {
        // ratatui only ever clears the whole screen here.
        self.clear()
    }

    fn size(&self) -> io::Result<Size> {
        Ok(self.next.area.as_size())
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize { columns_rows: self.next.area.as_size(), pixels: Size::ZERO })
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.is_unknown {
            self.wipe();
        }
        self.paint();
        self.send()
    }
}
