//! The built program with a full disk, and with a server that sends too much or nothing.

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
    path::Path,
    time::{Duration, Instant},
};

use portable_pty::CommandBuilder;
use pty::Pty;
use rustix::process::{Pid, Signal, kill_process};
use simulate::Simulate;

/// Starts the program so that no byte can be written to a file, as on a full disk. The shell
/// ignores the signal that comes with the limit.
fn on_a_full_disk(args: &str, home: &Path, env: &[(&str, &str)]) -> Pty {
    let mut command = CommandBuilder::new("/bin/sh");
    command.args(["-c", &format!("trap '' XFSZ; ulimit -f 0; exec \"$0\" {args}")]);
    command.arg(env!("CARGO_BIN_EXE_axtok"));
    Pty::run(command, home, env, (80, 24))
}

/// Fills in the form and confirms the review.
fn create(pty: &mut Pty, name: &str, datasets: usize) {
    pty.send("n").see(&format!("of {datasets} chosen"));
    pty.send(&format!("{name}\t\x1b[B ")).see(&format!("1 of {datasets} chosen"));
    pty.send("\t\tfor the tests").see("for the tests");
    pty.send("\x13").see("[▸ Create ]");
    pty.send("\r");
}

/// Longer than a secret's dialog ignores keys that were typed for the previous dialog.
const IGNORED: Duration = Duration::from_millis(600);

#[test]
fn a_secret_stays_in_its_dialog_if_the_disk_is_full() {
    let home = tempfile::tempdir().unwrap();
    // The demo does not use the journal.
    let mut pty = on_a_full_disk("--demo", home.path(), &[]);
    pty.see("API tokens 40");
    create(&mut pty, "ci-full", 60);
    pty.see("r reveal");
    pty.send("f").see("Save the secret to a file");
    pty.send("~/secret\r").see("The secret of ci-full was not delivered: it is still here");
    let screen = pty.see("is full");
    assert!(screen.contains("no partial file remains"), "{screen}");
    assert!(!home.path().join("secret").exists());
    // Another destination works.
    pty.over(IGNORED).send("|").see("A command such as");
    pty.send("/bin/sh -c 'read secret'\r").see("Sent to");
    pty.over(IGNORED).send("\r").gone("Sent to");
    pty.send("q");
    assert!(pty.ends().success());
    pty.assert_restored();
}

#[test]
fn changes_are_blocked_if_the_journal_cannot_be_written() {
    let folder = tempfile::tempdir().unwrap();
    let server = server(folder.path(), "");
    let mut pty = on_a_full_disk("", folder.path(), &server.env());
    pty.see("No API tokens yet");
    create(&mut pty, "ci-full", 1);
    pty.see("No journal");
    pty.see("your quota is full");
    assert_eq!(server.ids().len(), 0, "a request was sent");
    pty.send("\t\r").see("ci-full was created");
    assert_eq!(server.ids().len(), 1);
}

fn server(folder: &Path, fault: &str) -> Simulate {
    let scenario = format!(
        "{fault}\n[[org]]\nid = 'acme'\nname = 'Acme'\n[org.datasets.events]\nprod = 'x'\n"
    );
    Simulate::start(folder, &scenario)
}

/// The peak memory of a process, in KiB.
#[cfg(target_os = "linux")]
fn peak_memory(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|l| l.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
#[cfg(target_os = "linux")]
fn a_body_of_one_gibibyte_is_abandoned_at_the_limit() {
    const GIBIBYTE: u64 = 1 << 30;
    let folder = tempfile::tempdir().unwrap();
    let usual = server(folder.path(), "");
    let mut pty = usual.program(&[], folder.path());
    pty.see("No API tokens yet");
    let before = peak_memory(pty.process_id());
    pty.send("q");
    pty.ends();

    let floods = ["GET /v2/tokens", "GET /v2/datasets", "POST /v2/tokens"]
        .map(|route| format!("[[fault]]\nroute = '{route}'\nafter = 1\nflood = {GIBIBYTE}\n"));
    let server = server(folder.path(), &floods.concat());
    let mut pty = server.program(&[], folder.path());
    pty.see("No API tokens yet");
    pty.send("\x12").see("the response is too large");
    let after = peak_memory(pty.process_id());
    let line = format!("most memory: {before} KiB without a flood, {after} KiB with one");
    let _ = writeln!(std::io::stdout(), "{line}");
    // The limit is 16 MiB, and a growing buffer doubles.
    assert!(after < before + 64 * 1024, "{before} KiB, then {after} KiB");
    // The old list is still there, and keys work.
    pty.see("No API tokens yet");
    pty.send("q");
    assert!(pty.ends().success());
}

#[test]
fn quitting_during_a_create_asks_and_follows_up_on_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let server = server(folder.path(), "[[fault]]\nroute = 'POST /v2/tokens'\nlatency_ms = 4000\n");
    let mut pty = server.program(&[], folder.path());
    pty.see("No API tokens yet");
    create(&mut pty, "ci-left", 1);
    pty.see("Creating");
    pty.send("\x1b").see("No longer waiting");
    pty.send("\x1b").see("[▸ Keep editing ]");
    pty.send("\t\r").see("No API tokens yet");
    // A `q` right after Esc may be ignored, as meant for the closed dialog, so this uses the
    // palette.
    pty.send(":q\r").see("Still creating ci-left");
    pty.see("[▸ Wait ]");
    pty.send("\t\r");
    let asked = Instant::now();
    assert!(pty.ends().success());
    assert!(asked.elapsed() < Duration::from_secs(3), "quitting waited for the reply");
    pty.assert_restored();
    let [id] = server.ids().try_into().unwrap();
    let mut again = server.program(&[], folder.path());
    again.see("Outcome unknown");
    again.see(&id);
}

/// Takes half a minute: `cargo test --test faults -- --ignored`.
#[test]
#[ignore = "waits as long as the program ever waits"]
fn an_unanswered_create_does_not_block_the_exit() {
    let folder = tempfile::tempdir().unwrap();
    let server =
        server(folder.path(), "[[fault]]\nroute = 'POST /v2/tokens'\nlatency_ms = 3600000\n");
    let mut pty = server.program(&[], folder.path());
    pty.see("No API tokens yet");
    create(&mut pty, "ci-never", 1);
    pty.see("Creating");
    let id = Pid::from_raw(i32::try_from(pty.process_id()).unwrap()).unwrap();
    kill_process(id, Signal::TERM).unwrap();
    let asked = Instant::now();
    assert_eq!(pty.ends_within(Duration::from_secs(60)).exit_code(), 143);
    pty.assert_restored();
    let waited = asked.elapsed().as_secs_f64();
    assert!((20.0..31.5).contains(&waited), "{waited} s");
    let mut again = server.program(&[], folder.path());
    again.see("Outcome unknown");
}
