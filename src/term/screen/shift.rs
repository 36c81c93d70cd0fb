//! Recognises that a part of the screen has moved up or down, so that the
//! terminal can move it, which costs a few bytes for any number of rows.

use std::ops::Range;

use ratatui::buffer::{Buffer, Cell};

use super::{is_same, row};

/// Rows that have to be spared at least for a scroll to pay.
const WORTH: usize = 3;

/// Cells by which most rows can be told apart.
const PRINTED: usize = 32;

/// Rows that move together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    /// The rows that the terminal scrolls; what moves out of them is lost.
    pub region: Range<u16>,
    /// The rows that are right once they have moved.
    pub right: Range<u16>,
    /// How far.
    pub by: u16,
    pub up: bool,
}

impl Shift {
    /// The row that moves here; `None` where a blank one comes in.
    pub fn source(&self, y: u16) -> Option<u16> {
        if !self.region.contains(&y) {
            return Some(y);
        }
        let from = if self.up { y.checked_add(self.by) } else { y.checked_sub(self.by) };
        from.filter(|from| self.region.contains(from))
    }
}

/// The scroll that spares most, if one does. Both have the same size; `changed`
/// says of each row whether it is another one.
pub fn find(shown: &Buffer, next: &Buffer, changed: &[bool]) -> Option<Shift> {
    let height = shown.area.height;
    let news = || (0..height).zip(changed).filter(|(_, changed)| **changed).map(|(y, _)| y);
    // Where only a few rows change, they are as cheap.
    if news().count() <= WORTH {
        return None;
    }
    let old: Vec<u64> = (0..height).map(|y| print(row(shown, y))).collect();
    // How many rows have come from so far above or below.
    let mut from_below = vec![0; usize::from(height)];
    let mut from_above = from_below.clone();
    for y in news() {
        let print = print(row(next, y));
        for from in (0..height).filter(|from| old[usize::from(*from)] == print) {
            if from > y {
                from_below[usize::from(from - y)] += 1;
            } else {
                from_above[usize::from(y - from)] += 1;
            }
        }
    }
    let mut best: Option<(usize, Shift)> = None;
    for by in 1..height {
        for (up, came) in [(true, &from_below), (false, &from_above)] {
            if came[usize::from(by)] < WORTH {
                continue;
            }
            let moved = |y: u16| {
                let from = if up { y + by } else { y - by };
                is_same(row(next, y), row(shown, from))
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
    Some((gain, Shift { region, right: most, by, up }))
}
