//! Recognises that a part of the screen has moved up or down, so that the
//! terminal can move it, which costs a few bytes for any number of rows.

use std::ops::Range;

use ratatui::buffer::{Buffer, Cell};

use super::{is_same, row};

/// Rows that have to be spared at least for a scroll to pay.
const WORTH: usize = 3;

/// Cells by which most rows can be told apart.
const PRINTED: usize = 48;

/// Rows that move together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    /// The rows that the terminal scrolls; what moves out of them is lost.
    pub region: Range<u16>,
    /// How far.
    pub by: u16,
    pub up: bool,
}

impl Shift {
    /// Does to a buffer what the terminal does.
    pub fn apply(&self, buffer: &mut Buffer) {
        let width = usize::from(buffer.area.width);
        let cells = usize::from(self.region.start) * width..usize::from(self.region.end) * width;
        let by = usize::from(self.by) * width;
        let Some(cells) = buffer.content.get_mut(cells) else { return };
        if self.up {
            cells.rotate_left(by);
        } else {
            cells.rotate_right(by);
        }
        let blank = if self.up { cells.len() - by..cells.len() } else { 0..by };
        for cell in &mut cells[blank] {
            cell.reset();
        }
    }
}

/// The scroll that spares most, if one does. Both have the same size; `changed`
/// says of each row whether it is another one.
pub fn find(shown: &Buffer, next: &Buffer, changed: &[bool]) -> Option<Shift> {
    // Where only a few rows change, they are as cheap.
    if changed.iter().filter(|changed| **changed).count() <= WORTH {
        return None;
    }
    let height = shown.area.height;
    let prints = |buffer| (0..height).map(|y| print(row(buffer, y))).collect::<Vec<_>>();
    let (old, new) = (prints(shown), prints(next));
    let mut best: Option<(usize, Shift)> = None;
    for by in 1..height {
        for up in [true, false] {
            let moved = |y: u16| {
                let from = if up { y + by } else { y - by };
                new[usize::from(y)] == old[usize::from(from)]
                    && is_same(row(next, y), row(shown, from))
            };
            let Some((spared, shift)) = longest(height, changed, by, up, moved) else { continue };
            if best.as_ref().is_none_or(|(most, _)| spared > *most) {
                best = Some((spared, shift));
            }
        }
    }
    best.map(|(_, shift)| shift)
}

/// A number that equal rows share, and others hardly ever: most rows of a list
/// begin alike, so that comparing them cell by cell would take long.
fn print(row: &[Cell]) -> u64 {
    row.iter().take(PRINTED).fold(0, |print: u64, cell| {
        let first = cell.symbol().bytes().next().unwrap_or_default();
        (print.rotate_left(5) ^ u64::from(first)).wrapping_mul(0x517c_c1b7_2722_0a95)
    })
}

/// The longest run of rows that have moved so far, and how many rows it spares.
fn longest(
    height: u16,
    changed: &[bool],
    by: u16,
    up: bool,
    moved: impl Fn(u16) -> bool,
) -> Option<(usize, Shift)> {
    let rows = if up { 0..height - by } else { by..height };
    let (mut run, mut most): (Range<u16>, Range<u16>) = (rows.start..rows.start, 0..0);
    for y in rows {
        run = if moved(y) { run.start..y + 1 } else { y + 1..y + 1 };
        if run.len() > most.len() {
            most = run.clone();
        }
    }
    let region =
        if up { most.start..most.end + by } else { most.start.saturating_sub(by)..most.end };
    let changed = |y: &u16| changed[usize::from(*y)];
    let spared = most.clone().filter(changed).count();
    // Rows that were right and are moved away.
    let broken = region.clone().filter(|y| !changed(y) && !most.contains(y)).count();
    let gain = spared.checked_sub(broken).filter(|gain| *gain >= WORTH)?;
    Some((gain, Shift { region, by, up }))
}
