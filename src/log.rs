//! The request log, off unless the user names a file: one line per request, with fixed fields
//! only. No field can hold an id, a name, a header or a body, and no environment variable
//! enables more detail.

use std::{
    fmt,
    fs::File,
    io::{self, Write as _},
    path::Path,
};

use jiff::Timestamp;
use rustix::{
    fs::{Mode, OFlags},
    io::Errno,
};

/// One attempt to send a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// When the attempt ended.
    pub at: Timestamp,
    /// The HTTP method.
    pub method: &'static str,
    /// The route with placeholders, such as `/v2/tokens/{id}`.
    pub route: &'static str,
    /// The status, or a fixed word such as `timeout`.
    pub outcome: Result<u16, &'static str>,
    /// How long the attempt took, up to the response's status.
    pub milliseconds: u64,
    /// 1 for the first attempt; higher for retries of a read.
    pub attempt: u32,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { at, method, route, outcome, milliseconds, attempt } = self;
        let at = at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ");
        write!(f, "{at} {method} {route} ")?;
        match outcome {
            Ok(status) => write!(f, "{status}")?,
            Err(word) => f.write_str(word)?,
        }
        write!(f, " {milliseconds}ms attempt={attempt}")
    }
}

/// An open log file.
#[derive(Debug)]
pub struct Log(File);

impl Log {
    /// Opens the file for appending; creates it readable by its owner only.
    ///
    /// # Errors
    /// If the file cannot be opened, is not a regular file of this user, or is writable by others,
    /// who could forge lines. The message says what to do.
    pub fn open(path: &Path) -> io::Result<Self> {
        let flags = OFlags::WRONLY
            | OFlags::APPEND
            | OFlags::CREATE
            // A link in a shared folder could lead to one of the user's files.
            | OFlags::NOFOLLOW
            // Opening a pipe would block until it has a reader.
            | OFlags::NONBLOCK
            | OFlags::NOCTTY
            | OFlags::CLOEXEC;
        let opened = rustix::fs::open(path, flags, Mode::RUSR | Mode::WUSR);
        let file = opened.map(File::from).map_err(|e| match e {
            Errno::LOOP => refused("is a symbolic link: name the file itself"),
            Errno::NXIO => refused("is not a regular file: choose another"),
            e => e.into(),
        })?;
        let stat = rustix::fs::fstat(&file)?;
        if !file.metadata()?.is_file() {
            return Err(refused("is not a regular file: choose another"));
        }
        if stat.st_uid != rustix::process::geteuid().as_raw() {
            return Err(refused("belongs to another user: choose another"));
        }
        if stat.st_mode & 0o022 != 0 {
            return Err(refused("is writable by others: run chmod go-w on it, or choose another"));
        }
        Ok(Self(file))
    }

    /// Appends a line with a single write.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn request(&self, line: &Line) -> io::Result<()> {
        (&self.0).write_all(format!("{line}\n").as_bytes())
    }

    /// Appends that names could not be saved for completion. Only the error's kind is written,
    /// since its text may contain a path.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn names_not_kept(&self, at: Timestamp, why: io::ErrorKind) -> io::Result<()> {
        let at = at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ");
        (&self.0).write_all(format!("{at} names not saved: {why}\n").as_bytes())
    }
}

fn refused(why: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::PermissionDenied, why)
}

#[cfg(test)]
mod tests {
    use std::{
        fs,
        os::unix::fs::{PermissionsExt as _, symlink},
    };

    use super::*;

    const LINE: Line = Line {
        at: Timestamp::UNIX_EPOCH,
        method: "GET",
        route: "/v2/tokens/{id}",
        outcome: Ok(200),
        milliseconds: 12,
        attempt: 1,
    };

    #[test]
    fn lines_have_fixed_fields_and_are_appended() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        Log::open(&path).unwrap().request(&LINE).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600);
        let timeout = Line {
            at: "2026-02-21T14:00:00.98765Z".parse().unwrap(),
            outcome: Err("timeout"),
            attempt: 2,
            ..LINE
        };
        Log::open(&path).unwrap().request(&timeout).unwrap();
        assert_eq!(
            fs::read_to_string(&path).unwrap(),
            "1970-01-01T00:00:00.000Z GET /v2/tokens/{id} 200 12ms attempt=1\n\
             2026-02-21T14:00:00.987Z GET /v2/tokens/{id} timeout 12ms attempt=2\n"
        );
    }

    #[test]
    fn a_failure_to_save_names_is_logged_without_a_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let log = Log::open(&path).unwrap();
        log.names_not_kept(Timestamp::UNIX_EPOCH, io::ErrorKind::StorageFull).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text, "1970-01-01T00:00:00.000Z names not saved: no storage space\n");
    }

    #[test]
    fn a_log_that_others_can_write_or_redirect_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("file"), "").unwrap();
        symlink(at("file"), at("link")).unwrap();
        symlink(at("nowhere"), at("dangling")).unwrap();
        let fifo = std::process::Command::new("mkfifo").arg(at("fifo")).status().unwrap();
        assert!(fifo.success());
        for (name, why) in [
            ("link", "symbolic link"),
            ("dangling", "symbolic link"),
            ("fifo", "not a regular file"),
            ("missing/log", ""),
        ] {
            let error = Log::open(&at(name)).unwrap_err().to_string();
            assert!(error.contains(why), "{name}: {error}");
        }
        assert!(!at("nowhere").exists());
        for (mode, is_fine) in [(0o600, true), (0o644, true), (0o620, false), (0o602, false)] {
            fs::set_permissions(at("file"), fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(Log::open(&at("file")).is_ok(), is_fine, "{mode:o}");
        }
        assert!(Log::open(Path::new("/dev/null")).is_err());
    }
}
