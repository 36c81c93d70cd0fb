//! Fuzzing the journal: however its file is damaged, no readable line is lost, and
//! unfinished entries stay unfinished.

use jiff::Timestamp;

use super::{Entry, History, Line, Mark, Past};
use crate::{domain::Retention, journal::line};

/// Reads bytes as a journal and checks its invariants.
///
/// # Panics
/// When a readable line is lost by reading, rewriting, damage next to it or truncation;
/// when compaction drops anything but finished entries; or when an entry does not read
/// back as it was written.
pub fn journal(file: &[u8]) {
    let history = History::read(file);
    let readable: Vec<&[u8]> = lines(file).filter(|text| is_readable(text)).collect();
    assert_eq!(history.intact, readable, "nothing that can be read is lost");
    rewritten(&history);
    damaged(&history);
    appended(file, &history);
    for limits in [(0, 0), (1, 0), (3, 40), (usize::MAX, 0)] {
        compacted(&history, limits, &Retention::forever());
        compacted(&history, limits, &Retention::default());
    }
    history.entries.iter().for_each(reads_back);
}

fn lines(file: &[u8]) -> impl Iterator<Item = &[u8]> {
    file.split(|b| *b == b'\n').filter(|text| !text.trim_ascii().is_empty())
}

fn is_readable(line: &[u8]) -> bool {
    matches!(
        Line::read(line),
        Line::Entry(..)
            | Line::Mark(..)
            | Line::Reported(..)
            | Line::ForeignMark(_)
            | Line::Foreign
    )
}

/// Each entry with its last mark.
fn entries<'a>(history: &'a History<'_>) -> Vec<(&'a Entry, Option<&'a Mark>)> {
    history.entries.iter().map(|past| (&past.change.entry, past.change.last.as_ref())).collect()
}

fn open<'a>(history: &'a History<'_>) -> Vec<(&'a Entry, Option<&'a Mark>)> {
    let open = history.entries.iter().filter(|past| !past.change.is_over());
    open.map(|past| (&past.change.entry, past.change.last.as_ref())).collect()
}

fn file_of(lines: &[&[u8]]) -> Vec<u8> {
    lines.iter().flat_map(|line| [line, &b"\n"[..]].concat()).collect()
}

/// Rewriting the readable lines, as when a journal is set aside, gives an undamaged file
/// with the same contents.
fn rewritten(history: &History<'_>) {
    let file = file_of(&history.intact);
    let new = History::read(&file);
    assert!(!new.is_broken);
    assert_eq!(new.intact, history.intact);
    assert_eq!(entries(&new), entries(history));
}

/// A line of garbage costs no other line, wherever it is.
fn damaged(history: &History<'_>) {
    let middle = history.intact.len() / 2;
    for at in [0, middle, history.intact.len()] {
        let mut lines = history.intact.clone();
        lines.insert(at, b"{\"v\":1,\"kind\":\"entry\"}\xff");
        let file = file_of(&lines);
        let new = History::read(&file);
        assert!(new.is_broken, "damage is reported");
        assert_eq!(new.intact, history.intact);
        assert_eq!(entries(&new), entries(history));
    }
}

/// A line appended to a truncated file can be read, and the earlier lines stay.
fn appended(file: &[u8], history: &History<'_>) {
    let Some(cut) = line::cut_before() else { panic!("it can be written") };
    let foreign = br#"{"v":2,"kind":"later"}"#;
    let new = [file, b"\n", cut.as_bytes(), b"\n", foreign, b"\n"].concat();
    let new = History::read(&new);
    assert_eq!(new.is_broken, history.is_broken, "a truncated line is not damage");
    let Some((last, before)) = new.intact.split_last() else { panic!("it was written") };
    assert_eq!((*last, before), (&foreign[..], history.intact.as_slice()));
}

fn compacted(history: &History<'_>, limits: (usize, usize), retention: &Retention) {
    let now = Timestamp::MAX;
    let Some(lines) = history.compacted_to(limits, now, retention) else { return };
    let file: Vec<u8> = lines.iter().flat_map(|line| [line, &b"\n"[..]].concat()).collect();
    let new = History::read(&file);
    assert!(!new.is_broken);
    assert_eq!(open(&new), open(history), "open entries stay");
    assert!(new.over(now).len() <= limits.0, "not too many are kept");
    let of_over = |at: usize| {
        history.entries.iter().any(|past| past.change.is_over() && past.lines.contains(&at))
    };
    let mut left = lines.iter();
    for (_, line) in history.intact.iter().enumerate().filter(|(at, _)| !of_over(*at)) {
        assert!(left.any(|l| **l == **line), "only lines of finished entries change, in order");
    }
    // What is left of a finished entry says the same about it.
    let about = |past: &Past| {
        let change = &past.change;
        let (id, last, made) = (&change.entry.id, &change.last, &change.made);
        format!("{id} {:?} {last:?} {made:?} {:?}", change.entry.asked, change.place)
    };
    let all: Vec<_> = history.entries.iter().map(about).collect();
    assert!(new.entries.iter().all(|past| all.contains(&about(past))));
    let again = new.compacted_to(limits, now, &Retention::forever());
    assert!(again.is_none_or(|again| again == lines), "the next start has nothing to do");
}

/// An entry and its mark read back as they were written.
fn reads_back(past: &Past) {
    let Some(text) = line::entry(&past.change.entry, past.change.process) else {
        panic!("it can be written")
    };
    let Line::Entry(entry, process) = Line::read(text.as_bytes()) else {
        panic!("what was written can be read")
    };
    assert_eq!((*entry, process), (past.change.entry.clone(), past.change.process));
    let Some(mark) = &past.change.last else { return };
    let text = line::mark(&past.change.entry.id, mark, past.change.marked).unwrap_or_default();
    let Line::Mark(id, read, at) = Line::read(text.as_bytes()) else { panic!("so can a mark") };
    assert_eq!((&id, &read), (&past.change.entry.id, mark));
    let second = |at: Option<Timestamp>| at.map(Timestamp::as_second);
    assert_eq!(second(at), second(past.change.marked));
}
