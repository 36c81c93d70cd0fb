//! What is shown of the index: which things, and what stands beside them.
//!
//! From the rarest to the most frequent: `update_rows` when a list has come,
//! `again` when something else is asked, `at_cursor` when one moves.

use std::sync::Arc;

use super::{
    AccessReview, Tab,
    index::{Index, answers},
};
use crate::{
    app::{list::List, shared::Shared},
    domain::{
        SecretKind, TokenId,
        filter::{self, Filter},
        review::{Inventory, Question},
        token,
    },
};

impl AccessReview {
    /// Builds the index anew, and shows it.
    pub(super) fn update_rows(&mut self, shared: &Shared) {
        let kept = Kept::of(self);
        let tokens = shared.data.tokens.value().map(Arc::clone).unwrap_or_default();
        self.index = Index::new(tokens, inventory(shared), shared.server_now());
        self.index.accept(&shared.accepted, &org(shared));
        self.marks.retain(|id| shared.data.position(id).is_some());
        self.keep(kept, shared);
    }

    /// Takes over what is accepted now.
    pub(super) fn take_accepted(&mut self, shared: &Shared) {
        let kept = Kept::of(self);
        self.index.accept(&shared.accepted, &org(shared));
        self.keep(kept, shared);
    }

    /// Shows it with the cursors where they were.
    fn keep(&mut self, kept: Kept, shared: &Shared) {
        show(self, shared.server_now());
        kept.restore(self);
        beside(self);
        kept.restore_pane(self);
    }

    /// Something else is asked of the same tokens; the cursor stays on its thing.
    pub(super) fn again(&mut self, shared: &Shared) {
        let kept = Kept::of(self);
        show(self, shared.server_now());
        kept.restore(self);
        self.at_cursor();
    }

    /// The same with the cursor where it was.
    pub(super) fn afresh(&mut self, shared: &Shared) {
        show(self, shared.server_now());
        self.at_cursor();
    }

    /// The cursor is on another thing.
    pub(super) fn at_cursor(&mut self) {
        beside(self);
        self.pane = List::default();
    }
}

/// The organisation's id, or what stands for it: what is accepted holds there.
pub(super) fn org(shared: &Shared) -> String {
    shared.org_id().unwrap_or_else(|| shared.session.url.clone())
}

/// What the organisation has, as far as that is known: an API token is told of
/// the datasets that it reaches only.
pub(super) fn inventory(shared: &Shared) -> Inventory<'_> {
    let (data, all) = (&shared.data, shared.session.credential == SecretKind::Personal);
    Inventory {
        datasets: data.datasets.value().filter(|_| all).map(Vec::as_slice),
        views: data.views.value().filter(|_| all).map(Vec::as_slice),
    }
}

/// Which things the question and the filter let through.
fn show(state: &mut AccessReview, now: jiff::Timestamp) {
    let text = state.filter.text().to_owned();
    let question = state.question;
    state.index.count(state.tab.scope(), question);
    state.index.group(if state.tab == Tab::Findings { &text } else { "" }, question, now);
    let index = &state.index;
    state.shown = match (state.tab, state.tab.scope()) {
        (Tab::Tokens, _) => tokens_shown(&text, question, index, now),
        (_, Some(scope)) => {
            let names = (0..index.reach.len(scope)).map(|i| index.reach.name(scope, i));
            let mut shown = filter::matching(&text, names);
            // Asking for something hides what nobody can do it with.
            let counts = &index.counts;
            shown.retain(|i| {
                question == Question::Anything || counts.get(*i).is_some_and(|n| *n > 0)
            });
            shown
        }
        _ => (0..index.groups.len()).collect(),
    };
    let end = state.shown.len().saturating_sub(1);
    let list = &mut state.lists[state.tab as usize];
    list.cursor = list.cursor.min(end);
}

/// Findings of a token that are told apart when tokens are put in order.
const COUNTED: u64 = (1 << 24) - 1;

/// The best match first; without words the worst findings first, then by name.
fn tokens_shown(text: &str, question: Question, index: &Index, now: jiff::Timestamp) -> Vec<usize> {
    let (filter, tokens) = (Filter::parse(text, now), &index.tokens);
    let mut scores = vec![0; tokens.len()];
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate().filter(|(_, t)| answers(t, question)) {
        if let Some(score) = filter.score(token, now) {
            scores[at] = score;
            found.push(at);
        }
    }
    token::sort(&mut found, tokens, &|at| {
        // From the upper bits on: match, severity, count.
        let (worst, count) = index.worst(at);
        let severity = worst.map_or(0, |severity| 1 + severity as u64);
        let count = u64::try_from(count).unwrap_or(COUNTED).min(COUNTED);
        u64::MAX - (u64::from(scores[at]) << 32) - severity * (COUNTED + 1) - count
    });
    found
}

/// Who can do what with the thing under the cursor.
fn beside(state: &mut AccessReview) {
    state.grantees = match (state.tab.scope(), state.thing()) {
        (Some(scope), Some(thing)) => {
            state.index.reach.grantees(scope, thing, state.question, &state.index.tokens)
        }
        _ => Vec::new(),
    };
    let rows = state.pane_len();
    if state.in_pane && (rows == Some(0) || state.thing().is_none()) {
        state.in_pane = false;
    }
    if let Some(len) = rows {
        state.pane.cursor = state.pane.cursor.min(len.saturating_sub(1));
    }
}

/// Where the cursors were, by name: positions mean something else in a new list.
struct Kept {
    thing: Option<String>,
    token: Option<TokenId>,
    pane: List,
}

impl Kept {
    fn of(state: &AccessReview) -> Self {
        let thing = state.thing().and_then(|thing| name(state, thing));
        Self { thing, token: state.about().cloned(), pane: state.pane }
    }

    fn restore(&self, state: &mut AccessReview) {
        let at = state.shown.iter().position(|i| name(state, *i) == self.thing);
        if let (Some(at), Some(_)) = (at, &self.thing) {
            state.lists[state.tab as usize].cursor = at;
        }
    }

    fn restore_pane(self, state: &mut AccessReview) {
        state.pane = self.pane;
        let Some(len) = state.pane_len() else { return };
        let id = |at: usize| {
            let token = match state.tab {
                Tab::Findings => {
                    let item = *state.group()?.items.get(at)?;
                    state.index.items.get(item)?.token
                }
                _ => state.grantees.get(at)?.token,
            };
            Some(&state.index.tokens.get(token)?.id)
        };
        let at = (0..len).find(|at| self.token.is_some() && id(*at) == self.token.as_ref());
        state.pane.cursor = at.unwrap_or(state.pane.cursor).min(len.saturating_sub(1));
    }
}

fn name(state: &AccessReview, thing: usize) -> Option<String> {
    Some(match state.tab.scope() {
        Some(scope) => state.index.reach.name(scope, thing).to_owned(),
        None if state.tab == Tab::Tokens => state.index.tokens.get(thing)?.id.raw().to_owned(),
        None => state.index.groups.get(thing)?.kind.code.to_owned(),
    })
}
