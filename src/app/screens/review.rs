//! The access review: who can do what with a dataset, a view or the
//! organisation, what a token reaches, and what deserves a second look.
//!
//! A list of things, and beside it a pane about the one under the cursor; the
//! pane's rows are tokens, which can be acted on as in the token list.

mod gaps;
mod index;
mod look;
mod outside;
mod ways;

use super::{Screen, api_tokens, token_detail::TokenDetail};
use crate::{
    api::call::Call,
    app::{
        audit,
        effect::Effect,
        field::Field,
        list::List,
        model::{Model, NoticeKind},
        overlays::compare,
        passage,
    },
    domain::{
        Scope, TokenId,
        review::{Question, reach::Holder},
    },
    input::Action,
};

pub use gaps::{Gap, gaps};
pub use index::{Group, Index};
pub use look::arrange;
pub use outside::{accepted, exported};
pub use ways::{accept, export_to};

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
pub struct Review {
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
    pub holders: Vec<Holder>,
}

impl Review {
    /// The same questions about another place, of which nothing is known yet.
    #[must_use]
    pub fn elsewhere(&self) -> Self {
        Self { tab: self.tab, question: self.question, ..Self::default() }
    }

    /// The list of the tab.
    #[must_use]
    pub const fn list(&self) -> &List {
        &self.lists[self.tab as usize]
    }

    /// What has the keys: the list or the pane.
    pub const fn list_mut(&mut self) -> &mut List {
        self.part_mut(self.in_pane)
    }

    /// The list of the tab, or the pane.
    pub const fn part_mut(&mut self, in_pane: bool) -> &mut List {
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

    /// The token that actions are about, by its position in the list of tokens.
    #[must_use]
    pub fn token(&self) -> Option<usize> {
        match self.tab {
            Tab::Tokens => self.thing(),
            _ if !self.in_pane => None,
            Tab::Findings => self.item().and_then(|i| self.index.items.get(i)).map(|i| i.token),
            _ => self.holders.get(self.pane.cursor).map(|h| h.token),
        }
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
            _ => Some(self.holders.len()),
        }
    }
}

/// Opens it, and fetches what it looks at.
pub fn open(model: &mut Model) -> Vec<Effect> {
    model.screens.truncate(1);
    model.screens.push(Screen::Review(Box::default()));
    arrange(model);
    // Fetched each time: a dataset may have been made since.
    let effects = [model.fetch(Call::ListDatasets), model.fetch(Call::ListViews)];
    effects.into_iter().chain(ways::load_accepted(model)).collect()
}

/// Carries out an action.
pub fn perform(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some(Screen::Review(state)) = model.screen_mut() else { return Vec::new() };
    let moved = match (state.in_pane, state.pane_len()) {
        (true, Some(len)) => state.pane.step(action, len),
        (true, None) => state.pane.scroll(action),
        (false, _) => {
            let len = state.shown.len();
            state.list_mut().step(action, len)
        }
    };
    if moved {
        if !state.in_pane {
            look::at_cursor(model);
        }
        return Vec::new();
    }
    if let Some(tab) = Tab::of(action) {
        choose(model, tab);
        return Vec::new();
    }
    match action {
        Action::Filter => (state.editing, state.in_pane) = (true, false),
        Action::Accept => state.editing = false,
        Action::Back => back(model),
        Action::NextPart | Action::PreviousPart if state.in_pane => state.in_pane = false,
        Action::NextPart | Action::PreviousPart => enter_pane(model),
        Action::Left => state.in_pane = false,
        Action::Open if state.token().is_none() => enter_pane(model),
        Action::Open => {
            if let Some(token) = model.selected_token() {
                let detail = TokenDetail::new(token.id.clone());
                model.screens.push(Screen::TokenDetail(detail));
            }
        }
        Action::NextQuestion | Action::PreviousQuestion => {
            state.question = state.question.step(action == Action::NextQuestion);
            state.in_pane = false;
            look::again(model);
        }
        Action::Toggle => mark(model),
        Action::CompareTokens => {
            let marks = state.marks.clone();
            compare::open(model, &marks);
        }
        Action::AuditLog => return audit::fetch(model),
        Action::AcceptFinding => return ways::toggle_accepted(model),
        Action::Replace => return ways::replace(model),
        Action::ExportFile => ways::ask_file(model),
        Action::ExportJson | Action::ExportCsv | Action::ExportMarkdown => {
            return ways::copy(model, action);
        }
        Action::Refresh => {
            model.refused.clear();
            audit::forget_refusal(model);
            if model.session.lacks_org() {
                return passage::choose_org(model);
            }
            let mut effects = vec![
                model.fetch_tokens(),
                model.fetch(Call::ListDatasets),
                model.fetch(Call::ListViews),
            ];
            effects.extend(ways::load_accepted(model));
            return effects;
        }
        _ => return api_tokens::on_token(model, action),
    }
    Vec::new()
}

/// Puts the cursor of the list or of the pane on a row; that part has the keys
/// then, and a filter is no longer typed.
pub fn select(model: &mut Model, in_pane: bool, row: usize) {
    let Some(Screen::Review(state)) = model.screen_mut() else { return };
    (state.in_pane, state.editing) = (in_pane, false);
    let len = if in_pane { state.pane_len().unwrap_or(0) } else { state.shown.len() };
    state.list_mut().cursor = row.min(len.saturating_sub(1));
    if !in_pane {
        look::at_cursor(model);
    }
}

/// The cursor of the list moved: the pane is about another thing.
pub fn moved(model: &mut Model) {
    look::at_cursor(model);
}

/// What was typed changes what is listed: the best match is what one means.
pub fn filter_changed(model: &mut Model) {
    if let Some(Screen::Review(state)) = model.screen_mut() {
        state.list_mut().cursor = 0;
    }
    look::afresh(model);
}

/// Another tab, with a filter of its own.
fn choose(model: &mut Model, tab: Tab) {
    let Some(Screen::Review(state)) = model.screen_mut() else { return };
    if state.tab != tab {
        state.tab = tab;
        state.filter.set("");
    }
    state.in_pane = false;
    look::afresh(model);
}

fn enter_pane(model: &mut Model) {
    let Some(Screen::Review(state)) = model.screen_mut() else { return };
    if state.pane_len() == Some(0) || state.thing().is_none() {
        model.notify(NoticeKind::Info, "There is no token here to go to.");
        return;
    }
    state.in_pane = true;
}

/// Out of the pane, then out of the filter, then out of the screen.
fn back(model: &mut Model) {
    let Some(Screen::Review(state)) = model.screen_mut() else { return };
    if state.in_pane {
        state.in_pane = false;
    } else if state.editing || !state.filter.is_empty() {
        state.editing = false;
        state.filter.set("");
        look::again(model);
    } else {
        model.screens.pop();
    }
}

/// Marks the token, or takes its mark away.
fn mark(model: &mut Model) {
    let id = model.selected_token().map(|token| token.id.clone());
    let Some(id) = id else {
        model.notify(NoticeKind::Info, "Go to a token first, by Enter: tokens are marked.");
        return;
    };
    let Some(Screen::Review(state)) = model.screen_mut() else { return };
    match state.marks.iter().position(|m| *m == id) {
        Some(at) => drop(state.marks.remove(at)),
        None => state.marks.push(id),
    }
}
