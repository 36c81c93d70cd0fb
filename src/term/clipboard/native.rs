//! The clipboard of a desktop session, through the programs that come with it. They read the text
//! from standard input. Some stay in the background to serve it; none uses our terminal.

use std::{
    env,
    ffi::OsString,
    hash::{BuildHasher as _, RandomState},
    io::{self, Read, Write as _},
    os::unix::process::CommandExt as _,
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use rustix::process::{Pid, Signal};
use zeroize::Zeroizing;

use crate::programs;

#[cfg(test)]
mod tests;

/// How long a program may take; those that keep serving do so in the background.
const LIMIT: Duration = Duration::from_secs(2);

/// How much of the clipboard is read, in bytes: it may hold a video.
const PASTED: u64 = 1024 * 1024;

/// The pairs of programs that copy and paste.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// `pbcopy` and `pbpaste`.
    Mac,
    /// `wl-copy` and `wl-paste`.
    Wayland,
    /// `xclip`, for X11.
    Xclip,
    /// `xsel`, for X11.
    Xsel,
}

/// A program and its arguments.
pub(super) type Line = &'static [&'static str];

/// A salted hash that recognises a text without keeping it.
pub struct Mark {
    salt: RandomState,
    hash: u64,
}

impl Mark {
    /// The mark of a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let salt = RandomState::new();
        let hash = salt.hash_one(text.as_bytes());
        Self { salt, hash }
    }

    fn is_of(&self, bytes: &[u8]) -> bool {
        self.salt.hash_one(bytes) == self.hash
    }
}

impl std::fmt::Debug for Mark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Mark")
    }
}

impl Tool {
    pub(super) fn find(
        mac: bool,
        env: &dyn Fn(&str) -> Option<String>,
        on_path: &dyn Fn(&str) -> bool,
    ) -> Option<Self> {
        let has = |programs: &[&str]| programs.iter().all(|p| on_path(p));
        if mac {
            return has(&["pbcopy", "pbpaste"]).then_some(Self::Mac);
        }
        if env("WAYLAND_DISPLAY").is_some() && has(&["wl-copy", "wl-paste"]) {
            return Some(Self::Wayland);
        }
        env("DISPLAY")?;
        [("xclip", Self::Xclip), ("xsel", Self::Xsel)]
            .into_iter()
            .find_map(|(program, tool)| on_path(program).then_some(tool))
    }

    /// The commands that copy, the preferred one first. Without a type, `wl-copy` would run
    /// another program to guess it; older versions do not have `--sensitive`.
    const fn copies(self) -> &'static [Line] {
        match self {
            Self::Mac => &[&["pbcopy"]],
            Self::Wayland => &[
                &["wl-copy", "--type", "text/plain", "--sensitive"],
                &["wl-copy", "--type", "text/plain"],
            ],
            Self::Xclip => &[&["xclip", "-selection", "clipboard", "-in"]],
            Self::Xsel => &[&["xsel", "--clipboard", "--input"]],
        }
    }

    const fn pastes(self) -> Line {
        match self {
            Self::Mac => &["pbpaste"],
            Self::Wayland => &["wl-paste", "--no-newline"],
            Self::Xclip => &["xclip", "-selection", "clipboard", "-out"],
            Self::Xsel => &["xsel", "--clipboard", "--output"],
        }
    }

    /// The command that clears the clipboard, with empty standard input.
    const fn clears(self) -> Line {
        match self {
            Self::Mac => &["pbcopy"],
            Self::Wayland => &["wl-copy", "--clear"],
            Self::Xclip => &["xclip", "-selection", "clipboard", "-in"],
            Self::Xsel => &["xsel", "--clipboard", "--clear"],
        }
    }

    pub(super) fn copy(self, text: &str) -> Result<(), String> {
        Programs::typical().copy(self, text)
    }

    pub(super) fn clear_if_holds(self, mark: &Mark) -> Result<bool, String> {
        Programs::typical().clear_if_holds(self, mark)
    }
}

/// Whether PATH has this program.
pub fn is_on_path(program: &str) -> bool {
    programs::find(program).is_ok()
}

/// Where to find programs, and how long they may take.
pub(super) struct Programs {
    path: OsString,
    limit: Duration,
}

impl Programs {
    pub(super) fn typical() -> Self {
        Self { path: env::var_os("PATH").unwrap_or_default(), limit: LIMIT }
    }

    /// For a program that only answers a question.
    pub(super) fn short() -> Self {
        Self { limit: LIMIT / 4, ..Self::typical() }
    }

    /// What a program prints, whatever its status.
    pub(super) fn read(&self, line: Line) -> Result<Zeroizing<Vec<u8>>, String> {
        Ok(self.run(line)?.0)
    }

    fn copy(&self, tool: Tool, text: &str) -> Result<(), String> {
        let mut failed = String::new();
        for line in tool.copies() {
            match self.feed(line, text)? {
                status if status.success() => return Ok(()),
                _ => failed = format!("{} failed", line[0]),
            }
        }
        Err(failed)
    }

    fn clear_if_holds(&self, tool: Tool, mark: &Mark) -> Result<bool, String> {
        let Some(held) = self.paste(tool)? else { return Ok(false) };
        if !mark.is_of(&held) {
            return Ok(false);
        }
        let line = tool.clears();
        let status = self.feed(line, "")?;
        if status.success() { Ok(true) } else { Err(format!("{} failed", line[0])) }
    }

    /// Runs a program with `text` on standard input.
    pub(super) fn feed(&self, line: Line, text: &str) -> Result<ExitStatus, String> {
        let mut command = self.command(line)?;
        command.stdin(Stdio::piped()).stdout(Stdio::null());
        let text = Zeroizing::new(text.to_owned());
        self.within(line, &mut command, move |child| {
            if let Some(mut input) = child.stdin.take() {
                // A program that does not read reports failure through its status.
                let _ = input.write_all(text.as_bytes());
            }
            child.wait()
        })
    }

    /// The clipboard's content; `None` if it is empty or not text.
    fn paste(&self, tool: Tool) -> Result<Option<Zeroizing<Vec<u8>>>, String> {
        let (held, status) = self.run(tool.pastes())?;
        Ok(status.success().then_some(held))
    }

    /// What a program prints, and its status.
    fn run(&self, line: Line) -> Result<(Zeroizing<Vec<u8>>, ExitStatus), String> {
        let mut command = self.command(line)?;
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        self.within(line, &mut command, |child| {
            let mut printed = Zeroizing::new(Vec::new());
            if let Some(output) = child.stdout.take() {
                output.take(PASTED).read_to_end(&mut printed)?;
            }
            Ok((printed, child.wait()?))
        })
    }

    fn command(&self, line: Line) -> Result<Command, String> {
        let name = line[0];
        let program = programs::find_in(name, Some(&self.path));
        let program = program.map_err(|_| format!("{name}: not found"))?;
        let mut command = Command::new(program);
        command
            .arg0(name)
            .args(&line[1..])
            .env("PATH", &self.path)
            .env_remove("AXIOM_TOKEN")
            .stderr(Stdio::null())
            // Its own process group: neither Ctrl-C nor our exit may end the program that serves
            // the clipboard.
            .process_group(0);
        Ok(command)
    }

    /// Starts a program and runs `talk` with it in a thread; kills it after the time limit.
    fn within<T: Send + 'static>(
        &self,
        line: Line,
        command: &mut Command,
        talk: impl FnOnce(&mut Child) -> io::Result<T> + Send + 'static,
    ) -> Result<T, String> {
        let name = line[0];
        let failed = |e: io::Error| format!("{name}: {}", e.kind());
        let mut child = command.spawn().map_err(failed)?;
        let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        let (sender, result) = mpsc::sync_channel(1);
        thread::spawn(move || {
            let talked = talk(&mut child);
            if talked.is_err() {
                let _ = child.kill();
                let _ = child.wait();
            }
            // After the time limit, nothing receives this.
            let _ = sender.send(talked);
        });
        result.recv_timeout(self.limit).map_or_else(
            |_| {
                // The thread has not reaped the child, so its process ID is still valid.
                if let Some(group) = group {
                    let _ = rustix::process::kill_process_group(group, Signal::KILL);
                }
                Err(format!("{name} timed out"))
            },
            |talked| talked.map_err(failed),
        )
    }
}
