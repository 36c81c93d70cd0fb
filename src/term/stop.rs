//! Stops the program as Ctrl-Z does, until the shell continues it.

use rustix::process::{Signal, getpgrp, getsid, kill_current_process_group, test_kill_process};

/// Stops this process and those that were started with it, such as a script
/// around it; returns when it is continued. False if there is nobody who could
/// continue it: then it is not stopped.
///
/// SIGTSTP itself is taken by a handler, so this sends SIGSTOP, which stops even
/// a group that the kernel would spare since no shell looks after it.
pub(super) fn stop() -> bool {
    is_looked_after() && kill_current_process_group(Signal::STOP).is_ok()
}

/// Whether a shell with job control looks after us: it gives each job a process
/// group other than its own. Without one we are in the group of whoever leads
/// the session, as below `ssh host axtok`.
pub(super) fn is_looked_after() -> bool {
    let Ok(session) = getsid(None) else { return false };
    session != getpgrp() && test_kill_process(session).is_ok()
}
