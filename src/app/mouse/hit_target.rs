//! Click targets. Drawing reports where each one is; the core decides what a click does.

use crate::{app::layout_info::Window, domain::Scope, domain::sort::Sort, input::Action};

/// Something on the screen that can be clicked or scrolled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HitTarget {
    /// A button or hint for an action.
    Do(Action),
    /// A row of the list in front, by index.
    Row(usize),
    /// An action on a row of the list in front.
    RowDo(usize, Action),
    /// The checkbox of a row of the list in front.
    Check(usize),
    /// The heading of a sortable column.
    Heading(Sort),
    /// A row or a cell of the matrix.
    Cell {
        /// The part of the matrix.
        scope: Scope,
        /// The index of the visible row.
        row: usize,
        /// The column; `None` for the row's name.
        column: Option<usize>,
    },
    /// A part of the form in front, by index.
    Part(usize),
    /// An option of a radio choice: the index of the part, and of the option.
    Option(usize, usize),
    /// A row of the access review.
    Looked {
        /// Whether the row is in the pane, not in the list.
        in_pane: bool,
        /// The index of the row.
        row: usize,
    },
    /// The choice whether a preset is merged into the existing rights.
    Merge(bool),
    /// The notice. It covers what is below it; any click dismisses it.
    Notice,
    /// A list or text that the mouse wheel scrolls, with its visible part.
    Scrolls(Scrolled, Window),
}

/// A list or text that the mouse wheel scrolls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scrolled {
    /// The list or text of the screen in front.
    Screen,
    /// A part of the matrix; two can be visible.
    Matrix(Scope),
    /// The list of the access review, or the pane beside it.
    AccessReview {
        /// Whether it is the pane.
        in_pane: bool,
    },
    /// The list or text of the dialog in front.
    Overlay,
}
