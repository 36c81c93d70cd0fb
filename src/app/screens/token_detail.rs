//! One token in full: what it can do, what is to be said about it.

use super::api_tokens::on_token;
use crate::{
    app::{audit, effect::Effect, list::List, model::Model, screens::Screen},
    domain::TokenId,
    input::Action,
};

/// The screen's state.
#[derive(Debug)]
pub struct TokenDetail {
    pub id: TokenId,
    /// The offset of the text.
    pub list: List,
}

impl TokenDetail {
    #[must_use]
    pub fn new(id: TokenId) -> Self {
        Self { id, list: List::default() }
    }
}

/// Carries out an action.
pub fn perform(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some(Screen::TokenDetail(state)) = model.screen_mut() else { return Vec::new() };
    if state.list.scroll(action) {
        return Vec::new();
    }
    match action {
        Action::AuditLog => audit::fetch(model),
        Action::Refresh => {
            audit::forget_refusal(model);
            vec![model.fetch_tokens()]
        }
        _ => on_token(model, action),
    }
}
