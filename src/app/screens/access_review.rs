//! The access review: which tokens can do what with a dataset, a view or the
//! organisation, what a token reaches, and findings.
//!
//! A list of items, and beside it a pane about the one under the cursor. The pane's rows
//! are tokens, with the same actions as in the token list.

mod fixes;
mod gaps;
mod index;
mod layer;
mod view;

use crate::{
    app::{field::Field, list::List},
    domain::{
        Scope, TokenId,
        review::{Question, reach::Grantee},
    },
    input::Action,
};

pub use gaps::{Gap, gaps};
pub use index::{Group, Index};

/// What the list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// Datasets, with the tokens that reach each.
    #[default]
    Datasets,
    /// Views, with the tokens that reach each.
    Views,
    /// Capabilities of the organisation, with the tokens that have each.
    Organisation,
    /// Tokens, with the rights and findings of each.
    Tokens,
    /// Kinds of findings, with the tokens that have each.
    Findings,
}

impl Tab {
    /// All tabs, from left to right.
    pub const ALL: [Self; 5] =
        [Self::Datasets, Self::Views, Self::Organisation, Self::Tokens, Self::Findings];

    /// The title of the tab.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Datasets => "Datasets",
            Self::Views => "Views",
            Self::Organisation => "Organisation",
            Self::Tokens => "Tokens",
            Self::Findings => "Findings",
        }
    }

    /// The scope whose items the tab lists; `None` for tokens and findings.
    #[must_use]
    pub const fn scope(self) -> Option<Scope> {
        match self {
            Self::Datasets => Some(Scope::Dataset),
            Self::Views => Some(Scope::View),
            Self::Organisation => Some(Scope::Org),
            Self::Tokens | Self::Findings => None,
        }
    }

    /// The action that switches to the tab.
    #[must_use]
    pub const fn action(self) -> Action {
        match self {
            Self::Datasets => Action::Datasets,
            Self::Views => Action::Views,
            Self::Organisation => Action::Organisation,
            Self::Tokens => Action::Tokens,
            Self::Findings => Action::Findings,
        }
    }

    fn of(action: Action) -> Option<Self> {
        Self::ALL.into_iter().find(|tab| tab.action() == action)
    }
}

/// The access review: its tab, question, filter, and the data shown.
#[derive(Debug, Default)]
pub struct AccessReview {
    /// The current tab.
    pub tab: Tab,
    /// The question "who can …" that limits the tokens.
    pub question: Question,
    /// The text of the filter.
    pub filter: Field,
    /// Whether the filter line has the focus.
    pub editing: bool,
    lists: [List; 5],
    /// The pane's cursor, or the scroll position of its text.
    pub pane: List,
    /// Whether the pane has the focus.
    pub in_pane: bool,
    /// The tokens marked for comparison.
    pub marks: Vec<TokenId>,
    /// Reach, findings and counts of all tokens.
    pub index: Index,
    /// The listed items, by their positions in the index.
    pub shown: Vec<usize>,
    /// The tokens with access to the item under the cursor.
    pub grantees: Vec<Grantee>,
}

impl AccessReview {
    /// The list of the tab.
    #[must_use]
    pub const fn list(&self) -> &List {
        &self.lists[self.tab as usize]
    }

    /// The list or the pane, whichever has the focus.
    const fn focused_mut(&mut self) -> &mut List {
        self.part_mut(self.in_pane)
    }

    /// The list of the tab, or the pane.
    const fn part_mut(&mut self, in_pane: bool) -> &mut List {
        if in_pane { &mut self.pane } else { &mut self.lists[self.tab as usize] }
    }

    /// The position in the index of the item under the cursor.
    #[must_use]
    pub fn thing(&self) -> Option<usize> {
        self.shown.get(self.list().cursor).copied()
    }

    /// The kind of finding under the cursor.
    #[must_use]
    pub fn group(&self) -> Option<&Group> {
        match self.tab {
            Tab::Findings => self.index.groups.get(self.thing()?),
            _ => None,
        }
    }

    /// The token under the cursor, which actions apply to.
    #[must_use]
    pub fn about(&self) -> Option<&TokenId> {
        let at = match self.tab {
            Tab::Tokens => self.thing(),
            _ if !self.in_pane => None,
            Tab::Findings => self.item().and_then(|i| self.index.items.get(i)).map(|i| i.token),
            _ => self.grantees.get(self.pane.cursor).map(|h| h.token),
        };
        self.index.tokens.get(at?).map(|token| &token.id)
    }

    /// The position in the index of the finding under the pane's cursor.
    #[must_use]
    pub fn item(&self) -> Option<usize> {
        self.group()?.items.get(self.pane.cursor).copied()
    }

    /// How many rows the pane has; `None` where it is a text without a cursor.
    #[must_use]
    pub fn pane_len(&self) -> Option<usize> {
        match self.tab {
            Tab::Tokens => None,
            Tab::Findings => Some(self.group().map_or(0, |g| g.items.len())),
            _ => Some(self.grantees.len()),
        }
    }
}
