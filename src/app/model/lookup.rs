//! Questions about the layer on top.

use super::Model;
use crate::{
    app::{
        layer::Layer,
        mouse::Area,
        remote::Load,
        shared::Topic,
        stack::{Overlay, Screen},
        waiting,
    },
    domain::{ApiToken, Theme},
    input::{Action, Context},
};

impl Model {
    /// The screen in front.
    #[must_use]
    pub fn screen(&self) -> &Screen {
        &self.stack.front_screen().kind
    }

    /// The dialog on top, if one is open.
    #[must_use]
    pub fn overlay(&self) -> Option<&Overlay> {
        self.stack.overlay()
    }

    /// The layer that gets the keys.
    #[must_use]
    pub fn top(&self) -> &dyn Layer {
        self.stack.top().1
    }

    /// The token that actions on the screen in front apply to.
    #[must_use]
    pub fn selected_token(&self) -> Option<&ApiToken> {
        self.shared.data.token(self.stack.screen().token(&self.shared)?)
    }

    /// The keymap context of the layer on top.
    #[must_use]
    pub fn context(&self) -> Context {
        self.top().context()
    }

    /// Whether a text field has the focus, so that printable keys enter text.
    #[must_use]
    pub fn is_typing(&self) -> bool {
        self.top().is_typing()
    }

    /// The key for an action on the screen in front, even while a dialog covers it.
    #[must_use]
    pub fn key(&self, action: Action) -> String {
        self.shared.key_in(self.stack.screen().home(), action)
    }

    /// The key for an action on the layer on top.
    #[must_use]
    pub fn key_here(&self, action: Action) -> String {
        self.shared.key_in(self.context(), action)
    }

    /// Whether an action is possible now. Keys, footer and help all use this method, so
    /// they always agree.
    ///
    /// # Errors
    /// Returns the reason why not, as a short sentence.
    pub fn enabled(&self, action: Action) -> Result<(), String> {
        self.top().refuses(action, &self.shared).map_or(Ok(()), Err)
    }

    /// The actions of the keymap that do something in the layer on top: what help and the
    /// palette list. A layer that waits for a response can only be closed.
    #[must_use]
    pub fn offered(&self) -> Vec<Action> {
        use Action as A;
        let (top, context, shared) = (self.top(), self.context(), &self.shared);
        let is_waiting = top.sent().is_some() || top.is_checking();
        let is_offered = |action: &A| match action {
            A::Help | A::Palette | A::Interrupt | A::Redraw | A::Suspend | A::Mouse => true,
            A::Back if is_waiting => true,
            _ => !is_waiting && top.offers(*action, shared),
        };
        let known = Action::ALL.iter().copied().filter(|a| shared.keymap.knows(context, *a));
        // Where everything typed is text, some actions have no key.
        let is_text = top.is_typing() && top.form().is_none_or(|form| !form.offers(A::NextField));
        let has_key = |action: &A| {
            let mut bound = shared.keymap.reachable(context).filter(|b| b.action == *action);
            bound.any(|b| b.keys.first().is_some_and(|key| !key.edits()))
        };
        known.filter(is_offered).filter(|action| !is_text || has_key(action)).collect()
    }

    /// The lists that the open layers show.
    #[must_use]
    pub fn shown_topics(&self) -> Vec<Topic> {
        self.stack.all().flat_map(|(_, layer)| layer.topics()).copied().collect()
    }

    /// The lists that the screen in front marks when they are old.
    #[must_use]
    pub fn marked_topics(&self) -> Vec<Topic> {
        // Every screen shows tokens, or needs them.
        let shown = self.stack.screen().topics().iter().copied();
        shown.filter(|topic| *topic == Topic::Personal).chain([Topic::Tokens]).collect()
    }

    /// The request that has been in the background longest, with a text such as "loading
    /// the views".
    #[must_use]
    pub fn behind(&self) -> Option<(Load, String)> {
        waiting::behind(&self.shared, self.stack.screen().topics(), self.top().sent())
    }

    /// The theme to draw with: the one being previewed, or else the chosen one. `Auto` is
    /// resolved.
    #[must_use]
    pub fn theme(&self) -> Theme {
        let themes = self.shared.themes;
        self.top().theme().unwrap_or(themes.chosen).on(themes.background)
    }

    /// Whether the pointer is over an area of the screen in front.
    #[must_use]
    pub fn is_pointed_at(&self, area: Area) -> bool {
        self.takes_mouse() && self.mouse.is_over(area)
    }
}
