//! Files: what is refused, what is written, and what remains after a failure.

use std::{
    ffi::OsString,
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
};

use tempfile::TempDir;

use super::*;
use crate::{
    domain::Secret,
    sink::{Delivered, Sink},
};

const SECRET: &str = "xaat-canary-0123";

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

fn names(folder: &Path) -> Vec<OsString> {
    fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name()).collect()
}

#[test]
fn typed_text_becomes_a_path() {
    let home = Some(Path::new("/home/me"));
    assert_eq!(parse("~/a b", home), Ok("/home/me/a b".into()));
    assert_eq!(parse("~//etc/x", home), Ok("/home/me/etc/x".into()));
    assert_eq!(parse("/x/$HOME", home), Ok("/x/$HOME".into()));
    assert_eq!(parse("x", home), Ok(std::env::current_dir().unwrap().join("x")));
    assert_eq!(Sink::file(" /x ", None), Ok(Sink::File("/x".into())));
    assert_eq!(parse("", home), Err(SinkError::NoPath));
    assert_eq!(parse("~/x", None), Err(SinkError::NoHome));
    assert_eq!(parse("~you/x", home), Err(SinkError::OtherHome));
    assert_eq!(parse("a\u{1b}", home), Err(SinkError::Control));
    for folder in ["~", "~/", "/", "/x/", "/x/..", "/x/.", ".."] {
        assert_eq!(parse(folder, home), Err(SinkError::NotAFile(folder.into())), "{folder}");
    }
}

#[tokio::test]
async fn the_file_holds_the_secret_and_a_newline_for_the_owner_only() {
    let folder = folder();
    let path = folder.path().join("token");
    let sink = Sink::File(path.clone());
    assert_eq!(sink.check(), Ok(()));
    assert!(names(folder.path()).is_empty(), "a check creates nothing");
    let delivered = sink.deliver(&Secret::new(SECRET.to_owned())).await.unwrap();
    assert_eq!(delivered, Delivered::File(path.clone()));
    assert_eq!(delivered.describe(), format!("saved to {} (only you can read it)", path.display()));
    assert_eq!(fs::read(&path).unwrap(), format!("{SECRET}\n").as_bytes());
    assert_eq!(mode(&path), 0o600);
}

/// Runs itself as a child process, since the umask belongs to the whole process.
#[test]
fn the_umask_does_not_matter() {
    if let Some(path) = std::env::var_os("AXTOK_TEST_SAVE_TO") {
        save(Path::new(&path), SECRET).unwrap();
        return;
    }
    for umask in ["000", "777"] {
        let folder = folder();
        let path = folder.path().join("token");
        let status = std::process::Command::new("/bin/sh")
            .args(["-c", &format!("umask {umask}; exec \"$@\""), "sh"])
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", "sink::file::tests::the_umask_does_not_matter"])
            .env("AXTOK_TEST_SAVE_TO", &path)
            .stdout(std::process::Stdio::null())
            .status()
            .unwrap();
        assert!(status.success());
        assert_eq!(mode(&path), 0o600, "umask {umask}");
        assert_eq!(fs::read(&path).unwrap(), format!("{SECRET}\n").as_bytes());
    }
}

#[test]
fn nothing_is_ever_overwritten() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("file"), "old").unwrap();
    fs::create_dir(at("folder")).unwrap();
    symlink(at("file"), at("link")).unwrap();
    symlink(at("nowhere"), at("dangling")).unwrap();
    for name in ["file", "folder", "link", "dangling"] {
        let exists = Err(SinkError::Exists(shown(&at(name))));
        assert_eq!(check(&at(name)), exists, "{name}");
        assert_eq!(save(&at(name), SECRET), exists, "{name}");
    }
    assert_eq!(fs::read_to_string(at("file")).unwrap(), "old");
    assert!(!at("nowhere").exists());
}

#[test]
fn an_unusable_folder_is_named() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("file"), "").unwrap();
    let missing = at("missing");
    let no_folder = Err(SinkError::NoFolder(shown(&missing)));
    assert_eq!(check(&missing.join("x")), no_folder);
    assert_eq!(save(&missing.join("x"), SECRET), no_folder);
    assert_eq!(check(&at("file").join("x")), Err(SinkError::NotAFolder(shown(&at("file")))));
}

#[test]
fn a_folder_without_permission_is_refused_in_advance() {
    if rustix::process::geteuid().is_root() {
        // Root can write everywhere except to kernel file systems.
        assert!(check(Path::new("/proc/self/token")).is_err());
        eprintln_skipped("permissions do not apply to root");
        return;
    }
    let folder = folder();
    for mode in [0o500, 0o300, 0o600] {
        fs::set_permissions(folder.path(), Permissions::from_mode(mode)).unwrap();
        let refused = check(&folder.path().join("x"));
        fs::set_permissions(folder.path(), Permissions::from_mode(0o700)).unwrap();
        let why = ErrorKind::PermissionDenied;
        assert_eq!(refused, Err(SinkError::Folder { folder: shown(folder.path()), why }));
    }
}

#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn eprintln_skipped(why: &str) {
    eprintln!("skipped: {why}");
}

#[test]
fn a_full_disk_leaves_nothing_and_says_where_the_secret_is() {
    let folder = folder();
    let path = folder.path().join("token");
    // A real error from the kernel, in the middle of the secret.
    let failed = save_with(&path, |file| {
        file.write_all(&SECRET.as_bytes()[..8])?;
        File::options().write(true).open("/dev/full")?.write_all(&SECRET.as_bytes()[8..])
    });
    assert_eq!(failed, Err(SinkError::Full { at: shown(&path), left: false }));
    assert!(names(folder.path()).is_empty(), "the part was removed");
    let failed = failed.unwrap_err();
    let (cause, words) = (failed.to_string(), failed.with_secret_kept());
    assert!(cause.contains("full") && !cause.contains("secret"), "{cause}");
    assert!(words.starts_with(&cause) && words.contains("the secret is still here"), "{words}");
    assert!(!words.contains("canary"), "{words}");
}

#[test]
fn a_file_that_cannot_be_removed_is_reported_and_emptied() {
    let folder = folder();
    let path = folder.path().join("token");
    let moved = folder.path().join("moved");
    let failed = save_with(&path, |file| {
        file.write_all(SECRET.as_bytes())?;
        fs::rename(&path, &moved)?;
        fs::write(&path, "somebody else's")?;
        Err(ErrorKind::TimedOut.into())
    });
    let at = shown(&path);
    assert_eq!(failed, Err(SinkError::Write { at, why: ErrorKind::TimedOut, left: true }));
    assert_eq!(fs::read_to_string(&path).unwrap(), "somebody else's");
    assert_eq!(fs::read_to_string(&moved).unwrap(), "");
}

#[test]
fn the_file_is_private_before_it_has_content() {
    let folder = folder();
    let path = folder.path().join("token");
    save_with(&path, |file| {
        assert_eq!(file.metadata()?.mode() & 0o7777, 0o600);
        assert_eq!(file.metadata()?.len(), 0);
        Ok(())
    })
    .unwrap();
}

#[test]
fn a_folder_swapped_after_the_check_receives_nothing() {
    let outer = folder();
    let at = |name: &str| outer.path().join(name);
    fs::create_dir(at("place")).unwrap();
    fs::create_dir(at("theirs")).unwrap();
    check(&at("place/token")).unwrap();
    fs::rename(at("place"), at("moved")).unwrap();
    std::os::unix::fs::symlink(at("theirs"), at("place")).unwrap();
    let swapped = Err(SinkError::Swapped(shown(&at("place"))));
    assert_eq!(save(&at("place/token"), "canary"), swapped);
    assert!(names(&at("theirs")).is_empty() && names(&at("moved")).is_empty());
    // After a new check the new folder is accepted.
    check(&at("place/token")).unwrap();
    save(&at("place/token"), "canary").unwrap();
    assert_eq!(names(&at("theirs")), ["token"]);
    // The same for a folder with many files.
    writable(&at("moved")).unwrap();
    fs::remove_dir(at("moved")).unwrap();
    fs::create_dir(at("moved")).unwrap();
    std::os::unix::fs::symlink(at("theirs"), at("other")).unwrap();
    fs::remove_dir(at("moved")).unwrap();
    fs::rename(at("other"), at("moved")).unwrap();
    assert!(matches!(save(&at("moved/2"), "canary"), Err(SinkError::Swapped(_))));
}
