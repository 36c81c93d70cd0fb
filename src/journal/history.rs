//! Reads a whole journal: its entries with their last marks, which lines must be kept,
//! and whether any are damaged.

mod compaction;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use super::{
    entry::{Asked, Entry, EntryId, Mark, Open},
    line::Line,
    process::Process,
    rotation::{Rotation, Stage, Step},
};
use crate::domain::{Fingerprint, TokenId};

/// A requested change, and what its marks say about it.
#[derive(Clone, Debug)]
pub struct RecordedChange {
    /// The request.
    pub entry: Entry,
    /// The last mark about its progress.
    pub last: Option<Mark>,
    /// The token that it created, if the response said so.
    pub made: Option<TokenId>,
    /// Where the secret went, in words.
    pub place: Option<String>,
    /// How far a regeneration is; `None` before the server has made the change.
    pub stage: Option<Stage>,
    /// The step of a rotation that failed last and why, if none has succeeded since.
    pub stuck: Option<(Step, String)>,
    /// Recognises the secret when it is read back.
    pub print: Option<Fingerprint>,
    /// When the last mark was written, if it says so.
    pub marked: Option<Timestamp>,
    /// Whether a process was making it when the journal was read.
    pub is_running: bool,
    process: Process,
}

impl RecordedChange {
    /// A change with these marks, which no running process is making.
    #[must_use]
    pub fn replayed(entry: Entry, marks: impl IntoIterator<Item = Mark>) -> Self {
        let mut change = Self::new(entry, Process { pid: 0, started: None });
        marks.into_iter().for_each(|mark| change.take(mark, None));
        change
    }

    fn new(entry: Entry, process: Process) -> Self {
        let (last, made, place, stage, stuck, print, marked) = Default::default();
        let is_running = false;
        Self { entry, last, made, place, stage, stuck, print, marked, is_running, process }
    }

    /// Whether nothing is left to do about it.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.last.as_ref().is_some_and(|mark| mark.ends(&self.entry.asked))
    }

    /// Whether it is a rotation that a later run continues or finds stuck, although its secret was
    /// delivered.
    #[must_use]
    pub fn is_unfinished_rotation(&self) -> bool {
        self.entry.is_rotation
            && self.is_over()
            && !matches!(self.last, Some(Mark::Settled { .. }))
            && self.stage.is_some()
            && (self.stuck.is_some() || self.stage < Some(Stage::Proven))
    }

    /// Whether another process that still runs is making it.
    #[must_use]
    pub fn is_elsewhere(&self) -> bool {
        self.process.is_living_other(Process::this())
    }

    fn take(&mut self, mark: Mark, at: Option<Timestamp>) {
        self.marked = at;
        let stage = match &mark {
            Mark::Unreadable { id } | Mark::Done { id } => {
                self.made = id.clone().or(self.made.take());
                Some(Stage::Made)
            }
            Mark::Delivering { print } => {
                self.print = Some(*print);
                Some(Stage::Delivering)
            }
            Mark::Delivered { id, to } => {
                self.made = id.clone().or(self.made.take());
                self.place.clone_from(to);
                Some(Stage::Delivered)
            }
            Mark::Proven => Some(Stage::Proven),
            Mark::Probed => Some(Stage::Probed),
            Mark::Stuck { step, why } => {
                self.stuck = Some((*step, why.clone()));
                return;
            }
            Mark::NotSent | Mark::Rejected | Mark::Unknown | Mark::Settled { .. } => None,
        };
        // A later step can be made again.
        self.stage = self.stage.max(stage);
        (self.stuck, self.last) = (None, Some(mark));
    }

    /// The old and new token, if this is a completed regeneration and neither token was
    /// deleted.
    fn pair(&self, deleted: &HashSet<&TokenId>) -> Option<Rotation> {
        let Asked::Regenerate { old, old_ends, name, .. } = &self.entry.asked else { return None };
        let new = self.made.clone();
        let is_gone = deleted.contains(old) || new.as_ref().is_some_and(|n| deleted.contains(n));
        let stage = self.stage.filter(|_| !is_gone)?;
        Some(Rotation {
            entry: Some(self.entry.id.clone()),
            location: self.entry.location.clone(),
            at: self.entry.at,
            name: name.clone(),
            old: old.clone(),
            new,
            old_ends: *old_ends,
            is_planned: self.entry.is_rotation && !matches!(self.last, Some(Mark::Settled { .. })),
            stage,
            stuck: self.stuck.clone(),
            print: self.print,
            place: self.place.clone(),
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

/// A change with the positions of its lines.
#[derive(Debug)]
struct Past {
    change: RecordedChange,
    /// A command has reported it.
    is_told: bool,
    /// A newer version has marked it, so it may not be finished.
    is_foreign: bool,
    lines: Vec<usize>,
}

/// The contents of a journal.
#[derive(Debug, Default)]
pub struct History<'a> {
    /// Every readable line, including those of newer versions.
    intact: Vec<&'a [u8]>,
    entries: Vec<Past>,
    /// A line cannot be read, and not because its writer was killed.
    pub is_broken: bool,
    /// When each line of `intact` was written, if it says so.
    times: Vec<Option<Timestamp>>,
}

impl<'a> History<'a> {
    pub fn read(file: &'a [u8]) -> Self {
        let mut history = Self::default();
        let mut by_id: HashMap<EntryId, usize> = HashMap::new();
        let mut was_cut = false;
        for text in file.split(|b| *b == b'\n').filter(|text| !text.trim_ascii().is_empty()) {
            let line = Line::read(text);
            // A truncated line is the last one, or the next line says that it was.
            history.is_broken |= was_cut && !matches!(line, Line::CutBefore);
            was_cut = false;
            let at = history.intact.len();
            let mut time = None;
            match line {
                Line::Entry(entry, process) => {
                    time = Some(entry.at);
                    let next = history.entries.len();
                    let i = *by_id.entry(entry.id.clone()).or_insert(next);
                    // Duplicated only if a failed write could not be undone.
                    if let Some(past) = history.entries.get_mut(i) {
                        past.lines.push(at);
                    } else {
                        let change = RecordedChange::new(*entry, process);
                        history.entries.push(Past {
                            change,
                            is_told: false,
                            is_foreign: false,
                            lines: vec![at],
                        });
                    }
                }
                Line::Mark(id, mark, marked) => {
                    time = marked;
                    let past = by_id.get(&id).and_then(|i| history.entries.get_mut(*i));
                    // Marks of unknown entries are kept too: the entry may be one that
                    // only a newer version can read.
                    if let Some(past) = past {
                        past.change.take(mark, marked);
                        past.lines.push(at);
                    }
                }
                Line::Reported(id) => {
                    let past = by_id.get(&id).and_then(|i| history.entries.get_mut(*i));
                    if let Some(past) = past {
                        past.is_told = true;
                        past.lines.push(at);
                    }
                }
                Line::ForeignMark(id) => {
                    let past = by_id.get(&id).and_then(|i| history.entries.get_mut(*i));
                    if let Some(past) = past {
                        past.is_foreign = true;
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
            history.times.push(time);
        }
        history
    }

    /// The unfinished entries, without those of other running processes.
    pub fn open(&self, us: Process) -> Vec<Open> {
        let open = self.changes().filter(|change| !change.is_over());
        open.filter(|change| !change.process.is_living_other(us))
            .map(|change| Open { entry: change.entry.clone(), last: change.last.clone() })
            .collect()
    }

    /// The entries that a command has reported.
    pub fn reported(&self) -> HashSet<EntryId> {
        let reported = self.entries.iter().filter(|past| past.is_told);
        reported.map(|past| past.change.entry.id.clone()).collect()
    }

    /// The completed regenerations of which neither token was deleted, latest last.
    pub fn rotations(&self) -> Vec<Rotation> {
        let deleted = self.deleted();
        self.changes().filter_map(|change| change.pair(&deleted)).collect()
    }

    /// Every change, in the order of the requests.
    pub fn changes(&self) -> impl Iterator<Item = &RecordedChange> {
        self.entries.iter().map(|past| &past.change)
    }

    /// As [`Self::changes`], without copies, and with what other processes are making now.
    pub fn into_changes(self) -> Vec<RecordedChange> {
        let us = Process::this();
        let all = self.entries.into_iter().map(|Past { mut change, .. }| {
            // Without a mark, one of this process is in flight.
            let is_ours = change.process == us;
            let is_running = change.process.is_living_other(us) || is_ours && change.last.is_none();
            change.is_running = !change.is_over() && is_running;
            change
        });
        all.collect()
    }

    fn deleted(&self) -> HashSet<&TokenId> {
        self.changes().filter_map(RecordedChange::deleted).collect()
    }

    /// Every readable line.
    pub fn intact(&self) -> &[&'a [u8]] {
        &self.intact
    }
}
