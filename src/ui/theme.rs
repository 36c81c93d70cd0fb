//! Styles by meaning: drawing says what a text is, never a colour. What it is
//! stands in the frame's cells as a mark; when the frame is finished, the theme
//! in use turns marks into colours and attributes. Never colour alone: a glyph
//! or a word stands with each.

pub mod depth;
pub mod scheme;

use ratatui::style::{Color, Modifier, Style};

const PLAIN: Style = Style::new();

/// What a text is, where that is more than plain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    Key,
    Warning,
    Danger,
    Good,
    Granted,
    Inherited,
    Frame,
    Brand,
    Behind,
}

impl Ink {
    pub const ALL: [Self; 9] = [
        Self::Key,
        Self::Warning,
        Self::Danger,
        Self::Good,
        Self::Granted,
        Self::Inherited,
        Self::Frame,
        Self::Brand,
        Self::Behind,
    ];

    const fn style(self) -> Style {
        PLAIN.fg(Color::Indexed(self as u8))
    }

    /// The one that a cell's colour stands for.
    #[must_use]
    pub fn of(fg: Color) -> Option<Self> {
        let Color::Indexed(number) = fg else { return None };
        Self::ALL.get(usize::from(number)).copied()
    }
}

/// What a text stands on, where that is more than the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    Raised,
    Bar,
}

impl Ground {
    pub const ALL: [Self; 2] = [Self::Raised, Self::Bar];

    const fn style(self) -> Style {
        PLAIN.bg(Color::Indexed(self as u8))
    }

    /// The one that a cell's colour stands for.
    #[must_use]
    pub fn of(bg: Color) -> Option<Self> {
        let Color::Indexed(number) = bg else { return None };
        Self::ALL.get(usize::from(number)).copied()
    }
}

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
    Ink::Behind
        .style()
        .remove_modifier(Modifier::DIM)
        .remove_modifier(Modifier::UNDERLINED)
        .remove_modifier(Modifier::REVERSED)
        .remove_modifier(Modifier::BOLD)
}

/// A key in a hint.
#[must_use]
pub const fn key() -> Style {
    Ink::Key.style()
}

/// A text field.
#[must_use]
pub const fn field() -> Style {
    PLAIN.add_modifier(Modifier::UNDERLINED)
}

/// What deserves a look: expiring, findings, refusals.
#[must_use]
pub const fn warning() -> Style {
    Ink::Warning.style()
}

/// What is over, wrong or destroys.
#[must_use]
pub const fn danger() -> Style {
    Ink::Danger.style()
}

/// What is as it should be.
#[must_use]
pub const fn good() -> Style {
    Ink::Good.style()
}

/// A right that is granted where one looks.
#[must_use]
pub const fn granted() -> Style {
    Ink::Granted.style()
}

/// A right that is granted by the row for all.
#[must_use]
pub const fn inherited() -> Style {
    Ink::Inherited.style()
}

/// The title of a dialog, which stands on its frame.
#[must_use]
pub const fn title() -> Style {
    strong().fg(Color::Reset)
}

/// The frame of a dialog.
#[must_use]
pub const fn frame() -> Style {
    Ink::Frame.style()
}

/// The program's name.
#[must_use]
pub const fn brand() -> Style {
    Ink::Brand.style()
}

/// The ground of a dialog.
#[must_use]
pub const fn raised() -> Style {
    Ground::Raised.style()
}

/// The ground of the first line.
#[must_use]
pub const fn bar() -> Style {
    Ground::Bar.style()
}
