//! Shows a new secret, once. The dialog takes all keys, hides the value until the user
//! reveals it, and stays open until the user confirms that it is stored. The secret itself
//! is in [`crate::app::shared::Secrets`].

use std::sync::Arc;

use jiff::Timestamp;

use crate::{
    app::{
        custody,
        effect::{CopyText, Effect, SecretId},
        layer::{Cx, Event, Hint, Layer, Leaving, Open, Secrecy, Step},
        notice::NoticeKind,
        shared::Shared,
    },
    input::{Action, Context},
};

/// The dialog that shows a new secret.
#[derive(Clone, Copy, Debug)]
pub struct Reveal {
    /// The secret to show.
    pub secret: SecretId,
}

impl Reveal {
    fn act(self, action: Action, cx: &mut Cx<'_>) -> Step {
        let now = cx.shared.now;
        let Some(held) = cx.shared.secrets.get_mut(self.secret) else { return Step::back() };
        let open = |secrecy| Step::open(Open::Secret(self.secret, secrecy));
        match action {
            // Who leaves the value alone has finished with it.
            Action::CloseSecret | Action::ValueOnly if held.is_alone(now) => held.cover(),
            // It is already stored: no need to ask.
            Action::CloseSecret if held.stored.is_some() => {
                return custody::acknowledge(cx.shared, self.secret);
            }
            Action::CloseSecret => {
                held.cover();
                return open(Secrecy::ConfirmStored);
            }
            Action::SaveSecret if !held.is_delivering => return open(Secrecy::ToFile),
            Action::PipeSecret if !held.is_delivering => return open(Secrecy::ToCommand),
            Action::CheckSecret => return open(Secrecy::Check),
            Action::TrySecret => {
                if let Some(effect) = held.attempt() {
                    return Step::effect(effect);
                }
                let text = "Cannot be tried here: you left the token's organisation.";
                cx.shared.notify(NoticeKind::Warning, text);
            }
            Action::Reveal if held.is_uncovered(now) => held.cover(),
            Action::Reveal => held.uncovered = Some(now),
            Action::ValueOnly => (held.value_only, held.uncovered) = (true, Some(now)),
            Action::CopySecret => {
                return Step::effect(Effect::Copy(CopyText::Secret(Arc::clone(&held.secret))));
            }
            _ => {}
        }
        Step::none()
    }
}

impl Layer for Reveal {
    fn context(&self) -> Context {
        Context::Secret
    }

    fn hints(&self, shared: &Shared) -> Vec<Hint> {
        use Action as A;
        let held = shared.secrets.get(self.secret);
        let is_shown = held.is_some_and(|held| held.is_uncovered(shared.now));
        vec![
            (A::Reveal, if is_shown { "hide" } else { "reveal" }),
            (A::CopySecret, "copy"),
            (A::SaveSecret, "file"),
            (A::PipeSecret, "command"),
            (A::CheckSecret, "check"),
            (A::TrySecret, "try"),
            (A::CloseSecret, "close"),
            (A::ValueOnly, "value only"),
        ]
    }

    fn ignores_keys(&self, shared: &Shared) -> bool {
        shared.secrets.get(self.secret).is_some_and(|held| !held.is_armed(shared.now))
    }

    fn next_wake(&self, shared: &Shared) -> Option<Timestamp> {
        shared.secrets.get(self.secret)?.next_wake(shared.now)
    }

    fn is_over(&self, shared: &Shared) -> bool {
        shared.secrets.get(self.secret).is_none()
    }

    fn interrupt(&self, _shared: &Shared) -> Option<Action> {
        Some(Action::CloseSecret)
    }

    fn stays(&self, _leaving: Leaving) -> bool {
        true
    }

    fn handle(&mut self, event: Event, cx: &mut Cx<'_>) -> Step {
        match event {
            Event::Action(action) if !self.ignores_keys(cx.shared) => self.act(action, cx),
            _ => Step::none(),
        }
    }
}
