//! The access review: who can do what with a dataset, a view or the
//! organisation, what a token reaches, and what deserves a second look.
//!
//! A list of things, and beside it a pane about the one under the cursor; the
//! pane's rows are tokens, which can be acted on as in the token list.

mod gaps;
mod index;
mod layer;
mod view;
mod fixes;

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

/// Which things are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    #[default]
    Datasets,
    Views,
    Organisation,
    Tokens,
    Findings,
}

impl Tab {
    pub const ALL: [Self; 5] =
        [Self::Datasets, Self::Views, Self::Organisation, Self::Tokens, Self::Findings];

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

    /// The scope whose things it lists.
    #[must_use]
    pub const fn scope(self) -> Option<Scope> {
        match self {
            Self::Datasets => Some(Scope::Dataset),
            Self::Views => Some(Scope::View),
            Self::Organisation => Some(Scope::Org),
            Self::Tokens | Self::Findings => None,
        }
    }

    /// The action that goes to it.
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

/// The screen's state.
#[derive(Debug, Default)]
pub struct AccessReview {
    pub tab: Tab,
    pub question: Question,
    pub filter: Field,
    /// The filter line has the keys.
    pub editing: bool,
    lists: [List; 5],
    /// The rows of the pane, or how far its text is scrolled.
    pub pane: List,
    /// The pane has the keys.
    pub in_pane: bool,
    /// Tokens to compare.
    pub marks: Vec<TokenId>,
    pub index: Index,
    /// Which things are listed, by their positions in the index.
    pub shown: Vec<usize>,
    /// Who can do what with the thing under the cursor.
    pub grantees: Vec<Grantee>,
}

impl AccessReview {
    /// The list of the tab.
    #[must_use]
    pub const fn list(&self) -> &List {
        &self.lists[self.tab as usize]
    }

    /// What has the keys: the list or the pane.
    const fn focused_mut(&mut self) -> &mut List {
        self.part_mut(self.in_pane)
    }

    /// The list of the tab, or the pane.
    const fn part_mut(&mut self, in_pane: bool) -> &mut List {
        if in_pane { &mut self.pane } else { &mut self.lists[self.tab as usize] }
    }

    /// The thing under the cursor, by its position in the index.
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

    /// The token that actions are about.
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

    /// The finding under the pane's cursor, by its position in the index.
    #[must_use]
    pub fn item(&self) -> Option<usize> {
        self.group()?.items.get(self.pane.cursor).copied()
    }

    /// Rows of the pane that have a cursor; `None` where it is a text.
    #[must_use]
    pub fn pane_len(&self) -> Option<usize> {
        match self.tab {
            Tab::Tokens => None,
            Tab::Findings => Some(self.group().map_or(0, |g| g.items.len())),
            _ => Some(self.grantees.len()),
        }
    }
}
