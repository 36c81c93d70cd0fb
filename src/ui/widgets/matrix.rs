//! Rights as letters by position: `cr-d`, one cell for each capability.

use ratatui::{style::Style, text::Span};

use crate::{
    domain::{Capability, Rights, Scope, Verb, Verbs},
    ui::Theme,
};

/// The cell of a capability: a letter is granted, `*` is inherited from the `*` row, `-` is
/// off, `·` does not exist. A capability with one verb takes one character.
#[must_use]
pub fn cell(capability: &Capability, own: Verbs, everywhere: Verbs) -> String {
    let position = |verb: Verb| match () {
        () if !capability.verbs.has(verb) => '·',
        () if own.has(verb) => verb.letter(),
        () if everywhere.has(verb) => '*',
        () => '-',
    };
    if capability.verbs.len() == 1 {
        capability.verbs.iter().map(position).collect()
    } else {
        Verb::ALL.into_iter().map(position).collect()
    }
}

/// A cell without inherited rights, always of four characters, so that cells align.
#[must_use]
pub fn crud(capability: &Capability, own: Verbs) -> String {
    Verb::ALL
        .into_iter()
        .map(|v| match () {
            () if !capability.verbs.has(v) => '·',
            () if own.has(v) => v.letter(),
            () => '-',
        })
        .collect()
}

/// What the columns are headed with, which decides how wide they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Headings {
    /// A few letters.
    Short,
    /// The capabilities' full names.
    Full,
}

impl Headings {
    const fn of(self, capability: &Capability) -> &'static str {
        match self {
            Self::Short => capability.short,
            Self::Full => capability.label,
        }
    }

    /// Width of a capability's cell, in columns: that of its heading or of its letters.
    #[must_use]
    pub fn cell_columns(self, capability: &Capability) -> usize {
        let letters = if capability.verbs.len() == 1 { 1 } else { Verb::ALL.len() };
        letters.max(self.of(capability).len())
    }

    /// The headings of a scope's capabilities.
    #[must_use]
    pub fn text(self, scope: Scope) -> String {
        let heading = |c| format!(" {:<1$}", self.of(c), self.cell_columns(c));
        scope.capabilities().iter().map(heading).collect()
    }
}

/// The short headings of a scope's capabilities, aligned with [`cells`].
#[must_use]
pub fn headings(scope: Scope) -> String {
    Headings::Short.text(scope)
}

/// The style of a cell: granted, inherited or off.
#[must_use]
pub fn style(own: Verbs, everywhere: Verbs, theme: &Theme) -> Style {
    match () {
        () if !own.is_empty() => theme.granted,
        () if !everywhere.is_empty() => theme.inherited,
        () => theme.faint,
    }
}

/// The cells of one row, aligned with [`headings`]. `everywhere` has the rights of the `*`
/// row, if those apply to this row.
#[must_use]
pub fn cells(
    scope: Scope,
    own: &Rights,
    everywhere: Option<&Rights>,
    theme: &Theme,
) -> Vec<Span<'static>> {
    let cell_of = |c: &Capability| {
        let everywhere = everywhere.map_or(Verbs::NONE, |r| r.verbs(c));
        let columns = Headings::Short.cell_columns(c);
        let words = format!(" {:^columns$}", cell(c, own.verbs(c), everywhere));
        Span::styled(words, style(own.verbs(c), everywhere, theme))
    };
    scope.capabilities().iter().map(cell_of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_distinguish_granted_inherited_off_and_impossible() {
        let share = Scope::Dataset.capability("share").unwrap();
        assert_eq!(cell(share, Verbs::NONE, Verbs::NONE), "--·-");
        assert_eq!(cell(share, Verbs::C, Verbs::R), "c*·-");
        let query = Scope::Dataset.capability("query").unwrap();
        assert_eq!(cell(query, Verbs::R, Verbs::R), "r");
        assert_eq!(cell(query, Verbs::NONE, Verbs::R), "*");
    }

    #[test]
    fn all_dataset_columns_fit_next_to_a_name() {
        let width = headings(Scope::Dataset).chars().count();
        let cells = cells(Scope::Dataset, &Rights::default(), None, &Theme::default());
        assert_eq!(width, cells.iter().map(Span::width).sum::<usize>());
        assert!(width <= 40, "{width}");
    }
}
