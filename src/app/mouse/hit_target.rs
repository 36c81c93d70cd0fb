//! What the mouse can point at: drawing says where each lies, the core says what
//! a click on it does.

use crate::{
    app::{layout_info::Window, sort::Sort},
    domain::Scope,
    input::Action,
};

/// Something on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HitTarget {
    /// What its key would do.
    Do(Action),
    /// A row of the list in front, by its place in it.
    Row(usize),
    /// Something to be done with that row.
    RowDo(usize, Action),
    /// That row's checkbox.
    Check(usize),
    /// The heading of a column that the list can be ordered by.
    Heading(Sort),
    /// A row of the matrix, and a cell of it if it is one.
    Cell { scope: Scope, row: usize, column: Option<usize> },
    /// A part of the layer in front, by its place among them.
    Part(usize),
    /// An option of a choice: its part, and its place among the options.
    Option(usize, usize),
    /// A row of the access review: of its list, or of the pane beside it.
    Looked { in_pane: bool, row: usize },
    /// Whether a preset is merged into what is there.
    Merge(bool),
    /// Something that scrolls under the wheel.
    Scrolls(Scrolled, Window),
}

/// What scrolls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scrolled {
    /// The list or text of the screen in front.
    Screen,
    /// A part of the matrix: two can be in sight.
    Matrix(Scope),
    /// The list of the access review, or the pane beside it.
    AccessReview { in_pane: bool },
    /// The list or text of the overlay in front.
    Overlay,
}
