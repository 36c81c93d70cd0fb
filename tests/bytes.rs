//! What is sent to the terminal, byte by byte: nothing when nothing changes, and
//! no more than what changed.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/pty.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod pty;

use pty::Pty;

/// Rounds of a key that changes nothing and one that does.
const ROUNDS: usize = 12;
/// What a step on the list may take at 80x24: two rows of 80 cells, one of them
/// reversed, and three lines about the token under the cursor.
const STEP: usize = 900;

/// The list, with all that comes after the start on the screen.
fn ready() -> Pty {
    let mut pty = Pty::start(&["--demo"], 80, 24);
    pty.see("API tokens 40");
    pty.see("jo@acme.test");
    pty
}

/// The name under the cursor.
fn selected(screen: &str) -> String {
    let row = screen.lines().find(|l| l.starts_with('>')).unwrap_or_default();
    row.split_whitespace().find(|w| w.len() > 2).unwrap_or_default().to_owned()
}

/// Each round, the program is made to take the key without a meaning by itself:
/// together with the next one it would hide behind that one's frame.
#[test]
fn a_key_that_changes_nothing_sends_nothing_and_a_step_no_more_than_it_changes() {
    let mut pty = ready();
    let before = pty.frames().len();
    for _ in 0..ROUNDS {
        let from = selected(&pty.screen.screen().contents());
        pty.send("x").taken().send("j");
        pty.until("the cursor to move", |screen| selected(screen) != from);
    }
    let frames = pty.frames();
    assert_eq!(frames.len() - before, ROUNDS, "a frame a step, and none beside");
    for frame in &frames[before..] {
        assert!(frame.len() <= STEP, "{} bytes: {frame:?}", frame.len());
    }
    pty.send("q");
    assert!(pty.ends().success());
    let text = String::from_utf8_lossy(&pty.bytes).into_owned();
    let last = text.rsplit("\x1b[?2026h").next().unwrap();
    assert_eq!(
        last.matches("\x1b[?2026l").count(),
        2,
        "one ends the last frame, one is the exit's"
    );
}

/// The rows that did not change are not touched.
#[test]
fn a_step_draws_two_rows_and_what_is_said_of_the_token() {
    let mut pty = ready();
    let before = pty.frames().len();
    let rows = |screen: &str| screen.lines().position(|l| l.starts_with('>')).unwrap() + 1;
    let from = rows(&pty.screen.screen().contents());
    pty.send("j");
    let to = rows(&pty.until("the cursor to move", |screen| rows(screen) != from));
    let frame = pty.frames()[before..].concat();
    // Where the cursor is put: CSI row ; column H.
    let mut touched: Vec<usize> = frame
        .split("\x1b[")
        .filter_map(|part| part.split_once('H')?.0.split_once(';'))
        .filter_map(|(row, column)| column.parse::<usize>().ok().and(row.parse().ok()))
        .collect();
    touched.dedup();
    // Counted from 1; the last row but three is the line above the words.
    assert!(touched.starts_with(&[from, to]), "{touched:?}");
    assert!(touched[2..].iter().all(|row| (21..24).contains(row)), "{touched:?}");
}
