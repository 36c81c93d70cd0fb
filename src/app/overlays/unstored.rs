//! "Have you stored it?": stands between a secret and its end.

use crate::{
    app::{
        effect::{Effect, Ticket},
        field::Field,
        model::{Model, NoticeKind},
        overlays::{
            Overlay,
            delete::{Delete, Doomed},
            reveal,
        },
    },
    input::Action,
};

/// What has to be typed.
pub const WORD: &str = "stored";

/// Which part has the focus.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Focus {
    #[default]
    Typed,
    GoBack,
    DeleteToken,
}

impl Focus {
    const ROUND: [Self; 3] = [Self::Typed, Self::GoBack, Self::DeleteToken];

    fn step(self, by: usize) -> Self {
        let at = Self::ROUND.iter().position(|f| *f == self).unwrap_or(0);
        Self::ROUND[(at + by) % Self::ROUND.len()]
    }
}

/// The overlay's state.
#[derive(Debug)]
pub struct Unstored {
    /// Which secret is asked about.
    secret: Ticket,
    pub typed: Field,
    pub focus: Focus,
}

impl Unstored {
    /// Asks about this secret.
    #[must_use]
    pub fn of(secret: Ticket) -> Self {
        Self { secret, typed: Field::default(), focus: Focus::default() }
    }

    pub const fn field_mut(&mut self) -> Option<&mut Field> {
        match self.focus {
            Focus::Typed => Some(&mut self.typed),
            Focus::GoBack | Focus::DeleteToken => None,
        }
    }
}

/// Carries out an action.
pub fn perform(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some(Overlay::Unstored(state)) = model.overlays.last_mut() else { return Vec::new() };
    let secret = state.secret;
    match (action, state.focus) {
        (Action::NextField | Action::Down | Action::NextChoice, focus) => {
            state.focus = focus.step(1);
        }
        (Action::PreviousField | Action::Up | Action::PreviousChoice, focus) => {
            state.focus = focus.step(Focus::ROUND.len() - 1);
        }
        (Action::Back, _) | (Action::Accept | Action::Toggle, Focus::GoBack) => {
            model.overlays.pop();
        }
        (Action::Accept, Focus::Typed) => {
            if state.typed.text().trim().eq_ignore_ascii_case(WORD) {
                model.overlays.pop();
                return reveal::close(model, secret);
            }
            let back = model.key_here(Action::Back);
            model.notify(NoticeKind::Warning, format!("Type {WORD}, or {back} to go back to it."));
        }
        (Action::Accept | Action::Toggle, Focus::DeleteToken) => open_delete(model, secret),
        _ => {}
    }
    Vec::new()
}

/// Deletes the new token instead of storing its secret. The delete dialog
/// stands over the secret until the server says that the token has gone.
fn open_delete(model: &mut Model, secret: Ticket) {
    let id = reveal::numbered(model, secret).and_then(|state| state.id.clone());
    let doomed = id.and_then(|id| {
        let api = model.token(&id).cloned().map(Doomed::Api);
        api.or_else(|| model.personal_token(&id).cloned().map(Doomed::Personal))
    });
    match doomed.map(Delete::new) {
        Some(overlay) => {
            model.overlays.pop();
            model.overlays.push(Overlay::Delete(Box::new(overlay)));
        }
        None => model.notify(
            NoticeKind::Warning,
            "The list does not show this token yet: delete it there once it does.",
        ),
    }
}
