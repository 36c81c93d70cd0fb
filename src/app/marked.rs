//! Tokens that are marked on the list, to act on all of them. They are kept by
//! id: refreshing, ordering and filtering change nothing about them, and a token
//! that is gone drops out.

use std::{
    collections::{BTreeSet, HashSet},
    ops::RangeInclusive,
};

use super::{
    filter::Filter,
    model::{Model, NoticeKind},
    screens::{Screen, api_tokens::ApiTokens},
};
use crate::{
    domain::{ApiToken, SafeText, TokenId},
    input::Action,
};

/// What is marked.
#[derive(Debug, Default)]
pub struct Marked {
    ids: BTreeSet<TokenId>,
    /// Where a range begins that ends at the cursor.
    anchor: Option<TokenId>,
    /// The row of that, and how many of the marked are in none: looked up when the
    /// rows change, since each frame asks.
    anchor_row: Option<usize>,
    hidden: usize,
}

/// How many are marked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub all: usize,
    /// Those that the filter hides.
    pub hidden: usize,
}

impl Marked {
    #[must_use]
    pub const fn is_range(&self) -> bool {
        self.anchor.is_some()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty() && self.anchor.is_none()
    }

    /// Forgets tokens that are not listed any more.
    pub fn keep(&mut self, tokens: &[ApiToken]) {
        if self.is_empty() {
            return;
        }
        let listed: HashSet<&TokenId> = tokens.iter().map(|t| &t.id).collect();
        self.ids.retain(|id| listed.contains(id));
        self.anchor = self.anchor.take().filter(|id| listed.contains(id));
    }

    fn begin_range(&mut self, at: Option<(usize, TokenId)>) {
        (self.anchor_row, self.anchor) = at.unzip();
    }
}

impl ApiTokens {
    /// The rows of the range that is being marked.
    #[must_use]
    pub fn range(&self) -> Option<RangeInclusive<usize>> {
        let from = self.marked.anchor_row?;
        let to = self.list.cursor.min(self.rows.len().saturating_sub(1));
        Some(from.min(to)..=from.max(to))
    }

    /// Whether a row is marked.
    #[must_use]
    pub fn is_marked(&self, row: usize, tokens: &[ApiToken]) -> bool {
        self.range().is_some_and(|r| r.contains(&row)) || self.has_mark(row, tokens)
    }

    /// The same without the range that is being marked.
    fn has_mark(&self, row: usize, tokens: &[ApiToken]) -> bool {
        if self.marked.ids.is_empty() {
            return false;
        }
        let token = self.rows.get(row).and_then(|i| tokens.get(*i));
        token.is_some_and(|t| self.marked.ids.contains(&t.id))
    }

    /// The rows are others now.
    pub fn find_marks(&mut self, tokens: &[ApiToken]) {
        (self.marked.hidden, self.marked.anchor_row) = (0, None);
        if !self.marked.ids.is_empty() {
            let shown = (0..self.rows.len()).filter(|row| self.has_mark(*row, tokens)).count();
            self.marked.hidden = self.marked.ids.len().saturating_sub(shown);
        }
        if let Some(anchor) = &self.marked.anchor {
            let is_anchor = |i: &usize| tokens.get(*i).is_some_and(|t| t.id == *anchor);
            self.marked.anchor_row = self.rows.iter().position(is_anchor);
        }
    }

    /// How many are marked.
    #[must_use]
    pub fn marked_count(&self, tokens: &[ApiToken]) -> Count {
        if self.marked.is_empty() {
            return Count::default();
        }
        // Marks are put on what is shown, so that what is hidden stays.
        let hidden = self.marked.hidden;
        let range = self.range().into_iter().flatten();
        let more = range.filter(|row| !self.has_mark(*row, tokens)).count();
        Count { all: self.marked.ids.len() + more, hidden }
    }

    /// What the range covers is marked, and the range is over.
    fn close_range(&mut self, tokens: &[ApiToken]) {
        for row in self.range().into_iter().flatten() {
            self.marked.ids.extend(self.rows.get(row).and_then(|i| tokens.get(*i)).map(id));
        }
        self.marked.begin_range(None);
    }
}

/// Takes the mark off a token: what was to be done with it is done.
pub fn unmark(model: &mut Model, id: &TokenId) {
    let Some(Screen::ApiTokens(state)) = model.screens.first_mut() else { return };
    state.marked.ids.remove(id);
    state.find_marks(model.data.tokens.value().map_or(&[], Vec::as_slice));
}

fn id(token: &ApiToken) -> TokenId {
    token.id.clone()
}

/// The list with its tokens, if it is the screen on top.
fn listed(model: &Model) -> Option<(&ApiTokens, &[ApiToken])> {
    match model.screen()? {
        Screen::ApiTokens(state) => Some((state, model.data.tokens.value()?)),
        _ => None,
    }
}

/// Whether an action is about marked tokens, not about the one under the cursor.
#[must_use]
pub fn any(model: &Model) -> bool {
    listed(model).is_some_and(|(state, _)| !state.marked.is_empty())
}

/// The marked tokens: those that are shown, in their order, then the hidden ones.
#[must_use]
pub fn tokens(model: &Model) -> Vec<&ApiToken> {
    let Some((state, tokens)) = listed(model) else { return Vec::new() };
    let rows = state.rows.iter().enumerate().filter(|(row, _)| state.is_marked(*row, tokens));
    let mut all: Vec<&ApiToken> = rows.filter_map(|(_, i)| tokens.get(*i)).collect();
    let shown: HashSet<&TokenId> = all.iter().map(|t| &t.id).collect();
    let is_hidden = |t: &&ApiToken| state.marked.ids.contains(&t.id) && !shown.contains(&t.id);
    let hidden: Vec<_> = tokens.iter().filter(is_hidden).collect();
    all.extend(hidden);
    all
}

/// Carries out an action on the list, as far as it is about marks; true if that
/// was all of it.
pub fn perform(model: &mut Model, action: Action) -> bool {
    let Some(Screen::ApiTokens(state)) = model.screens.first_mut() else { return false };
    let Some(tokens) = model.data.tokens.value() else { return false };
    let here = state.rows.get(state.list.cursor).and_then(|i| tokens.get(*i)).map(id);
    match action {
        Action::Mark if state.marked.is_range() => state.close_range(tokens),
        Action::Mark => {
            if let Some(here) = here
                && !state.marked.ids.remove(&here)
            {
                state.marked.ids.insert(here);
            }
            // The next one is what one looks at next.
            state.list.step(Action::Down, state.rows.len());
        }
        Action::MarkRange if state.marked.is_range() => state.close_range(tokens),
        Action::MarkRange => {
            state.marked.begin_range(here.map(|here| (state.list.cursor, here)));
        }
        Action::MarkShown if Filter::mistake(state.filter.text()).is_some() => {
            // What hides nothing yet would mark everything.
            let term = Filter::mistake(state.filter.text()).map(SafeText::from);
            let term = term.unwrap_or_default();
            let text = format!("{term} is not a finished filter term: nothing was marked.");
            model.notify(NoticeKind::Warning, text);
        }
        Action::MarkShown => {
            state.close_range(tokens);
            let shown: HashSet<TokenId> =
                state.rows.iter().filter_map(|i| tokens.get(*i)).map(id).collect();
            let ids = &mut state.marked.ids;
            if shown.iter().all(|id| ids.contains(id)) {
                ids.retain(|id| !shown.contains(id));
            } else {
                ids.extend(shown);
            }
        }
        Action::Back if state.editing => return false,
        Action::Back if state.marked.is_range() => state.marked.begin_range(None),
        Action::Back if !state.marked.is_empty() => {
            let count = state.marked.ids.len();
            state.marked = Marked::default();
            let marks = if count == 1 { "mark" } else { "marks" };
            model.notify(NoticeKind::Info, format!("{count} {marks} taken off."));
        }
        // Only moving changes what a range covers.
        Action::Up
        | Action::Down
        | Action::Top
        | Action::Bottom
        | Action::HalfUp
        | Action::HalfDown
        | Action::PageUp
        | Action::PageDown => return false,
        _ => {
            state.close_range(tokens);
            return false;
        }
    }
    true
}
