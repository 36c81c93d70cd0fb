//! The terminal goes away: the program exits and uses no CPU before it does, with or without a
//! signal, and with a change in flight.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/pty.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod pty;
#[path = "support/simulate.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod simulate;

use std::{fs, io::Write as _, path::Path, time::Instant};

use portable_pty::CommandBuilder;
use pty::Pty;
use simulate::Simulate;

/// The most CPU time for the whole run, including the start and drawing.
const CPU_SECONDS: f64 = 1.0;

/// Starts the program under a shell that survives a hangup and then writes the program's CPU time
/// to a file. The terminal's signal goes to the shell instead of the program.
fn program(server: &Simulate, home: &Path, costs: &Path) -> Pty {
    let mut command = CommandBuilder::new("/bin/sh");
    command.args(["-c", "trap '' HUP; \"$0\"; times > \"$1\""]);
    command.args([env!("CARGO_BIN_EXE_axtok"), costs.to_str().unwrap()]);
    Pty::run(command, home, &server.env(), (80, 24))
}

/// The CPU time of the shell's children in the output of `times`, in seconds.
fn seconds(costs: &str) -> f64 {
    let children = costs.lines().nth(1).unwrap();
    let time = |text: &str| {
        let (minutes, seconds) = text.trim_end_matches('s').split_once('m').unwrap();
        minutes.parse::<f64>().unwrap() * 60.0 + seconds.parse::<f64>().unwrap()
    };
    children.split_whitespace().map(time).sum()
}

/// Closes the terminal, optionally with a create in flight. Returns wall-clock seconds until the
/// exit, and seconds of CPU time.
fn hang_up(creating: bool) -> (f64, f64) {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    let server = Simulate::start(
        home,
        "[[fault]]\nroute = 'POST /v2/tokens'\nlatency_ms = 2000\n[[org]]\nid = 'acme'\n\
         name = 'Acme'\n[org.datasets.events]\nprod = 'x'\n",
    );
    let costs = home.join("costs");
    let mut pty = program(&server, home, &costs);
    pty.see("No API tokens yet");
    if creating {
        pty.send("n").see("of 1 chosen");
        pty.send("ci-gone\t\x1b[B ").see("1 of 1 chosen");
        pty.send("\x13").see("[▸ Create ]");
        pty.send("\r").see("Creating");
    }
    let gone = Instant::now();
    pty.hang_up();
    pty.ends();
    let wall = gone.elapsed().as_secs_f64();
    let journal = fs::read_to_string(home.join(".local/state/axtok/journal.jsonl"));
    assert_eq!(journal.is_ok_and(|j| j.contains("ci-gone")), creating);
    assert_eq!(server.ids().len(), usize::from(creating));
    (wall, seconds(&fs::read_to_string(costs).unwrap()))
}

#[test]
fn the_program_exits_without_spinning_when_its_terminal_goes_away() {
    // Several times, since different parts of the program may notice it first.
    for creating in [false; 10].into_iter().chain([true; 2]) {
        let (wall, cpu) = hang_up(creating);
        let what = if creating { "with a create on its way" } else { "idle" };
        let line =
            format!("hangup, {what}: ended after {wall:.2} s, {cpu:.2} s of processor time in all");
        let _ = writeln!(std::io::stdout(), "{line}");
        assert!(cpu < CPU_SECONDS, "{line}");
        assert_eq!(
            creating,
            wall > 1.0,
            "{line}: it must wait for the change in flight, and no longer"
        );
    }
}
