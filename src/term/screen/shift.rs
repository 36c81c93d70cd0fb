//! Recognises that a part of the screen has moved up or down, so that the
//! terminal can move it, which costs a few bytes for any number of rows.

use std::ops::Range;

/// Rows that have to be spared at least for a scroll to pay.
const WORTH: usize = 3;

/// Rows that move together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    /// The rows that the terminal scrolls; what moves out of them is lost, and blank
    /// ones come in.
    pub region: Range<usize>,
    /// How far.
    pub by: usize,
    pub up: bool,
}

/// The scroll that spares most, if one does, from the prints of what is shown to
/// those of what is to be. Both have the same length.
pub fn find(shown: &[u64], next: &[u64]) -> Option<Shift> {
    let changed: Vec<bool> = shown.iter().zip(next).map(|(a, b)| a != b).collect();
    let news = || (0..next.len()).filter(|y| changed[*y]);
    // Where only a few rows change, they are as cheap.
    if news().count() <= WORTH {
        return None;
    }
    // How many rows have come from so far above or below.
    let mut from_below = vec![0; next.len()];
    let mut from_above = from_below.clone();
    for y in news() {
        for from in (0..shown.len()).filter(|from| shown[*from] == next[y]) {
            if from > y {
                from_below[from - y] += 1;
            } else {
                from_above[y - from] += 1;
            }
        }
    }
    let mut best: Option<(usize, Shift)> = None;
    for by in 1..next.len() {
        for (up, came) in [(true, &from_below), (false, &from_above)] {
            if came[by] < WORTH {
                continue;
            }
            let moved = |y: usize| next[y] == shown[if up { y + by } else { y - by }];
            let Some((spared, shift)) = longest(&changed, by, up, moved) else { continue };
            if best.as_ref().is_none_or(|(most, _)| spared > *most) {
                best = Some((spared, shift));
            }
        }
    }
    best.map(|(_, shift)| shift)
}

/// The longest run of rows that have moved so far, and how many rows it spares.
fn longest(
    changed: &[bool],
    by: usize,
    up: bool,
    moved: impl Fn(usize) -> bool,
) -> Option<(usize, Shift)> {
    let height = changed.len();
    let rows = if up { 0..height - by } else { by..height };
    let (mut run, mut most): (Range<usize>, Range<usize>) = (rows.start..rows.start, 0..0);
    for y in rows {
        run = if moved(y) { run.start..y + 1 } else { y + 1..y + 1 };
        if run.len() > most.len() {
            most = run.clone();
        }
    }
    let region =
        if up { most.start..most.end + by } else { most.start.saturating_sub(by)..most.end };
    let spared = most.clone().filter(|y| changed[*y]).count();
    // Rows that were right and are moved away.
    let broken = region.clone().filter(|y| !changed[*y] && !most.contains(y)).count();
    let gain = spared.checked_sub(broken).filter(|gain| *gain >= WORTH)?;
    Some((gain, Shift { region, by, up }))
}
