//! What is on top, and what it is about.

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

    /// The dialog on top.
    #[must_use]
    pub fn overlay(&self) -> Option<&Overlay> {
        self.stack.overlay()
    }

    /// What gets the keys.
    #[must_use]
    pub fn top(&self) -> &dyn Layer {
        self.stack.top().1
    }

    /// The token that actions on the screen in front are about.
    #[must_use]
    pub fn selected_token(&self) -> Option<&ApiToken> {
        self.shared.data.token(self.stack.screen().token(&self.shared)?)
    }

    /// Which keys are listened to.
    #[must_use]
    pub fn context(&self) -> Context {
        self.top().context()
    }

    /// Whether a text field has the focus, so that printable keys are text.
    #[must_use]
    pub fn is_typing(&self) -> bool {
        self.top().is_typing()
    }

    /// The key for an action on the screen in front, whatever stands over it.
    #[must_use]
    pub fn key(&self, action: Action) -> String {
        self.shared.key_in(self.stack.screen().home(), action)
    }

    /// The key for an action on what is on top.
    #[must_use]
    pub fn key_here(&self, action: Action) -> String {
        self.shared.key_in(self.context(), action)
    }

    /// Asks whether an action can be carried out now. Keys, footer and help all ask
    /// here, so they cannot disagree.
    ///
    /// # Errors
    /// With the reason why not, as a short sentence.
    pub fn enabled(&self, action: Action) -> Result<(), String> {
        self.top().refuses(action, &self.shared).map_or(Ok(()), Err)
    }

    /// The parts of the shared data that the open layers show.
    #[must_use]
    pub fn shown_topics(&self) -> Vec<Topic> {
        self.stack.all().flat_map(|(_, layer)| layer.topics()).copied().collect()
    }

    /// What is waited for behind the scenes, in words.
    #[must_use]
    pub fn behind(&self) -> Option<(Load, String)> {
        waiting::behind(&self.shared, self.stack.screen().topics(), self.top().sent())
    }

    /// The theme that a frame is drawn with, never `Auto`: the one that is looked at
    /// while another is chosen, or the one that was.
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
