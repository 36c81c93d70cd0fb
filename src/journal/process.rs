//! The process that wrote an entry, and whether it is still running. Entries of running
//! processes are not reported to others.

use std::fs;

use rustix::process::{Pid, test_kill_process};
use serde::{Deserialize, Serialize};

/// The index of the start time (field 22) in `/proc/<pid>/stat`, counted from field 3,
/// the first after the name. The name itself may contain blanks and brackets.
const STARTED: usize = 22 - 3;

/// A process: its id, and when it started, since ids are reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Process {
    /// The process id.
    pub pid: u32,
    /// When it started, in clock ticks since boot; only known on Linux.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<u64>,
}

impl Process {
    /// The current process.
    pub fn this() -> Self {
        let pid = std::process::id();
        Self { pid, started: stat(pid).map(|stat| stat.started) }
    }

    /// Whether this is another process than `us` and still running. `false` if in doubt:
    /// showing an entry twice does less harm than not showing it.
    pub fn is_living_other(self, us: Self) -> bool {
        self.pid != us.pid && self.is_living()
    }

    fn is_living(self) -> bool {
        match (self.started, stat(self.pid)) {
            (Some(started), Some(now)) => started == now.started && !now.is_dead,
            (None, Some(now)) => !now.is_dead,
            // Some systems have no `/proc`, or hide other users' processes in it.
            (_, None) => exists(self.pid),
        }
    }
}

fn exists(pid: u32) -> bool {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
    pid.is_some_and(|pid| test_kill_process(pid).is_ok())
}

struct Stat {
    /// Ended, but not yet reaped by its parent.
    is_dead: bool,
    started: u64,
}

fn stat(pid: u32) -> Option<Stat> {
    parse(&fs::read(format!("/proc/{pid}/stat")).ok()?)
}

fn parse(stat: &[u8]) -> Option<Stat> {
    let after_name = stat.iter().rposition(|b| *b == b')')? + 1;
    let fields: Vec<&str> = str::from_utf8(&stat[after_name..]).ok()?.split_whitespace().collect();
    let is_dead = matches!(*fields.first()?, "Z" | "X" | "x");
    Some(Stat { is_dead, started: fields.get(STARTED)?.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use std::process::{Child, Command, Stdio};

    use super::*;

    /// A process that runs until its input ends.
    fn child() -> Child {
        Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap()
    }

    fn process(pid: u32) -> Process {
        Process { pid, started: stat(pid).map(|s| s.started) }
    }

    #[test]
    fn a_process_name_with_spaces_and_brackets_does_not_shift_the_fields() {
        let line = b"7 (a) S (b) c) R 1 7 7 0 -1 4194560 95 0 0 0 0 0 0 0 20 0 1 0 4711 2 3";
        let stat = parse(line).unwrap();
        assert_eq!((stat.started, stat.is_dead), (4711, false));
        assert!(parse(b"7 (a) R 1 7").is_none());
        assert!(parse(b"").is_none());
    }

    #[test]
    fn a_killed_process_counts_as_dead_before_it_is_reaped() {
        let us = Process::this();
        let mut child = child();
        let it = process(child.id());
        assert!(it.is_living_other(us));
        assert!(!us.is_living_other(us), "it is not another");
        let reused = Process { started: Some(1), ..it };
        #[cfg(target_os = "linux")]
        assert!(!reused.is_living_other(us), "the number is the same, the process is not");
        let _ = reused;

        child.kill().unwrap();
        // A zombie, on systems that can tell.
        #[cfg(target_os = "linux")]
        while it.is_living_other(us) {
            std::thread::yield_now();
        }
        child.wait().unwrap();
        assert!(!it.is_living_other(us));
    }

    #[test]
    fn unused_process_ids_count_as_dead() {
        for pid in [0, u32::MAX, i32::MAX.unsigned_abs()] {
            let it = Process { pid, started: None };
            assert!(!it.is_living_other(Process::this()), "{pid}");
        }
    }
}
