//! The request log, off unless a file is named for it: one line for each
//! request, made of fixed fields only. There is no field for an id, a name, a
//! header or a body, so none can get in; and nothing in the environment turns
//! on more.

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

/// One request that was sent, or tried to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// When it had ended.
    pub at: Timestamp,
    pub method: &'static str,
    /// With names in place of what varies, such as `/v2/tokens/{id}`.
    pub route: &'static str,
    /// The status, or a fixed word such as `timeout`.
    pub outcome: Result<u16, &'static str>,
    pub milliseconds: u64,
    /// 1 for the first, more for repetitions of a read.
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

/// The file that lines are added to.
#[derive(Debug)]
pub struct Log(File);

impl Log {
    /// Opens the file, or makes it, for its owner alone.
    ///
    /// # Errors
    /// With what to do, if it cannot be opened, is not a plain file of this
    /// user, or others can write to it: they could forge lines.
    pub fn open(path: &Path) -> io::Result<Self> {
        let flags = OFlags::WRONLY
            | OFlags::APPEND
            | OFlags::CREATE
            // A link in a shared folder could lead into a file of ours.
            | OFlags::NOFOLLOW
            // Opening a pipe would wait for a reader.
            | OFlags::NONBLOCK
            | OFlags::NOCTTY
            | OFlags::CLOEXEC;
        let opened = rustix::fs::open(path, flags, Mode::RUSR | Mode::WUSR);
        let file = opened.map(File::from).map_err(|e| match e {
            Errno::LOOP => refused("it is a symbolic link: name the file itself"),
            Errno::NXIO => refused("it is not a plain file"),
            e => e.into(),
        })?;
        let stat = rustix::fs::fstat(&file)?;
        if !file.metadata()?.is_file() {
            return Err(refused("it is not a plain file"));
        }
        if stat.st_uid != rustix::process::geteuid().as_raw() {
            return Err(refused("it is another user's: choose another"));
        }
        if stat.st_mode & 0o022 != 0 {
            return Err(refused("others can write to it: chmod go-w, or choose another"));
        }
        Ok(Self(file))
    }

    /// Adds a line, in one piece.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn request(&self, line: &Line) -> io::Result<()> {
        (&self.0).write_all(format!("{line}\n").as_bytes())
    }

    /// Adds that names could not be kept for completion, in fixed words too: of
    /// the error only its kind, which has no path in it.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn names_not_kept(&self, at: Timestamp, why: io::ErrorKind) -> io::Result<()> {
        let at = at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ");
        (&self.0).write_all(format!("{at} names not kept: {why}\n").as_bytes())
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
    fn lines_have_fixed_fields_and_are_added_at_the_end() {
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
    fn names_that_are_not_kept_are_told_without_a_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let log = Log::open(&path).unwrap();
        log.names_not_kept(Timestamp::UNIX_EPOCH, io::ErrorKind::StorageFull).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text, "1970-01-01T00:00:00.000Z names not kept: no storage space\n");
    }

    #[test]
    fn what_others_could_write_or_lead_elsewhere_is_refused() {
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
            ("fifo", "not a plain file"),
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
