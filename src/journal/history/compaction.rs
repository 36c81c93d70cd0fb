//! Which lines the journal keeps. Finished entries are dropped when they are too old or too
//! many; unfinished ones, and regenerations whose old token works, never are.
//!
//! A computer's clock can be wrong when an entry is written, when the journal is opened, or
//! both. So an entry's age does not depend on its own time alone, and not on the present time
//! alone: see [`History::credible`].

use std::{borrow::Cow, collections::BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::{History, Past};
use crate::{
    domain::Retention,
    journal::{known::Before, line},
};

/// How many finished entries the journal keeps. With more, it drops the oldest tenth too, so
/// that the file is not rewritten again for the next one.
pub(super) const MOST: usize = 10_000;
/// The file is rewritten once finished entries have this many bytes that they do not need.
const SPARE: usize = 256 * 1024;
/// No entry is older than axtok. A clock without a battery begins in 1970.
const FIRST: Timestamp = Timestamp::constant(1_735_689_600, 0);
const DAY: i64 = 86_400;

/// What a line of a finished entry may become.
enum Fate {
    Dropped,
    /// Loses the tokens that existed before the change.
    Shortened,
}

impl<'a> History<'a> {
    /// The lines to keep when the file is rewritten; `None` if it need not be.
    pub fn compacted(&self, now: Timestamp, retention: &Retention) -> Option<Vec<Cow<'a, [u8]>>> {
        self.compacted_to((MOST, SPARE), now, retention)
    }

    pub(super) fn compacted_to(
        &self,
        (most, spare): (usize, usize),
        now: Timestamp,
        retention: &Retention,
    ) -> Option<Vec<Cow<'a, [u8]>>> {
        let (times, latest) = self.credible(now);
        let mut over = self.over(latest.unwrap_or(now));
        over.sort_unstable_by_key(|past| past.lines.last().copied());
        let surplus = if over.len() > most { over.len() - (most - most / 10) } else { 0 };
        // Whole days, so that age is a reason to rewrite the file only once a day.
        let cutoff = latest.and_then(|latest| retention.cutoff(latest)).map(start_of_day);
        let is_old = |past: &Past| {
            let time = past.lines.last().and_then(|at| times.get(*at).copied().flatten());
            time.zip(cutoff).is_some_and(|(time, cutoff)| time < cutoff)
        };
        let (gone, kept): (Vec<_>, Vec<_>) =
            over.into_iter().enumerate().partition(|(i, past)| *i < surplus || is_old(past));
        let is_spare: usize = kept.iter().map(|(_, past)| spare_bytes(past)).sum();
        if gone.is_empty() && is_spare <= spare {
            return None;
        }
        let lines = |all: Vec<(usize, &Past)>| -> BTreeSet<usize> {
            all.iter().flat_map(|(_, past)| past.lines.iter().copied()).collect()
        };
        let (gone, kept) = (lines(gone), lines(kept));
        let fate = |at: &usize| {
            let is_kept = kept.contains(at).then_some(Fate::Shortened);
            gone.contains(at).then_some(Fate::Dropped).or(is_kept)
        };
        let lines = self.intact.iter().enumerate().filter_map(|(at, line)| match fate(&at) {
            None => Some(Cow::Borrowed(*line)),
            Some(Fate::Dropped) => None,
            Some(Fate::Shortened) => {
                Some(line::without_known(line).map_or(Cow::Borrowed(*line), Cow::Owned))
            }
        });
        Some(lines.collect())
    }

    /// The entries that may be dropped.
    pub(super) fn over(&self, now: Timestamp) -> Vec<&Past> {
        let deleted = self.deleted();
        let lasts = |past: &Past| past.change.pair(&deleted).is_some_and(|pair| pair.lasts(now));
        let is_over = |past: &Past| past.change.is_over() && !past.is_foreign;
        self.entries.iter().filter(|past| is_over(past) && !lasts(past)).collect()
    }

    /// For each line the latest credible time up to it, and the latest of all.
    ///
    /// Lines are appended, so a line is at least as young as those before it, whatever its own
    /// time says. A time after `now`, or before axtok existed, is not credible. Age counts back
    /// from the latest credible time instead of `now`: with a clock that is years ahead, all
    /// entries would seem too old.
    fn credible(&self, now: Timestamp) -> (Vec<Option<Timestamp>>, Option<Timestamp>) {
        let mut latest = None;
        let times = self.times.iter().map(|time| {
            latest = latest.max(time.filter(|time| (FIRST..=now).contains(time)));
            latest
        });
        (times.collect(), latest)
    }
}

fn start_of_day(at: Timestamp) -> Timestamp {
    let since = SignedDuration::from_secs(at.as_second().rem_euclid(DAY));
    at.checked_sub(since).unwrap_or(Timestamp::MIN)
}

/// About how many bytes a finished entry does not need.
fn spare_bytes(past: &Past) -> usize {
    let known = &past.change.entry.known;
    let named: usize = known.named.iter().map(|id| id.raw().len() + 3).sum();
    named + if let Before::All(all) = &known.before { all.len() * 8 } else { 0 }
}
