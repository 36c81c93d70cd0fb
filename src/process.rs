//! Protects the process's memory: no core files, no access for other programs of the same user,
//! no token in the environment, and no panic payload on standard error.
//!
//! Called first in `main`, while there is only one thread; failures are not fatal. Does not
//! protect against root, a debugger that is already attached, swap or hibernation.

mod environ;

use std::io::{self, Write as _};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    process::{Resource, Rlimit, getrlimit, setrlimit},
};

pub use environ::take_secret_env;

/// Which protections are in effect for this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Protection {
    /// Other programs of the same user cannot read the memory, and the kernel writes no core
    /// file. Known on Linux only.
    pub dumpable_off: bool,
    /// The size limit for core files is zero.
    pub core_limit_zero: bool,
}

impl Protection {
    /// A description for people, as in "memory: …".
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match (self.dumpable_off, self.core_limit_zero) {
            (true, true) => "no core files, not readable by your other programs",
            (true, false) => "not readable by your other programs; the core file limit is not 0",
            (false, true) => "no core files, but readable by your other programs",
            (false, false) => "core files are possible; readable by your other programs",
        }
    }
}

/// Makes panics print their location only, never the payload, which could contain a secret.
pub fn hide_panics() {
    std::panic::set_hook(Box::new(|info| {
        let place =
            info.location().map_or_else(String::new, |l| format!(" at {}:{}", l.file(), l.line()));
        let stderr = io::stderr();
        // A stalled terminal must not keep the process from exiting.
        let mut asked = [PollFd::new(&stderr, PollFlags::OUT)];
        let wait = Timespec { tv_sec: 1, tv_nsec: 0 };
        if poll(&mut asked, Some(&wait)).is_ok_and(|ready| ready > 0) {
            let mut stderr = stderr.lock();
            let _ = writeln!(stderr, "axtok: internal error{place}; please report it");
        }
    }));
}

/// Protects the process as far as the platform allows, and returns the result. Child processes
/// inherit the core file limit only.
pub fn protect() -> Protection {
    // Errors are ignored: `protection_now` asks the kernel for the result.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    protection_now()
}

/// The protections in effect now, as the kernel reports them.
#[must_use]
pub fn protection_now() -> Protection {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    let dumpable_off = rustix::process::dumpable_behavior()
        .is_ok_and(|now| now != rustix::process::DumpableBehavior::Dumpable);
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    let dumpable_off = false;
    Protection { dumpable_off, core_limit_zero: getrlimit(Resource::Core).current == Some(0) }
}
