//! "Have you stored it?": stands between a secret and its end.

use crate::{
    app::{
        custody,
        effect::SecretId,
        form::{Form, Outcome, Part},
        layer::{Cx, Event, Layer, Leaving, Open, Step, has_form},
        notice::NoticeKind,
        shared::Shared,
    },
    input::Action,
};

/// What has to be typed.
const WORD: &str = "stored";

/// A part of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    Typed,
    GoBack,
    DeleteToken,
}

/// The overlay's state.
#[derive(Debug)]
pub struct ConfirmStored {
    /// Which secret is asked about.
    secret: SecretId,
    pub form: Form<Field>,
}

impl ConfirmStored {
    /// Asks about this secret.
    #[must_use]
    pub fn of(secret: SecretId) -> Self {
        let label = format!("Type {WORD} to close it");
        let form = Form::new([
            Part::text(Field::Typed, label, "").pressed_by_enter(),
            Part::back(Field::GoBack, "Go back"),
            Part::button(Field::DeleteToken, "Delete this token"),
        ]);
        Self { secret, form }
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Step {
        match self.form.act(action) {
            Outcome::Back => Step::back(),
            Outcome::Pressed(Field::DeleteToken) => self.delete(cx),
            Outcome::Pressed(_) => {
                if self.form.text(Field::Typed).trim().eq_ignore_ascii_case(WORD) {
                    return custody::acknowledge(cx.shared, self.secret);
                }
                let back = cx.shared.key_in(self.context(), Action::Back);
                self.form.refuse(Field::Typed, format!("Type {WORD}, or {back} to go back to it."));
                Step::none()
            }
            _ => Step::none(),
        }
    }

    /// Deletes the new token instead of storing its secret. The delete dialog
    /// stands over the secret until the server says that the token has gone.
    fn delete(&self, cx: &mut Cx<'_>) -> Step {
        let id = cx.shared.secrets.get(self.secret).and_then(|held| held.id.as_ref());
        if let Some(target) = id.and_then(|id| cx.shared.delete_target(id)) {
            return Step::replace(Open::Delete(Box::new(target)));
        }
        let text = "The list does not show this token yet: delete it there once it does.";
        cx.shared.notify(NoticeKind::Warning, text);
        Step::none()
    }
}

impl Layer for ConfirmStored {
    has_form!();

    fn is_over(&self, shared: &Shared) -> bool {
        shared.secrets.get(self.secret).is_none()
    }

    fn stays(&self, _leaving: Leaving) -> bool {
        true
    }

    fn handle(&mut self, event: Event, cx: &mut Cx<'_>) -> Step {
        match event {
            Event::Action(action) => self.act(action, cx),
            _ => Step::none(),
        }
    }
}
