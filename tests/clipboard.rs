//! The built program on a desktop: a copied secret does not stay on the clipboard when the program
//! exits, however it ends.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/pty.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod pty;

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use pty::Pty;
use rustix::process::{Pid, Signal, kill_process};

/// Like the real program, with a file as the clipboard.
const XCLIP: &str = "#!/bin/sh\ncase \"$*\" in\n  *-out*) cat \"$HOME/clipboard\" ;;\n  *) cat > \
                     \"$HOME/clipboard\" ;;\nesac\n";

/// Written by another process: a child of a parallel test could inherit the open file, and a file
/// that is open for writing cannot be executed.
fn install(folder: &Path) {
    let mut child = Command::new("/bin/sh")
        .args(["-c", "cat > \"$0\" && chmod 755 \"$0\""])
        .arg(folder.join("xclip"))
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(XCLIP.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
}

/// A program that has copied a secret, and the file that serves as clipboard.
fn copied(home: &Path) -> (Pty, PathBuf) {
    install(home);
    let path = format!("{}:{}", home.display(), std::env::var("PATH").unwrap());
    let env = [("DISPLAY", ":0"), ("PATH", path.as_str())];
    let mut pty = Pty::start_in(&["--demo"], home, &env);
    pty.see("API tokens 40");
    pty.send("n").see("of 60 chosen");
    pty.send("ci-copy\t\x1b[B ").see("1 of 60 chosen");
    pty.send("\t\tfor the tests").see("for the tests");
    pty.send("\x13").see("[▸ Create ]");
    pty.send("\r").see("r reveal");
    pty.send("y").see("cleared after 30 s");
    let clipboard = home.join("clipboard");
    assert!(fs::read_to_string(&clipboard).unwrap().starts_with("xaat-"));
    (pty, clipboard)
}

#[test]
fn no_secret_stays_on_a_desktop_clipboard() {
    for signal in [None, Some(Signal::TERM), Some(Signal::HUP)] {
        let home = tempfile::tempdir().unwrap();
        let (mut pty, clipboard) = copied(home.path());
        if let Some(signal) = signal {
            let id = Pid::from_raw(i32::try_from(pty.process_id()).unwrap()).unwrap();
            kill_process(id, signal).unwrap();
        } else {
            pty.send("\x1b").see("Have you stored the secret?");
            pty.send("stored\r").see("API tokens 41");
            pty.send("q");
        }
        pty.ends();
        pty.assert_restored();
        assert_eq!(fs::read_to_string(clipboard).unwrap(), "", "after {signal:?}");
    }
}

#[test]
fn a_hangup_clears_the_clipboard() {
    let home = tempfile::tempdir().unwrap();
    let (mut pty, clipboard) = copied(home.path());
    pty.hang_up();
    pty.ends();
    assert_eq!(fs::read_to_string(clipboard).unwrap(), "");
}

#[test]
fn text_copied_later_is_not_cleared() {
    let home = tempfile::tempdir().unwrap();
    let (mut pty, clipboard) = copied(home.path());
    fs::write(&clipboard, "a recipe").unwrap();
    pty.send("\x1b").see("Have you stored the secret?");
    pty.send("stored\r").see("API tokens 41");
    pty.send("q");
    assert!(pty.ends().success());
    assert_eq!(fs::read_to_string(clipboard).unwrap(), "a recipe");
}
