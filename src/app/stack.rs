//! The stack of open layers.

use super::{
    effect::LayerId,
    layer::{Below, Layer, Leaving, Open, Page},
    screens::api_tokens::ApiTokens,
    shared::Shared,
};
pub use super::{overlays::Overlay, screens::Screen};
use crate::input::Context;

/// A layer on the stack.
#[derive(Debug)]
pub struct Placed<T> {
    /// Its number.
    pub id: LayerId,
    /// The screen or dialog.
    pub kind: T,
}

/// The open screens and dialogs.
#[derive(Debug)]
pub struct Stack {
    /// The screens; the first is always the token list.
    screens: Vec<Placed<Screen>>,
    /// The dialogs; the last is on top and gets the keys.
    overlays: Vec<Placed<Overlay>>,
    last: LayerId,
}

impl Default for Stack {
    fn default() -> Self {
        let list = Screen::first();
        let id = LayerId(1);
        Self { screens: vec![Placed { id, kind: list }], overlays: Vec::new(), last: id }
    }
}

impl Stack {
    /// The screens; the first is the token list.
    #[must_use]
    pub fn screens(&self) -> &[Placed<Screen>] {
        &self.screens
    }

    /// The dialogs; the last is on top.
    #[must_use]
    pub fn overlays(&self) -> &[Placed<Overlay>] {
        &self.overlays
    }

    /// The dialog on top, if one is open.
    #[must_use]
    pub fn overlay(&self) -> Option<&Overlay> {
        self.overlays.last().map(|placed| &placed.kind)
    }

    /// The screen in front.
    #[must_use]
    pub fn screen(&self) -> &dyn Layer {
        self.front_screen().kind.layer()
    }

    /// The screen in front, for changes.
    pub fn screen_mut(&mut self) -> &mut dyn Layer {
        let at = self.screens.len() - 1;
        self.screens[at].kind.layer_mut()
    }

    /// The screen in front, with its number.
    #[must_use]
    pub fn front_screen(&self) -> &Placed<Screen> {
        // The token list is never closed.
        &self.screens[self.screens.len() - 1]
    }

    /// The layer that gets the keys.
    #[must_use]
    pub fn top(&self) -> (LayerId, &dyn Layer) {
        match self.overlays.last() {
            Some(placed) => (placed.id, placed.kind.layer()),
            None => (self.front_screen().id, self.screen()),
        }
    }

    /// The layer that gets the keys, for changes.
    pub fn top_mut(&mut self) -> &mut dyn Layer {
        if let Some(placed) = self.overlays.last_mut() {
            return placed.kind.layer_mut();
        }
        let at = self.screens.len() - 1;
        self.screens[at].kind.layer_mut()
    }

    /// All layers, from the bottom to the top.
    pub fn all(&self) -> impl Iterator<Item = (LayerId, &dyn Layer)> {
        let screens = self.screens.iter().map(|p| (p.id, p.kind.layer()));
        screens.chain(self.overlays.iter().map(|p| (p.id, p.kind.layer())))
    }

    /// A layer, for changes; for a dialog, also the screen under it.
    pub fn find_mut(&mut self, id: LayerId) -> Option<(&mut dyn Layer, Option<Below<'_>>)> {
        if let Some(placed) = self.overlays.iter_mut().find(|p| p.id == id) {
            let screen = self.screens.last().map(|p| (p.id, p.kind.layer()));
            return Some((placed.kind.layer_mut(), screen));
        }
        let placed = self.screens.iter_mut().find(|p| p.id == id)?;
        Some((placed.kind.layer_mut(), None))
    }

    /// The token list, which is always the first screen.
    pub fn list_mut(&mut self) -> Option<&mut ApiTokens> {
        self.screens.first_mut()?.kind.list_mut()
    }

    fn next_id(&mut self) -> LayerId {
        self.last = LayerId(self.last.0 + 1);
        self.last
    }

    /// Opens a screen above the one in front, or above the token list if
    /// [`Page::is_root`] says so. Returns its number.
    pub fn show(&mut self, view: Page) -> LayerId {
        if view.is_root() {
            self.go_root();
        }
        let (id, kind) = (self.next_id(), Screen::open(view));
        self.screens.push(Placed { id, kind });
        id
    }

    /// Opens a dialog on top and returns its number; `None` if it is already open. A dialog
    /// that the user did not ask for opens below dialogs with unsaved secrets.
    pub fn open(&mut self, open: Open, asker: Option<LayerId>, shared: &Shared) -> Option<LayerId> {
        if Overlay::is_known(&open, self.overlays.iter().map(|placed| &placed.kind)) {
            return None;
        }
        let kind = Overlay::open(open, asker, self.top().1.context(), shared);
        let is_secret = |p: &Placed<Overlay>| p.kind.layer().context() == Context::Secret;
        let secret = self.overlays.iter().position(is_secret);
        let below = secret.filter(|_| kind.layer().yields_to_secrets());
        let id = self.next_id();
        self.overlays.insert(below.unwrap_or(self.overlays.len()), Placed { id, kind });
        Some(id)
    }

    /// Closes a layer; for a screen, also the screens above it.
    pub fn close(&mut self, id: LayerId) {
        if let Some(at) = self.screens.iter().position(|p| p.id == id) {
            // The token list is never closed.
            self.screens.truncate(at.max(1));
        }
        self.overlays.retain(|p| p.id != id);
    }

    /// Closes only this layer, even if it is not on top: a form whose change was made.
    pub fn remove(&mut self, id: LayerId) {
        let first = self.screens.first().map(|p| p.id);
        self.screens.retain(|p| p.id != id || Some(p.id) == first);
        self.overlays.retain(|p| p.id != id);
    }

    /// Goes back to the token list.
    pub fn go_root(&mut self) {
        self.screens.truncate(1);
    }

    /// Closes the layers that do not survive this change of session.
    pub fn leave(&mut self, leaving: Leaving) {
        self.screens.retain(|p| p.kind.layer().stays(leaving));
        self.overlays.retain(|p| p.kind.layer().stays(leaving));
    }

    /// Closes the dialogs whose subject no longer exists.
    pub fn close_over(&mut self, shared: &Shared) {
        self.overlays.retain(|p| !p.kind.layer().is_over(shared));
    }
}
