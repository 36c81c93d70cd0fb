//! The layers that are open, and which one is on top. It knows no kind of them.

use super::{
    effect::LayerId,
    layer::{Below, Layer, Leaving, Open, Page},
    screens::api_tokens::ApiTokens,
    shared::Shared,
};
pub use super::{overlays::Overlay, screens::Screen};
use crate::input::Context;

/// A layer with its number.
#[derive(Debug)]
pub struct Placed<T> {
    pub id: LayerId,
    pub kind: T,
}

/// All that is open.
#[derive(Debug)]
pub struct Stack {
    /// The token list first.
    screens: Vec<Placed<Screen>>,
    /// The last one gets the keys and is drawn on top.
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
    /// The screens, the token list first.
    #[must_use]
    pub fn screens(&self) -> &[Placed<Screen>] {
        &self.screens
    }

    /// The dialogs, the one on top last.
    #[must_use]
    pub fn overlays(&self) -> &[Placed<Overlay>] {
        &self.overlays
    }

    /// The dialog on top.
    #[must_use]
    pub fn overlay(&self) -> Option<&Overlay> {
        self.overlays.last().map(|placed| &placed.kind)
    }

    /// The screen in front.
    #[must_use]
    pub fn screen(&self) -> &dyn Layer {
        self.front_screen().kind.layer()
    }

    /// The same, to change it.
    pub fn screen_mut(&mut self) -> &mut dyn Layer {
        let at = self.screens.len() - 1;
        self.screens[at].kind.layer_mut()
    }

    /// The screen in front, with its number.
    #[must_use]
    pub fn front_screen(&self) -> &Placed<Screen> {
        // The list is never closed.
        &self.screens[self.screens.len() - 1]
    }

    /// What gets the keys.
    #[must_use]
    pub fn top(&self) -> (LayerId, &dyn Layer) {
        match self.overlays.last() {
            Some(placed) => (placed.id, placed.kind.layer()),
            None => (self.front_screen().id, self.screen()),
        }
    }

    /// The same, to change it.
    pub fn top_mut(&mut self) -> &mut dyn Layer {
        if let Some(placed) = self.overlays.last_mut() {
            return placed.kind.layer_mut();
        }
        let at = self.screens.len() - 1;
        self.screens[at].kind.layer_mut()
    }

    /// All layers from the bottom to the top.
    pub fn all(&self) -> impl Iterator<Item = (LayerId, &dyn Layer)> {
        let screens = self.screens.iter().map(|p| (p.id, p.kind.layer()));
        screens.chain(self.overlays.iter().map(|p| (p.id, p.kind.layer())))
    }

    /// A layer that can be changed, with the screen under it if it is a dialog.
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

    /// Opens a screen over the one in front, or over the list alone; its number.
    pub fn show(&mut self, view: Page) -> LayerId {
        if view.is_root() {
            self.go_root();
        }
        let (id, kind) = (self.next_id(), Screen::open(view));
        self.screens.push(Placed { id, kind });
        id
    }

    /// Opens a dialog on top; its number. `None` if that is open already. One that comes
    /// unasked is put below secrets that nobody has stored.
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

    /// Closes a layer; of screens also those over it.
    pub fn close(&mut self, id: LayerId) {
        if let Some(at) = self.screens.iter().position(|p| p.id == id) {
            // The list is never closed.
            self.screens.truncate(at.max(1));
        }
        self.overlays.retain(|p| p.id != id);
    }

    /// Closes one that is no longer on top, such as a form whose change was answered.
    pub fn remove(&mut self, id: LayerId) {
        let first = self.screens.first().map(|p| p.id);
        self.screens.retain(|p| p.id != id || Some(p.id) == first);
        self.overlays.retain(|p| p.id != id);
    }

    /// Goes back to the list.
    pub fn go_root(&mut self) {
        self.screens.truncate(1);
    }

    /// Closes what does not stay when this is left.
    pub fn leave(&mut self, leaving: Leaving) {
        self.screens.retain(|p| p.kind.layer().stays(leaving));
        self.overlays.retain(|p| p.kind.layer().stays(leaving));
    }

    /// Closes the dialogs whose matter has gone.
    pub fn close_over(&mut self, shared: &Shared) {
        self.overlays.retain(|p| !p.kind.layer().is_over(shared));
    }
}
