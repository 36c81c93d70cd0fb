//! The current keys, for texts that name one. For an action without a key, the text
//! names its palette command.

use super::Shared;
use crate::input::{Action, Context};

impl Shared {
    /// The key for an action in a context; preferably one that also works in text fields, if
    /// the context has any.
    #[must_use]
    pub fn key_in(&self, context: Context, action: Action) -> String {
        let key = self.keymap.key_for(context, action, context.has_text());
        let key = key.or_else(|| self.keymap.key_for(context, action, false));
        key.unwrap_or_else(|| self.said(action.name()))
    }

    /// How to enter a line in the palette, such as `:rw`.
    #[must_use]
    pub fn said(&self, line: &str) -> String {
        match self.keymap.key_for(Context::Anywhere, Action::Palette, false).as_deref() {
            Some(":") | None => format!(":{line}"),
            Some(key) => format!("{key} {line}"),
        }
    }
}
