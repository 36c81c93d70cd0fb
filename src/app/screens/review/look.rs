//! What is shown of the index: which things, and what stands beside them.
//!
//! From the rarest to the most frequent: `arrange` when a list has come,
//! `again` when something else is asked, `at_cursor` when one moves.

use super::{Review, Screen, Tab, index::answers};
use crate::{
    app::{
        filter::{self, Filter},
        model::{Data, Model},
        screens::profile,
        session::Session,
    },
    domain::{
        ApiToken, SecretKind,
        review::{Inventory, Question},
        token,
    },
};

use super::Index;

/// Builds the index anew, and shows it. Does nothing where no review is open.
pub fn arrange(model: &mut Model) {
    if !model.screens.iter().any(|s| matches!(s, Screen::Review(_))) {
        return;
    }
    let (now, org) = (model.server_now(), org(model));
    let inventory = inventory(&model.data, &model.session);
    let tokens = model.data.tokens.value().map_or(&[][..], Vec::as_slice);
    for screen in &mut model.screens {
        if let Screen::Review(state) = screen {
            let kept = Kept::of(state, tokens);
            state.index = Index::new(tokens, inventory, now);
            state.index.accept(&model.accepted, &org, tokens);
            state.marks.retain(|id| tokens.iter().any(|t| t.id == *id));
            show(state, tokens, now);
            kept.restore(state, tokens);
            beside(state, tokens);
            kept.restore_pane(state, tokens);
        }
    }
}

/// Takes over what is accepted now.
pub(super) fn accepted(model: &mut Model) {
    let (now, org) = (model.server_now(), org(model));
    let tokens = model.data.tokens.value().map_or(&[][..], Vec::as_slice);
    for screen in &mut model.screens {
        if let Screen::Review(state) = screen {
            let kept = Kept::of(state, tokens);
            state.index.accept(&model.accepted, &org, tokens);
            show(state, tokens, now);
            kept.restore(state, tokens);
            beside(state, tokens);
            kept.restore_pane(state, tokens);
        }
    }
}

/// Something else is asked of the same tokens; the cursor stays on its thing.
pub(super) fn again(model: &mut Model) {
    with(model, |state, tokens, now| {
        let kept = Kept::of(state, tokens);
        show(state, tokens, now);
        kept.restore(state, tokens);
        beside(state, tokens);
        state.pane = super::List::default();
    });
}

/// The same with the cursor where it was.
pub(super) fn afresh(model: &mut Model) {
    with(model, |state, tokens, now| {
        show(state, tokens, now);
        beside(state, tokens);
        state.pane = super::List::default();
    });
}

/// The cursor is on another thing.
pub(super) fn at_cursor(model: &mut Model) {
    with(model, |state, tokens, _| {
        beside(state, tokens);
        state.pane = super::List::default();
    });
}

fn with(model: &mut Model, work: impl FnOnce(&mut Review, &[ApiToken], jiff::Timestamp)) {
    let now = model.server_now();
    let tokens = model.data.tokens.value().map_or(&[][..], Vec::as_slice);
    if let Some(Screen::Review(state)) = model.screens.last_mut() {
        work(state, tokens, now);
    }
}

/// The organisation's id, or what stands for it: what is accepted holds there.
pub(super) fn org(model: &Model) -> String {
    profile::org_id(model).unwrap_or_else(|| model.session.url.clone())
}

/// What the organisation has, as far as that is known: an API token is told of
/// the datasets that it reaches only.
pub(super) fn inventory<'a>(data: &'a Data, session: &Session) -> Inventory<'a> {
    let all = session.credential == SecretKind::Personal;
    Inventory {
        datasets: data.datasets.value().filter(|_| all).map(Vec::as_slice),
        views: data.views.value().filter(|_| all).map(Vec::as_slice),
    }
}

/// Which things the question and the filter let through.
fn show(state: &mut Review, tokens: &[ApiToken], now: jiff::Timestamp) {
    let text = state.filter.text().to_owned();
    let question = state.question;
    state.index.count(state.tab.scope(), question, tokens);
    state.index.group(if state.tab == Tab::Findings { &text } else { "" }, question, tokens, now);
    let index = &state.index;
    state.shown = match (state.tab, state.tab.scope()) {
        (Tab::Tokens, _) => tokens_shown(&text, question, tokens, index, now),
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
fn tokens_shown(
    text: &str,
    question: Question,
    tokens: &[ApiToken],
    index: &Index,
    now: jiff::Timestamp,
) -> Vec<usize> {
    let filter = Filter::parse(text, now);
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
fn beside(state: &mut Review, tokens: &[ApiToken]) {
    state.holders = match (state.tab.scope(), state.thing()) {
        (Some(scope), Some(thing)) => {
            state.index.reach.holders(scope, thing, state.question, tokens)
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
    token: Option<String>,
    pane: super::List,
}

impl Kept {
    fn of(state: &Review, tokens: &[ApiToken]) -> Self {
        let token = state.token().and_then(|i| tokens.get(i));
        let token = token.map(|t| t.id.raw().to_owned());
        let thing = state.thing().and_then(|thing| name(state, thing, tokens));
        Self { thing, token, pane: state.pane }
    }

    fn restore(&self, state: &mut Review, tokens: &[ApiToken]) {
        let at = state.shown.iter().position(|i| name(state, *i, tokens) == self.thing);
        if let (Some(at), Some(_)) = (at, &self.thing) {
            state.lists[state.tab as usize].cursor = at;
        }
    }

    fn restore_pane(self, state: &mut Review, tokens: &[ApiToken]) {
        state.pane = self.pane;
        let Some(len) = state.pane_len() else { return };
        let id = |at: usize| {
            let token = match state.tab {
                Tab::Findings => {
                    let item = *state.group()?.items.get(at)?;
                    state.index.items.get(item)?.token
                }
                _ => state.holders.get(at)?.token,
            };
            Some(tokens.get(token)?.id.raw())
        };
        let at = (0..len).find(|at| self.token.is_some() && id(*at) == self.token.as_deref());
        state.pane.cursor = at.unwrap_or(state.pane.cursor).min(len.saturating_sub(1));
    }
}

fn name(state: &Review, thing: usize, tokens: &[ApiToken]) -> Option<String> {
    Some(match state.tab.scope() {
        Some(scope) => state.index.reach.name(scope, thing).to_owned(),
        None if state.tab == Tab::Tokens => tokens.get(thing)?.id.raw().to_owned(),
        None => state.index.groups.get(thing)?.kind.code.to_owned(),
    })
}
