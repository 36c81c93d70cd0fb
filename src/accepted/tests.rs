//! Changing the file, and damaged files.

use std::{fs, os::unix::fs::PermissionsExt as _};

use super::*;

fn one(token: &str, reason: &str) -> Acceptance {
    Acceptance {
        org: "acme".to_owned(),
        token: TokenId::new(token),
        code: "never-expires".to_owned(),
        at: "2026-11-23T14:00:00Z".parse().unwrap(),
        reason: reason.into(),
    }
}

#[test]
fn an_accepted_finding_is_kept_until_withdrawn() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state/axtok").join(FILE);
    assert_eq!(load(&file).unwrap(), []);
    set(&file, &one("a", "in the safe"), true).unwrap();
    let all = set(&file, &one("b", "\"b\"\n\u{202e}"), true).unwrap();
    assert_eq!(load(&file).unwrap(), all);
    assert_eq!(all, [one("a", "in the safe"), one("b", "\"b\"\n\u{202e}")]);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&file), mode(file.parent().unwrap())), (0o600, 0o700));
    // Accepting again replaces the reason.
    set(&file, &one("a", "still there"), true).unwrap();
    assert_eq!(load(&file).unwrap(), [one("b", "\"b\"\n\u{202e}"), one("a", "still there")]);
    assert_eq!(set(&file, &one("a", ""), false).unwrap().len(), 1);
    let left: Vec<_> = fs::read_dir(file.parent().unwrap()).unwrap().collect();
    assert_eq!(left.len(), 1, "nothing else is left: {left:?}");
}

#[test]
fn a_damaged_file_is_reported_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(FILE);
    for text in
        ["", "[]", "{\"accepted\":[{}]}", "{\"accepted\":[],\"more\":1}", "\u{0}xaat-geheim"]
    {
        fs::write(&file, text).unwrap();
        let error = set(&file, &one("a", "r"), true).unwrap_err().to_string();
        assert!(error.contains("line ") && error.contains("nothing was written"), "{error}");
        assert!(!error.contains("geheim"));
        assert_eq!(fs::read_to_string(&file).unwrap(), text);
    }
}

#[test]
fn concurrent_acceptances_are_both_kept() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(FILE);
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let file = &file;
            scope.spawn(move || {
                for n in 0..10 {
                    set(file, &one(&format!("{thread}-{n}"), "r"), true).unwrap();
                }
            });
        }
    });
    assert_eq!(load(&file).unwrap().len(), 40);
}

#[test]
fn an_unwritable_folder_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let blocked = folder.path().join("file");
    fs::write(&blocked, "").unwrap();
    let error = set(&blocked.join(FILE), &one("a", "r"), true).unwrap_err().to_string();
    assert!(error.contains("cannot be written"), "{error}");
}
