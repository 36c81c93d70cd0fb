//! "Have you stored it?": stands between a secret and its end.

use crate::{
    app::{
        custody,
        effect::SecretId,
        field::Field,
        layer::{Cx, Event, Hint, Layer, Leaving, Open, Step},
        notice::NoticeKind,
        round::{Round, direction},
        shared::Shared,
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

impl Round for Focus {
    const ALL: &'static [Self] = &[Self::Typed, Self::GoBack, Self::DeleteToken];
}

/// The overlay's state.
#[derive(Debug)]
pub struct Unstored {
    /// Which secret is asked about.
    secret: SecretId,
    pub typed: Field,
    pub focus: Focus,
}

impl Unstored {
    /// Asks about this secret.
    #[must_use]
    pub fn of(secret: SecretId) -> Self {
        Self { secret, typed: Field::default(), focus: Focus::default() }
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Step {
        match (action, self.focus) {
            (Action::Back, _) | (Action::Accept | Action::Toggle, Focus::GoBack) => Step::back(),
            (Action::Accept, Focus::Typed) => {
                if self.typed.text().trim().eq_ignore_ascii_case(WORD) {
                    return custody::acknowledge(cx.shared, self.secret);
                }
                let back = cx.shared.key_in(self.context(), Action::Back);
                let text = format!("Type {WORD}, or {back} to go back to it.");
                cx.shared.notify(NoticeKind::Warning, text);
                Step::none()
            }
            (Action::Accept | Action::Toggle, Focus::DeleteToken) => self.delete(cx),
            (action, focus) => {
                self.focus = direction(action).map_or(focus, |forward| focus.step(forward));
                Step::none()
            }
        }
    }

    /// Deletes the new token instead of storing its secret. The delete dialog
    /// stands over the secret until the server says that the token has gone.
    fn delete(&self, cx: &mut Cx<'_>) -> Step {
        let id = cx.shared.secrets.get(self.secret).and_then(|held| held.id.as_ref());
        if let Some(doomed) = id.and_then(|id| cx.shared.doomed(id)) {
            return Step::replace(Open::Delete(Box::new(doomed)));
        }
        let text = "The list does not show this token yet: delete it there once it does.";
        cx.shared.notify(NoticeKind::Warning, text);
        Step::none()
    }
}

impl Layer for Unstored {
    fn is_typing(&self) -> bool {
        self.focus == Focus::Typed
    }

    fn field_mut(&mut self) -> Option<&mut Field> {
        if self.is_typing() { Some(&mut self.typed) } else { None }
    }

    fn hints(&self, _shared: &Shared) -> Vec<Hint> {
        use Action as A;
        vec![(A::Accept, "go on"), (A::Back, "back to the secret"), (A::NextField, "next")]
    }

    fn is_over(&self, shared: &Shared) -> bool {
        shared.secrets.get(self.secret).is_none()
    }

    fn stays(&self, _leaving: Leaving) -> bool {
        true
    }

    fn focus_on(&mut self, part: usize) -> bool {
        self.focus = Focus::at(part);
        self.focus != Focus::Typed
    }

    fn handle(&mut self, event: Event, cx: &mut Cx<'_>) -> Step {
        match event {
            Event::Action(action) => self.act(action, cx),
            _ => Step::none(),
        }
    }
}
