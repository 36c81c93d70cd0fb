//! Keeps what is in memory inside the process: no core files, nothing for other
//! programs of the same user to read, no token in the environment, nothing of a
//! panic's payload on standard error.
//!
//! Called first thing in `main`, before there is a second thread; never fails
//! the program. Imports nothing of ours. Against root, a debugger that was there
//! before, swap and hibernation it does nothing.

mod environ;

use std::io::{self, Write as _};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    process::{Resource, Rlimit, getrlimit, setrlimit},
};

pub use environ::take_secret_env;

/// What holds for this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Protection {
    /// Other programs of the same user cannot read its memory, and the kernel
    /// writes none of it into a core file. Only Linux can say so.
    pub dumpable_off: bool,
    /// The limit for the size of core files is zero.
    pub core_limit_zero: bool,
}

impl Protection {
    /// For people, as in "memory: …".
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match (self.dumpable_off, self.core_limit_zero) {
            (true, true) => "no core files, and closed to other programs of this user",
            (true, false) => "closed to other programs of this user; the core file limit is not 0",
            (false, true) => "no core files, but open to other programs of this user",
            (false, false) => "core files are possible, and open to other programs of this user",
        }
    }
}

/// A panic says where it happened and never its payload, which could quote a secret.
pub fn hide_panics() {
    std::panic::set_hook(Box::new(|info| {
        let place =
            info.location().map_or_else(String::new, |l| format!(" at {}:{}", l.file(), l.line()));
        let stderr = io::stderr();
        // A terminal that stalls must not hold up the end.
        let mut asked = [PollFd::new(&stderr, PollFlags::OUT)];
        let wait = Timespec { tv_sec: 1, tv_nsec: 0 };
        if poll(&mut asked, Some(&wait)).is_ok_and(|ready| ready > 0) {
            let mut stderr = stderr.lock();
            let _ = writeln!(stderr, "axtok: internal error{place}; please report it");
        }
    }));
}

/// Protects the process as well as the platform can, and says what holds then.
/// Programs that it starts inherit the limit, and nothing else.
pub fn protect() -> Protection {
    // Whether it worked is asked afterwards, of the kernel.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    protection_now()
}

/// What holds for the process at this moment, for a diagnosis.
#[must_use]
pub fn protection_now() -> Protection {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    let dumpable_off = rustix::process::dumpable_behavior()
        .is_ok_and(|now| now != rustix::process::DumpableBehavior::Dumpable);
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    let dumpable_off = false;
    Protection { dumpable_off, core_limit_zero: getrlimit(Resource::Core).current == Some(0) }
}
