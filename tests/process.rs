//! What other programs can see of this one: its environment and its limits.
//! Reads `/proc`, so it runs on Linux only.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    env,
    ffi::OsStr,
    fs,
    io::{self, BufRead as _, BufReader, ErrorKind, Write as _},
    os::unix::ffi::OsStringExt as _,
    process::{Child, Command, Stdio},
};

use axtok::process::{Protection, protect, protection_now, take_secret_env};

const NAME: &str = "AXIOM_TOKEN";
const CANARY: &str = "xapt-canary-5f1c";
/// A variable that stays, so that seeing nothing can be told from seeing no
/// canary.
const CONTROL: &str = "control-77aa";
/// Set in the process in which a test runs itself anew.
const INSIDE: &str = "AXTOK_TEST_INSIDE";

fn contains(bytes: &[u8], part: &str) -> bool {
    bytes.windows(part.len()).any(|window| window == part.as_bytes())
}

/// Runs a test of this file in a process of its own, where nothing else runs.
fn inside(test: &str) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", test, "--test-threads=1", "--nocapture"]);
    command.env(INSIDE, "1").env("AXTOK_TEST_CONTROL", CONTROL);
    command
}

#[test]
fn a_secret_is_gone_from_the_environment() {
    if env::var_os(INSIDE).is_none() {
        let mut no_text = CANARY.as_bytes().to_vec();
        no_text.push(0xff);
        let output = inside("a_secret_is_gone_from_the_environment")
            .env(NAME, CANARY)
            .env("AXIOM_TOKEN_2", CONTROL)
            .env("AXTOK_TEST_NO_TEXT", std::ffi::OsString::from_vec(no_text))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.contains("looked inside"), "{said}");
        return;
    }
    // The runner's own thread does nothing but wait for this one.
    let seen = || fs::read("/proc/self/environ").unwrap();
    let count = |part: &str| seen().windows(part.len()).filter(|w| *w == part.as_bytes()).count();
    assert_eq!(count(CANARY), 2, "it is seen before");

    assert_eq!(take_secret_env(NAME).as_deref(), Some(OsStr::new(CANARY)));
    assert_eq!(count(CANARY), 1);
    let no_text = take_secret_env("AXTOK_TEST_NO_TEXT");
    assert!(no_text.is_some_and(|value| value.to_str().is_none()));
    assert_eq!(count(CANARY), 0);

    assert_eq!(count(CONTROL), 2, "the others are as they were");
    assert_eq!(env::var("AXIOM_TOKEN_2").as_deref(), Ok(CONTROL));
    assert_eq!(env::var_os(NAME), None);
    assert_eq!(take_secret_env(NAME), None);
    let child = Command::new("env").output().unwrap().stdout;
    assert!(contains(&child, CONTROL) && !contains(&child, CANARY));
    assert!(!contains(&child, "AXIOM_TOKEN="));
    writeln!(io::stdout(), "looked inside").unwrap();
}

#[test]
fn a_process_protects_itself() {
    if env::var_os(INSIDE).is_none() {
        let output = inside("a_process_protects_itself").output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.contains("looked inside"), "{said}");
        return;
    }
    assert!(!protection_now().dumpable_off, "there is something to do");
    let both = Protection { dumpable_off: true, core_limit_zero: true };
    assert_eq!((protect(), protection_now()), (both, both));
    assert_eq!(both.describe(), "no core files, not readable by your other programs");
    writeln!(io::stdout(), "looked inside").unwrap();
}

/// The built program, running, with a canary as its credential.
struct Running(Child);

impl Running {
    /// Started, and past everything that it does at its start.
    fn start() -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_axtok"))
            .args(["simulate", "--listen", "127.0.0.1:0"])
            .env(NAME, CANARY)
            .env("AXTOK_TEST_CONTROL", CONTROL)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        assert!(line.starts_with("AXIOM_URL="), "{line}");
        Self(child)
    }

    fn proc(&self, file: &str) -> io::Result<Vec<u8>> {
        fs::read(format!("/proc/{}/{file}", self.0.id()))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn the_program_shows_no_token_and_leaves_no_core_file() {
    // What is looked for can be found, in a program that does nothing about it.
    let mut cat = Command::new("cat");
    cat.arg("/proc/self/environ").env(NAME, CANARY).env("AXTOK_TEST_CONTROL", CONTROL);
    let seen = cat.output().unwrap().stdout;
    assert!(contains(&seen, CANARY) && contains(&seen, CONTROL));

    let program = Running::start();
    match program.proc("environ") {
        Ok(seen) => assert!(contains(&seen, CONTROL) && !contains(&seen, CANARY)),
        // Closed to all but root: then it is the inside that has to be looked at.
        Err(e) => assert_eq!(e.kind(), ErrorKind::PermissionDenied),
    }
    assert!(!contains(&program.proc("cmdline").unwrap(), CANARY));
    let limits = String::from_utf8(program.proc("limits").unwrap()).unwrap();
    let core = limits.lines().find(|l| l.starts_with("Max core file size")).unwrap();
    let words: Vec<_> = core.split_whitespace().collect();
    assert_eq!(words[4..6], ["0", "0"], "{core}");
}

/// The test runs itself once more, and panics there.
#[test]
fn a_panic_says_where_and_not_what() {
    const AGAIN: &str = "AXTOK_TEST_PANIC";
    if std::env::var_os(AGAIN).is_some() {
        axtok::process::hide_panics();
        panic!("canary-payload");
    }
    let this = std::env::current_exe().unwrap();
    let args = ["--exact", "a_panic_says_where_and_not_what", "--nocapture"];
    let ran = std::process::Command::new(this).args(args).env(AGAIN, "1").output().unwrap();
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert!(said.contains("axtok: internal error at tests/process.rs:"), "{said}");
    let out = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert!(!said.contains("canary-payload") && !out.contains("canary-payload"), "{said}{out}");
}
