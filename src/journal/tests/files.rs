//! The journal's file: its permissions, and errors when it cannot be used.

use std::os::unix::{
    fs::{PermissionsExt as _, symlink},
    process::CommandExt as _,
};

use super::*;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

fn kind_of(file: &Path) -> JournalErrorKind {
    let error = Journal::open(file, &Retention::default()).unwrap_err();
    assert_eq!(error.file, file);
    let words = error.to_string();
    assert!(words.contains(&file.display().to_string()), "{words}");
    error.kind
}

#[test]
fn only_the_owner_can_read_the_file() {
    let folder = folder();
    let file = folder.path().join("state/axtok/journal.jsonl");
    let mut journal = opened(&file).journal;
    journal.begin(&create("a")).unwrap();
    assert_eq!(mode(&file), 0o600);
    assert_eq!(mode(file.parent().unwrap()), 0o700);
    assert_eq!(mode(&folder.path().join("state")), 0o700);

    add(&file, "garbage\n");
    let aside = opened(&file).set_aside.unwrap();
    assert_eq!((mode(&file), mode(&aside)), (0o600, 0o600), "rewritten");
}

#[test]
fn links_are_not_followed() {
    let folder = folder();
    let (file, target) = (file_of(&folder), folder.path().join("target"));
    fs::create_dir(file.parent().unwrap()).unwrap();
    symlink(&target, &file).unwrap();
    assert_eq!(kind_of(&file), JournalErrorKind::Link);
    assert!(!target.exists());
    fs::write(&target, "").unwrap();
    assert_eq!(kind_of(&file), JournalErrorKind::Link);

    fs::remove_file(&file).unwrap();
    let mut journal = opened(&file).journal;
    fs::remove_file(&file).unwrap();
    symlink(&target, &file).unwrap();
    assert_eq!(journal.begin(&create("a")).unwrap_err().kind, JournalErrorKind::Link);
    assert_eq!(fs::read(&target).unwrap(), b"");
}

#[test]
fn the_error_names_what_is_in_the_way() {
    let folder = folder();
    let file = file_of(&folder);
    fs::write(folder.path().join("axtok"), "").unwrap();
    assert_eq!(kind_of(&file), JournalErrorKind::NoFolder);

    fs::remove_file(folder.path().join("axtok")).unwrap();
    fs::create_dir_all(&file).unwrap();
    assert_eq!(kind_of(&file), JournalErrorKind::Folder);

    fs::remove_dir(&file).unwrap();
    assert!(Command::new("mkfifo").arg(&file).status().unwrap().success());
    assert_eq!(kind_of(&file), JournalErrorKind::Special);
}

#[test]
fn a_deleted_journal_is_recreated() {
    let folder = folder();
    let file = file_of(&folder);
    let mut journal = opened(&file).journal;
    fs::remove_dir_all(file.parent().unwrap()).unwrap();
    let entry = create("a");
    journal.begin(&entry).unwrap();
    fs::remove_file(&file).unwrap();
    journal.mark(&entry.id, &Mark::Unknown).unwrap();
    journal.begin(&create("b")).unwrap();
    let opened = opened(&file);
    assert_eq!((open_names(&opened), opened.set_aside.clone()), (vec![("b", None)], None));
    assert_eq!(mode(&file), 0o600);
}

/// Runs in a child process without permission, and not as root.
#[test]
fn is_without_permission() {
    let Some(folder) = given_folder() else { return };
    let file = folder.join("unreadable/journal.jsonl");
    assert_eq!(kind_of(&file), JournalErrorKind::Denied);
    assert_eq!(kind_of(&folder.join("read-only/journal.jsonl")), JournalErrorKind::Denied);
    assert_eq!(kind_of(&folder.join("unwritable/journal.jsonl")), JournalErrorKind::Denied);
    assert_eq!(kind_of(&folder.join("unwritable/deeper/journal.jsonl")), JournalErrorKind::Denied);
    fs::write(folder.join("ran/it"), "").unwrap();
}

#[test]
fn missing_permission_is_reported() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    for name in ["unreadable", "read-only", "unwritable", "ran"] {
        fs::create_dir(at(name)).unwrap();
    }
    for (name, mode) in [("unreadable", 0o000), ("read-only", 0o444)] {
        let file = at(name).join("journal.jsonl");
        fs::write(&file, "").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
    }
    let mut command = alone("files::is_without_permission", folder.path());
    if rustix::process::geteuid().is_root() {
        command.uid(65_534);
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        fs::set_permissions(at("ran"), fs::Permissions::from_mode(0o777)).unwrap();
    }
    fs::set_permissions(at("unwritable"), fs::Permissions::from_mode(0o555)).unwrap();
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    assert!(at("ran").join("it").exists(), "{}", String::from_utf8_lossy(&output.stdout));
}

/// Runs in a child process with a file size limit for a short entry and a mark.
#[test]
fn is_without_room() {
    let Some(folder) = given_folder() else { return };
    let mut journal = opened(&file_in(Some(folder.clone().into()), None).unwrap()).journal;
    let (small, large) = (delete("small"), create(&"large".repeat(100)));
    journal.begin(&small).unwrap();
    for _ in 0..2 {
        assert_eq!(journal.begin(&large).unwrap_err().kind, JournalErrorKind::Full);
    }
    journal.mark(&small.id, &Mark::Unknown).unwrap();
    fs::write(folder.join("ran"), "").unwrap();
}

#[test]
fn an_entry_that_does_not_fit_on_the_disk_leaves_nothing_behind() {
    let folder = folder();
    let command = alone("files::is_without_room", folder.path());
    // The limit is one block of 512 or 1024 bytes. The ignored signal would end the process.
    let script = "trap '' XFSZ; ulimit -f 1; exec \"$@\"";
    let mut shell = Command::new("sh");
    shell.args(["-c", script, "sh"]).arg(command.get_program()).args(command.get_args());
    let output = shell.env(FOLDER, folder.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    assert!(folder.path().join("ran").exists());
    let text = fs::read_to_string(file_of(&folder)).unwrap();
    assert_eq!(text.lines().count(), 2, "{text}");
    let opened = opened(&file_of(&folder));
    assert_eq!(open_names(&opened), [("small", Some(&Mark::Unknown))]);
}

#[test]
fn an_entry_that_is_not_in_the_journal_gets_no_mark() {
    let folder = folder();
    let file = file_of(&folder);
    let Opened { mut journal, .. } = opened(&file);
    let (known, unknown) = (create("a"), create("b"));
    journal.begin(&known).unwrap();
    journal.mark(&unknown.id, &done("t")).unwrap();
    assert_eq!(fs::read_to_string(&file).unwrap().lines().count(), 1);
    // An open entry of an earlier run can be marked.
    let Opened { mut journal, .. } = opened(&file);
    journal.mark(&known.id, &done("t")).unwrap();
    assert_eq!(fs::read_to_string(&file).unwrap().lines().count(), 2);
}
