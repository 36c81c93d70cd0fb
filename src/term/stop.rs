//! Suspends the program, as Ctrl-Z does, until the shell continues it.

use rustix::process::{Signal, getpgrp, getsid, kill_current_process_group, test_kill_process};

/// Stops this process and its process group, such as a script that started it; returns when it is
/// continued. Returns false without stopping if no shell could continue it.
///
/// Sends SIGSTOP because a handler catches SIGTSTP, and because the kernel would not stop an
/// orphaned process group with SIGTSTP.
pub(super) fn stop() -> bool {
    has_job_control() && kill_current_process_group(Signal::STOP).is_ok()
}

/// Whether a shell with job control manages us: it gives each job its own process group. Without
/// one, as with `ssh host axtok`, we are in the session leader's group.
pub(super) fn has_job_control() -> bool {
    let Ok(session) = getsid(None) else { return false };
    session != getpgrp() && test_kill_process(session).is_ok()
}
