//! Reads a whole journal: its entries with their last marks, which lines must be kept,
//! and whether any are damaged.

#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::Timestamp;

use super::{
    entry::{Asked, Entry, EntryId, Mark, Open, Rotation},
    line::Line,
    process::Process,
};
use crate::domain::TokenId;

/// Once finished entries have more lines than this, the file is rewritten.
const TOO_MANY_LINES: usize = 1_000;
/// How many finished entries stay in the file, for people who read it.
const KEPT: usize = 200;

/// An entry with its marks and the positions of its lines.
#[derive(Debug)]
struct Past {
    entry: Entry,
    process: Process,
    last: Option<Mark>,
    /// The server made the change, whatever later marks say.
    is_done: bool,
    /// The token that it created, if the response said so.
    made: Option<TokenId>,
    /// A command has reported it.
    is_told: bool,
    lines: Vec<usize>,
}

impl Past {
    fn is_over(&self) -> bool {
        self.last.as_ref().is_some_and(|mark| mark.ends(&self.entry.asked))
    }

    fn take(&mut self, mark: Mark) {
        if let Mark::Unreadable { id } | Mark::Done { id } | Mark::Delivered { id } = &mark {
            self.is_done = true;
            self.made = id.clone().or(self.made.take());
        }
        self.last = Some(mark);
    }

    /// The old and new token, if this is a completed regeneration and neither token was
    /// deleted.
    fn pair(&self, deleted: &HashSet<&TokenId>) -> Option<Rotation> {
        let Asked::Regenerate { old, old_ends, .. } = &self.entry.asked else { return None };
        let new = self.made.clone();
        let is_gone = deleted.contains(old) || new.as_ref().is_some_and(|n| deleted.contains(n));
        (self.is_done && !is_gone).then(|| Rotation {
            location: self.entry.location.clone(),
            at: self.entry.at,
            old: old.clone(),
            new,
            old_ends: *old_ends,
        })
    }

    /// The token that it deleted, if any.
    fn deleted(&self) -> Option<&TokenId> {
        match (&self.entry.asked, &self.last) {
            (Asked::Delete { id, .. }, Some(Mark::Done { .. })) => Some(id),
            _ => None,
        }
    }
}

/// The contents of a journal.
#[derive(Debug)]
pub struct History<'a> {
    /// Every readable line, including those of newer versions.
    intact: Vec<&'a [u8]>,
    entries: Vec<Past>,
    /// A line cannot be read, and not because its writer was killed.
    pub is_broken: bool,
}

impl<'a> History<'a> {
    pub fn read(file: &'a [u8]) -> Self {
        let mut history = Self { intact: Vec::new(), entries: Vec::new(), is_broken: false };
        let mut by_id: HashMap<EntryId, usize> = HashMap::new();
        let mut was_cut = false;
        for text in file.split(|b| *b == b'\n').filter(|text| !text.trim_ascii().is_empty()) {
            let line = Line::read(text);
            // A truncated line is the last one, or the next line says that it was.
            history.is_broken |= was_cut && !matches!(line, Line::CutBefore);
            was_cut = false;
            let at = history.intact.len();
            match line {
                Line::Entry(entry, process) => {
                    let next = history.entries.len();
                    let i = *by_id.entry(entry.id.clone()).or_insert(next);
                    // Duplicated only if a failed write could not be undone.
                    if let Some(past) = history.entries.get_mut(i) {
                        past.lines.push(at);
                    } else {
                        let lines = vec![at];
                        history.entries.push(Past {
                            entry: *entry,
                            process,
                            last: None,
                            is_done: false,
                            made: None,
                            is_told: false,
                            lines,
                        });
                    }
                }
                Line::Mark(id, mark) => {
                    let past = by_id.get(&id).and_then(|i| history.entries.get_mut(*i));
                    // Marks of unknown entries are kept too: the entry may be one that
                    // only a newer version can read.
                    if let Some(past) = past {
                        past.take(mark);
                        past.lines.push(at);
                    }
                }
                Line::PresentMembers(id) => {
                    let past = by_id.get(&id).and_then(|i| history.entries.get_mut(*i));
                    if let Some(past) = past {
                        past.is_told = true;
                        past.lines.push(at);
                    }
                }
                Line::Foreign => {}
                Line::CutBefore => continue,
                Line::Cut => {
                    was_cut = true;
                    continue;
                }
                Line::Broken => {
                    history.is_broken = true;
                    continue;
                }
            }
            history.intact.push(text);
        }
        history
    }

    /// The unfinished entries, without those of other running processes.
    pub fn open(&self, us: Process) -> Vec<Open> {
        let open = self.entries.iter().filter(|past| !past.is_over());
        open.filter(|past| !past.process.is_living_other(us))
            .map(|past| Open { entry: past.entry.clone(), last: past.last.clone() })
            .collect()
    }

    /// The entries that a command has reported.
    pub fn reported(&self) -> HashSet<EntryId> {
        let reported = self.entries.iter().filter(|past| past.is_told);
        reported.map(|past| past.entry.id.clone()).collect()
    }

    /// The completed regenerations of which neither token was deleted, latest last.
    pub fn rotations(&self) -> Vec<Rotation> {
        let deleted = self.deleted();
        let there = self.entries.iter().filter_map(|past| past.pair(&deleted));
        there.collect()
    }

    fn deleted(&self) -> HashSet<&TokenId> {
        self.entries.iter().filter_map(Past::deleted).collect()
    }

    /// Every readable line.
    pub fn intact(&self) -> &[&'a [u8]] {
        &self.intact
    }

    /// The lines to keep when the file is compacted; `None` if it is still short. A
    /// regeneration is kept while its old token works.
    pub fn compacted(&self, now: Timestamp) -> Option<Vec<&'a [u8]>> {
        self.compacted_to(TOO_MANY_LINES, KEPT, now)
    }

    fn compacted_to(&self, too_many: usize, kept: usize, now: Timestamp) -> Option<Vec<&'a [u8]>> {
        let deleted = self.deleted();
        let lasts = |past: &Past| past.pair(&deleted).is_some_and(|pair| pair.old_ends > now);
        let over = self.entries.iter().filter(|past| past.is_over() && !lasts(past));
        let mut over: Vec<&Past> = over.collect();
        if over.iter().map(|past| past.lines.len()).sum::<usize>() <= too_many {
            return None;
        }
        over.sort_unstable_by_key(|past| past.lines.last().copied());
        let gone = over.len().saturating_sub(kept);
        let gone: BTreeSet<usize> =
            over[..gone].iter().flat_map(|past| past.lines.iter().copied()).collect();
        let lines = self.intact.iter().enumerate();
        Some(lines.filter(|(at, _)| !gone.contains(at)).map(|(_, line)| *line).collect())
    }
}
