//! Marked tokens, for actions on several at once. Marks are kept by token id, so they
//! survive refreshing, sorting and filtering. A deleted token loses its mark.

use std::{
    collections::{BTreeSet, HashSet},
    ops::RangeInclusive,
};

use super::{
    notice::NoticeKind,
    screens::api_tokens::ApiTokens,
    shared::{Data, Shared},
};
use crate::{
    domain::{
        ApiToken, TokenId,
        filter::{self, Filter},
    },
    input::Action,
};

/// The marked tokens.
#[derive(Debug, Default)]
pub struct Marked {
    ids: BTreeSet<TokenId>,
    /// The token at which a range selection started; it ends at the cursor.
    anchor: Option<TokenId>,
    /// The anchor's row, and the number of marked tokens that the filter hides. Cached
    /// until the rows change, since every frame needs them.
    anchor_row: Option<usize>,
    hidden: usize,
}

/// The number of marked tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// All marked tokens.
    pub all: usize,
    /// The marked tokens that the filter hides.
    pub hidden: usize,
}

impl Marked {
    /// Whether a range is being selected.
    #[must_use]
    pub const fn is_range(&self) -> bool {
        self.anchor.is_some()
    }

    /// Whether no token is marked and no range is being selected.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty() && self.anchor.is_none()
    }

    /// Removes the marks of tokens that are no longer in the list.
    pub fn keep(&mut self, data: &Data) {
        self.ids.retain(|id| data.position(id).is_some());
        self.anchor = self.anchor.take().filter(|id| data.position(id).is_some());
    }

    /// Removes a token's mark.
    pub fn unmark(&mut self, id: &TokenId) {
        self.ids.remove(id);
    }

    /// Recomputes the cached values after the rows changed.
    pub fn find(&mut self, rows: &[TokenId]) {
        (self.hidden, self.anchor_row) = (0, None);
        if !self.ids.is_empty() {
            let shown = rows.iter().filter(|id| self.ids.contains(id)).count();
            self.hidden = self.ids.len().saturating_sub(shown);
        }
        if let Some(anchor) = &self.anchor {
            self.anchor_row = rows.iter().position(|id| id == anchor);
        }
    }

    fn begin_range(&mut self, at: Option<(usize, TokenId)>) {
        (self.anchor_row, self.anchor) = at.unzip();
    }
}

impl ApiTokens {
    /// The rows of the range that is being selected.
    #[must_use]
    pub fn range(&self) -> Option<RangeInclusive<usize>> {
        let from = self.marked.anchor_row?;
        let to = self.list.cursor.min(self.rows.len().saturating_sub(1));
        Some(from.min(to)..=from.max(to))
    }

    /// Whether a row is marked or in the range that is being selected.
    #[must_use]
    pub fn is_marked(&self, row: usize) -> bool {
        self.range().is_some_and(|r| r.contains(&row)) || self.has_mark(row)
    }

    /// Whether a row is marked, not counting the range that is being selected.
    fn has_mark(&self, row: usize) -> bool {
        self.rows.get(row).is_some_and(|id| self.marked.ids.contains(id))
    }

    /// The number of marked tokens, including the range that is being selected.
    #[must_use]
    pub fn marked_count(&self) -> Count {
        if self.marked.is_empty() {
            return Count::default();
        }
        // A range marks visible rows only, so the number of hidden ones stays the same.
        let hidden = self.marked.hidden;
        let range = self.range().into_iter().flatten();
        let more = range.filter(|row| !self.has_mark(*row)).count();
        Count { all: self.marked.ids.len() + more, hidden }
    }

    /// The marked tokens: the visible ones in the order of the rows, then the hidden ones.
    #[must_use]
    pub fn marked_tokens<'a>(&self, shared: &'a Shared) -> Vec<&'a ApiToken> {
        let rows = self.rows.iter().enumerate().filter(|(row, _)| self.is_marked(*row));
        let shown: Vec<&TokenId> = rows.map(|(_, id)| id).collect();
        let seen: HashSet<&TokenId> = shown.iter().copied().collect();
        let is_hidden = |t: &&ApiToken| self.marked.ids.contains(&t.id) && !seen.contains(&t.id);
        let hidden = shared.data.listed_tokens().iter().filter(is_hidden);
        shown.iter().filter_map(|id| shared.data.token(id)).chain(hidden).collect()
    }

    /// Marks all tokens in the range and ends the range selection.
    pub(super) fn close_range(&mut self) {
        for row in self.range().into_iter().flatten() {
            self.marked.ids.extend(self.rows.get(row).cloned());
        }
        self.marked.begin_range(None);
    }

    /// Handles actions on marks. Returns `true` if there is nothing else to do.
    pub(super) fn mark(&mut self, action: Action, shared: &mut Shared) -> bool {
        if shared.data.tokens.value().is_none() {
            return false;
        }
        match action {
            Action::Mark | Action::MarkRange if self.marked.is_range() => self.close_range(),
            Action::Mark => {
                if let Some(here) = self.here().cloned()
                    && !self.marked.ids.remove(&here)
                {
                    self.marked.ids.insert(here);
                }
                // Move on, so that repeated presses mark a series of rows.
                self.list.step(Action::Down, self.rows.len());
            }
            Action::MarkRange => {
                let here = self.here().cloned();
                self.marked.begin_range(here.map(|here| (self.list.cursor, here)));
            }
            Action::MarkShown => {
                if let Some(term) = Filter::mistake(self.filter.text()) {
                    // An incomplete term hides nothing, so this would mark everything.
                    let text = format!("Nothing was marked: {}", Filter::usage(term));
                    shared.notify(NoticeKind::Warning, text);
                    return true;
                }
                if filter::fuzzy_part(self.filter.text()).is_some() {
                    let text =
                        "Nothing was marked: a fuzzy filter also shows other tokens. Remove the ~.";
                    shared.notify(NoticeKind::Warning, text);
                    return true;
                }
                self.close_range();
                let shown: HashSet<&TokenId> = self.rows.iter().collect();
                let ids = &mut self.marked.ids;
                if shown.iter().all(|id| ids.contains(*id)) {
                    ids.retain(|id| !shown.contains(id));
                } else {
                    ids.extend(shown.into_iter().cloned());
                }
            }
            Action::Back if self.editing => return false,
            Action::Back if self.marked.is_range() => self.marked.begin_range(None),
            Action::Back if !self.marked.is_empty() => {
                let count = self.marked.ids.len();
                self.marked = Marked::default();
                let marks = if count == 1 { "mark" } else { "marks" };
                shared.notify(NoticeKind::Info, format!("{count} {marks} cleared."));
            }
            // Movements extend the range; any other action ends it.
            Action::Up
            | Action::Down
            | Action::Top
            | Action::Bottom
            | Action::HalfUp
            | Action::HalfDown
            | Action::PageUp
            | Action::PageDown => return false,
            _ => {
                self.close_range();
                return false;
            }
        }
        true
    }
}
