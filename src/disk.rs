//! Reads and replaces the user's files: settings, credentials, presets, drafts.
//!
//! Reading never waits for another program, has a size limit, and distinguishes a file that does
//! not exist from one that cannot be read: confusing the two would silently drop a setting such
//! as `read-only`.

mod replace;

use std::{
    fs::{self, File},
    io::{self, ErrorKind, Read as _},
    os::unix::fs::FileTypeExt as _,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    fs::{Mode, OFlags},
};

pub use replace::{Unreplaced, clean_up, replace};

/// Size limit for files that people write by hand, in bytes.
pub const BY_HAND: u64 = 16 * 1024 * 1024;

/// How long to wait for data from a pipe.
const SILENCE: Duration = Duration::from_secs(5);

/// The byte order mark of UTF-8.
pub const BOM: &str = "\u{feff}";

/// Why a file cannot be read. Never quotes its content.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// The system reported an error, such as permission denied.
    #[error("cannot be read ({0}): check that it is a file that you may read")]
    Failed(ErrorKind),
    /// A symbolic link on the path has no target.
    #[error(
        "cannot be read: {} is a link to something that does not exist: correct or remove the link",
        .0.display()
    )]
    Dangling(PathBuf),
    /// It is a folder, pipe, socket or device.
    #[error("cannot be read: it is a {0}, not a file")]
    NoFile(&'static str),
    /// It is larger than this many bytes.
    #[error("cannot be read: it is larger than {}", size(*.0))]
    TooLarge(u64),
    /// A pipe whose writer sent nothing for 5 seconds.
    #[error("cannot be read: no data arrived from this pipe")]
    Silent,
    /// It has a UTF-16 byte order mark.
    #[error("is UTF-16 text: save it as UTF-8 in an editor")]
    Utf16,
    /// It is not valid UTF-8.
    #[error("is not UTF-8 text: save it as UTF-8 in an editor")]
    NotText,
}

fn size(bytes: u64) -> String {
    match bytes >> 20 {
        0 => format!("{} KiB", bytes >> 10),
        mebibytes => format!("{mebibytes} MiB"),
    }
}

/// The content of a file of at most `most` bytes; `None` if the file does not exist.
///
/// # Errors
/// If it is not a regular file, is too large, or cannot be read.
pub fn read(file: &Path, most: u64) -> Result<Option<Vec<u8>>, Unreadable> {
    let Some(open) = open(file, false)? else { return Ok(None) };
    let mut bytes = Vec::new();
    let read = open.take(most.saturating_add(1)).read_to_end(&mut bytes);
    read.map_err(|e| Unreadable::Failed(e.kind()))?;
    within(bytes, most).map(Some)
}

/// Like [`read`], but the file may also be a pipe: for files that the user names on the command
/// line or in the settings. A pipe without data for 5 seconds is an error.
///
/// # Errors
/// As [`read`].
pub fn read_or_receive(file: &Path, most: u64) -> Result<Option<Vec<u8>>, Unreadable> {
    let Some(mut open) = open(file, true)? else { return Ok(None) };
    let mut bytes = Vec::new();
    let mut piece = vec![0; 64 * 1024];
    let limit = usize::try_from(most).unwrap_or(usize::MAX);
    loop {
        wait(&open)?;
        match open.read(&mut piece) {
            Ok(0) => break,
            Ok(n) => bytes.extend_from_slice(&piece[..n]),
            Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {}
            Err(e) => return Err(Unreadable::Failed(e.kind())),
        }
        if bytes.len() > limit {
            break;
        }
    }
    within(bytes, most).map(Some)
}

/// A file's text without a byte order mark; `None` if the file does not exist.
///
/// # Errors
/// As [`read`], and if it is not UTF-8.
pub fn read_text(file: &Path, most: u64) -> Result<Option<String>, Unreadable> {
    read(file, most)?.map(text).transpose()
}

/// Decodes UTF-8 and removes a byte order mark.
///
/// # Errors
/// If the bytes are not UTF-8.
pub fn text(bytes: Vec<u8>) -> Result<String, Unreadable> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(Unreadable::Utf16);
    }
    let mut text = String::from_utf8(bytes).map_err(|_| Unreadable::NotText)?;
    if text.starts_with(BOM) {
        text.drain(..BOM.len());
    }
    Ok(text)
}

fn within(bytes: Vec<u8>, most: u64) -> Result<Vec<u8>, Unreadable> {
    let fits = u64::try_from(bytes.len()).is_ok_and(|length| length <= most);
    if fits { Ok(bytes) } else { Err(Unreadable::TooLarge(most)) }
}

/// Opens a file without blocking.
fn open(file: &Path, or_pipe: bool) -> Result<Option<File>, Unreadable> {
    let failed = |e: io::Error| Unreadable::Failed(e.kind());
    let fits = |kind: fs::FileType| match named(kind) {
        Some("pipe") if or_pipe => Ok(()),
        Some(what) => Err(Unreadable::NoFile(what)),
        None => Ok(()),
    };
    // Check the type before opening: opening some devices has side effects.
    match fs::metadata(file) {
        Ok(found) => fits(found.file_type())?,
        Err(e) if e.kind() == ErrorKind::NotFound => {
            return dangling(file).map_or(Ok(None), |link| Err(Unreadable::Dangling(link)));
        }
        Err(e) => return Err(failed(e)),
    }
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let open = rustix::fs::open(file, flags, Mode::empty()).map_err(|e| failed(e.into()))?;
    let open = File::from(open);
    // Check again: another file may have taken its place.
    fits(open.metadata().map_err(failed)?.file_type())?;
    Ok(Some(open))
}

/// What something other than a regular file is called.
fn named(kind: fs::FileType) -> Option<&'static str> {
    match kind {
        kind if kind.is_file() => None,
        kind if kind.is_dir() => Some("folder"),
        kind if kind.is_fifo() => Some("pipe"),
        kind if kind.is_socket() => Some("socket"),
        _ => Some("device"),
    }
}

/// The symbolic link on the path that has no target, if there is one.
pub(crate) fn dangling(file: &Path) -> Option<PathBuf> {
    let there = file.ancestors().find_map(|at| Some((at, fs::symlink_metadata(at).ok()?)));
    let (at, found) = there?;
    (found.is_symlink() && fs::metadata(at).is_err()).then(|| at.to_owned())
}

/// Waits until a pipe has data, or its writer has closed it.
fn wait(pipe: &File) -> Result<(), Unreadable> {
    let until = Instant::now() + SILENCE;
    loop {
        let left = until.saturating_duration_since(Instant::now());
        let left = Timespec::try_from(left).map_err(|_| Unreadable::Silent)?;
        match poll(&mut [PollFd::new(pipe, PollFlags::IN)], Some(&left)) {
            Ok(0) => return Err(Unreadable::Silent),
            Ok(_) => return Ok(()),
            Err(rustix::io::Errno::INTR) => {}
            Err(e) => return Err(Unreadable::Failed(e.kind())),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_missing_file_is_not_a_dangling_link() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        assert_eq!(read(&at("none"), 10), Ok(None));
        assert_eq!(read(&at("no/such/folder"), 10), Ok(None));
        symlink(at("nowhere"), at("link")).unwrap();
        for file in [at("link"), at("link/below"), at("link/far/below")] {
            assert_eq!(read(&file, 10), Err(Unreadable::Dangling(at("link"))), "{file:?}");
        }
        fs::create_dir(at("folder")).unwrap();
        symlink(at("folder"), at("good")).unwrap();
        assert_eq!(read(&at("good/none"), 10), Ok(None));
        fs::write(at("file"), "x").unwrap();
        assert_eq!(read(&at("file/below"), 10), Err(Unreadable::Failed(ErrorKind::NotADirectory)));
    }

    #[test]
    fn a_file_above_the_size_limit_is_rejected() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "0123456789").unwrap();
        assert_eq!(read(&file, 10), Ok(Some(b"0123456789".to_vec())));
        for limited in [read(&file, 9), read_or_receive(&file, 9)] {
            assert_eq!(limited, Err(Unreadable::TooLarge(9)));
        }
    }

    #[test]
    fn text_is_utf_8_without_its_byte_order_mark() {
        assert_eq!(text(b"\xef\xbb\xbfa".to_vec()).unwrap(), "a");
        assert_eq!(text(b"a\xef\xbb\xbf".to_vec()).unwrap(), "a\u{feff}");
        assert_eq!(text(b"\xff\xfea\0".to_vec()), Err(Unreadable::Utf16));
        assert_eq!(text(b"\xfe\xff\0a".to_vec()), Err(Unreadable::Utf16));
        assert_eq!(text(b"caf\xe9".to_vec()), Err(Unreadable::NotText));
    }
}
