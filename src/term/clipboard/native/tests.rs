//! Fake clipboard programs in a temporary folder, which keep the clipboard in a file and record
//! how they were called.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use super::{super::tmux::Tmux, *};

const SECRET: &str = "xaat-canary-0123";
const ALL: [Tool; 4] = [Tool::Mac, Tool::Wayland, Tool::Xclip, Tool::Xsel];
const PATIENCE: Duration = Duration::from_secs(20);

/// Like the real programs: copies, pastes or clears, and keeps running to serve.
const CLIPBOARD: &str = r#"
cd "${0%/*}"
echo "${0##*/} $*" >> calls
case "${0##*/} $*" in
  *paste*|*-out*) exec cat held ;;
  *-clear) : > held; exit ;;
esac
cat > held
sleep 30 &
"#;

struct Desktop(TempDir);

impl Desktop {
    /// A session with fake programs.
    fn with(programs: &[(&str, &str)]) -> Self {
        let desktop = Self(tempfile::tempdir().unwrap());
        for (name, script) in programs {
            desktop.write(name, &format!("#!/bin/sh\n{script}"));
        }
        desktop
    }

    fn typical() -> Self {
        let names = ["pbcopy", "pbpaste", "wl-copy", "wl-paste", "xclip", "xsel"];
        Self::with(&names.map(|name| (name, CLIPBOARD)))
    }

    /// Written by another process: a child of a parallel test could inherit the open file, and
    /// a file that is open for writing cannot be executed.
    fn write(&self, name: &str, text: &str) {
        let mut child = Command::new("/bin/sh")
            .args(["-c", "cat > \"$0\" && chmod 755 \"$0\""])
            .arg(self.path().join(name))
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        assert!(child.wait().unwrap().success());
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn programs(&self) -> Programs {
        let path = format!("{}:/usr/bin:/bin", self.path().display());
        Programs { path: path.into(), limit: PATIENCE }
    }

    fn hurried(&self) -> Programs {
        Programs { limit: Duration::from_millis(500), ..self.programs() }
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap()
    }
}

#[test]
fn exactly_the_text_is_copied_and_no_argument_contains_it() {
    for tool in ALL {
        let desktop = Desktop::typical();
        let before = Instant::now();
        desktop.programs().copy(tool, SECRET).unwrap();
        assert!(before.elapsed() < PATIENCE, "the serving process does not delay us");
        assert_eq!(desktop.read("held"), SECRET);
        assert!(!desktop.read("calls").contains("canary"), "{}", desktop.read("calls"));
    }
    // More than a pipe's buffer.
    let (desktop, long) = (Desktop::typical(), "x".repeat(300_000));
    desktop.programs().copy(Tool::Xclip, &long).unwrap();
    assert_eq!(desktop.read("held"), long);
}

#[test]
fn a_secret_is_cleared_if_it_is_still_there() {
    for tool in ALL {
        let desktop = Desktop::typical();
        let (programs, mark) = (desktop.programs(), Mark::of(SECRET));
        programs.copy(tool, SECRET).unwrap();
        assert_eq!(programs.clear_if_holds(tool, &mark), Ok(true), "{tool:?}");
        assert_eq!(desktop.read("held"), "", "{tool:?}");
        for other in ["", "something else", "xaat-canary-0123\n", "xaat-canary-012"] {
            programs.copy(tool, other).unwrap();
            assert_eq!(programs.clear_if_holds(tool, &mark), Ok(false), "{tool:?}");
            assert_eq!(desktop.read("held"), other, "{tool:?}");
        }
    }
}

#[test]
fn an_older_program_is_run_again_without_unknown_options() {
    let old = "case \"$*\" in *--sensitive*) exit 1 ;; esac".to_owned() + CLIPBOARD;
    let desktop = Desktop::with(&[("wl-copy", &old)]);
    desktop.programs().copy(Tool::Wayland, SECRET).unwrap();
    assert_eq!(desktop.read("held"), SECRET);
    assert_eq!(desktop.read("calls"), "wl-copy --type text/plain\n");
    let new = Desktop::typical();
    new.programs().copy(Tool::Wayland, SECRET).unwrap();
    assert_eq!(new.read("calls"), "wl-copy --type text/plain --sensitive\n");
}

#[test]
fn failures_are_reported_without_the_text() {
    let desktop = Desktop::with(&[("xclip", "cat >&2; exit 1"), ("wl-copy", "exit 1")]);
    let programs = desktop.programs();
    assert_eq!(programs.copy(Tool::Xclip, SECRET), Err("xclip failed".to_owned()));
    assert_eq!(programs.copy(Tool::Wayland, SECRET), Err("wl-copy failed".to_owned()));
    let nowhere = Programs { path: desktop.path().join("none").into(), limit: PATIENCE };
    let missing = Err("xsel: not found".to_owned());
    assert_eq!(nowhere.copy(Tool::Xsel, SECRET), missing);
    // An empty clipboard, or no text.
    assert_eq!(programs.clear_if_holds(Tool::Xclip, &Mark::of(SECRET)), Ok(false));
}

#[test]
fn a_program_that_does_not_respond_is_killed() {
    let hangs = "echo $$ > \"${0%/*}/pid\"; sleep 1000";
    let desktop = Desktop::with(&[("pbcopy", hangs), ("pbpaste", hangs)]);
    let programs = desktop.hurried();
    let gone = |pid: &str| {
        let stat = format!("/proc/{}/stat", pid.trim());
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            if fs::read_to_string(&stat).map_or(true, |s| s.contains(") Z ")) {
                return true;
            }
            thread::yield_now();
        }
        false
    };
    assert_eq!(programs.copy(Tool::Mac, SECRET), Err("pbcopy timed out".to_owned()));
    assert!(gone(&desktop.read("pid")));
    let silent = Err("pbpaste timed out".to_owned());
    assert_eq!(programs.clear_if_holds(Tool::Mac, &Mark::of(SECRET)), silent);
    assert!(gone(&desktop.read("pid")));
}

#[test]
fn a_huge_clipboard_is_not_read_completely() {
    let desktop = Desktop::with(&[("pbpaste", "exec cat /dev/zero")]);
    assert_eq!(desktop.programs().clear_if_holds(Tool::Mac, &Mark::of(SECRET)), Ok(false));
}

#[test]
fn programs_run_in_their_own_process_group() {
    let notes = "cut -d' ' -f5 /proc/$$/stat > \"${0%/*}/group\"; echo $$ > \"${0%/*}/pid\"; cat > /dev/null";
    let desktop = Desktop::with(&[("pbcopy", notes)]);
    desktop.programs().copy(Tool::Mac, SECRET).unwrap();
    assert_eq!(desktop.read("group").trim(), desktop.read("pid").trim());
}

#[test]
fn a_mark_does_not_reveal_the_text() {
    let (mark, again) = (Mark::of(SECRET), Mark::of(SECRET));
    assert_eq!(format!("{mark:?}"), "Mark");
    assert!(mark.is_of(SECRET.as_bytes()) && !mark.is_of(b"xaat"));
    assert_ne!(mark.hash, again.hash, "salted");
}

/// A tmux that passes nothing on, but copies itself.
const TMUX: &str = r#"
cd "${0%/*}"
echo "$*" >> calls
case "$1" in
  load-buffer) cat > held ;;
  *) printf '3.4|external|0|/dev/pts/3|xterm\n\nTerminal 0: xterm for /dev/pts/3, flags=0x20:\n'
     printf ' 192: Ms: (string) x\n' ;;
esac
"#;

#[test]
fn tmux_gets_the_text_on_standard_input_and_keeps_no_buffer() {
    let desktop = Desktop::with(&[("tmux", TMUX)]);
    let tmux = Tmux::ask(&desktop.programs()).unwrap();
    assert!(!tmux.passes() && tmux.obstacle().is_none());
    assert_eq!(tmux.copy(&desktop.programs(), SECRET), Ok(()));
    assert_eq!(desktop.read("held"), SECRET);
    let calls = desktop.read("calls");
    assert!(calls.contains("load-buffer -w -b axtok-copy - ; delete-buffer -b axtok-copy"));
    assert!(!calls.contains(SECRET), "{calls}");
}

#[test]
fn a_tmux_that_does_not_reply_is_not_waited_for() {
    let desktop = Desktop::with(&[("tmux", "sleep 30"), ("other", "")]);
    let begun = Instant::now();
    assert_eq!(Tmux::ask(&desktop.hurried()), None);
    assert!(begun.elapsed() < PATIENCE);
    let missing = Desktop::with(&[]);
    let nowhere = Programs { path: missing.path().into(), limit: PATIENCE };
    assert_eq!(Tmux::ask(&nowhere), None);
}
