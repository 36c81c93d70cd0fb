//! Writes cells, knowing where the cursor is and what ink it has, so that it
//! need not say again what holds already.

use std::io::{self, Write as _};

use ratatui::{
    buffer::{Cell, CellWidth as _},
    layout::Position,
};

use super::{cell_style::CellStyle, shift::Shift};

/// Cells at the end of a row from which clearing it is shorter than blanks.
const CLEAR_FROM: usize = 4;

#[derive(Debug, Default)]
pub struct TerminalWriter {
    bytes: Vec<u8>,
    /// `None` where it is not known, as behind the last column.
    at: Option<Position>,
    style: CellStyle,
}

impl TerminalWriter {
    /// What was written so far. Whoever sends it empties it.
    pub const fn bytes(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    /// Where the cursor is and what ink it has is not known any more.
    pub fn forget(&mut self) {
        (self.at, self.style) = (None, CellStyle::default());
    }

    /// Makes everything blank, whatever there was: margins, ink, letters. A
    /// screen without rows is left alone.
    pub fn clear(&mut self, rows: u16) {
        if rows > 0 {
            self.say("\x1b[r\x1b[m\x1b[?25l\x1b[2J\x1b[H");
            (self.at, self.style) = (Some(Position::ORIGIN), CellStyle::default());
        }
    }

    /// Lets the terminal move some rows.
    pub fn scroll(&mut self, shift: &Shift) {
        // New rows take the ink of the moment.
        self.take(CellStyle::default());
        let (top, bottom) = (shift.region.start + 1, shift.region.end);
        self.say(&format!("\x1b[{top};{bottom}r"));
        // What every terminal since the VT100 can: going on at the margin.
        let (edge, step) = if shift.up { (bottom, "\n") } else { (top, "\x1bM") };
        self.say(&format!("\x1b[{edge}H{}\x1b[r", step.repeat(shift.by)));
        self.at = Some(Position::ORIGIN);
    }

    /// Makes a row from what it is into what it is to be; whether that took
    /// anything.
    pub fn row(&mut self, y: u16, shown: &[Cell], next: &[Cell]) -> bool {
        let before = self.bytes.len();
        let is_narrow = |c: &Cell| c.symbol().len() == 1 || c.cell_width() == 1;
        let is_simple = |cells: &[Cell]| cells.iter().all(is_narrow);
        if is_simple(shown) && is_simple(next) {
            self.changes(y, shown, next);
        } else {
            // Half a wide letter cannot be replaced: the row is written anew.
            self.whole(y, next);
        }
        self.bytes.len() > before
    }

    fn changes(&mut self, y: u16, shown: &[Cell], next: &[Cell]) {
        let end = next.iter().rposition(|c| !is_empty(c)).map_or(0, |last| last + 1);
        let tail = shown.iter().zip(next).skip(end).filter(|(a, b)| !is_same(a, b)).count();
        let upto = if tail >= CLEAR_FROM { end } else { next.len() };
        for x in 0..upto {
            if !is_same(&shown[x], &next[x]) {
                self.reach(x, y, next);
                self.put(&next[x], next.len());
            }
        }
        if upto < next.len() {
            self.reach(upto, y, next);
            self.clear_line();
        }
    }

    fn whole(&mut self, y: u16, next: &[Cell]) {
        let end = next.iter().rposition(|c| !is_empty(c)).map_or(0, |last| last + 1);
        let mut x = 0;
        // Before the letters: behind a wide one at the edge it would hit it.
        self.go(0, y);
        self.clear_line();
        while x < end {
            let width = usize::from(next[x].cell_width()).max(1);
            // A letter that the terminal finds wider than we do moves nothing
            // but itself.
            self.go(x, y);
            self.put(&next[x], next.len());
            if width > 1 || !next[x].symbol().is_ascii() {
                self.at = None;
            }
            x += width;
        }
    }

    /// Goes to a column: by writing anew what lies between, if that is shorter.
    fn reach(&mut self, x: usize, y: u16, row: &[Cell]) {
        let from = self.at.filter(|at| at.y == y).map(|at| usize::from(at.x));
        if let Some(from) = from.filter(|from| *from < x && x - from <= 3) {
            let between = &row[from..x];
            let length: usize = between.iter().map(|c| c.symbol().len()).sum();
            if length <= 4 && between.iter().all(|c| self.has_ink(c)) {
                for cell in between {
                    self.put(cell, row.len());
                }
                return;
            }
        }
        self.go(x, y);
    }

    fn go(&mut self, x: usize, y: u16) {
        let Ok(x) = u16::try_from(x) else { return };
        if self.at == Some(Position { x, y }) {
            return;
        }
        let count = |n: u16| if n == 1 { String::new() } else { n.to_string() };
        let column = if x == 0 { String::new() } else { format!(";{}", x + 1) };
        let mut ways = vec![format!("\x1b[{}{column}H", y + 1)];
        if let Some(at) = self.at {
            if at.y == y {
                ways.push(if x > at.x {
                    format!("\x1b[{}C", count(x - at.x))
                } else {
                    format!("\x1b[{}D", count(at.x - x))
                });
                ways.push(format!("\x1b[{}G", count(x + 1)));
            }
            if x == 0 && (at.y..=at.y + 4).contains(&y) {
                ways.push(format!("\r{}", "\n".repeat(usize::from(y - at.y))));
            }
        }
        if let Some(way) = ways.iter().min_by_key(|way| way.len()) {
            self.say(way);
        }
        self.at = Some(Position { x, y });
    }

    fn put(&mut self, cell: &Cell, columns: usize) {
        if !self.has_ink(cell) {
            self.take(CellStyle::of(cell));
        }
        self.say(cell.symbol());
        // Behind the last column terminals differ.
        self.at = self.at.and_then(|at| {
            let x = at.x + 1;
            (usize::from(x) < columns).then_some(Position { x, ..at })
        });
    }

    /// Whether a cell looks as it should with the ink of the moment.
    fn has_ink(&self, cell: &Cell) -> bool {
        let style = CellStyle::of(cell);
        style == self.style || (cell.symbol() == " " && style.same_on_blanks(self.style))
    }

    fn take(&mut self, style: CellStyle) {
        self.style.change(style, &mut self.bytes);
        self.style = style;
    }

    fn clear_line(&mut self) {
        if !self.style.same_on_blanks(CellStyle::default()) {
            self.take(CellStyle::default());
        }
        self.say("\x1b[K");
    }

    /// Writes an address as a link where it stands.
    pub fn link(&mut self, write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) {
        self.take(CellStyle::default());
        // Writing to memory cannot fail.
        let _ = write(&mut self.bytes);
        self.forget();
    }

    pub fn show_cursor(&mut self, shown: bool) {
        self.say(if shown { "\x1b[?25h" } else { "\x1b[?25l" });
    }

    /// Leaves plain ink, and the cursor where it is to be seen.
    pub fn rest(&mut self, cursor: Option<Position>) {
        self.take(CellStyle::default());
        if let Some(Position { x, y }) = cursor {
            self.go(usize::from(x), y);
        }
    }

    fn say(&mut self, text: &str) {
        // Writing to memory cannot fail.
        let _ = self.bytes.write_all(text.as_bytes());
    }
}

/// Whether two cells look the same.
fn is_same(a: &Cell, b: &Cell) -> bool {
    a == b || (a.symbol() == " " && b.symbol() == " " && CellStyle::of(a).same_on_blanks(CellStyle::of(b)))
}

/// Whether a cell looks like one that was cleared.
fn is_empty(cell: &Cell) -> bool {
    cell.symbol() == " " && CellStyle::of(cell).same_on_blanks(CellStyle::default())
}
