//! What other programs can see of this process: its environment and its limits. Reads `/proc`, so
//! it runs only on Linux.

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
/// A variable that stays. Finding it shows that the search for the canary works.
const CONTROL: &str = "control-77aa";
/// Set in the child process in which a test runs itself again.
const INSIDE: &str = "AXTOK_TEST_INSIDE";

fn contains(bytes: &[u8], part: &str) -> bool {
    bytes.windows(part.len()).any(|window| window == part.as_bytes())
}

/// Runs a test of this file in its own process, where nothing else runs.
fn inside(test: &str) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", test, "--test-threads=1", "--nocapture"]);
    command.env(INSIDE, "1").env("AXTOK_TEST_CONTROL", CONTROL);
    command
}

#[test]
fn a_secret_is_removed_from_the_environment() {
    if env::var_os(INSIDE).is_none() {
        let mut not_utf8 = CANARY.as_bytes().to_vec();
        not_utf8.push(0xff);
        let output = inside("a_secret_is_removed_from_the_environment")
            .env(NAME, CANARY)
            .env("AXIOM_TOKEN_2", CONTROL)
            .env("AXTOK_TEST_NOT_UTF8", std::ffi::OsString::from_vec(not_utf8))
            .output()
            .unwrap();
        let printed = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && printed.contains("looked inside"), "{printed}");
        return;
    }
    // The runner's thread only waits for this one, so changing the environment is safe.
    let seen = || fs::read("/proc/self/environ").unwrap();
    let count = |part: &str| seen().windows(part.len()).filter(|w| *w == part.as_bytes()).count();
    assert_eq!(count(CANARY), 2, "it is not there beforehand");

    assert_eq!(take_secret_env(NAME).as_deref(), Some(OsStr::new(CANARY)));
    assert_eq!(count(CANARY), 1);
    let not_utf8 = take_secret_env("AXTOK_TEST_NOT_UTF8");
    assert!(not_utf8.is_some_and(|value| value.to_str().is_none()));
    assert_eq!(count(CANARY), 0);

    assert_eq!(count(CONTROL), 2, "other variables changed");
    assert_eq!(env::var("AXIOM_TOKEN_2").as_deref(), Ok(CONTROL));
    assert_eq!(env::var_os(NAME), None);
    assert_eq!(take_secret_env(NAME), None);
    let child = Command::new("env").output().unwrap().stdout;
    assert!(contains(&child, CONTROL) && !contains(&child, CANARY));
    assert!(!contains(&child, "AXIOM_TOKEN="));
    writeln!(io::stdout(), "looked inside").unwrap();
}

#[test]
fn the_process_protects_itself() {
    if env::var_os(INSIDE).is_none() {
        let output = inside("the_process_protects_itself").output().unwrap();
        let printed = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && printed.contains("looked inside"), "{printed}");
        return;
    }
    assert!(!protection_now().dumpable_off, "the process is already protected");
    let both = Protection { dumpable_off: true, core_limit_zero: true };
    assert_eq!((protect(), protection_now()), (both, both));
    assert_eq!(both.describe(), "no core files, not readable by your other programs");
    writeln!(io::stdout(), "looked inside").unwrap();
}

/// The built program, running, with a canary as its credential.
struct Running(Child);

impl Running {
    /// Started, and past its initialisation.
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
    // Control: both are visible in a program without protection.
    let mut cat = Command::new("cat");
    cat.arg("/proc/self/environ").env(NAME, CANARY).env("AXTOK_TEST_CONTROL", CONTROL);
    let seen = cat.output().unwrap().stdout;
    assert!(contains(&seen, CANARY) && contains(&seen, CONTROL));

    let program = Running::start();
    match program.proc("environ") {
        Ok(seen) => assert!(contains(&seen, CONTROL) && !contains(&seen, CANARY)),
        // Readable only by root; the test inside the process covers this case.
        Err(e) => assert_eq!(e.kind(), ErrorKind::PermissionDenied),
    }
    assert!(!contains(&program.proc("cmdline").unwrap(), CANARY));
    let limits = String::from_utf8(program.proc("limits").unwrap()).unwrap();
    let core = limits.lines().find(|l| l.starts_with("Max core file size")).unwrap();
    let words: Vec<_> = core.split_whitespace().collect();
    assert_eq!(words[4..6], ["0", "0"], "{core}");
}

/// The test runs itself again in a child process, and panics there.
#[test]
fn a_panic_reports_its_location_but_not_its_message() {
    const AGAIN: &str = "AXTOK_TEST_PANIC";
    if std::env::var_os(AGAIN).is_some() {
        axtok::process::hide_panics();
        panic!("canary-payload");
    }
    let this = std::env::current_exe().unwrap();
    let args = ["--exact", "a_panic_reports_its_location_but_not_its_message", "--nocapture"];
    let ran = std::process::Command::new(this).args(args).env(AGAIN, "1").output().unwrap();
    let printed = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert!(printed.contains("axtok: internal error at tests/process.rs:"), "{printed}");
    let out = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert!(
        !printed.contains("canary-payload") && !out.contains("canary-payload"),
        "{printed}{out}"
    );
}
