//! Asks whether the secret is stored before axtok forgets it.

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

/// The word that confirms.
const WORD: &str = "stored";

/// The parts of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The field for the confirming word.
    Typed,
    /// Returns to the secret.
    GoBack,
    /// Deletes the new token, so that its secret need not be stored.
    DeleteToken,
}

/// The dialog that asks whether a secret is stored.
#[derive(Debug)]
pub struct ConfirmStored {
    /// The secret in question.
    secret: SecretId,
    /// The field for the word, and the buttons.
    pub form: Form<Field>,
}

impl ConfirmStored {
    /// Asks whether this secret is stored.
    #[must_use]
    pub fn of(secret: SecretId) -> Self {
        let label = format!("Type \"{WORD}\" to confirm");
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
            Outcome::Pressed(_) | Outcome::Submit => {
                if self.form.text(Field::Typed).trim().eq_ignore_ascii_case(WORD) {
                    return custody::acknowledge(cx.shared, self.secret);
                }
                let back = cx.shared.key_in(self.context(), Action::Back);
                let why = format!("Type \"{WORD}\" to confirm, or press {back} to go back.");
                self.form.refuse(Field::Typed, why);
                Step::none()
            }
            _ => Step::none(),
        }
    }

    /// Opens the delete dialog for the new token. The secret stays open below it until
    /// the server confirms the deletion.
    fn delete(&self, cx: &mut Cx<'_>) -> Step {
        let id = cx.shared.secrets.get(self.secret).and_then(|held| held.id.as_ref());
        if let Some(target) = id.and_then(|id| cx.shared.delete_target(id)) {
            return Step::replace(Open::Delete(Box::new(target)));
        }
        let text = "Not listed yet. Delete the token once the list shows it.";
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
