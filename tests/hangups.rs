//! The terminal goes away: the program ends, and burns no processor before it
//! does, with or without a signal, and with a change on its way.

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

/// Processor time that the whole run may take, start and drawing included.
const CPU_SECONDS: f64 = 1.0;

/// Starts the program under a shell that outlives a hangup, and afterwards
/// writes down what the program has cost. The shell gets the signal of the
/// terminal in its place.
fn program(server: &Simulate, home: &Path, costs: &Path) -> Pty {
    let mut command = CommandBuilder::new("/bin/sh");
    command.args(["-c", "trap '' HUP; \"$0\"; times > \"$1\""]);
    command.args([env!("CARGO_BIN_EXE_axtok"), costs.to_str().unwrap()]);
    Pty::run(command, home, &server.env(), (80, 24))
}

/// What `times` says of the shell's children, in seconds.
fn seconds(costs: &str) -> f64 {
    let children = costs.lines().nth(1).unwrap();
    let time = |text: &str| {
        let (minutes, seconds) = text.trim_end_matches('s').split_once('m').unwrap();
        minutes.parse::<f64>().unwrap() * 60.0 + seconds.parse::<f64>().unwrap()
    };
    children.split_whitespace().map(time).sum()
}

/// Lets the terminal go, with a create on its way or not. Wall seconds until
/// the end, and seconds of processor time.
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
        pty.send("ci-gone\t\t\t\tj ").see("1 of 1 chosen");
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
fn without_a_terminal_it_ends_and_does_not_spin() {
    // Several times, since what notices it first differs.
    for creating in [false; 10].into_iter().chain([true; 2]) {
        let (wall, cpu) = hang_up(creating);
        let what = if creating { "with a create on its way" } else { "idle" };
        let line =
            format!("hangup, {what}: ended after {wall:.2} s, {cpu:.2} s of processor time in all");
        let _ = writeln!(std::io::stdout(), "{line}");
        assert!(cpu < CPU_SECONDS, "{line}");
        assert_eq!(creating, wall > 1.0, "{line}: it waits for what is on its way, and no longer");
    }
}
