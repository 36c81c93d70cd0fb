//! The terminal reads nothing, or the process is stopped: signals and keys still work, replies are
//! still processed, and the program exits once the change in flight has finished.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/pty.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod pty;
#[path = "support/simulate.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod simulate;

use std::{
    fs,
    io::Read as _,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use pty::Pty;
use rustix::process::{Pid, Signal, kill_process};
use simulate::Simulate;

/// Ctrl-l: redraws everything.
const REDRAW: &str = "\x0c";

/// How long exiting may take when no change is in flight. Restoring a stalled terminal takes a
/// second.
const SOON: Duration = Duration::from_secs(8);

/// The longest wait for anything; only failures take this long.
const PATIENCE: Duration = Duration::from_secs(30);

fn signal(pid: u32, signal: Signal) {
    let pid = Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
    kill_process(pid, signal).unwrap();
}

/// Waits until a condition holds.
fn until(what: &str, holds: impl Fn() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < deadline, "waited for {what}");
        thread::park_timeout(Duration::from_millis(10));
    }
}

/// A server that takes this long to reply to a create.
fn server(folder: &Path, latency_ms: u32) -> Simulate {
    let scenario = format!(
        "[[fault]]\nroute = 'POST /v2/tokens'\nlatency_ms = {latency_ms}\n[[org]]\nid = 'acme'\n\
         name = 'Acme'\n[org.datasets.events]\nprod = 'x'\n"
    );
    Simulate::start(folder, &scenario)
}

/// A program with a create in flight.
fn creating(server: &Simulate, home: &Path) -> Pty {
    let mut pty = server.program(&[], home);
    pty.see("No API tokens yet");
    pty.send("n").see("of 1 chosen");
    pty.send("ci-stall\t\x1b[B ").see("1 of 1 chosen");
    pty.send("\x13").see("[▸ Create ]");
    pty.send("\r").see("Creating");
    pty
}

#[test]
fn a_stalled_terminal_does_not_delay_the_exit() {
    for how in [Ok(Signal::TERM), Ok(Signal::HUP), Ok(Signal::INT), Ok(Signal::QUIT), Err("q")] {
        let mut pty = Pty::start(&["--demo"], 80, 24);
        pty.see("API tokens 40");
        pty.see("Acme Inc (acme-4x1k)");
        pty.stall(REDRAW);
        match how {
            Ok(how) => signal(pty.process_id(), how),
            Err(key) => drop(pty.send(key)),
        }
        pty.ends_unread(SOON);
        assert!(pty.is_cooked(), "{how:?}");
    }
}

#[test]
fn a_stalled_terminal_loses_no_id() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    let server = server(home, 2000);
    let mut pty = creating(&server, home);
    until("the token", || server.ids().len() == 1);
    pty.stall(REDRAW);
    signal(pty.process_id(), Signal::TERM);
    pty.ends_unread(SOON);
    let [id] = &server.ids()[..] else { panic!("not exactly one token") };
    let journal = fs::read_to_string(home.join(".local/state/axtok/journal.jsonl")).unwrap();
    assert!(journal.contains(id), "{journal}");
}

#[test]
fn a_terminal_that_recovers_shows_the_outcome() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    let server = server(home, 500);
    let mut pty = creating(&server, home);
    pty.stall(REDRAW);
    // The reply is processed meanwhile: the journal records it.
    let journal = home.join(".local/state/axtok/journal.jsonl");
    until("the reply", || fs::read_to_string(&journal).unwrap().contains("\"done\""));
    pty.set_stalled(false);
    pty.see("ci-stall was created");
    signal(pty.process_id(), Signal::TERM);
    assert_eq!(pty.ends().exit_code(), 128 + 15);
    pty.assert_restored();
}

/// The stop is longer than the request timeout. Tests a screen and a command side by side.
#[test]
fn a_secret_received_while_the_process_was_stopped_is_not_lost() {
    const STOPPED: Duration = Duration::from_secs(34);
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    let server = server(home, 1000);
    let mut pty = creating(&server, home);
    until("the token", || server.ids().len() == 1);
    signal(pty.process_id(), Signal::STOP);
    let other = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_axtok"))
        .args(["tokens", "create", "ci-cmd", "--dataset", "events=query:read"])
        .env_clear()
        .env("HOME", other.path())
        .envs(server.env())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    until("both tokens", || server.ids().len() == 2);
    signal(command.id(), Signal::STOP);
    let over = Instant::now() + STOPPED;
    while Instant::now() < over {
        thread::park_timeout(STOPPED);
    }
    signal(pty.process_id(), Signal::CONT);
    signal(command.id(), Signal::CONT);
    pty.see("ci-stall was created");
    assert!(command.wait().unwrap().success());
    let mut secret = String::new();
    command.stdout.unwrap().read_to_string(&mut secret).unwrap();
    assert!(secret.starts_with("xaat-"), "{secret}");
    assert_eq!(server.ids().len(), 2, "a create was sent twice");
}

/// Saving names for completion is independent of everything else: a pipe that nobody opens delays
/// nothing.
#[test]
fn a_blocked_file_does_not_delay_the_exit() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    let server = server(home, 0);
    let settings = home.join(".config/axtok");
    fs::create_dir_all(&settings).unwrap();
    fs::write(settings.join("settings.toml"), "complete-names = true\n").unwrap();
    let cache = home.join(".cache/axtok");
    fs::create_dir_all(&cache).unwrap();
    let made = Command::new("mkfifo").arg(cache.join("names.json")).status().unwrap();
    assert!(made.success());
    for how in [None, Some(Signal::TERM)] {
        let mut pty = server.program(&[], home);
        pty.see("No API tokens yet");
        let begun = Instant::now();
        match how {
            None => drop(pty.send("q")),
            Some(how) => signal(pty.process_id(), how),
        }
        pty.ends();
        assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
    }
}

#[test]
fn an_absurdly_large_terminal_is_drawn_up_to_a_limit() {
    let mut pty = Pty::start(&["--demo"], 80, 24);
    pty.see("API tokens 40");
    pty.resize_unseen(65535, 65535);
    pty.send("j").taken();
    pty.resize(100, 30);
    pty.send("k").until("the last of 30 rows", |screen| {
        screen.lines().nth(29).is_some_and(|row| row.contains("? all keys"))
    });
    pty.send("q");
    assert!(pty.ends().success());
    pty.assert_restored();
}
