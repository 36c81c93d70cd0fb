//! The list of API tokens: filter, order, and the way to everything else.

use std::cmp::Ordering;

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
            Overlay,
            delete::{Delete, Doomed},
            delete_many::DeleteMany,
            regenerate::Regenerate,
            regenerate_many::RegenerateMany,
        },
        passage,
    },
    domain::{ApiToken, TokenId},
    input::Action,
};

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
    pub marked: Marked,
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
    arrange(model, None);
    if let Some(state) = model.api_tokens_mut() {
        state.list.cursor = 0;
    }
}

/// Filters and orders anew. The cursor stays on its token, or goes to `select`.
pub fn arrange(model: &mut Model, select: Option<&TokenId>) {
    let now = model.server_now();
    let before = match model.screens.first() {
        Some(Screen::ApiTokens(state)) => state.rows.get(state.list.cursor).copied(),
        _ => None,
    };
    let Some(tokens) = model.data.tokens.value() else { return };
    let keep: Option<TokenId> = select.cloned().or_else(|| Some(tokens.get(before?)?.id.clone()));
    let Some(Screen::ApiTokens(state)) = model.screens.first_mut() else { return };

    state.marked.keep(tokens);
    let mut filter = Filter::parse(state.filter.text(), now);
    let mut found: Vec<(u32, usize)> = tokens
        .iter()
        .enumerate()
        .filter_map(|(i, token)| Some((filter.score(token, now)?, i)))
        .collect();
    let ranks = filter.ranks();
    found.sort_by(|(score_a, a), (score_b, b)| {
        let by_score = if ranks { score_b.cmp(score_a) } else { Ordering::Equal };
        let by_column = compare(state.sort, &tokens[*a], &tokens[*b]);
        by_score.then(if state.reverse { by_column.reverse() } else { by_column })
    });
    state.rows = found.into_iter().map(|(_, i)| i).collect();
    let position = keep.and_then(|id| state.rows.iter().position(|i| tokens[*i].id == id));
    state.list.cursor = match position {
        Some(position) => position,
        // Its token has gone: stay where it was, as far as there are rows.
        None => state.list.cursor.min(state.rows.len().saturating_sub(1)),
    };
}

fn compare(sort: Sort, a: &ApiToken, b: &ApiToken) -> Ordering {
    // "Never" is later than every date.
    let expiry = |t: &ApiToken| t.expiry.at().map_or((true, 0), |at| (false, at.as_second()));
    let name = |t: &ApiToken| t.name.shown().to_lowercase();
    let by_name = || name(a).cmp(&name(b)).then_with(|| a.id.cmp(&b.id));
    match sort {
        Sort::Expiry => expiry(a).cmp(&expiry(b)).then_with(by_name),
        Sort::Name => by_name(),
        Sort::Kind => a.kind().cmp(&b.kind()).then_with(by_name),
    }
}
