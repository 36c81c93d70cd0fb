//! A bulk run in the built program, in a pseudo-terminal: its secrets are in their files, and never
//! among the bytes sent to the terminal.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/pty.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod pty;
#[path = "support/scan.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod scan;
#[path = "support/simulate.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod simulate;

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use pty::Pty;
use rustix::process::{Pid, Signal, kill_process};
use scan::Needle;
use simulate::Simulate;

const SCENARIO: &str = "[generate]\ntokens = 8\n[[org]]\nid = 'acme'\nname = 'Acme'\n\
     [org.datasets.events]\nprod = 'x'\n";

fn fault(after: u32, rest: &str) -> String {
    format!("[[fault]]\nroute = 'POST /v2/tokens/{{id}}/regenerate'\nafter = {after}\n{rest}\n")
}

fn secrets(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    entries.map(|path| fs::read_to_string(path).unwrap().trim().to_owned()).collect()
}

/// Asserts that the journal has been read and raised no question.
fn no_question_is_asked(pty: &mut Pty) {
    pty.send("?").see("Keys that work here");
    let screen = pty.send("\x1b").gone("Keys that work here");
    assert!(!screen.contains("Is the secret stored?"), "{screen}");
    assert!(!screen.contains("Outcome unknown"), "{screen}");
}

#[test]
fn secrets_are_in_the_folder_and_not_on_the_terminal() {
    let home = tempfile::tempdir().unwrap();
    let faults = fault(2, "times = 1\nstatus = 409") + &fault(5, "times = 1\nstatus = 409");
    let server = Simulate::start(home.path(), &(faults + SCENARIO));
    let mut pty = server.program(&[], home.path());
    pty.see("API tokens 8");
    pty.send("*").see("8 marked");
    pty.send("r").see("Regenerate 8 tokens");
    pty.send("~/new").see("~/new");
    pty.send("\x13").see("6 of 8 tokens regenerated");
    let folder = home.path().join("new");
    assert_eq!(secrets(&folder).len(), 6);
    pty.send("r").see("8 of 8 tokens regenerated");
    pty.send("f").see("Save this list");
    pty.send("~/report.tsv\r").see("Saved to");
    pty.send("q").see("API tokens 16");
    let secrets = secrets(&folder);
    assert_eq!(secrets.len(), 8);
    assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
    let report = fs::read(home.path().join("report.tsv")).unwrap();
    assert_eq!(String::from_utf8_lossy(&report).lines().count(), 9);
    for secret in &secrets {
        assert!(secret.starts_with("xaat-"));
        let needle = Needle::new(secret.strip_prefix("xaat-").unwrap());
        assert_eq!(needle.find(&pty.bytes), [], "the terminal received it");
        assert_eq!(needle.find(&report), [], "the report contains it");
    }
    // Each was delivered: the next start has no question.
    let mut pty = server.program(&[], home.path());
    pty.see("API tokens 16");
    no_question_is_asked(&mut pty);
}

/// Ends the program during a run: every new token has its file, and the next start asks nothing.
fn ended_during_a_run(end: impl FnOnce(&mut Pty)) {
    let home = tempfile::tempdir().unwrap();
    let server = Simulate::start(home.path(), &(fault(0, "latency_ms = 700") + SCENARIO));
    let mut pty = server.program(&[], home.path());
    pty.see("API tokens 8");
    pty.send("*").see("8 marked");
    pty.send("r").see("Regenerate 8 tokens");
    pty.send("~/new").see("~/new");
    pty.send("\x13").see("1 of 8");
    end(&mut pty);
    pty.ends();
    let made = server.ids().len() - 8;
    assert!((1..8).contains(&made), "{made}");
    assert_eq!(secrets(&home.path().join("new")).len(), made);
    let mut pty = server.program(&[], home.path());
    pty.see(&format!("API tokens {}", 8 + made));
    no_question_is_asked(&mut pty);
}

#[test]
fn a_signal_during_a_run_loses_no_secret() {
    ended_during_a_run(|pty| {
        let pid = Pid::from_raw(pty.process_id().try_into().unwrap()).unwrap();
        kill_process(pid, Signal::TERM).unwrap();
    });
}

#[test]
fn a_hangup_during_a_run_loses_no_secret() {
    ended_during_a_run(Pty::hang_up);
}
