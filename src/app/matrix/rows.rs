//! The rows of one part of the matrix, with filter, cursor and selection.

use std::collections::HashSet;

use crate::{
    app::{field::Field, list::List},
    domain::{Capability, SafeText, Scope, Target, WILDCARD, filter, text},
};

/// The note after a name that the server does not list.
pub const MISSING: &str = " (missing)";

/// A row of the matrix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MatrixRow {
    /// A dataset or a view; `*` is the row for all of them.
    Named {
        /// The name of the dataset or view.
        name: SafeText,
        /// The draft has rights on it, but the server does not list it.
        missing: bool,
    },
    /// A capability of the organisation.
    Capability(&'static Capability),
}

/// Where a selection started; it ends at the cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The row, as an index into the visible rows.
    pub row: usize,
    /// The column.
    pub column: usize,
    /// Whether whole rows are selected, not a block of cells.
    pub rows_only: bool,
}

/// A part of the matrix: the datasets, the views or the organisation.
#[derive(Clone, Debug)]
pub struct Part {
    scope: Scope,
    rows: Vec<MatrixRow>,
    /// The indices of the rows that pass the filter.
    shown: Vec<usize>,
    /// The width of the widest name with its note, in terminal columns.
    pub widest: usize,
    typed: Vec<SafeText>,
    listed: Option<Vec<SafeText>>,
    /// The cursor and scroll position.
    pub list: List,
    /// The column under the cursor.
    pub column: usize,
    /// The filter.
    pub filter: Field,
    /// The start of the selection, if there is one.
    pub mark: Option<Mark>,
}

/// Whether a name is `*`, the row for all datasets or views.
#[must_use]
pub fn is_wildcard(name: &SafeText) -> bool {
    name.raw() == WILDCARD
}

impl Part {
    pub(super) fn new(scope: Scope) -> Self {
        Self {
            scope,
            rows: Vec::new(),
            shown: Vec::new(),
            widest: 0,
            typed: Vec::new(),
            listed: None,
            list: List::default(),
            column: 0,
            filter: Field::default(),
            mark: None,
        }
    }

    pub(super) fn set_names(&mut self, listed: Option<Vec<SafeText>>, granted: &[SafeText]) {
        if listed.is_some() {
            self.listed = listed;
        }
        if self.scope == Scope::Org {
            self.rows = self.scope.capabilities().iter().map(MatrixRow::Capability).collect();
            self.update_rows();
            return;
        }
        let before = self.row(self.list.cursor).cloned();
        let line = self.list.line();
        let listed = self.listed.as_deref().unwrap_or(&[]);
        let known: HashSet<&SafeText> = listed.iter().collect();
        // A name can only be missing once there is a list.
        let is_missing = |name: &SafeText| self.listed.is_some() && !self.typed.contains(name);
        let mut rows = vec![MatrixRow::Named { name: WILDCARD.into(), missing: false }];
        let unlisted = granted.iter().filter(|n| !self.typed.contains(n)).chain(&self.typed);
        for name in unlisted.filter(|n| !is_wildcard(n) && !known.contains(n)) {
            rows.push(MatrixRow::Named { name: name.clone(), missing: is_missing(name) });
        }
        rows.extend(listed.iter().map(|n| MatrixRow::Named { name: n.clone(), missing: false }));
        self.rows = rows;
        let width = |row: &MatrixRow| match row {
            MatrixRow::Named { name, missing } => {
                text::width(name.shown()) + if *missing { text::width(MISSING) } else { 0 }
            }
            MatrixRow::Capability(capability) => text::width(capability.label),
        };
        self.widest = self.rows.iter().map(width).max().unwrap_or(0);
        self.update_rows();
        if let Some(at) = before.and_then(|b| self.position(&b)) {
            self.list.cursor = at;
        }
        self.list.hold(line);
    }

    pub(super) fn add_name(&mut self, name: SafeText) {
        let row = MatrixRow::Named { name: name.clone(), missing: false };
        if !self.rows.iter().any(|r| matches!(r, MatrixRow::Named { name: n, .. } if *n == name)) {
            self.widest = self.widest.max(text::width(name.shown()));
            self.typed.push(name);
            self.rows.insert(1.min(self.rows.len()), row.clone());
        }
        self.filter.set("");
        self.update_rows();
        self.list.cursor = self.position(&row).unwrap_or(0);
    }

    /// Applies the filter, and returns the visible row that matches best. The rows keep
    /// their order.
    pub(super) fn update_rows(&mut self) -> Option<usize> {
        self.mark = None;
        let words = self.filter.text();
        // The row `*` always stays visible: its rights apply to every other row.
        let first = usize::from(self.scope != Scope::Org).min(self.rows.len());
        let mut best = None;
        self.shown = if words.is_empty() {
            (0..self.rows.len()).collect()
        } else {
            let texts = self.rows[first..].iter().map(MatrixRow::describe);
            let mut found = filter::matching(words, texts);
            best = found.first().map(|i| i + first);
            found.sort_unstable();
            (0..first).chain(found.into_iter().map(|i| i + first)).collect()
        };
        self.list.cursor = self.list.cursor.min(self.shown.len().saturating_sub(1));
        self.shown.binary_search(&best?).ok()
    }

    /// Whether the filter only suggests rows, so that no change may apply to all of them.
    #[must_use]
    pub fn is_fuzzy(&self) -> bool {
        filter::fuzzy_part(self.filter.text()).is_some()
    }

    pub(super) fn clear_filter(&mut self) {
        let here = self.row(self.list.cursor).cloned();
        self.filter.set("");
        self.update_rows();
        self.list.cursor = here.and_then(|row| self.position(&row)).unwrap_or(0);
    }

    fn position(&self, row: &MatrixRow) -> Option<usize> {
        self.shown.iter().position(|i| self.rows[*i].describe() == row.describe())
    }

    /// All rows, also those that the filter hides.
    pub(super) fn rows(&self) -> impl Iterator<Item = &MatrixRow> {
        self.rows.iter()
    }

    /// The rows on the screen: those of the last frame, and the one under the cursor.
    pub(super) fn visible(&self) -> impl Iterator<Item = &MatrixRow> {
        self.list.visible().chain([self.list.cursor]).filter_map(|at| self.row(at))
    }

    /// Puts the cursor on the first such row. If the filter hides all of them, clears it.
    pub(super) fn go_to(&mut self, is_wanted: impl Fn(&MatrixRow) -> bool) {
        let first = |part: &Self| part.shown.iter().position(|i| is_wanted(&part.rows[*i]));
        if first(self).is_none() {
            self.filter.set("");
            self.update_rows();
        }
        self.list.cursor = first(self).unwrap_or(self.list.cursor);
    }

    /// The row at this index, if the filter shows so many.
    #[must_use]
    pub fn row(&self, at: usize) -> Option<&MatrixRow> {
        self.rows.get(*self.shown.get(at)?)
    }

    /// The number of visible rows.
    #[must_use]
    pub const fn shown_len(&self) -> usize {
        self.shown.len()
    }

    /// The number of rows without `*`.
    #[must_use]
    pub fn total(&self) -> usize {
        self.rows.len() - usize::from(self.scope != Scope::Org && !self.rows.is_empty())
    }

    /// The number of rows that the filter hides.
    #[must_use]
    pub const fn hidden(&self) -> usize {
        self.rows.len() - self.shown.len()
    }

    /// All names, visible or not, except `*`.
    pub fn names(&self) -> impl Iterator<Item = &SafeText> {
        self.rows.iter().filter_map(|row| match row {
            MatrixRow::Named { name, .. } if !is_wildcard(name) => Some(name),
            _ => None,
        })
    }

    /// The selected rows, or the row under the cursor.
    #[must_use]
    pub fn selected_rows(&self) -> std::ops::RangeInclusive<usize> {
        let cursor = self.list.cursor;
        let from = self.mark.map_or(cursor, |m| m.row);
        from.min(cursor)..=from.max(cursor)
    }

    /// The selected columns, or the column under the cursor, of `count` columns.
    #[must_use]
    pub fn selected_columns(&self, count: usize) -> std::ops::RangeInclusive<usize> {
        match self.mark {
            Some(mark) if mark.rows_only => 0..=count.saturating_sub(1),
            Some(mark) => mark.column.min(self.column)..=mark.column.max(self.column),
            None => self.column..=self.column,
        }
    }
}

impl MatrixRow {
    /// The text that a filter matches.
    fn describe(&self) -> &str {
        match self {
            Self::Named { name, .. } => name.shown(),
            Self::Capability(capability) => capability.label,
        }
    }

    /// The dataset, view or organisation that the row is about.
    #[must_use]
    pub fn target(&self, scope: Scope) -> Target {
        match self {
            Self::Named { name, .. } => Target::named(scope, name.clone()).unwrap_or(Target::Org),
            Self::Capability(_) => Target::Org,
        }
    }

    /// Whether it is the row `*`.
    #[must_use]
    pub fn is_for_all(&self) -> bool {
        matches!(self, Self::Named { name, .. } if is_wildcard(name))
    }
}
