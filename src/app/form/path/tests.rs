use super::*;
use crate::domain::paths::Entry;

/// Completes `path` with these names; a folder ends in `/`.
fn with(path: &str, wanted: Paths, names: &[&str]) -> (String, Vec<String>) {
    let entry = |name: &&str| Entry {
        name: name.trim_end_matches('/').to_owned(),
        is_folder: name.ends_with('/'),
    };
    let found = complete(path, wanted, Listing::Read(names.iter().map(entry).collect()));
    let names = if let Completion::Names(names) = found.known { names } else { Vec::new() };
    (found.added, names)
}

fn file(path: &str, names: &[&str]) -> (String, Vec<String>) {
    with(path, Paths::Files, names)
}

fn folder(path: &str, names: &[&str]) -> (String, Vec<String>) {
    with(path, Paths::Folders, names)
}

fn found(added: &str, names: &[&str]) -> (String, Vec<String>) {
    (added.to_owned(), names.iter().map(|&name| name.to_owned()).collect())
}

#[test]
fn what_all_names_have_in_common_is_added() {
    let names = ["host.conf", "hosts", "hostname", "passwd", "hosted/"];
    // Folders come first.
    let hosts = ["hosted/", "host.conf", "hostname", "hosts"];
    assert_eq!(file("/etc/h", &names), found("ost", &hosts));
    assert_eq!(file("/etc/host", &names), found("", &hosts));
    assert_eq!(file("/etc/p", &names), found("asswd", &[]));
    assert_eq!(file("/etc/hoste", &names), found("d/", &[]));
    assert_eq!(file("/etc/", &names).0, "");
}

#[test]
fn a_complete_name_and_an_unknown_one_add_nothing() {
    for (path, names) in [("/a/hosts", &["hosts"][..]), ("/a/x", &["hosts"]), ("/a/", &[])] {
        let entries = names.iter().map(|&n| Entry { name: n.to_owned(), is_folder: false });
        let found = complete(path, Paths::Files, Listing::Read(entries.collect()));
        assert_eq!(found, Found { added: String::new(), known: Completion::Complete }, "{path}");
    }
    let unreadable = complete("/a/x", Paths::Files, Listing::Unreadable);
    assert_eq!(unreadable.known, Completion::Complete);
    assert_eq!(complete("/a/x", Paths::Files, Listing::TooLong).known, Completion::TooMany);
}

#[test]
fn hidden_names_need_a_dot_and_folder_fields_take_only_folders() {
    let names = [".ssh/", ".profile", "src/", "srv", "sub/"];
    assert_eq!(file("~/", &names), found("s", &["src/", "sub/", "srv"]));
    assert_eq!(file("~/.", &names), found("", &[".ssh/", ".profile"]));
    assert_eq!(folder("~/", &names), found("s", &["src/", "sub/"]));
    assert_eq!(folder("~/sr", &names), found("c/", &[]));
    assert_eq!(folder("~/.", &names), found("ssh/", &[]));
}

#[test]
fn home_and_parent_folders_get_a_slash() {
    assert_eq!(file("~", &["~x"]), found("/", &[]));
    assert_eq!(file("/a/..", &[]), found("/", &[]));
    assert_eq!(file("..", &["..x"]), found("/", &[]));
}

#[test]
fn names_that_are_not_plain_text_are_never_added() {
    let bad = ["a\u{1b}]0;x\u{7}", "a\nb", "a\u{202e}b", "axaat-00", "a\u{200b}"];
    assert_eq!(file("/x/a", &bad), found("", &[]));
    assert_eq!(file("/x/a", &[&bad[..], &["abc"]].concat()), found("bc", &[]));
}

#[test]
fn characters_stay_whole() {
    assert_eq!(file("/日", &["日本", "日本語"]), found("本", &["日本", "日本語"]));
    // A letter and its accent are one character.
    assert_eq!(file("/", &["e\u{301}a", "eb"]), found("", &["eb", "e\u{301}a"]));
    assert_eq!(file("/e", &["e\u{301}a", "e\u{301}b"]).0, "\u{301}");
}
