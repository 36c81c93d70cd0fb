//! The kill matrix: the program is ended at each step of a change, in each way,
//! and started again. Every token that the server made is named at the next
//! start, unless the admin had said that its secret is stored.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/pty.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod pty;

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use pty::Pty;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

/// What is waited for at most. Never waited out when all is well.
const PATIENCE: Duration = Duration::from_secs(30);

/// The server of one run, a process of its own that outlives the program.
struct Server {
    child: Child,
    url: String,
    token: String,
    org: String,
}

impl Server {
    /// With this fault for the creation of tokens.
    fn start(folder: &Path, fault: &str) -> Self {
        let scenario = folder.join("scenario.toml");
        let text = format!(
            "[[fault]]\nroute = 'POST /v2/tokens'\n{fault}\n[[org]]\nid = 'acme'\nname = 'Acme'\n\
             [org.datasets.events]\nprod = 'x'\n"
        );
        fs::write(&scenario, text).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_axtok"))
            .args(["simulate", "--scenario", scenario.to_str().unwrap()])
            .stdout(Stdio::piped())
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let mut value = || lines.next().unwrap().split_once('=').unwrap().1.to_owned();
        let (url, token, org) = (value(), value(), value());
        Self { child, url, token, org }
    }

    /// The ids of the tokens that there are, asked without our client.
    fn ids(&self) -> Vec<String> {
        let address = self.url.strip_prefix("http://").unwrap();
        let mut connection = TcpStream::connect(address).unwrap();
        write!(
            connection,
            "GET /v2/tokens HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {}\r\n\
             X-Axiom-Org-Id: {}\r\nConnection: close\r\n\r\n",
            self.token, self.org
        )
        .unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).unwrap();
        let body = answer.split_once("\r\n\r\n").unwrap().1;
        let list: Value = serde_json::from_str(body).unwrap();
        let ids = list.as_array().unwrap().iter().map(|t| t["id"].as_str().unwrap().to_owned());
        ids.collect()
    }

    /// Starts the program, signed in.
    fn program(&self, home: &Path) -> Pty {
        let env = [
            ("AXIOM_URL", self.url.as_str()),
            ("AXIOM_TOKEN", self.token.as_str()),
            ("AXIOM_ORG_ID", self.org.as_str()),
        ];
        Pty::start_in(&[], home, &env)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
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

/// How many ids are lost when the program is ended so at this step.
fn kill(step: Step, signal: Signal) -> usize {
    let home = Home(tempfile::tempdir().unwrap());
    let fault = match step {
        Step::Written => "times = 1\nstatus = 503\nlatency_ms = 1500",
        Step::Committed => "times = 1\nlatency_ms = 1500",
        Step::Shown => "times = 1\nlatency_ms = 0",
    };
    let server = Server::start(home.0.path(), fault);
    let mut program = server.program(home.0.path());
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
    let id = Pid::from_raw(i32::try_from(program.process_id()).unwrap()).unwrap();
    kill_process(id, signal).unwrap();
    program.ends();
    drop(program);

    let ids = server.ids();
    assert_eq!(ids.len(), usize::from(step != Step::Written), "{step:?} {signal:?}");
    let mut again = server.program(home.0.path());
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
        for signal in [Signal::KILL, Signal::TERM, Signal::HUP] {
            lost += kill(step, signal);
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
