//! Which items of the index are listed, and what the pane shows.
//!
//! From the rarest to the most frequent: `update_rows` when a list arrives, `again` when the
//! question or filter changes, `at_cursor` when the cursor moves.

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
    /// Rebuilds the index and the rows.
    pub(super) fn update_rows(&mut self, shared: &Shared) {
        let kept = Kept::of(self);
        let tokens = shared.data.tokens.value().map(Arc::clone).unwrap_or_default();
        self.index = Index::new(tokens, inventory(shared), shared.server_now());
        self.index.accept(&shared.accepted, &shared.acceptance_org());
        self.marks.retain(|id| shared.data.position(id).is_some());
        self.keep(kept, shared);
    }

    /// Applies the acceptances that are known now.
    pub(super) fn take_accepted(&mut self, shared: &Shared) {
        let kept = Kept::of(self);
        self.index.accept(&shared.accepted, &shared.acceptance_org());
        self.keep(kept, shared);
    }

    /// Recomputes rows and pane; the cursors stay on their items.
    fn keep(&mut self, kept: Kept, shared: &Shared) {
        show(self, shared.server_now());
        kept.restore(self);
        beside(self);
        kept.restore_pane(self);
    }

    /// Recomputes the rows after the question or filter changed; the cursor stays on its
    /// item.
    pub(super) fn again(&mut self, shared: &Shared) {
        let kept = Kept::of(self);
        show(self, shared.server_now());
        kept.restore(self);
        self.at_cursor();
    }

    /// Recomputes the rows; the cursor stays on its row number.
    pub(super) fn rebuild(&mut self, shared: &Shared) {
        show(self, shared.server_now());
        self.at_cursor();
    }

    /// Recomputes the pane after the cursor moved, and scrolls it to the top.
    pub(super) fn at_cursor(&mut self) {
        beside(self);
        self.pane = List::default();
    }
}

/// The datasets and views of the organisation. Unknown with an API token, to which the
/// server lists only the datasets that it can reach.
pub(super) fn inventory(shared: &Shared) -> Inventory<'_> {
    let (data, all) = (&shared.data, shared.session.credential == SecretKind::Personal);
    Inventory {
        datasets: data.datasets.value().filter(|_| all).map(Vec::as_slice),
        views: data.views.value().filter(|_| all).map(Vec::as_slice),
        usage: data.usage.value().map(Box::as_ref),
        policies: &shared.session.policies,
    }
}

/// Computes the rows that match question and filter.
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
            // A question hides items without any matching token.
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

/// The highest count of findings that the sort order of tokens distinguishes.
const COUNTED: u64 = (1 << 24) - 1;

/// The tokens that match, best match first; without words in the filter by severity of
/// their findings, then by name.
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
        // From the high bits down: match, severity, count.
        let (worst, count) = index.worst(at);
        let severity = worst.map_or(0, |severity| 1 + severity as u64);
        let count = u64::try_from(count).unwrap_or(COUNTED).min(COUNTED);
        u64::MAX - (u64::from(scores[at]) << 32) - severity * (COUNTED + 1) - count
    });
    found
}

/// Computes the tokens with access to the item under the cursor.
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

/// The cursors by name or id, because positions change with the list.
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
