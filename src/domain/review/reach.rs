//! The inverse of the permission matrix: for each dataset, view or capability of the
//! organisation, which tokens can do what with it.
//!
//! The index is built once for a list of tokens; a look-up then costs only as much as it
//! finds.

mod names;

use std::collections::HashMap;

use jiff::Timestamp;

use super::{Inventory, Question};
use crate::domain::{
    capability::{Scope, Verbs},
    grants::{Resources, WILDCARD},
    rights::Rights,
    safe_text::SafeText,
    token::{self, ApiToken},
};

/// A token with access to a thing, and the rights that give it access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grantee {
    /// The token's position among the indexed tokens.
    pub token: usize,
    /// Rights of the token's row for this thing; for the organisation, its rights there.
    pub own: Rights,
    /// Rights of the token's row `*`.
    pub everywhere: Rights,
    /// Updating or deleting the thing itself, through a right for the organisation.
    pub whole: Verbs,
    /// The token can grant itself any right.
    pub mints: bool,
    /// The token has expired, so its rights have no effect.
    pub expired: bool,
}

/// A dataset or view, and the tokens with a row for it.
#[derive(Clone, Debug)]
struct ReachRow {
    name: SafeText,
    /// Whether the server lists it.
    listed: bool,
    own: Vec<usize>,
}

/// Datasets or views; the first row is `*`.
#[derive(Clone, Debug, Default)]
struct Side {
    rows: Vec<ReachRow>,
    /// Tokens that may update or delete the datasets or views themselves.
    whole: Vec<usize>,
}

/// The index of who can reach what.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    /// Datasets and views.
    sides: [Side; 2],
    /// For each capability of the organisation, the tokens that have it.
    org: Vec<Vec<usize>>,
    minters: Vec<usize>,
    expired: Vec<bool>,
    /// Each token's position when sorted by name.
    rank: Vec<usize>,
}

impl Reach {
    /// Indexes the tokens, and the datasets and views that exist.
    #[must_use]
    pub fn new(tokens: &[ApiToken], inventory: Inventory<'_>, now: Timestamp) -> Self {
        let datasets = inventory.datasets.map(|all| all.iter().map(|d| &d.name).collect());
        let views = inventory.views.map(|all| all.iter().map(|v| &v.name).collect());
        let with = |wire: &str, verbs: Verbs| {
            let capability = Scope::Org.capability(wire);
            let has = |t: &ApiToken| {
                capability.is_some_and(|c| !common(t.grants.org.verbs(c), verbs).is_empty())
            };
            tokens.iter().enumerate().filter(|(_, t)| has(t)).map(|(i, _)| i).collect()
        };
        let whole = Verbs::U.union(Verbs::D);
        let mut datasets = Side::new(tokens.iter().map(|t| &t.grants.datasets), datasets);
        datasets.whole = with("datasets", whole);
        let mut views = Side::new(tokens.iter().map(|t| &t.grants.views), views);
        views.whole = with("views", whole);
        let mints = |t: &&ApiToken| Question::Mint.is_answered_by(Scope::Org, &t.grants.org);
        let mut by_name: Vec<usize> = (0..tokens.len()).collect();
        token::sort(&mut by_name, tokens, &|_| 0);
        let mut rank = vec![0; tokens.len()];
        for (place, token) in by_name.into_iter().enumerate() {
            rank[token] = place;
        }
        Self {
            sides: [datasets, views],
            org: Scope::Org.capabilities().iter().map(|c| with(c.wire, Verbs::ALL)).collect(),
            minters: (0..tokens.len()).filter(|i| mints(&&tokens[*i])).collect(),
            expired: tokens.iter().map(|t| t.expiry.is_past(now)).collect(),
            rank,
        }
    }

    /// The number of things in a scope; `*` counts as one.
    #[must_use]
    pub fn len(&self, scope: Scope) -> usize {
        self.side(scope).map_or(self.org.len(), |side| side.rows.len())
    }

    /// Whether no tokens are indexed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rank.is_empty()
    }

    /// A thing's shown name; for the organisation, the capability's label.
    #[must_use]
    pub fn name(&self, scope: Scope, thing: usize) -> &str {
        match self.side(scope) {
            Some(side) => side.rows.get(thing).map_or("", |row| row.name.shown()),
            None => scope.capabilities().get(thing).map_or("", |c| c.label),
        }
    }

    /// Whether the server lists the thing. Always true for `*` and for capabilities.
    #[must_use]
    pub fn is_listed(&self, scope: Scope, thing: usize) -> bool {
        self.side(scope).and_then(|side| side.rows.get(thing)).is_none_or(|row| row.listed)
    }

    /// For each thing of a scope, how many tokens answer the question. Expired tokens are
    /// not counted.
    #[must_use]
    pub fn counts(&self, scope: Scope, question: Question, tokens: &[ApiToken]) -> Vec<usize> {
        let lives = |i: &&usize| self.expired.get(**i) == Some(&false);
        if let (Question::Mint, Some(side)) = (question, self.side(scope)) {
            let all = self.minters.iter().filter(lives).count();
            return vec![all; side.rows.len()];
        }
        let Some(side) = self.side(scope) else {
            let holds = |thing: usize, i: usize| self.grantee(scope, thing, i, tokens, question);
            let count = |(thing, all): (usize, &Vec<usize>)| {
                all.iter().filter(lives).filter(|i| holds(thing, **i).is_some()).count()
            };
            return self.org.iter().enumerate().map(count).collect();
        };
        // Tokens that answer it for every thing are counted once, not for each thing.
        let mut for_all = vec![false; tokens.len()];
        for i in side.everywhere().iter().filter(lives) {
            let rights = tokens.get(*i).and_then(|t| rows(t, scope).wildcard());
            for_all[*i] = rights.is_some_and(|r| question.is_answered_by(scope, r));
        }
        for i in side.whole.iter().filter(lives) {
            let verbs = tokens.get(*i).map_or(Verbs::NONE, |t| whole(t, scope));
            for_all[*i] |= question.is_answered(wire_of(scope), verbs);
        }
        let all = for_all.iter().filter(|f| **f).count();
        let count = |row: &ReachRow| {
            let by_row = |i: &&usize| {
                let rights = tokens.get(**i).and_then(|t| rows(t, scope).get(row.name.raw()));
                rights.is_some_and(|r| question.is_answered_by(scope, r))
            };
            let more = |i: &&usize| for_all.get(**i) == Some(&false);
            all + row.own.iter().filter(lives).filter(more).filter(by_row).count()
        };
        side.rows.iter().map(count).collect()
    }

    /// The tokens that answer the question for a thing: valid ones first, then by name.
    #[must_use]
    pub fn grantees(
        &self,
        scope: Scope,
        thing: usize,
        question: Question,
        tokens: &[ApiToken],
    ) -> Vec<Grantee> {
        let mut who: Vec<usize> = match self.side(scope) {
            Some(_) if question == Question::Mint => self.minters.clone(),
            Some(side) => {
                let own = side.rows.get(thing).map_or(&[][..], |row| &row.own);
                [own, side.everywhere(), &side.whole].concat()
            }
            None => self.org.get(thing).cloned().unwrap_or_default(),
        };
        who.sort_unstable();
        who.dedup();
        let mut grantees: Vec<Grantee> = who
            .into_iter()
            .filter_map(|i| self.grantee(scope, thing, i, tokens, question))
            .collect();
        grantees.sort_unstable_by_key(|h| (h.expired, self.rank.get(h.token).copied()));
        grantees
    }

    fn grantee(
        &self,
        scope: Scope,
        thing: usize,
        token: usize,
        tokens: &[ApiToken],
        question: Question,
    ) -> Option<Grantee> {
        let t = tokens.get(token)?;
        let mut grantee = Grantee {
            token,
            own: Rights::default(),
            everywhere: Rights::default(),
            whole: Verbs::NONE,
            mints: Question::Mint.is_answered_by(Scope::Org, &t.grants.org),
            expired: self.expired.get(token).copied().unwrap_or(false),
        };
        let Some(side) = self.side(scope) else {
            let capability = scope.capabilities().get(thing)?;
            let verbs = t.grants.org.verbs(capability);
            grantee.own.set(capability, verbs).ok()?;
            return question.is_answered_by(scope, &grantee.own).then_some(grantee);
        };
        let row = side.rows.get(thing)?;
        grantee.own = rows(t, scope).get(row.name.raw()).cloned().unwrap_or_default();
        if row.name.raw() != WILDCARD {
            grantee.everywhere = rows(t, scope).wildcard().cloned().unwrap_or_default();
        }
        grantee.whole = whole(t, scope);
        let answers = match question {
            Question::Mint => grantee.mints,
            _ => {
                question.is_answered_by(scope, &grantee.own)
                    || question.is_answered_by(scope, &grantee.everywhere)
                    || question.is_answered(wire_of(scope), grantee.whole)
            }
        };
        answers.then_some(grantee)
    }

    const fn side(&self, scope: Scope) -> Option<&Side> {
        match scope {
            Scope::Dataset => Some(&self.sides[0]),
            Scope::View => Some(&self.sides[1]),
            Scope::Org => None,
        }
    }
}

impl Side {
    fn new<'a>(
        tokens: impl Iterator<Item = &'a Resources>,
        listed: Option<Vec<&SafeText>>,
    ) -> Self {
        let known = listed.is_some();
        let mut rows = vec![ReachRow { name: WILDCARD.into(), listed: true, own: Vec::new() }];
        let mut at: HashMap<SafeText, usize> = HashMap::from([(WILDCARD.into(), 0)]);
        for name in listed.unwrap_or_default() {
            at.entry(name.clone()).or_insert_with(|| {
                rows.push(ReachRow { name: name.clone(), listed: true, own: Vec::new() });
                rows.len() - 1
            });
        }
        for (i, granted) in tokens.enumerate() {
            for (name, _) in granted.iter() {
                let row = *at.entry(name.clone()).or_insert_with(|| {
                    rows.push(ReachRow { name: name.clone(), listed: !known, own: Vec::new() });
                    rows.len() - 1
                });
                rows[row].own.push(i);
            }
        }
        rows[1..].sort_unstable_by(|a, b| a.name.cmp(&b.name));
        Self { rows, whole: Vec::new() }
    }

    /// Tokens with a row `*`.
    fn everywhere(&self) -> &[usize] {
        self.rows.first().map_or(&[], |row| &row.own)
    }
}

const fn rows(token: &ApiToken, scope: Scope) -> &Resources {
    match scope {
        Scope::View => &token.grants.views,
        _ => &token.grants.datasets,
    }
}

/// The organisation's capability for the datasets or views themselves.
const fn wire_of(scope: Scope) -> &'static str {
    match scope {
        Scope::View => "views",
        _ => "datasets",
    }
}

/// What a token may do to the datasets or views themselves. Create and read are left out,
/// since neither affects existing ones.
fn whole(token: &ApiToken, scope: Scope) -> Verbs {
    let verbs =
        Scope::Org.capability(wire_of(scope)).map_or(Verbs::NONE, |c| token.grants.org.verbs(c));
    common(verbs, Verbs::U.union(Verbs::D))
}

const fn common(a: Verbs, b: Verbs) -> Verbs {
    a.minus(a.minus(b))
}

/// Rights as words: `ingest:create, query:read*`. A `*` marks rights of the row `*`.
#[must_use]
pub fn describe_rights(scope: Scope, own: &Rights, everywhere: &Rights) -> String {
    let mut all = Vec::new();
    for c in scope.capabilities() {
        for verb in own.verbs(c).iter() {
            all.push(c.right(verb));
        }
        for verb in everywhere.verbs(c).minus(own.verbs(c)).iter() {
            all.push(format!("{}*", c.right(verb)));
        }
    }
    if !own.unknown().is_empty() || !everywhere.unknown().is_empty() {
        all.push("unknown rights".to_owned());
    }
    all.join(", ")
}

/// Rights as letters: `ingest c, query r*`. A `*` marks rights of the row `*`.
#[must_use]
pub fn letters(scope: Scope, own: &Rights, everywhere: &Rights) -> String {
    let mut all = Vec::new();
    for c in scope.capabilities() {
        let (mine, more) = (own.verbs(c), everywhere.verbs(c).minus(own.verbs(c)));
        let parts = [mine.letters(), format!("{}*", more.letters())];
        let wanted = [!mine.is_empty(), !more.is_empty()];
        let parts: Vec<_> = parts.into_iter().zip(wanted).filter(|(_, w)| *w).collect();
        if !parts.is_empty() {
            let parts: Vec<_> = parts.into_iter().map(|(p, _)| p).collect();
            all.push(format!("{} {}", c.wire, parts.join(" ")));
        }
    }
    if !own.unknown().is_empty() || !everywhere.unknown().is_empty() {
        all.push("unknown rights".to_owned());
    }
    all.join(", ")
}

#[cfg(test)]
mod tests;
