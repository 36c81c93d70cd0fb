//! Finds other programs, and kills process groups that they leave running.
//!
//! Only absolute folders in `PATH` are searched. With an empty or relative entry, the program
//! that runs would depend on the working directory.

pub mod output;

use std::{
    env,
    ffi::OsStr,
    path::{Path, PathBuf},
};

use rustix::{
    fs::Access,
    process::{Pid, Signal},
};

use crate::domain::SafeText;

/// The search path if `PATH` is not set, as in the C library.
const WITHOUT_PATH: &str = "/usr/bin:/bin";

/// Why a program cannot be run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoProgram {
    /// No such file.
    NotFound,
    /// The file exists but is not executable.
    NotExecutable,
}

impl NoProgram {
    /// A phrase that names the program and says what to do.
    #[must_use]
    pub fn describe(self, program: &str) -> String {
        let program = SafeText::from(program);
        match self {
            Self::NotFound => {
                format!("`{program}` was not found: install it, or give its path")
            }
            Self::NotExecutable => format!("`{program}` is not executable"),
        }
    }
}

/// Finds a program's file in `PATH`. A name with a slash is used as a path.
///
/// # Errors
/// If there is no executable file.
pub fn find(name: &str) -> Result<PathBuf, NoProgram> {
    find_in(name, env::var_os("PATH").as_deref())
}

/// Finds a program's file in the folders of `path`.
///
/// # Errors
/// As [`find`].
pub fn find_in(name: &str, path: Option<&OsStr>) -> Result<PathBuf, NoProgram> {
    let candidates: Vec<PathBuf> = if name.contains('/') {
        vec![PathBuf::from(name)]
    } else {
        let folders = env::split_paths(path.unwrap_or_else(|| OsStr::new(WITHOUT_PATH)));
        folders.filter(|f| f.is_absolute()).map(|folder| folder.join(name)).collect()
    };
    if let Some(found) = candidates.iter().find(|file| is_program(file)) {
        return Ok(found.clone());
    }
    let is_there = candidates.iter().any(|file| file.exists());
    Err(if is_there { NoProgram::NotExecutable } else { NoProgram::NotFound })
}

fn is_program(file: &Path) -> bool {
    file.is_file() && rustix::fs::access(file, Access::EXEC_OK).is_ok()
}

/// The process group of a program and its children. Killed when dropped.
#[derive(Debug)]
pub struct Group(Option<Pid>);

impl Group {
    /// The group led by the process with this id. Without an id, nothing is killed.
    #[must_use]
    pub fn of(id: Option<u32>) -> Self {
        Self(id.and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw))
    }

    /// Keeps the group alive: the program has ended, and its id may be reused from now on.
    pub fn over(mut self) {
        self.0 = None;
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(group) = self.0 {
            let _ = rustix::process::kill_process_group(group, Signal::KILL);
        }
    }
}

/// Whether programs can prompt on the terminal: this process is in its foreground and the
/// terminal is in line mode, so no screen is drawn.
#[must_use]
pub fn may_ask() -> bool {
    use rustix::{fs::Mode, fs::OFlags, termios};
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC | OFlags::NONBLOCK;
    let Ok(terminal) = rustix::fs::open("/dev/tty", flags, Mode::empty()) else { return false };
    let is_ours = termios::tcgetpgrp(&terminal).is_ok_and(|g| g == rustix::process::getpgrp());
    let takes_lines = termios::tcgetattr(&terminal)
        .is_ok_and(|modes| modes.local_modes.contains(termios::LocalModes::ICANON));
    is_ours && takes_lines
}

/// Kills this user's processes that have one of these pipes open, given as inodes. Finds them
/// in `/proc`; on systems without it, does nothing.
pub fn kill_holders(pipes: &[u64]) {
    let ours = rustix::process::getpid();
    let names: Vec<PathBuf> =
        pipes.iter().map(|inode| PathBuf::from(format!("pipe:[{inode}]"))).collect();
    let Ok(processes) = std::fs::read_dir("/proc") else { return };
    for process in processes.flatten() {
        let id = process.file_name().to_str().and_then(|id| id.parse().ok());
        let Some(id) = id.and_then(Pid::from_raw).filter(|id| *id != ours) else { continue };
        let Ok(open) = std::fs::read_dir(process.path().join("fd")) else { continue };
        let mut targets = open.flatten().filter_map(|fd| std::fs::read_link(fd.path()).ok());
        if targets.any(|target| names.contains(&target)) {
            let _ = rustix::process::kill_process(id, Signal::KILL);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{ffi::OsString, fs, os::unix::fs::PermissionsExt as _};

    use super::*;

    #[test]
    fn only_absolute_folders_are_searched() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("tool");
        fs::write(&file, "#!/bin/sh\n").unwrap();
        let path =
            |text: &str| OsString::from(text.replace("HERE", folder.path().to_str().unwrap()));
        let found = |text: &str| find_in("tool", Some(&path(text)));
        assert_eq!(found("HERE"), Err(NoProgram::NotExecutable));
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(found("/nowhere:HERE"), Ok(file.clone()));
        for path in ["", ":", ".", "./", "..", "target:.", ":/nowhere:"] {
            // Tests run in the package's folder, which contains this file.
            assert_eq!(find_in("Cargo.toml", Some(OsStr::new(path))), Err(NoProgram::NotFound));
        }
        assert_eq!(find_in("tool", None), Err(NoProgram::NotFound));
        assert!(find_in("sh", None).is_ok(), "the default folders are used without PATH");
        assert_eq!(find_in(file.to_str().unwrap(), None), Ok(file));
    }
}
