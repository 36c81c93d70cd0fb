//! The pairs of old and new tokens, what is due, and the rotation in progress.

use std::collections::{HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};

use super::Shared;
use crate::{
    app::remote::Load,
    domain::{
        SafeText, TokenId,
        rotation::{Plan, Rule},
        session::{ConnectionId, Session},
    },
    journal::{Contents, EntryId, Rotation},
    ops::rotation::{
        Report, Work,
        overview::{Facts, Row, overview},
    },
};

/// How often to look which tokens have become due.
const RECOUNT_AFTER: SignedDuration = SignedDuration::from_secs(60);

/// What the plan, the journal and the list say about rotations.
#[derive(Debug, Default)]
pub struct Rotations {
    /// The user's plan, `None` without a file, or why it cannot be used. `None` until it is read.
    pub plan: Option<Result<Option<Plan>, String>>,
    /// Why the journal could not be read.
    pub unread: Option<String>,
    /// The journal, and the pairs of this session that are not in it.
    pub contents: Contents,
    /// The entries of the pairs that were made in this session.
    pub(super) own: HashSet<EntryId>,
    /// What is due, rotating, proven or stuck here; what needs attention first.
    pub rows: Vec<Row>,
    /// The row of each half of a pair, and whether it is the old one.
    halves: HashMap<TokenId, (usize, bool)>,
    at: Timestamp,
    /// The rotation in progress.
    pub run: Option<Rotating>,
    /// What happened in the last rotation.
    pub reports: Vec<Report>,
}

/// A rotation in progress.
#[derive(Debug)]
pub struct Rotating {
    /// Its ticket, and when it began.
    pub load: Load,
    /// What it does.
    pub work: Work,
    /// The token's name.
    pub name: SafeText,
    /// What it did last.
    pub words: String,
    /// The session it runs in.
    pub session: Session,
    /// The name of that session's organisation or deployment.
    pub place: String,
    /// A connection that nothing but this rotation uses any more.
    pub unused: Option<ConnectionId>,
}

impl Rotating {
    /// Whether it is about this token.
    #[must_use]
    pub fn has(&self, id: &TokenId) -> bool {
        match &self.work {
            Work::Due => true,
            Work::Rotate(ids) => ids.contains(id),
            Work::Prove(only) => only == id,
        }
    }

    /// Whether it is about this row.
    #[must_use]
    pub fn is_of(&self, row: &Row) -> bool {
        row.olds.iter().chain(&row.new).any(|id| self.has(id))
    }

    /// A phrase such as "rotating ci-edge".
    #[must_use]
    pub fn describe(&self) -> String {
        let doing = if matches!(self.work, Work::Prove(_)) { "proving" } else { "rotating" };
        format!("{doing} {}", self.name)
    }
}

/// The old or the new token of a pair, while the old one works.
#[derive(Clone, Copy, Debug)]
pub struct Half<'a> {
    /// The pair.
    pub row: &'a Row,
    /// Whether it is the old one.
    pub is_old: bool,
    /// When the old one stops.
    pub ends: Timestamp,
}

impl<'a> Half<'a> {
    /// The other token, if its id is known.
    #[must_use]
    pub fn other(&self) -> Option<&'a TokenId> {
        if self.is_old { self.row.new.as_ref() } else { self.row.olds.last() }
    }
}

impl Rotations {
    /// Takes what the journal says. Pairs of this session stay if they are not in it.
    pub fn remember(&mut self, journal: Contents) {
        let of_session = std::mem::replace(&mut self.contents, journal);
        let changes = self.contents.changes.iter().map(|change| &change.entry.id);
        let pairs = self.contents.rotations.iter().filter_map(|pair| pair.entry.as_ref());
        let known: HashSet<_> = changes.chain(pairs).cloned().collect();
        let own = &self.own;
        let is_new = |pair: &Rotation| {
            let entry = pair.entry.as_ref();
            entry.is_some_and(|id| own.contains(id) && !known.contains(id))
        };
        let further = of_session.rotations.into_iter().filter(is_new);
        self.contents.rotations.extend(further);
    }

    /// Whether the rows are so old that further tokens may have become due.
    #[must_use]
    pub fn are_old(&self, now: Timestamp) -> bool {
        self.at.duration_until(now).abs() >= RECOUNT_AFTER
    }
}

impl Shared {
    /// The rules for this deployment and organisation. The demo has none: the programs of the
    /// plan would store its secrets over real ones.
    #[must_use]
    pub fn rotation_rules(&self) -> Plan {
        let session = &self.session;
        match &self.rotations.plan {
            Some(Ok(Some(plan))) if !session.demo => {
                plan.of(session.deployment.raw(), session.org.as_ref().map(SafeText::raw))
            }
            _ => Plan::default(),
        }
    }

    /// Recomputes which tokens are due, and which belong together.
    pub(super) fn update_rotations(&mut self) {
        let (now, plan) = (self.server_now(), self.rotation_rules());
        let facts = Facts {
            plan: &plan,
            tokens: self.data.listed_tokens(),
            contents: &self.rotations.contents,
            url: &self.session.url,
            org: self.session.org.as_ref().map(SafeText::raw),
            now,
        };
        // Without a list, it is unknown which tokens exist.
        let is_listed = self.data.tokens.value().is_some();
        let rows = if is_listed { overview(facts) } else { Vec::new() };
        let mut halves = HashMap::new();
        for (at, row) in rows.iter().enumerate() {
            let is_made = row.recorded.as_ref().is_none_or(|recorded| recorded.stage.is_some());
            if !is_made || row.recorded.is_none() && row.new.is_none() {
                continue;
            }
            halves.extend(row.olds.iter().map(|old| (old.clone(), (at, true))));
            if let Some(new) = &row.new {
                // A token that was replaced in its turn is shown as old.
                halves.entry(new.clone()).or_insert((at, false));
            }
        }
        (self.rotations.rows, self.rotations.halves, self.rotations.at) = (rows, halves, now);
    }

    /// The pair that this token belongs to, while the old token works.
    #[must_use]
    pub fn half(&self, id: &TokenId) -> Option<Half<'_>> {
        let (at, is_old) = *self.rotations.halves.get(id)?;
        let row = self.rotations.rows.get(at)?;
        let ends = row.old_ends.filter(|ends| *ends > self.server_now())?;
        Some(Half { row, is_old, ends })
    }

    /// The pair in which this token was replaced, while it works.
    #[must_use]
    pub fn old_half(&self, id: &TokenId) -> Option<Half<'_>> {
        self.half(id).filter(|half| half.is_old)
    }

    /// The tokens that were replaced and still work.
    #[must_use]
    pub fn old_halves(&self) -> HashSet<&TokenId> {
        let old = self.rotations.halves.keys();
        old.filter(|id| self.old_half(id).is_some()).collect()
    }

    /// The row of this token, and its rule.
    #[must_use]
    pub fn rotation_row(&self, id: &TokenId) -> Option<(&Row, Option<&Rule>)> {
        let row = self.rotations.rows.iter().find(|row| row.old() == Some(id))?;
        Some((row, row.rule.as_ref()))
    }
}
