//! Styles by meaning. Only the terminal's own 16 colours, and never colour
//! alone: a glyph or a word stands with each.

use ratatui::style::{Color, Modifier, Style};

const PLAIN: Style = Style::new();

/// What text is for.
#[must_use]
pub const fn plain() -> Style {
    PLAIN
}

/// Titles and names.
#[must_use]
pub const fn strong() -> Style {
    PLAIN.add_modifier(Modifier::BOLD)
}

/// What can be overlooked: labels, hints, lines.
#[must_use]
pub const fn faint() -> Style {
    PLAIN.add_modifier(Modifier::DIM)
}

/// The row or button that has the focus.
#[must_use]
pub const fn focused() -> Style {
    PLAIN.add_modifier(Modifier::REVERSED)
}

/// What stands behind a dialog: without its colours and marks.
#[must_use]
pub const fn behind() -> Style {
    PLAIN
        .fg(Color::Reset)
        .add_modifier(Modifier::DIM)
        .remove_modifier(Modifier::REVERSED)
        .remove_modifier(Modifier::BOLD)
}

/// A key in a hint.
#[must_use]
pub const fn key() -> Style {
    PLAIN.fg(Color::Cyan).add_modifier(Modifier::BOLD)
}

/// A text field.
#[must_use]
pub const fn field() -> Style {
    PLAIN.add_modifier(Modifier::UNDERLINED)
}

/// What deserves a look: expiring, findings, refusals.
#[must_use]
pub const fn warning() -> Style {
    PLAIN.fg(Color::Yellow)
}

/// What is over, wrong or destroys.
#[must_use]
pub const fn danger() -> Style {
    PLAIN.fg(Color::Red)
}

/// What is as it should be.
#[must_use]
pub const fn good() -> Style {
    PLAIN.fg(Color::Green)
}
