//! The program is suspended and continued, by its key and by signals: the shell gets the terminal
//! back, and continuing redraws everything.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/pty.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod pty;

use std::{fs, path::Path};

use portable_pty::CommandBuilder;
use pty::Pty;
use rustix::process::{Pid, Signal, kill_process};

/// What a user does at a prompt of a shell with job control: starts the program, and continues it
/// in the foreground each time it stops.
const SHELL: &str = r#"
set -m
/bin/sh -c 'echo $$ > "$1"; exec "$0" --demo' "$0" "$1"
status=$?
while [ $status -gt 128 ]; do
  echo "the shell has it"
  read line
  fg > /dev/null
  status=$?
done
echo "it has ended"
exit $status
"#;

fn under_a_shell(home: &Path, pid: &Path) -> Pty {
    let mut command = CommandBuilder::new("/bin/sh");
    command.args(["-c", SHELL, env!("CARGO_BIN_EXE_axtok"), pid.to_str().unwrap()]);
    let path = std::env::var("PATH").unwrap();
    Pty::run(command, home, &[("PATH", &path)], (80, 24))
}

fn signal(pid: u32, signal: Signal) {
    let pid = Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
    kill_process(pid, signal).unwrap();
}

/// Creates a token and reveals its secret on the screen; returns the secret.
fn revealed(pty: &mut Pty) -> String {
    pty.see("API tokens 40");
    pty.send("n").see("of 60 chosen");
    pty.send("ci-stop\t\x1b[B ").see("1 of 60 chosen");
    pty.send("\t\tfor the tests").see("for the tests");
    pty.send("\x13").see("[▸ Create ]");
    pty.send("\r").see("r reveal");
    pty.send("r");
    let screen = pty.gone("••••");
    let line = screen.lines().find(|l| l.trim_start().starts_with("xaat-"));
    line.unwrap().trim().to_owned()
}

#[test]
fn suspending_returns_the_terminal_and_continuing_restores_the_screen() {
    for how in [None, Some(Signal::TSTP)] {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("pid");
        let mut pty = under_a_shell(home.path(), &file);
        let secret = revealed(&mut pty);
        let pid = fs::read_to_string(&file).unwrap().trim().parse().unwrap();
        match how {
            None => drop(pty.send("\x1a")),
            Some(how) => signal(pid, how),
        }
        let shell = pty.see("the shell has it");
        assert!(!shell.contains(&secret) && !shell.contains("ci-stop"), "{shell}");
        pty.assert_restored();
        assert!(pty.is_cooked(), "{how:?}");
        // The window is resized meanwhile.
        pty.resize(100, 30);
        pty.send("\n");
        pty.see("ci-stop was created");
        let screen = pty.see("xaat-••••");
        assert!(!screen.contains(&secret), "{screen}");
        assert!(pty.screen.screen().alternate_screen() && !pty.is_cooked());
        // The program uses the new size and can be suspended again.
        pty.send("\x1a");
        pty.until("the shell, again", |s| s.matches("the shell has it").count() == 2);
        pty.send("\n").see("ci-stop was created");
        pty.send("\x1b").see("Have you stored the secret?");
        pty.send("stored\r").until("the keys in the last of 30 rows", |s| {
            s.lines().nth(29).is_some_and(|row| row.contains("n new") && row.contains("? all keys"))
        });
        pty.send("q").see("it has ended");
        assert!(pty.ends().success());
    }
}

/// SIGSTOP cannot be caught. Continuing sets up the terminal again, whatever is on it, and hides
/// the secret.
#[test]
fn sigstop_is_followed_by_a_full_redraw() {
    let mut pty = Pty::start(&["--demo"], 80, 24);
    let secret = revealed(&mut pty);
    signal(pty.process_id(), Signal::STOP);
    // As if `reset` had been run at the prompt.
    pty.screen = vt100::Parser::new(24, 80, 0);
    signal(pty.process_id(), Signal::CONT);
    let screen = pty.until("all of it", |s| {
        ["API tokens 41", "ci-stop was created", "xaat-••••", "The secret is hidden"]
            .iter()
            .all(|part| s.contains(part))
    });
    assert!(!screen.contains(&secret), "{screen}");
    assert!(pty.screen.screen().alternate_screen() && pty.screen.screen().bracketed_paste());
    pty.send("\x1b").see("Have you stored the secret?");
    pty.send("stored\r").see("API tokens 41");
    pty.send("q");
    assert!(pty.ends().success());
    pty.assert_restored();
}

/// Without a shell that could continue it, the program would stay stopped forever.
#[test]
fn without_a_shell_to_continue_it_the_program_is_not_suspended() {
    let mut pty = Pty::start(&["--demo"], 80, 24);
    let secret = revealed(&mut pty);
    signal(pty.process_id(), Signal::TSTP);
    let screen = pty.see("The secret is hidden");
    assert!(!screen.contains(&secret), "{screen}");
    pty.send("\x1a?");
    pty.send("\x1b").see("Have you stored the secret?");
    pty.send("stored\r").see("API tokens 41");
    pty.send("q");
    assert!(pty.ends().success());
    pty.assert_restored();
}
