//! Compaction limits the journal's size and loses nothing that matters.

use std::{
    fmt::Write as _,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use super::*;
use crate::journal::{history::History, line, process::Process};

const DEAD: Process = Process { pid: i32::MAX as u32, started: None };

/// Two lines for each of `count` finished entries.
fn over(count: usize, prefix: &str) -> String {
    let mut text = String::new();
    for i in 0..count {
        let entry = create(&format!("{prefix}{i}"));
        writeln!(text, "{}", line::entry(&entry, DEAD).unwrap()).unwrap();
        writeln!(text, "{}", line::mark(&entry.id, &Mark::Settled { why: None }, None).unwrap())
            .unwrap();
    }
    text
}

/// The default retention, as in the settings.
fn opened_at(file: &Path, at: &str, retention: &str) -> Vec<String> {
    let bytes = fs::read(file).unwrap();
    let history = History::read(&bytes);
    let retention = Retention::parse(retention).unwrap();
    let Some(lines) = history.compacted(at.parse().unwrap(), &retention) else {
        return names_of(&history);
    };
    let new = lines.iter().flat_map(|line| [line, &b"\n"[..]].concat()).collect::<Vec<u8>>();
    names_of(&History::read(&new))
}

fn names_of(history: &History<'_>) -> Vec<String> {
    history.changes().map(|change| name(&change.entry).to_owned()).collect()
}

/// Appends an entry of this time; finished, unless `mark` says otherwise.
fn write_at(file: &Path, name: &str, at: &str, mark: Option<&Mark>) {
    let entry = Entry { at: at.parse().unwrap(), ..create(name) };
    let lines = [line::entry(&entry, DEAD), mark.and_then(|m| line::mark(&entry.id, m, None))];
    add(file, &lines.into_iter().flatten().map(|line| line + "\n").collect::<String>());
}

const OVER: Option<&Mark> = Some(&Mark::Rejected);

#[test]
fn compaction_keeps_open_foreign_and_recent_entries() {
    let folder = folder();
    let file = file_of(&folder);
    let foreign = r#"{"v":9,"kind":"later","entry":"x"}"#;
    let stray = line::mark(&EntryId::new(), &Mark::Settled { why: None }, None).unwrap();
    let open = [create("first"), create("second"), create("late"), create("marked")];
    let open_line = |i: usize| line::entry(&open[i], DEAD).unwrap();
    let mark = line::mark(&open[1].id, &Mark::Unknown, None).unwrap();
    // Finished by this version's marks, but a newer version has marked it since.
    let id = &open[3].id;
    let newer = format!(r#"{{"v":2,"kind":"mark","entry":"{id}","mark":"reopened"}}"#);
    let settled = line::mark(id, &Mark::Settled { why: None }, None).unwrap();
    add(&file, &format!("{}\n{foreign}\n{stray}\n{}\n", open_line(0), open_line(1)));
    add(&file, &format!("{}\n{settled}\n{newer}\n", open_line(3)));
    add(&file, &format!("{}{mark}\n{}", over(9_990, "old"), over(10, "new")));
    // Finished last, so among the newest although it was requested first.
    let late = line::mark(&open[2].id, &Mark::Settled { why: None }, None).unwrap();
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, format!("{}\n{text}", open_line(2))).unwrap();
    let before = fs::read(&file).unwrap();
    let expected = [("first", None), ("second", Some(&Mark::Unknown))];

    // Ten thousand are allowed.
    let first = opened(&file);
    assert_eq!(open_names(&first), [("late", None), expected[0], expected[1]]);
    assert_eq!(fs::read(&file).unwrap(), before);
    add(&file, &format!("{late}\n"));
    assert_eq!(open_names(&opened(&file)), expected);

    let after = fs::read_to_string(&file).unwrap();
    for kept in [foreign, &stray, &open_line(0), &open_line(1), &mark, &late, &newer, &settled] {
        assert_eq!(after.lines().filter(|line| *line == kept).count(), 1, "{kept}");
    }
    let names = |prefix: &str| after.matches(&format!(r#""name":"{prefix}"#)).count();
    assert_eq!((names("new"), names("old"), names("late")), (10, 8_989, 1));
    assert!(after.contains(r#""name":"old1001""#) && !after.contains(r#""name":"old1000""#));
    let changes = Journal::read(&file).unwrap().changes;
    let order: Vec<_> = changes.iter().map(|change| name(&change.entry)).collect();
    assert_eq!(order[..5], ["late", "first", "second", "marked", "old1001"], "the order stays");
    assert_eq!(open_names(&opened(&file)), expected);
    assert_eq!(fs::read_to_string(&file).unwrap(), after, "and nothing is left to do");
    assert_eq!(fs::read_dir(file.parent().unwrap()).unwrap().count(), 1, "no files left over");
    let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&file).unwrap().permissions());
    assert_eq!(mode & 0o7777, 0o600);
}

#[test]
fn finished_entries_are_dropped_by_age() {
    let folder = folder();
    let file = file_of(&folder);
    write_at(&file, "open", "2026-01-01T00:00:00Z", None);
    write_at(&file, "unknown", "2026-01-01T00:00:00Z", Some(&Mark::Unknown));
    write_at(&file, "old", "2026-03-01T10:00:00Z", OVER);
    write_at(&file, "edge", "2026-03-02T10:00:00Z", OVER);
    write_at(&file, "new", "2026-05-31T20:00:00Z", OVER);
    let kept = |at: &str, retention: &str| opened_at(&file, at, retention).join(" ");
    assert_eq!(kept("2026-05-31T20:00:00Z", "90d"), "open unknown edge new", "by whole days");
    assert_eq!(kept("2026-06-01T00:00:00Z", "91d"), "open unknown old edge new");
    assert_eq!(kept("2026-06-01T00:00:00Z", "1h"), "open unknown new");
    assert_eq!(kept("2026-06-01T00:00:00Z", "forever"), "open unknown old edge new");
    // Without a later change nothing becomes older.
    assert_eq!(kept("2036-01-01T00:00:00Z", "90d"), "open unknown edge new");
}

#[test]
fn age_counts_from_the_end_of_a_change() {
    let folder = folder();
    let file = file_of(&folder);
    let entry = Entry { at: "2026-01-01T00:00:00Z".parse().unwrap(), ..create("closed") };
    let why = Mark::Settled { why: Some("not needed".to_owned()) };
    let closed = line::mark(&entry.id, &why, Some("2026-06-01T00:00:00Z".parse().unwrap()));
    let lines = [line::entry(&entry, DEAD).unwrap(), closed.unwrap()];
    add(&file, &format!("{}\n", lines.join("\n")));
    write_at(&file, "new", "2026-08-01T00:00:00Z", OVER);
    assert_eq!(opened_at(&file, "2026-08-01T00:00:00Z", "90d"), ["closed", "new"]);
    assert_eq!(opened_at(&file, "2026-08-01T00:00:00Z", "30d"), ["new"]);
}

#[test]
fn a_wrong_clock_drops_nothing() {
    let folder = folder();
    let file = file_of(&folder);
    write_at(&file, "lost-battery", "1970-01-01T00:00:07Z", OVER);
    write_at(&file, "a", "2026-05-01T00:00:00Z", OVER);
    write_at(&file, "future", "2099-01-01T00:00:00Z", OVER);
    write_at(&file, "again-1970", "1970-01-01T00:00:09Z", OVER);
    write_at(&file, "b", "2026-05-31T00:00:00Z", OVER);
    let all = ["lost-battery", "a", "future", "again-1970", "b"];
    for now in ["1970-01-01T00:00:10Z", "2026-06-01T00:00:00Z", "2026-05-15T00:00:00Z"] {
        assert_eq!(opened_at(&file, now, "90d"), all, "{now}");
    }
}

/// The limit of what can be told: a clock that is far ahead when an entry is written and again
/// when the journal is opened looks right.
#[test]
fn a_clock_that_stays_far_ahead_counts_and_open_entries_stay() {
    let folder = folder();
    let file = file_of(&folder);
    write_at(&file, "lost-battery", "1970-01-01T00:00:07Z", OVER);
    write_at(&file, "a", "2026-05-01T00:00:00Z", OVER);
    write_at(&file, "future", "2099-01-01T00:00:00Z", OVER);
    write_at(&file, "again-1970", "1970-01-01T00:00:09Z", OVER);
    write_at(&file, "b", "2026-05-31T00:00:00Z", OVER);
    write_at(&file, "open", "2026-05-31T00:00:00Z", None);
    let kept = opened_at(&file, "2099-01-02T00:00:00Z", "90d");
    assert_eq!(kept, ["lost-battery", "future", "again-1970", "b", "open"]);
    // Once the clock is right, age counts again.
    write_at(&file, "c", "2026-10-01T00:00:00Z", OVER);
    let kept = opened_at(&file, "2026-10-01T00:00:00Z", "90d");
    assert_eq!(kept, ["lost-battery", "open", "c"]);
}

#[test]
fn a_far_clock_alone_drops_nothing() {
    let folder = folder();
    let file = file_of(&folder);
    for day in 1..=9 {
        write_at(&file, &format!("n{day}"), &format!("2026-05-0{day}T00:00:00Z"), OVER);
    }
    for now in ["2500-01-01T00:00:00Z", "-000500-01-01T00:00:00Z"] {
        assert_eq!(opened_at(&file, now, "90d").len(), 9, "{now}");
    }
}

fn known(count: usize) -> Known {
    let tokens: Vec<_> = (0..count).map(|i| TokenId::new(format!("token-{i}"))).collect();
    Known::of(Some(tokens.iter().map(|id| (id, "ci"))), "other")
}

/// Finished entries with a thousand tokens that existed before each. Has a member that only a
/// newer version knows.
fn over_with_known(count: usize) -> String {
    let one = |i| {
        let entry = Entry { known: known(1_000), ..create(&format!("over{i}")) };
        let text = line::entry(&entry, DEAD).unwrap().replacen('{', r#"{"later":[1.50,"x"],"#, 1);
        let mark = line::mark(&entry.id, &done("t1"), None).unwrap();
        let stored = line::mark(&entry.id, &Mark::Delivered { id: None, to: None }, None).unwrap();
        format!("{text}\n{mark}\n{stored}\n")
    };
    (0..count).map(one).collect()
}

#[test]
fn finished_entries_lose_the_tokens_that_existed_before() {
    let folder = folder();
    let file = file_of(&folder);
    let open = Entry { known: known(1_000), ..create("open") };
    add(&file, &(line::entry(&open, DEAD).unwrap() + "\n"));
    add(&file, &over_with_known(40));
    // A newer version may need them.
    let newer = Entry { known: known(1_000), ..create("newer") };
    let text = line::entry(&newer, DEAD).unwrap().replacen(r#""v":1"#, r#""v":2"#, 1);
    let mark = line::mark(&newer.id, &Mark::Rejected, None).unwrap();
    add(&file, &format!("{text}\n{mark}\n"));
    let before = fs::metadata(&file).unwrap().len();
    assert_eq!(open_names(&opened(&file)), [("open", None)]);
    let after = fs::metadata(&file).unwrap().len();
    assert!(after * 5 < before, "{before} to {after} bytes");
    let written = fs::read_to_string(&file).unwrap();
    assert_eq!(written.matches(r#""later":[1.50,"x"]"#).count(), 40, "unknown members stay");
    assert!(written.contains(&text), "a line of a newer version stays as it is");
    let read = Journal::read(&file).unwrap().changes;
    assert_eq!(read.len(), 42);
    assert_eq!(read[0].entry, open, "an open entry still has them");
    assert!(read[1..41].iter().all(|c| c.entry.known == Known::default() && c.made.is_some()));
    drop(opened(&file));
    assert_eq!(fs::metadata(&file).unwrap().len(), after, "nothing is left to do");
}

/// How long it takes to open a journal of ten thousand entries. Prints, and bounds nothing:
/// `cargo test --lib -- --ignored --nocapture opening_a_long_journal`.
#[test]
#[ignore = "prints times"]
#[expect(clippy::print_stdout, reason = "it measures")]
fn opening_a_long_journal() {
    let folder = folder();
    for (what, count) in [("no tokens before", 0), ("1,000 tokens before each", 1_000)] {
        let file = folder.path().join(format!("axtok/{count}.jsonl"));
        let (mut text, before) = (String::new(), known(count));
        for i in 0..10_000 {
            let entry = Entry { known: before.clone(), ..create(&format!("token-{i}")) };
            let delivered = Mark::Delivered { id: None, to: Some("command `pass`".to_owned()) };
            let marks = [done(&format!("t{i}")), delivered];
            let mut lines = vec![line::entry(&entry, DEAD).unwrap()];
            lines.extend(marks.iter().map(|m| line::mark(&entry.id, m, Some(entry.at)).unwrap()));
            writeln!(text, "{}", lines.join("\n")).unwrap();
        }
        add(&file, &text);
        for turn in ["first", "second"] {
            let size = fs::metadata(&file).unwrap().len() / 1024;
            let began = std::time::Instant::now();
            drop(opened(&file));
            let open = began.elapsed();
            let began = std::time::Instant::now();
            assert_eq!(Journal::read(&file).unwrap().changes.len(), 10_000);
            let read = began.elapsed();
            println!("{what}, {turn} time: {size} KiB, open {open:.0?}, read {read:.0?}");
        }
    }
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
            add(&file, &over_with_known(40));
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
        let lines = marks.iter().map(|mark| line::mark(&entry.id, mark, None).unwrap() + "\n");
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

    add(&file, &over(10_000, "later"));
    let before = fs::metadata(&file).unwrap().len();
    drop(opened(&file));
    assert!(fs::metadata(&file).unwrap().len() < before, "it was rewritten");
    assert_eq!(pairs(&opened(&file)), lasting, "the old tokens of these still work");
}
