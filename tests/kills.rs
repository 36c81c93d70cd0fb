//! The kill matrix: the program is killed at each step of a change, in each way, and started again.
//! The next start must name every token that the server created, unless the user had confirmed that
//! its secret is stored.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/pty.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod pty;
#[path = "support/simulate.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod simulate;

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};
use simulate::Simulate;

/// The longest wait for anything; only failures take this long.
const PATIENCE: Duration = Duration::from_secs(30);

/// The server of one run, with this fault for creating tokens.
fn server(folder: &Path, fault: &str) -> Simulate {
    let scenario = format!(
        "[[fault]]\nroute = 'POST /v2/tokens'\n{fault}\n[[org]]\nid = 'acme'\nname = 'Acme'\n\
         [org.datasets.events]\nprod = 'x'\n"
    );
    Simulate::start(folder, &scenario)
}

/// Waits until a condition holds.
fn until(what: &str, holds: impl Fn() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < deadline, "waited for {what}");
        std::thread::yield_now();
    }
}

/// A home directory in which the program will create a journal.
struct Home(tempfile::TempDir);

impl Home {
    fn journal(&self) -> PathBuf {
        self.0.path().join(".local/state/axtok/journal.jsonl")
    }

    fn recorded(&self, word: &str) -> bool {
        fs::read_to_string(self.journal()).is_ok_and(|text| text.contains(word))
    }
}

/// The step at which the program is killed.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    /// The journal has the entry; the server will refuse the request.
    Written,
    /// The server has created the token; its reply is not yet sent.
    Committed,
    /// The secret is in its dialog, hidden.
    Shown,
}

/// How the program is killed.
#[derive(Clone, Copy, Debug)]
enum End {
    By(Signal),
    /// Its terminal is closed.
    HangUp,
}

/// How many ids are lost when the program is killed in this way at this step.
fn kill(step: Step, end: End) -> usize {
    let home = Home(tempfile::tempdir().unwrap());
    let fault = match step {
        Step::Written => "times = 1\nstatus = 503\nlatency_ms = 1500",
        Step::Committed => "times = 1\nlatency_ms = 1500",
        Step::Shown => "times = 1\nlatency_ms = 0",
    };
    let server = server(home.0.path(), fault);
    let mut program = server.program(&[], home.0.path());
    program.see("No API tokens yet");
    program.send("n").see("of 1 chosen");
    program.send("ci-kill").see("ci-kill");
    program.send("\t\x1b[B ").see("1 of 1 chosen");
    program.send("\x13").see("[▸ Create ]");
    program.send("\r");
    match step {
        Step::Written => until("the entry", || home.recorded("ci-kill")),
        Step::Committed => until("the token", || server.ids().len() == 1),
        Step::Shown => drop(program.see("r reveal")),
    }
    match end {
        End::By(signal) => {
            let id = Pid::from_raw(i32::try_from(program.process_id()).unwrap()).unwrap();
            kill_process(id, signal).unwrap();
        }
        End::HangUp => program.hang_up(),
    }
    program.ends();
    drop(program);

    let ids = server.ids();
    assert_eq!(ids.len(), usize::from(step != Step::Written), "{step:?} {end:?}");
    let mut again = server.program(&[], home.0.path());
    let screen = match (step, ids.first()) {
        // The journal has the request, and its outcome is unknown.
        (Step::Written, _) => again.see("Outcome unknown"),
        (_, Some(id)) => again.until("a question about the token", |s| s.contains(id.as_str())),
        (_, None) => unreachable!("the server has created a token"),
    };
    ids.iter().filter(|id| !screen.contains(id.as_str())).count()
}

/// Every step with every way of killing: nothing is lost silently.
#[test]
fn every_id_is_delivered_or_reported_on_the_next_start() {
    let mut kills = 0;
    let mut lost = 0;
    for step in [Step::Written, Step::Committed, Step::Shown] {
        let signals = [Signal::KILL, Signal::TERM, Signal::HUP, Signal::INT, Signal::QUIT];
        for end in signals.map(End::By).into_iter().chain([End::HangUp]) {
            lost += kill(step, end);
            kills += 1;
        }
    }
    report(&format!("kill matrix: {kills} kills, {lost} ids lost"));
    assert_eq!(lost, 0);
}

/// Prints a line of figures, shown by `cargo test -- --nocapture`.
fn report(line: &str) {
    let mut out = std::io::stdout();
    let _ = writeln!(out, "{line}");
}
