use std::os::unix::fs::symlink;

use super::*;

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> =
        entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_file_is_replaced_atomically_and_links_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let (real, link) = (folder.path().join("real"), folder.path().join("link"));
    fs::write(&real, "old").unwrap();
    fs::set_permissions(&real, fs::Permissions::from_mode(0o644)).unwrap();
    symlink(&real, &link).unwrap();
    replace(&link, Some(b"old"), b"new", Some(0o600)).unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::read_to_string(&real).unwrap(), "new");
    assert_eq!(fs::metadata(&real).unwrap().mode() & 0o777, 0o600);
    assert_eq!(names(folder.path()), ["link", "real"]);
}

#[test]
fn a_dangling_link_is_left_unchanged() {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("link");
    symlink(folder.path().join("unmounted/file"), &link).unwrap();
    assert!(replace(&link, None, b"new", None).is_err());
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(names(folder.path()), ["link"]);
}

#[test]
fn another_programs_write_is_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    for (there, read) in
        [(Some("theirs"), Some("mine")), (Some("theirs"), None), (None, Some("mine"))]
    {
        let _ = fs::remove_file(&file);
        if let Some(there) = there {
            fs::write(&file, there).unwrap();
        }
        let result = replace(&file, read.map(str::as_bytes), b"new", None);
        assert_eq!(result, Err(Unreplaced::Changed), "{there:?} {read:?}");
        assert_eq!(fs::read_to_string(&file).ok().as_deref(), there);
        assert_eq!(names(folder.path()).len(), usize::from(there.is_some()));
    }
    // It has become a link since it was read.
    fs::write(folder.path().join("other"), "old").unwrap();
    let real = RealPath::of(&file).unwrap();
    symlink(folder.path().join("other"), &file).unwrap();
    assert_eq!(real.open().unwrap().file().unwrap_err(), Unreplaced::Changed);
}

#[test]
fn leftovers_of_killed_processes_are_removed_but_not_files_in_use() {
    let folder = tempfile::tempdir().unwrap();
    let (file, left) = (folder.path().join("file"), folder.path().join("file.axtok-new"));
    fs::write(&file, "old").unwrap();
    fs::write(&left, "xapt-canary").unwrap();
    let living = File::open(&left).unwrap();
    living.lock().unwrap();
    clean_up(&file);
    assert!(left.exists());
    drop(living);
    clean_up(&file);
    assert!(!left.exists());

    fs::write(&left, "xapt-canary").unwrap();
    replace(&file, Some(b"old"), b"new", None).unwrap();
    assert_eq!(names(folder.path()), ["file"]);
    assert_eq!(fs::read_to_string(&file).unwrap(), "new");
}

#[test]
fn replacing_works_without_unnamed_temporary_files() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "old").unwrap();
    let real = RealPath::of(&file).unwrap();
    let open = real.open().unwrap();
    let waiting = open.named(b"new", 0o640).unwrap();
    assert!(open.is_waiting(&waiting));
    assert!(!open.remove_if_left(), "a process is using it");
    assert_eq!(waiting.metadata().unwrap().mode() & 0o777, 0o640);
    drop(waiting);
    assert!(open.remove_if_left());
}

#[test]
fn concurrent_writers_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let add = |n: usize| loop {
        let old = fs::read(&file).unwrap();
        let new = [old.as_slice(), format!("{n}\n").as_bytes()].concat();
        match replace(&file, Some(&old), &new, None) {
            Ok(()) => break,
            Err(Unreplaced::Changed) => {}
            Err(e) => panic!("{e:?}"),
        }
    };
    thread::scope(|scope| {
        for n in 0..8 {
            scope.spawn(move || add(n));
        }
    });
    let mut lines: Vec<_> = fs::read_to_string(&file).unwrap().lines().map(str::to_owned).collect();
    lines.sort();
    assert_eq!(lines, (0..8).map(|n| n.to_string()).collect::<Vec<_>>());
    assert_eq!(names(folder.path()), ["file"]);
}
