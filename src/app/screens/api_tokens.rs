//! The list of API tokens: filter, order, and the way to everything else.

use std::cmp::Reverse;

use jiff::{SignedDuration, Timestamp};

use super::{
    Screen,
    new_token::{self, NewTokenForm},
    token_detail::TokenDetail,
};
use crate::{
    app::{
        effect::{CopyText, Effect},
        field::Field,
        filter::Filter,
        list::List,
        marked::{self, Marked},
        model::Model,
        overlays::{
            Overlay, compare,
            delete::{Delete, Doomed},
            delete_many::DeleteMany,
            regenerate::Regenerate,
            regenerate_many::RegenerateMany,
        },
        passage,
    },
    domain::{ApiToken, Kind, TokenId, token::State},
    input::Action,
};

/// After this long, tokens may have come into another state by themselves.
const RECOUNT_AFTER: SignedDuration = SignedDuration::from_secs(60);

/// What the list is ordered by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// Expired and soonest to expire first.
    #[default]
    Expiry,
    Name,
    Kind,
}

impl Sort {
    pub const ALL: [Self; 3] = [Self::Expiry, Self::Name, Self::Kind];

    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Expiry => "expiry",
            Self::Name => "name",
            Self::Kind => "kind",
        }
    }

    const fn next(self) -> Self {
        match self {
            Self::Expiry => Self::Name,
            Self::Name => Self::Kind,
            Self::Kind => Self::Expiry,
        }
    }
}

/// The screen's state.
#[derive(Debug, Default)]
pub struct ApiTokens {
    pub list: List,
    pub filter: Field,
    /// The filter line has the keys.
    pub editing: bool,
    pub sort: Sort,
    pub reverse: bool,
    /// Which tokens are shown, in order, as positions in the fetched list.
    pub rows: Vec<usize>,
    /// All of them in order: what is typed into the filter changes none of it.
    order: Vec<usize>,
    pub counts: Counts,
    pub marked: Marked,
}

impl ApiTokens {
    /// Of another place: nothing in it yet, in the order that was chosen.
    #[must_use]
    pub fn emptied(&self) -> Self {
        Self { sort: self.sort, reverse: self.reverse, ..Self::default() }
    }
}

/// How many tokens are in which state. Counted when the list changes and each
/// minute, not for each frame: there can be many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub expiring: usize,
    pub expired: usize,
    /// The expiry cannot be read.
    pub unreadable: usize,
    at: Timestamp,
}

impl Counts {
    fn of(tokens: &[ApiToken], now: Timestamp) -> Self {
        let (mut expiring, mut expired, mut unreadable) = (0, 0, 0);
        for token in tokens {
            match token.state(now) {
                State::Expiring => expiring += 1,
                State::Expired => expired += 1,
                State::Unknown => unreadable += 1,
                State::Active => {}
            }
        }
        Self { expiring, expired, unreadable, at: now }
    }
}

/// Counts anew if it is time.
pub fn recount(model: &mut Model) {
    let now = model.server_now();
    let Some(Screen::ApiTokens(state)) = model.screens.first_mut() else { return };
    if state.counts.at.duration_until(now).abs() >= RECOUNT_AFTER
        && let Some(tokens) = model.data.tokens.value()
    {
        state.counts = Counts::of(tokens, now);
    }
}

/// Carries out an action.
pub fn perform(model: &mut Model, action: Action) -> Vec<Effect> {
    if marked::perform(model, action) {
        return Vec::new();
    }
    let Some(state) = model.api_tokens_mut() else { return Vec::new() };
    if state.list.step(action, state.rows.len()) {
        return Vec::new();
    }
    match action {
        Action::Filter => state.editing = true,
        Action::Accept => state.editing = false,
        Action::Back => {
            state.editing = false;
            state.filter.set("");
            arrange(model, None);
        }
        Action::Sort => {
            state.sort = state.sort.next();
            arrange(model, None);
        }
        Action::ReverseSort => {
            state.reverse = !state.reverse;
            arrange(model, None);
        }
        Action::Open => {
            if let Some(token) = model.selected_token() {
                let detail = TokenDetail::new(token.id.clone());
                model.screens.push(Screen::TokenDetail(detail));
            }
        }
        Action::New => return new_token::open(model, NewTokenForm::empty()),
        Action::Refresh => {
            // Rights may have been given meanwhile.
            model.refused.clear();
            return if model.session.lacks_org() {
                passage::choose_org(model)
            } else {
                vec![model.fetch_tokens()]
            };
        }
        Action::Regenerate | Action::Delete if marked::any(model) => on_marked(model, action),
        Action::CompareTokens => {
            let ids: Vec<TokenId> =
                marked::tokens(model).into_iter().map(|t| t.id.clone()).collect();
            compare::open(model, &ids);
        }
        _ => return on_token(model, action),
    }
    Vec::new()
}

/// Opens the dialog about the marked tokens: for one it is the usual one.
fn on_marked(model: &mut Model, action: Action) {
    let now = model.server_now();
    let mut tokens: Vec<ApiToken> = marked::tokens(model).into_iter().cloned().collect();
    let only = if tokens.len() == 1 { tokens.pop() } else { None };
    let overlay = match (action, only) {
        (Action::Delete, Some(one)) => Overlay::Delete(Box::new(Delete::new(Doomed::Api(one)))),
        (_, Some(one)) => Overlay::Regenerate(Box::new(Regenerate::new(&one, now))),
        (Action::Delete, None) => Overlay::DeleteMany(Box::new(DeleteMany::new(tokens, model))),
        (_, None) => Overlay::RegenerateMany(Box::new(RegenerateMany::new(tokens))),
    };
    model.overlays.push(overlay);
}

/// What can be done with one token, on the list and in its details.
pub fn on_token(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some(token) = model.selected_token() else { return Vec::new() };
    match action {
        Action::Regenerate => {
            let overlay = Regenerate::new(token, model.server_now());
            model.overlays.push(Overlay::Regenerate(Box::new(overlay)));
            Vec::new()
        }
        Action::Delete => {
            let overlay = Delete::new(Doomed::Api(token.clone()));
            model.overlays.push(Overlay::Delete(Box::new(overlay)));
            Vec::new()
        }
        Action::Clone => {
            let form = NewTokenForm::clone_of(token);
            new_token::open(model, form)
        }
        Action::Replace => {
            let form = NewTokenForm::replacing(token);
            new_token::open(model, form)
        }
        Action::CopyId => copy("id", token.id.raw()),
        Action::CopyName => copy("name", token.name.raw()),
        Action::CopyJson => vec![Effect::Copy(CopyText::Json(Box::new(token.clone())))],
        _ => Vec::new(),
    }
}

fn copy(what: &'static str, text: &str) -> Vec<Effect> {
    vec![Effect::Copy(CopyText::Plain { what, text: text.to_owned() })]
}

/// What was typed changes what is shown: the best match is what one means.
pub fn filter_changed(model: &mut Model) {
    filter(model, None);
    if let Some(state) = model.api_tokens_mut() {
        state.list.cursor = 0;
    }
}

/// Orders, counts and filters anew. The cursor stays on its token, or goes to
/// `select`.
pub fn arrange(model: &mut Model, select: Option<&TokenId>) {
    let now = model.server_now();
    let Some(tokens) = model.data.tokens.value() else { return };
    let Some(Screen::ApiTokens(state)) = model.screens.first_mut() else { return };
    state.counts = Counts::of(tokens, now);
    state.order = order(tokens, state.sort, state.reverse);
    state.marked.keep(tokens);
    filter(model, select);
}

fn filter(model: &mut Model, select: Option<&TokenId>) {
    let now = model.server_now();
    let before = match model.screens.first() {
        Some(Screen::ApiTokens(state)) => state.rows.get(state.list.cursor).copied(),
        _ => None,
    };
    let Some(tokens) = model.data.tokens.value() else { return };
    let keep = match select {
        Some(id) => tokens.iter().position(|token| token.id == *id),
        None => before,
    };
    let Some(Screen::ApiTokens(state)) = model.screens.first_mut() else { return };

    let filter = Filter::parse(state.filter.text(), now);
    // In the order in which they lie in memory: in any other, fetching them from there
    // takes longer than all the rest.
    let scores: Vec<Option<u32>> = tokens.iter().map(|token| filter.score(token, now)).collect();
    let score = |i: &usize| Some((scores.get(*i).copied().flatten()?, *i));
    let mut found: Vec<(u32, usize)> = state.order.iter().filter_map(score).collect();
    if filter.ranks() {
        // Those that match equally well stay in their order.
        found.sort_by_key(|(score, _)| Reverse(*score));
    }
    state.rows = found.into_iter().map(|(_, i)| i).collect();
    state.find_marks(tokens);
    let position = keep.and_then(|at| state.rows.iter().position(|i| *i == at));
    state.list.cursor = match position {
        Some(position) => position,
        // Its token has gone: stay where it was, as far as there are rows.
        None => state.list.cursor.min(state.rows.len().saturating_sub(1)),
    };
}

fn push_lowercase(names: &mut String, name: &str) {
    let start = names.len();
    if name.is_ascii() {
        names.push_str(name);
        names[start..].make_ascii_lowercase();
    } else {
        names.push_str(&name.to_lowercase());
    }
}

/// The positions of all tokens, in order.
fn order(tokens: &[ApiToken], sort: Sort, reverse: bool) -> Vec<usize> {
    let expiry = |t: &ApiToken| {
        let (class, at) = t.expiry.order();
        (class, at.as_second())
    };
    let first = |token: &ApiToken| match sort {
        Sort::Expiry => expiry(token),
        Sort::Kind => (u8::from(token.kind() == Kind::Advanced), 0),
        Sort::Name => (0, 0),
    };
    // All names in one piece of memory: ten thousand small ones take longer to get
    // and to give back than the rest takes.
    let mut names = String::new();
    let mut end = |token: &ApiToken| {
        push_lowercase(&mut names, token.name.shown());
        names.len()
    };
    let ends: Vec<_> = tokens.iter().map(&mut end).collect();
    let starts = std::iter::once(0).chain(ends.iter().copied());
    let parts = starts.zip(&ends).map(|(start, end)| &names[start..*end]);
    let numbered = tokens.iter().enumerate().zip(parts);
    let mut keys: Vec<_> =
        numbered.map(|((i, token), name)| (first(token), name, &token.id, i)).collect();
    keys.sort_unstable();
    let mut order: Vec<_> = keys.into_iter().map(|(.., i)| i).collect();
    if reverse {
        order.reverse();
    }
    order
}
