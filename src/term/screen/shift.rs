//! Recognises that a part of the screen has moved up or down, so that the
//! terminal can move it, which costs a few bytes for any number of rows.

use std::ops::Range;

use ratatui::buffer::Buffer;

use super::row;

/// Rows that have to be spared at least for a scroll to pay.
const WORTH: usize = 3;

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

/// The scroll that spares most, if one does. Both have the same size.
pub fn find(shown: &Buffer, next: &Buffer) -> Option<Shift> {
    let height = shown.area.height;
    let stays: Vec<bool> = (0..height).map(|y| row(shown, y) == row(next, y)).collect();
    // Where only a few rows change, they are as cheap.
    if stays.iter().filter(|same| !**same).count() <= WORTH {
        return None;
    }
    let mut best: Option<(usize, Shift)> = None;
    for by in 1..height {
        for up in [true, false] {
            let Some((spared, shift)) = longest(shown, next, &stays, by, up) else { continue };
            if best.as_ref().is_none_or(|(most, _)| spared > *most) {
                best = Some((spared, shift));
            }
        }
    }
    best.map(|(_, shift)| shift)
}

/// The longest run of rows that have moved so far, and how many rows it spares.
fn longest(
    shown: &Buffer,
    next: &Buffer,
    stays: &[bool],
    by: u16,
    up: bool,
) -> Option<(usize, Shift)> {
    let height = shown.area.height;
    let rows = if up { 0..height - by } else { by..height };
    let moved = |y: u16| {
        let from = if up { y + by } else { y - by };
        row(next, y) == row(shown, from)
    };
    let (mut run, mut most): (Range<u16>, Range<u16>) = (rows.start..rows.start, 0..0);
    for y in rows {
        run = if moved(y) { run.start..y + 1 } else { y + 1..y + 1 };
        if run.len() > most.len() {
            most = run.clone();
        }
    }
    let region =
        if up { most.start..most.end + by } else { most.start.saturating_sub(by)..most.end };
    let changed = |y: &u16| !stays[usize::from(*y)];
    let spared = most.clone().filter(changed).count();
    // Rows that were right and are moved away.
    let broken = region.clone().filter(|y| !changed(y) && !most.contains(y)).count();
    let gain = spared.checked_sub(broken).filter(|gain| *gain >= WORTH)?;
    Some((gain, Shift { region, by, up }))
}
