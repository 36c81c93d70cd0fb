//! Precomputed data for the access review, built once per list of tokens.

use std::{cmp::Reverse, sync::Arc};

use jiff::Timestamp;

use crate::domain::{
    ApiToken, Scope,
    filter::Filter,
    review::{
        FindingKind, Inventory, Item, Question, Severity,
        accepted::{Acceptance, Accepted},
        reach::Reach,
        survey,
    },
};

/// The findings of one kind.
#[derive(Debug)]
pub struct Group {
    /// The kind.
    pub kind: &'static FindingKind,
    /// Positions in [`Index::items`] of the findings that match the filter, open ones first.
    pub items: Vec<usize>,
    /// How many of these are open, that is, not accepted.
    pub open: usize,
}

/// Reach, findings and counts of all tokens.
#[derive(Debug, Default)]
pub struct Index {
    /// The list that the index was built from; token positions refer to it.
    pub tokens: Arc<Vec<ApiToken>>,
    /// Which tokens reach which datasets, views and capabilities.
    pub reach: Reach,
    /// All findings.
    pub items: Vec<Item>,
    /// The acceptance of each item, if it was accepted.
    pub accepted: Vec<Option<Acceptance>>,
    /// The findings that match the filter, by kind.
    pub groups: Vec<Group>,
    /// For each item of the tab, how many tokens answer the question.
    pub counts: Vec<usize>,
    /// Each token's findings, as positions in `items`, the most severe first.
    pub by_token: Vec<Vec<usize>>,
    /// Open findings by severity.
    open: [usize; 3],
    accepted_count: usize,
}

impl Index {
    /// Builds the index. `now` decides which tokens have expired.
    pub fn new(tokens: Arc<Vec<ApiToken>>, inventory: Inventory<'_>, now: Timestamp) -> Self {
        let items = survey(&tokens, inventory, now);
        let mut by_token = vec![Vec::new(); tokens.len()];
        for (at, item) in items.iter().enumerate() {
            by_token[item.token].push(at);
        }
        let reach = Reach::new(&tokens, inventory, now);
        Self { tokens, reach, items, by_token, ..Self::default() }
    }

    /// Applies the acceptances of an organisation.
    pub fn accept(&mut self, all: &[Acceptance], org: &str) {
        let accepted = Accepted::of(all, org);
        self.accepted =
            self.items.iter().map(|item| accepted.of_item(item, &self.tokens).cloned()).collect();
        self.accepted_count = self.accepted.iter().flatten().count();
        self.open = [0; 3];
        for (item, _) in self.items.iter().zip(&self.accepted).filter(|(_, a)| a.is_none()) {
            self.open[item.finding.severity as usize] += 1;
        }
    }

    /// Whether a finding is open, that is, not accepted.
    #[must_use]
    pub fn is_open(&self, item: usize) -> bool {
        self.accepted.get(item).is_none_or(Option::is_none)
    }

    /// How many open findings have this severity.
    #[must_use]
    pub const fn open(&self, severity: Severity) -> usize {
        self.open[severity as usize]
    }

    /// How many findings are accepted.
    #[must_use]
    pub const fn accepted_count(&self) -> usize {
        self.accepted_count
    }

    /// The highest severity among a token's open findings, and how many it has.
    #[must_use]
    pub fn worst(&self, token: usize) -> (Option<Severity>, usize) {
        let items = self.by_token.get(token).map_or(&[][..], Vec::as_slice);
        let mut open = items.iter().copied().filter(|at| self.is_open(*at));
        let first = open.next();
        let worst = first.and_then(|at| self.items.get(at)).map(|item| item.finding.severity);
        (worst, usize::from(first.is_some()) + open.count())
    }

    /// Recounts the tokens that answer the question for each item.
    pub fn count(&mut self, scope: Option<Scope>, question: Question) {
        self.counts = scope.map_or_else(Vec::new, |s| self.reach.counts(s, question, &self.tokens));
    }

    /// Groups the findings that match a filter. Groups without open findings come last.
    pub fn group(&mut self, filter: &str, question: Question, now: Timestamp) {
        let mut filter = Findings::parse(filter, now);
        let mut groups: Vec<Group> = Vec::new();
        for (at, item) in self.items.iter().enumerate() {
            let Some(kind) = FindingKind::of(item.finding.code) else { continue };
            let Some(token) = self.tokens.get(item.token) else { continue };
            let is_open = self.is_open(at);
            if !answers(token, question) || !filter.lets_through(kind, token, is_open, now) {
                continue;
            }
            if groups.last().is_none_or(|group| group.kind != kind) {
                groups.push(Group { kind, items: Vec::new(), open: 0 });
            }
            if let Some(group) = groups.last_mut() {
                group.items.push(at);
                group.open += usize::from(is_open);
            }
        }
        for group in &mut groups {
            group.items.sort_by_key(|at| Reverse(self.is_open(*at)));
        }
        groups.sort_by_key(|group| group.open == 0);
        self.groups = groups;
    }
}

/// Whether a token answers the question anywhere.
#[must_use]
pub fn answers(token: &ApiToken, question: Question) -> bool {
    question == Question::Anything
        || token.grants.rows().any(|(t, rights)| question.is_answered_by(t.scope(), rights))
}

/// A filter for findings. It has terms of its own besides those of the token list.
#[derive(Debug)]
struct Findings {
    severity: Option<Severity>,
    code: Option<String>,
    open: Option<bool>,
    words: String,
    tokens: Filter<'static>,
}

impl Findings {
    fn parse(text: &str, now: Timestamp) -> Self {
        let (mut severity, mut code, mut open) = (None, None, None);
        let mut rest = Vec::new();
        for part in text.split_whitespace() {
            match part.to_lowercase().split_once(':') {
                // An incomplete severity filters nothing.
                Some(("severity", value)) => severity = Severity::parse(value),
                Some(("finding", value)) => code = Some(value.to_owned()),
                None if part == "accepted" => open = Some(false),
                None if part == "open" => open = Some(true),
                _ => rest.push(part),
            }
        }
        let words = rest.join(" ");
        let tokens = Filter::parse(&words, now);
        Self { severity, code, open, words: words.to_lowercase(), tokens }
    }

    fn lets_through(
        &mut self,
        kind: &FindingKind,
        token: &ApiToken,
        is_open: bool,
        now: Timestamp,
    ) -> bool {
        self.severity.is_none_or(|severity| kind.severity == severity)
            && self.code.as_ref().is_none_or(|code| kind.code.contains(code.as_str()))
            && self.open.is_none_or(|open| open == is_open)
            && (kind.title.contains(&self.words)
                || kind.code.contains(&self.words)
                || self.tokens.score(token, now).is_some())
    }
}
