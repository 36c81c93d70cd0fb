//! Several journals open on the same file.

use std::thread;

use super::*;

#[test]
fn two_writers_take_turns() {
    let folder = folder();
    let file = file_of(&folder);
    let (mut one, mut two) = (opened(&file).journal, opened(&file).journal);
    let (a, b) = (create("a"), create("b"));
    one.begin(&a).unwrap();
    two.begin(&b).unwrap();
    two.mark(&b.id, &Mark::Unknown).unwrap();
    one.mark(&a.id, &Mark::Delivered { id: None, to: None }).unwrap();
    assert_eq!(open_names(&opened(&file)), [("b", Some(&Mark::Unknown))]);
}

#[test]
fn concurrent_writers_lose_no_line() {
    let folder = folder();
    let file = file_of(&folder);
    let write = |who: usize| {
        let mut journal = opened(&file).journal;
        for i in 0..50 {
            let entry = create(&format!("{who}-{i}-{}", "x".repeat(i * 37)));
            journal.begin(&entry).unwrap();
            journal.mark(&entry.id, &Mark::Unknown).unwrap();
        }
    };
    thread::scope(|scope| {
        for who in 0..4 {
            scope.spawn(move || write(who));
        }
    });
    let opened = opened(&file);
    assert_eq!(opened.set_aside, None);
    assert_eq!(opened.open.len(), 200);
    assert!(opened.open.iter().all(|open| open.last == Some(Mark::Unknown)));
    assert_eq!(fs::read_to_string(&file).unwrap().lines().count(), 400);
}
