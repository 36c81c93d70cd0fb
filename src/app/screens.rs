//! The screens: each has its state and what its actions do. The drawing of
//! `screens/x.rs` is `ui/screens/x.rs`.

pub mod api_tokens;
pub mod matrix;
pub mod new_token;
pub mod profile;
pub mod review;
pub mod token_detail;

use super::{effect::Effect, field::Field, list::List, model::Model};
use crate::input::{Action, Context};

/// One screen of the stack.
#[derive(Debug)]
pub enum Screen {
    ApiTokens(Box<api_tokens::ApiTokens>),
    TokenDetail(token_detail::TokenDetail),
    NewToken(Box<new_token::NewTokenForm>),
    Profile(profile::Profile),
    Review(Box<review::Review>),
}

impl Screen {
    #[must_use]
    pub const fn context(&self) -> Context {
        match self {
            Self::ApiTokens(state) if state.editing => Context::Filter,
            Self::ApiTokens(_) => Context::Tokens,
            Self::TokenDetail(_) => Context::Detail,
            Self::Profile(_) => Context::Profile,
            Self::Review(state) if state.editing => Context::Filter,
            Self::Review(_) => Context::Review,
            Self::NewToken(form) => form.context(),
        }
    }

    /// Whether printable keys are text.
    #[must_use]
    pub const fn is_typing(&self) -> bool {
        match self {
            Self::ApiTokens(state) => state.editing,
            Self::Review(state) => state.editing,
            Self::TokenDetail(_) | Self::Profile(_) => false,
            Self::NewToken(form) => form.is_typing(),
        }
    }

    /// The text field that takes them.
    pub const fn field_mut(&mut self) -> Option<&mut Field> {
        match self {
            Self::ApiTokens(state) if state.editing => Some(&mut state.filter),
            Self::Review(state) if state.editing => Some(&mut state.filter),
            Self::ApiTokens(_) | Self::TokenDetail(_) | Self::Profile(_) | Self::Review(_) => None,
            Self::NewToken(form) => form.field_mut(),
        }
    }

    /// What scrolls in it.
    pub const fn list_mut(&mut self) -> &mut List {
        match self {
            Self::ApiTokens(state) => &mut state.list,
            Self::TokenDetail(state) => &mut state.list,
            Self::Profile(state) => &mut state.list,
            Self::Review(state) => state.list_mut(),
            Self::NewToken(form) => form.list_mut(),
        }
    }
}

/// Carries out an action on the screen on top.
pub fn perform(model: &mut Model, action: Action) -> Vec<Effect> {
    match model.screen() {
        Some(Screen::ApiTokens(_)) => api_tokens::perform(model, action),
        Some(Screen::TokenDetail(_)) => token_detail::perform(model, action),
        Some(Screen::NewToken(_)) => new_token::perform(model, action),
        Some(Screen::Profile(_)) => profile::perform(model, action),
        Some(Screen::Review(_)) => review::perform(model, action),
        None => Vec::new(),
    }
}

/// The text of the screen's field has changed.
pub fn field_changed(model: &mut Model) {
    match model.screen() {
        Some(Screen::ApiTokens(_)) => api_tokens::filter_changed(model),
        Some(Screen::NewToken(_)) => new_token::field_changed(model),
        Some(Screen::Review(_)) => review::filter_changed(model),
        Some(Screen::TokenDetail(_) | Screen::Profile(_)) | None => {}
    }
}
