//! The kill matrix: the program is ended at each step of a change, in each way,
//! and started again. Every token that the server made is named at the next
//! start, unless the admin had said that its secret is stored.

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

/// What is waited for at most. Never waited out when all is well.
const PATIENCE: Duration = Duration::from_secs(30);

/// The server of one run, with this fault for the creation of tokens.
fn server(folder: &Path, fault: &str) -> Simulate {
    let scenario = format!(
        "[[fault]]\nroute = 'POST /v2/tokens'\n{fault}\n[[org]]\nid = 'acme'\nname = 'Acme'\n\
         [org.datasets.events]\nprod = 'x'\n"
    );
    Simulate::start(folder, &scenario)
}

/// Waits until something holds.
fn until(what: &str, holds: impl Fn() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < deadline, "waited for {what}");
        std::thread::yield_now();
    }
}

/// A home directory with a journal in it, sooner or later.
struct Home(tempfile::TempDir);

impl Home {
    fn journal(&self) -> PathBuf {
        self.0.path().join(".local/state/axtok/journal.jsonl")
    }

    fn recorded(&self, word: &str) -> bool {
        fs::read_to_string(self.journal()).is_ok_and(|text| text.contains(word))
    }
}

/// At which step the program is ended.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    /// The journal has the entry; the server refuses the request later.
    Written,
    /// The server has made the token; its answer is on its way.
    Committed,
    /// The secret is in its dialog, covered.
    Shown,
}

/// How the program is ended.
#[derive(Clone, Copy, Debug)]
enum End {
    By(Signal),
    /// Its terminal goes away.
    HangUp,
}

/// How many ids are lost when the program is ended so at this step.
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
    program.send("\t\t\t\tj ").see("1 of 1 chosen");
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
        // The journal says that it was asked, and nobody knows.
        (Step::Written, _) => again.see("Outcome unknown"),
        (_, Some(id)) => again.until("a question about the token", |s| s.contains(id.as_str())),
        (_, None) => unreachable!("the server has made one"),
    };
    ids.iter().filter(|id| !screen.contains(id.as_str())).count()
}

/// Each step with each way of ending: nothing is lost without a word.
#[test]
fn every_id_is_delivered_or_reported_at_the_next_start() {
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

/// One line for who reads the figures: `cargo test -- --nocapture`.
fn report(line: &str) {
    let mut out = std::io::stdout();
    let _ = writeln!(out, "{line}");
}
