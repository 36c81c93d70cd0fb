//! Which entries are finished, and which the next run reports.

use std::{
    io::Read as _,
    process::{Child, Stdio},
};

use super::*;
use crate::journal::{line, process::Process};

#[test]
fn the_last_mark_decides_whether_an_entry_is_open() {
    let id = Some(TokenId::new("t2"));
    let personal =
        entry(Asked::CreatePersonal { name: "p".to_owned(), description: String::new() });
    let made = Asked::DeletePersonal { id: TokenId::new("t1"), name: "d".to_owned() };
    let (creation, deletion, gone) = (create("c"), delete("d"), entry(made));
    let mut renewal = create("r");
    if let Asked::Create { name, description, expiry, grants } = renewal.asked {
        let (old, old_ends) = (TokenId::new("t1"), renewal.at);
        renewal.asked = Asked::Regenerate { old, old_ends, name, description, expiry, grants };
    }
    // The mark; whether it finishes a change with a secret, and one without.
    for (mark, with_secret, without) in [
        (None, false, false),
        (Some(Mark::NotSent), true, true),
        (Some(Mark::Rejected), true, true),
        (Some(Mark::Unknown), false, false),
        (Some(Mark::Unreadable { id: id.clone() }), false, false),
        (Some(Mark::Done { id: id.clone() }), false, true),
        (Some(Mark::Delivered { id: id.clone(), to: None }), true, true),
        (Some(Mark::Settled { why: None }), true, true),
    ] {
        for (entry, over) in [
            (&creation, with_secret),
            (&renewal, with_secret),
            (&personal, with_secret),
            (&deletion, without),
            (&gone, without),
        ] {
            let folder = folder();
            let mut journal = opened(&file_of(&folder)).journal;
            journal.begin(entry).unwrap();
            if let Some(mark) = &mark {
                journal.mark(&entry.id, &Mark::Unknown).unwrap();
                journal.mark(&entry.id, mark).unwrap();
            }
            let open = opened(&file_of(&folder)).open;
            let expected = Open { entry: entry.clone(), last: mark.clone() };
            let expected = if over { vec![] } else { vec![expected] };
            assert_eq!(open, expected, "{mark:?} of {:?}", entry.asked);
        }
    }
}

#[test]
fn open_entries_are_in_the_order_of_their_requests() {
    let folder = folder();
    let mut journal = opened(&file_of(&folder)).journal;
    let [a, b, c] = [create("a"), create("b"), create("c")];
    for entry in [&a, &b, &c] {
        journal.begin(entry).unwrap();
    }
    journal.mark(&a.id, &Mark::Unknown).unwrap();
    journal.mark(&b.id, &Mark::Rejected).unwrap();
    let opened = opened(&file_of(&folder));
    assert_eq!(open_names(&opened), [("a", Some(&Mark::Unknown)), ("c", None)]);
}

/// Runs in a child process: begins an entry, reports that, and waits to be killed.
#[test]
fn begins_and_waits() {
    let Some(folder) = given_folder() else { return };
    let mut journal = opened(&folder.join("axtok/journal.jsonl")).journal;
    journal.begin(&create("from the other")).unwrap();
    fs::write(folder.join("begun"), "").unwrap();
    let _ = std::io::stdin().read(&mut [0]);
}

fn other(folder: &TempDir) -> Child {
    let mut command = alone("overdue::begins_and_waits", folder.path());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    while !folder.path().join("begun").exists() {
        assert!(child.try_wait().unwrap().is_none(), "it ended too early");
        std::thread::yield_now();
    }
    child
}

#[test]
fn entries_of_a_running_process_are_ignored_until_it_is_killed() {
    let folder = folder();
    let mut other = other(&folder);
    let mut ours = opened(&file_of(&folder));
    assert_eq!(open_names(&ours), []);
    ours.journal.begin(&create("ours")).unwrap();
    assert_eq!(open_names(&opened(&file_of(&folder))), [("ours", None)]);

    other.kill().unwrap();
    // It counts as dead even before its parent reaps it.
    #[cfg(target_os = "linux")]
    while open_names(&opened(&file_of(&folder))).len() < 2 {
        std::thread::yield_now();
    }
    other.wait().unwrap();
    let opened = opened(&file_of(&folder));
    assert_eq!(open_names(&opened), [("from the other", None), ("ours", None)]);
}

#[test]
fn a_reused_process_id_hides_no_entry() {
    let folder = folder();
    let mut other = other(&folder);
    let mut by = Process { pid: other.id(), started: Some(1) };
    if !cfg!(target_os = "linux") {
        by.pid = i32::MAX.unsigned_abs();
    }
    let text = line::entry(&create("of the one before"), by).unwrap();
    add(&file_of(&folder), &format!("{text}\n"));
    assert_eq!(open_names(&opened(&file_of(&folder))), [("of the one before", None)]);
    other.kill().unwrap();
    other.wait().unwrap();
}
