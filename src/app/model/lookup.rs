//! What is on top, and what it is about.

use super::Model;
use crate::{
    app::{
        effect::Ticket,
        screens::{Screen, api_tokens::ApiTokens, new_token::NewTokenForm},
    },
    domain::{ApiToken, PersonalToken, TokenId},
    input::Context,
};

impl Model {
    #[must_use]
    pub fn screen(&self) -> Option<&Screen> {
        self.screens.last()
    }

    pub fn screen_mut(&mut self) -> Option<&mut Screen> {
        self.screens.last_mut()
    }

    /// The token list, which is always the root.
    pub fn api_tokens_mut(&mut self) -> Option<&mut ApiTokens> {
        match self.screens.first_mut() {
            Some(Screen::ApiTokens(state)) => Some(state),
            _ => None,
        }
    }

    /// The form, wherever it is in the stack.
    #[must_use]
    pub fn form(&self) -> Option<&NewTokenForm> {
        self.screens.iter().rev().find_map(|screen| match screen {
            Screen::NewToken(form) => Some(&**form),
            _ => None,
        })
    }

    /// The same, to change it.
    pub fn form_mut(&mut self) -> Option<&mut NewTokenForm> {
        self.screens.iter_mut().rev().find_map(|screen| match screen {
            Screen::NewToken(form) => Some(&mut **form),
            _ => None,
        })
    }

    /// The form that a request sent, if it is still there.
    pub fn form_of(&mut self, sent: Ticket) -> Option<&mut NewTokenForm> {
        self.form_mut().filter(|form| form.was_sent_by(sent))
    }

    /// A form is sent by another request than before.
    pub fn form_sent(&mut self, before: Ticket, now: Ticket) {
        if let Some(form) = self.form_of(before) {
            form.sent_again_by(now);
        }
    }

    /// The token with this id, as last listed.
    #[must_use]
    pub fn token(&self, id: &TokenId) -> Option<&ApiToken> {
        self.data.tokens.value()?.iter().find(|t| t.id == *id)
    }

    /// The token that actions are about: the one under the cursor, or the one
    /// whose details are open.
    #[must_use]
    pub fn selected_token(&self) -> Option<&ApiToken> {
        match self.screen()? {
            Screen::ApiTokens(state) => {
                let index = *state.rows.get(state.list.cursor)?;
                self.data.tokens.value()?.get(index)
            }
            Screen::TokenDetail(state) => self.token(&state.id),
            Screen::Review(state) => self.data.tokens.value()?.get(state.token()?),
            Screen::NewToken(_) | Screen::Profile(_) => None,
        }
    }

    /// The personal token with this id, as last listed.
    #[must_use]
    pub fn personal_token(&self, id: &TokenId) -> Option<&PersonalToken> {
        self.data.personal.value()?.iter().find(|t| t.id == *id)
    }

    /// The personal token under the cursor.
    #[must_use]
    pub fn selected_personal(&self) -> Option<&PersonalToken> {
        match self.screen()? {
            Screen::Profile(state) => self.data.personal.value()?.get(state.list.cursor),
            _ => None,
        }
    }

    /// Which keys are listened to.
    #[must_use]
    pub fn context(&self) -> Context {
        if let Some(overlay) = self.overlays.last() {
            return overlay.context();
        }
        self.screen().map_or(Context::Anywhere, Screen::context)
    }

    /// Whether a text field has the focus, so that printable keys are text.
    #[must_use]
    pub fn is_typing(&self) -> bool {
        match self.overlays.last() {
            Some(overlay) => overlay.is_typing(),
            None => self.screen().is_some_and(Screen::is_typing),
        }
    }
}
