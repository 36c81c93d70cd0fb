//! What a terminal sends beside keys, to the built program in a pseudo-terminal:
//! none of it stops the input, and none of it acts as a key.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/pty.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod pty;

use std::time::{Duration, Instant};

use portable_pty::CommandBuilder;
use pty::Pty;

/// The list, with all that comes after the start on the screen.
fn ready() -> Pty {
    let mut pty = Pty::start(&["--demo"], 80, 24);
    pty.see("API tokens 40");
    pty.see("jo@acme.test");
    pty
}

#[test]
fn finished_sequences_that_are_unknown_leave_it_listening() {
    let mut pty = ready();
    for unknown in [
        "\x1b[>84;0;0c",
        "\x1b[?12;40;1R",
        "\x1b[?1;0;256S",
        "\x1b[>4;2m",
        "\x1b[<1u",
        "\x1b[12;40R",
        "\x1b[?2026;2$y",
        "\x1b[8;24;80t",
        "\x1b[0n",
        "\x1b[5x",
        "\x1b[=1;2;3{",
        "\x1b[M",
        "\x1b[200~dq\x1b[201~",
    ] {
        pty.send(unknown).send("?").see("Keys that work here");
        pty.send("?").gone("Keys that work here");
    }
    // One may come too soon after what was left.
    pty.send("\x03\x03");
    assert!(pty.ends().success());
    pty.assert_restored();
}

#[test]
fn what_never_ends_is_over_after_a_while_or_on_ctrl_c() {
    for begun in ["\x1b]11;rgb:1e", "\x1bP1+r", "\x1b_G", "\x1b[12;4", "\x1b[200~abc"] {
        let mut pty = ready();
        pty.send(begun).taken().send("\x03");
        assert!(pty.ends().success(), "{begun:?}");
        pty.assert_restored();
    }
    let mut pty = ready();
    // What was pasted so far is text: it is in the field, and no key.
    pty.send("n").see("New API token");
    pty.send("\x1b[200~abc").see("abc");
    pty.send("d").see("abcd");
    pty.send("\x1b").see("[▸ Keep editing ]");
    pty.send("\t\r").gone("New API token");
    pty.send("?").see("Keys that work here");
    pty.send("\x03").gone("Keys that work here");
    pty.send("\x03");
    assert!(pty.ends().success());
    pty.assert_restored();
}

/// As a slow line delivers them. The first half would be Esc, and the second would
/// delete, replace or regenerate.
#[test]
fn a_sequence_in_pieces_is_not_taken_for_keys() {
    let mut pty = ready();
    for (first, rest) in [
        ("\x1b", "[200~dev \x1b[201~"),
        ("\x1b", "[12;40R"),
        ("\x1b", "]11;rgb:1e1e/1e1e/2e2e\x1b\\"),
        ("\x1b]11;rgb:1e1e/1e1e", "/2e2e\x1b\\"),
        ("\x1b[2", "00~dq\x1b[201~"),
    ] {
        pty.send(first).taken();
        // In a dialog it would be typed into the field.
        pty.send(rest).send("?").see("Keys that work here");
        pty.send("?").gone("Keys that work here");
    }
    // One may come too soon after what was left.
    pty.send("\x03\x03");
    assert!(pty.ends().success());
    pty.assert_restored();
    // A key that begins like a sequence eats no other.
    for alone in ["\x1b[", "\x1bO", "\x1b]", "\x1bP"] {
        let mut pty = ready();
        pty.send(alone).taken().send("\x03");
        assert!(pty.ends().success(), "{alone:?}");
    }
}

/// How much a shell reads after the program, if the terminal still sends what it has of
/// the mouse, the focus and its background.
fn read_by_the_shell() -> String {
    let mut command = CommandBuilder::new("/bin/sh");
    let program = env!("CARGO_BIN_EXE_axtok");
    command.args(["-c", &format!("{program} --demo; read -r x; echo \"read[${{#x}}]\"")]);
    let mut pty = Pty::run(command, &std::env::temp_dir(), &[], (80, 24));
    pty.see("[MOUSE]");
    pty.send("q").gone("API tokens");
    pty.send("\x1b[<35;10;5M\x1b[O\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\\x1b[I");
    let begun = Instant::now();
    while !pty.is_cooked() {
        assert!(begun.elapsed() < Duration::from_secs(30), "the terminal is given back");
        std::thread::yield_now();
    }
    pty.send("\n");
    let screen = pty.see("read[");
    let line = screen.lines().find(|line| line.starts_with("read[")).unwrap().to_owned();
    pty.ends();
    line
}

/// The terminal has a moment for that: a test that is held up may come too late.
#[test]
fn late_reports_do_not_reach_the_shell() {
    assert!((0..10).any(|_| read_by_the_shell() == "read[0]"));
}
