//! Detects rows that moved up or down together, so that the terminal can scroll them: a few bytes
//! for any number of rows.

use std::ops::Range;

/// The least number of rows that a scroll must save.
const WORTH: usize = 3;

/// A scroll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    /// The rows that the terminal scrolls. Rows that leave it are lost, blank ones come in.
    pub region: Range<usize>,
    /// By how many rows.
    pub by: usize,
    pub up: bool,
}

/// The scroll that saves the most rows, if one is worth it. `shown` and `next` are the hashes of
/// the rows before and after, of the same length.
pub fn find(shown: &[u64], next: &[u64]) -> Option<Shift> {
    let changed: Vec<bool> = shown.iter().zip(next).map(|(a, b)| a != b).collect();
    let news = || (0..next.len()).filter(|y| changed[*y]);
    // If only a few rows change, rewriting them is as cheap.
    if news().count() <= WORTH {
        return None;
    }
    // How many changed rows came from each distance below or above.
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

/// The longest run of rows that moved this far, and how many rows it saves.
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
    // Rows that were right and would be moved away.
    let broken = region.clone().filter(|y| !changed[*y] && !most.contains(y)).count();
    let gain = spared.checked_sub(broken).filter(|gain| *gain >= WORTH)?;
    Some((gain, Shift { region, by, up }))
}
