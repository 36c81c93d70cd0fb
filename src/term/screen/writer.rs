//! Writes cells, tracking the cursor's position and style so as to send nothing redundant.

use std::io::{self, Write as _};

use ratatui::{
    buffer::{Cell, CellWidth as _},
    layout::Position,
};

use super::{cell_style::CellStyle, shift::Shift};

/// With at least this many changed blanks at the end of a row, clearing is shorter.
const CLEAR_FROM: usize = 4;

/// A writer of cells into a buffer.
#[derive(Debug, Default)]
pub struct TerminalWriter {
    bytes: Vec<u8>,
    /// The cursor's position; `None` if unknown, as after the last column.
    at: Option<Position>,
    style: CellStyle,
}

impl TerminalWriter {
    /// The output so far; the caller empties it after sending.
    pub const fn bytes(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    /// Marks the position and the style as unknown.
    pub fn forget(&mut self) {
        (self.at, self.style) = (None, CellStyle::default());
    }

    /// Clears the screen and resets margins and style. Does nothing for a screen without rows.
    pub fn clear(&mut self, rows: u16) {
        if rows > 0 {
            self.say("\x1b[r\x1b[m\x1b[?25l\x1b[2J\x1b[H");
            (self.at, self.style) = (Some(Position::ORIGIN), CellStyle::default());
        }
    }

    /// Scrolls some rows.
    pub fn scroll(&mut self, shift: &Shift) {
        // New rows get the current style's background.
        self.take(CellStyle::default());
        let (top, bottom) = (shift.region.start + 1, shift.region.end);
        self.say(&format!("\x1b[{top};{bottom}r"));
        // A line feed or reverse index at the margin: works on every terminal since the VT100.
        let (edge, step) = if shift.up { (bottom, "\n") } else { (top, "\x1bM") };
        self.say(&format!("\x1b[{edge}H{}\x1b[r", step.repeat(shift.by)));
        self.at = Some(Position::ORIGIN);
    }

    /// Changes a row from `shown` to `next`; returns whether anything was written.
    pub fn row(&mut self, y: u16, shown: &[Cell], next: &[Cell]) -> bool {
        let before = self.bytes.len();
        let is_narrow = |c: &Cell| c.symbol().len() == 1 || c.cell_width() == 1;
        let is_simple = |cells: &[Cell]| cells.iter().all(is_narrow);
        if is_simple(shown) && is_simple(next) {
            self.changes(y, shown, next);
        } else {
            // Half of a wide character cannot be replaced: rewrite the row.
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
        // Clear first: after a wide character at the edge, clearing would remove it.
        self.go(0, y);
        self.clear_line();
        while x < end {
            let width = usize::from(next[x].cell_width()).max(1);
            // Move to each character: if the terminal gives one another width, only that one is
            // misplaced.
            self.go(x, y);
            self.put(&next[x], next.len());
            if width > 1 || !next[x].symbol().is_ascii() {
                self.at = None;
            }
            x += width;
        }
    }

    /// Moves to a column, by rewriting the cells in between if that is shorter.
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
        // Terminals differ about the position after the last column.
        self.at = self.at.and_then(|at| {
            let x = at.x + 1;
            (usize::from(x) < columns).then_some(Position { x, ..at })
        });
    }

    /// Whether a cell looks right in the current style.
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

    /// Writes an address as a link at its position.
    pub fn link(&mut self, write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) {
        self.take(CellStyle::default());
        // Writing to memory cannot fail.
        let _ = write(&mut self.bytes);
        self.forget();
    }

    pub fn show_cursor(&mut self, shown: bool) {
        self.say(if shown { "\x1b[?25h" } else { "\x1b[?25l" });
    }

    /// Resets the style, and moves the cursor to its visible position.
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
    a == b
        || (a.symbol() == " "
            && b.symbol() == " "
            && CellStyle::of(a).same_on_blanks(CellStyle::of(b)))
}

/// Whether a cell looks like a cleared one.
fn is_empty(cell: &Cell) -> bool {
    cell.symbol() == " " && CellStyle::of(cell).same_on_blanks(CellStyle::default())
}
