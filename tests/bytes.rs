//! The bytes sent to the terminal: none when nothing changes, otherwise only what changed.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/pty.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod pty;

use pty::Pty;

/// How often to press a key that changes nothing and one that does.
const ROUNDS: usize = 12;
/// The most bytes for a cursor step in the list at 80x24: the difference between two rows, and
/// three lines about the token under the cursor.
const STEP: usize = 320;
/// Moving the terminal's cursor can take a few bytes more from another position.
const WAY: usize = 8;

/// The list, with everything from the start on the screen.
fn ready() -> Pty {
    let mut pty = Pty::start(&["--demo"], 80, 24);
    pty.see("API tokens 40");
    pty.see("Acme Inc (acme-4x1k)");
    // These read the rest of the first frame.
    step(&mut pty, "j");
    step(&mut pty, "k");
    pty
}

/// The name under the cursor.
fn selected(screen: &str) -> String {
    let row = screen.lines().find(|l| l.starts_with('>')).unwrap_or_default();
    row.split_whitespace().find(|w| w.len() > 2).unwrap_or_default().to_owned()
}

/// Presses a key that moves the cursor; returns the bytes that this took.
fn step(pty: &mut Pty, key: &str) -> String {
    let from = selected(&pty.screen.screen().contents());
    let before = pty.bytes.len();
    pty.send(key).until("the cursor to move", |screen| selected(screen) != from);
    String::from_utf8_lossy(&pty.bytes[before..]).into_owned()
}

/// In each round, the unbound key is processed on its own: together with the next key it would
/// share that key's frame.
#[test]
fn only_changed_cells_are_sent() {
    let mut pty = ready();
    for _ in 0..ROUNDS {
        let alone = step(&mut pty, "j").len();
        assert!(
            alone <= STEP,
            "{alone} bytes: {}",
            String::from_utf8_lossy(&pty.bytes[pty.bytes.len() - alone..]).escape_debug()
        );
        step(&mut pty, "k");
        let before = pty.bytes.len();
        pty.send("x").taken();
        step(&mut pty, "j");
        let both = pty.bytes.len() - before;
        assert!(both.abs_diff(alone) <= WAY, "{both} bytes, and {alone} without");
    }
    pty.send("q");
    assert!(pty.ends().success());
}

/// Unchanged rows are not touched.
#[test]
fn a_cursor_step_draws_two_rows_and_the_details() {
    let mut pty = ready();
    step(&mut pty, "j");
    let frame = step(&mut pty, "j");
    // Rows that the terminal's cursor moves to: CSI row ; column H.
    let mut touched: Vec<usize> = frame
        .split("\x1b[")
        .filter_map(|part| part.split_once('H')?.0.split(';').next()?.parse().ok())
        .collect();
    touched.dedup();
    // Counted from 1: a row of the list, its neighbour (perhaps by a line feed), and the details
    // below the line.
    let (list, words): (Vec<usize>, Vec<usize>) = touched.iter().partition(|row| **row < 21);
    assert!(list.iter().all(|row| (5..=6).contains(row)), "{touched:?}");
    assert!(words.iter().all(|row| (21..24).contains(row)), "{touched:?}");
}
