//! Everything other than keys that a terminal sends to the built program, in a pseudo-terminal: it
//! must neither stop the input nor act as a key.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/pty.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod pty;

use std::time::{Duration, Instant};

use portable_pty::CommandBuilder;
use pty::Pty;

/// The list, with everything from the start on the screen.
fn ready() -> Pty {
    let mut pty = Pty::start(&["--demo"], 80, 24);
    pty.see("API tokens 40");
    pty.see("Acme Inc (acme-4x1k)");
    pty
}

#[test]
fn unknown_sequences_do_not_stop_the_input() {
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
    // Two, in case the first is ignored because a dialog was just closed.
    pty.send("\x03\x03");
    assert!(pty.ends().success());
    pty.assert_restored();
}

#[test]
fn an_unfinished_sequence_ends_after_a_while_or_on_ctrl_c() {
    for begun in ["\x1b]11;rgb:1e", "\x1bP1+r", "\x1b_G", "\x1b[12;4", "\x1b[200~abc"] {
        let mut pty = ready();
        pty.send(begun).taken().send("\x03");
        assert!(pty.ends().success(), "{begun:?}");
        pty.assert_restored();
    }
    let mut pty = ready();
    // The paste so far is text in the field, not keys.
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

/// Sequences split by a slow line. The first half would be Esc; the second would delete, replace or
/// regenerate.
#[test]
fn a_split_sequence_is_not_read_as_keys() {
    let mut pty = ready();
    for (first, rest) in [
        ("\x1b", "[200~dev \x1b[201~"),
        ("\x1b", "[12;40R"),
        ("\x1b", "]11;rgb:1e1e/1e1e/2e2e\x1b\\"),
        ("\x1b]11;rgb:1e1e/1e1e", "/2e2e\x1b\\"),
        ("\x1b[2", "00~dq\x1b[201~"),
    ] {
        pty.send(first).taken();
        // If a dialog opened, `?` would be typed into its field.
        pty.send(rest).send("?").see("Keys that work here");
        pty.send("?").gone("Keys that work here");
    }
    // Two, in case the first is ignored because a dialog was just closed.
    pty.send("\x03\x03");
    assert!(pty.ends().success());
    pty.assert_restored();
    // A key that looks like a sequence swallows no other key.
    for alone in ["\x1b[", "\x1bO", "\x1b]", "\x1bP"] {
        let mut pty = ready();
        pty.send(alone).taken().send("\x03");
        assert!(pty.ends().success(), "{alone:?}");
    }
}

/// How many characters a shell reads after the program exits while the terminal still sends reports
/// of the mouse, the focus and its background.
fn read_by_the_shell() -> String {
    let mut command = CommandBuilder::new("/bin/sh");
    let program = env!("CARGO_BIN_EXE_axtok");
    command.args(["-c", &format!("{program} --demo; read -r x; echo \"read[${{#x}}]\"")]);
    let mut pty = Pty::run(command, &std::env::temp_dir(), &[], (80, 24));
    pty.see("Acme Inc (acme-4x1k)");
    pty.send("q").gone("API tokens");
    pty.send("\x1b[<35;10;5M\x1b[O\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\\x1b[I");
    let begun = Instant::now();
    while !pty.is_cooked() {
        assert!(begun.elapsed() < Duration::from_secs(30), "the terminal is not restored");
        std::thread::yield_now();
    }
    pty.send("\n");
    let screen = pty.see("read[");
    let line = screen.lines().find(|line| line.starts_with("read[")).unwrap().to_owned();
    pty.ends();
    line
}

/// The program discards late reports for a moment only. On a busy machine this test can miss it, so
/// it tries a few times.
#[test]
fn late_reports_do_not_reach_the_shell() {
    assert!((0..10).any(|_| read_by_the_shell() == "read[0]"));
}
