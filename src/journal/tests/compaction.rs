//! Compaction limits the journal's size and loses nothing that matters.

use std::{
    fmt::Write as _,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use super::*;
use crate::journal::{line, process::Process};

const DEAD: Process = Process { pid: i32::MAX as u32, started: None };

/// Two lines for each of `count` finished entries.
fn over(count: usize, prefix: &str) -> String {
    let mut text = String::new();
    for i in 0..count {
        let entry = create(&format!("{prefix}{i}"));
        writeln!(text, "{}", line::entry(&entry, DEAD).unwrap()).unwrap();
        writeln!(text, "{}", line::mark(&entry.id, &Mark::Settled { why: None }).unwrap()).unwrap();
    }
    text
}

#[test]
fn compaction_keeps_open_foreign_and_recent_entries() {
    let folder = folder();
    let file = file_of(&folder);
    let foreign = r#"{"v":9,"kind":"later","entry":"x"}"#;
    let stray = line::mark(&EntryId::new(), &Mark::Settled { why: None }).unwrap();
    let open = [create("first"), create("second"), create("late")];
    let open_line = |i: usize| line::entry(&open[i], DEAD).unwrap();
    let mark = line::mark(&open[1].id, &Mark::Unknown).unwrap();
    add(&file, &format!("{}\n{foreign}\n{stray}\n{}\n", open_line(0), open_line(1)));
    add(&file, &format!("{}{mark}\n{}", over(490, "old"), over(10, "new")));
    // Finished last, so among the newest although it was requested first.
    let late = line::mark(&open[2].id, &Mark::Settled { why: None }).unwrap();
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, format!("{}\n{text}", open_line(2))).unwrap();
    let before = fs::read(&file).unwrap();
    let expected = [("first", None), ("second", Some(&Mark::Unknown))];

    // A thousand lines are allowed; the mark adds one more.
    let first = opened(&file);
    assert_eq!(open_names(&first), [("late", None), expected[0], expected[1]]);
    assert_eq!(fs::read(&file).unwrap(), before);
    add(&file, &format!("{late}\n"));
    assert_eq!(open_names(&opened(&file)), expected);

    let after = fs::read_to_string(&file).unwrap();
    for kept in [foreign, &stray, &open_line(0), &open_line(1), &mark, &open_line(2), &late] {
        assert_eq!(after.lines().filter(|line| *line == kept).count(), 1, "{kept}");
    }
    let names = |prefix: &str| after.matches(&format!(r#""name":"{prefix}"#)).count();
    assert_eq!((names("new"), names("old")), (10, 189));
    assert!(after.contains(r#""name":"old489""#) && !after.contains(r#""name":"old300""#));
    let order: Vec<_> = after.lines().map(|line| text.find(line)).skip(1).collect();
    assert!(order[..order.len() - 1].is_sorted(), "the order stays");
    assert_eq!(open_names(&opened(&file)), expected);
    assert_eq!(fs::read_dir(file.parent().unwrap()).unwrap().count(), 1, "no files left over");
    let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&file).unwrap().permissions());
    assert_eq!(mode & 0o7777, 0o600);
}

#[test]
fn an_append_during_compaction_is_not_lost() {
    let folder = folder();
    let file = file_of(&folder);
    let enough = AtomicBool::new(false);
    let mut wanted = Vec::new();
    thread::scope(|scope| {
        let appending = scope.spawn(|| {
            let mut journal = opened(&file).journal;
            let mut left = Vec::new();
            while !enough.load(Ordering::Relaxed) || left.len() < 20 {
                let entry = create("appended");
                journal.begin(&entry).unwrap();
                let mark = if left.len() % 2 == 0 { Mark::Unknown } else { done("t2") };
                journal.mark(&entry.id, &mark).unwrap();
                left.push((entry.id, mark));
                let refused = create("refused");
                journal.begin(&refused).unwrap();
                journal.mark(&refused.id, &Mark::Rejected).unwrap();
            }
            left
        });
        let mut shrank = 0;
        for _ in 0..8 {
            add(&file, &over(520, "old"));
            let before = fs::metadata(&file).unwrap().len();
            assert_eq!(opened(&file).set_aside, None);
            shrank += usize::from(fs::metadata(&file).unwrap().len() < before);
        }
        enough.store(true, Ordering::Relaxed);
        assert_eq!(shrank, 8, "it was rewritten each time");
        wanted = appending.join().unwrap();
    });
    let opened = opened(&file);
    let found: Vec<_> = opened
        .open
        .iter()
        .map(|open| (open.entry.id.clone(), open.last.clone().unwrap()))
        .collect();
    assert_eq!(found, wanted);
}

fn regenerate(old: &str, old_ends: &str) -> Entry {
    let mut entry = create("rotated");
    let Asked::Create { name, description, expiry, grants } = entry.asked else { panic!() };
    let (old, old_ends) = (TokenId::new(old), old_ends.parse().unwrap());
    entry.asked = Asked::Regenerate { old, old_ends, name, description, expiry, grants };
    entry
}

#[test]
fn compaction_keeps_token_pairs_while_the_old_token_works() {
    let folder = folder();
    let file = file_of(&folder);
    let write = |entry: &Entry, marks: &[Mark]| {
        let lines = marks.iter().map(|mark| line::mark(&entry.id, mark).unwrap() + "\n");
        let lines: String = lines.collect();
        add(&file, &format!("{}\n{lines}", line::entry(entry, DEAD).unwrap()));
    };
    let delivered = |id: &str| Mark::Delivered { id: Some(TokenId::new(id)), to: None };
    write(&regenerate("works", "2999-01-01T00:00:00Z"), &[done("new"), delivered("new")]);
    write(&regenerate("over", "2020-01-01T00:00:00Z"), &[done("new-2"), delivered("new-2")]);
    write(
        &regenerate("lost", "2999-01-01T00:00:00Z"),
        &[Mark::Unknown, Mark::Settled { why: None }],
    );
    write(
        &regenerate("settled", "2999-01-01T00:00:00Z"),
        &[done("new-3"), Mark::Settled { why: None }],
    );
    write(&regenerate("gone", "2999-01-01T00:00:00Z"), &[done("new-4"), delivered("new-4")]);
    let mut deleted = delete("rotated");
    deleted.asked = Asked::Delete { id: TokenId::new("new-4"), name: "rotated".to_owned() };
    write(&deleted, &[Mark::Done { id: None }]);

    let pairs = |opened: &Opened| -> Vec<_> {
        let pair = |r: &Rotation| (r.old.to_string(), r.new.as_ref().map(ToString::to_string));
        opened.rotations.iter().map(pair).collect()
    };
    let pair = |old: &str, new: &str| (old.to_owned(), Some(new.to_owned()));
    let lasting = [pair("works", "new"), pair("settled", "new-3")];
    let all = [lasting[0].clone(), pair("over", "new-2"), lasting[1].clone()];
    let first = opened(&file);
    assert_eq!(pairs(&first), all, "a pair with a deleted token is dropped");
    assert!(first.rotations[0].is_at("https://api.example.com", Some("acme")));
    assert!(!first.rotations[0].is_at("https://api.example.com", Some("other")));
    assert!(!first.rotations[0].is_at("https://elsewhere.example.com", Some("acme")));
    drop(first);

    add(&file, &over(800, "later"));
    let before = fs::metadata(&file).unwrap().len();
    drop(opened(&file));
    assert!(fs::metadata(&file).unwrap().len() < before, "it was rewritten");
    assert_eq!(pairs(&opened(&file)), lasting, "the old tokens of these still work");
}
