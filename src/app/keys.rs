//! The live keys, for sentences that name one. An action without a key is named
//! as the palette takes it.

use super::{
    model::Model,
    screens::{Screen, new_token::NewTokenForm},
};
use crate::input::{Action, Context};

impl Model {
    /// The key for an action on the screen on top, whatever stands over it.
    #[must_use]
    pub fn key(&self, action: Action) -> String {
        let context = match self.screen() {
            // Not that of a filter being typed.
            Some(Screen::ApiTokens(_)) => Context::Tokens,
            Some(Screen::NewToken(form)) => of_form(form),
            Some(screen) => screen.context(),
            None => Context::Anywhere,
        };
        self.key_in(context, action)
    }

    /// The key for an action on what is on top.
    #[must_use]
    pub fn key_here(&self, action: Action) -> String {
        self.key_in(self.context(), action)
    }

    /// The key for an action in a context; one that works in its text fields
    /// too, where there are any.
    #[must_use]
    pub fn key_in(&self, context: Context, action: Action) -> String {
        let typing = matches!(context, Context::Filter | Context::Form | Context::Palette);
        let key = self.keymap.key_for(context, action, typing);
        let key = key.or_else(|| self.keymap.key_for(context, action, false));
        key.unwrap_or_else(|| self.said(action.name()))
    }

    /// How a line is said to the palette, such as `:rw`.
    #[must_use]
    pub fn said(&self, line: &str) -> String {
        match self.keymap.key_for(Context::Anywhere, Action::Palette, false).as_deref() {
            Some(":") | None => format!(":{line}"),
            Some(key) => format!("{key} {line}"),
        }
    }
}

const fn of_form(form: &NewTokenForm) -> Context {
    if form.in_matrix { Context::Matrix } else { Context::Form }
}
