//! What is sent to the terminal, byte by byte: nothing when nothing changes, and
//! no more than what changed.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/pty.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod pty;

use pty::Pty;

/// Rounds of a key that changes nothing and one that does.
const ROUNDS: usize = 12;
/// What a step on the list may take at 80x24, in bytes: what differs between two
/// rows, and three lines about the token under the cursor.
const STEP: usize = 320;
/// A way to another place can be a few bytes longer from elsewhere.
const WAY: usize = 8;

/// The list, with all that comes after the start on the screen.
fn ready() -> Pty {
    let mut pty = Pty::start(&["--demo"], 80, 24);
    pty.see("API tokens 40");
    pty.see("jo@acme.test");
    // The rest of that frame is taken with the next.
    step(&mut pty, "j");
    step(&mut pty, "k");
    pty
}

/// The name under the cursor.
fn selected(screen: &str) -> String {
    let row = screen.lines().find(|l| l.starts_with('>')).unwrap_or_default();
    row.split_whitespace().find(|w| w.len() > 2).unwrap_or_default().to_owned()
}

/// Presses a key that moves the cursor; the bytes that it took.
fn step(pty: &mut Pty, key: &str) -> String {
    let from = selected(&pty.screen.screen().contents());
    let before = pty.bytes.len();
    pty.send(key).until("the cursor to move", |screen| selected(screen) != from);
    String::from_utf8_lossy(&pty.bytes[before..]).into_owned()
}

/// Each round, the program is made to take the key without a meaning by itself:
/// together with the next one it would hide behind that one's frame.
#[test]
fn a_key_that_changes_nothing_sends_nothing_and_a_step_no_more_than_it_changes() {
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

/// The rows that did not change are not touched.
#[test]
fn a_step_draws_two_rows_and_what_is_said_of_the_token() {
    let mut pty = ready();
    step(&mut pty, "j");
    let frame = step(&mut pty, "j");
    // Where the cursor is put: CSI row ; column H.
    let mut touched: Vec<usize> = frame
        .split("\x1b[")
        .filter_map(|part| part.split_once('H')?.0.split(';').next()?.parse().ok())
        .collect();
    touched.dedup();
    // Counted from 1: a row of the list, its neighbour perhaps by a line feed,
    // and below the line the words.
    let (list, words): (Vec<usize>, Vec<usize>) = touched.iter().partition(|row| **row < 21);
    assert!(list.iter().all(|row| (5..=6).contains(row)), "{touched:?}");
    assert!(words.iter().all(|row| (21..24).contains(row)), "{touched:?}");
}
