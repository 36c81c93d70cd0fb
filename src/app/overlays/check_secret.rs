//! Check: the user pastes back what they stored, and axtok compares it with the secret.

use crate::{
    app::{
        effect::SecretId,
        form::{Form, Outcome, Part, Parts as _},
        layer::{Cx, Event, Layer, Step, has_form},
        notice::NoticeKind,
        shared::Shared,
    },
    input::{Action, Context},
};

/// The dialog that compares a pasted text with a secret.
#[derive(Debug)]
pub struct CheckSecret {
    /// The secret to compare with.
    secret: SecretId,
    /// A form with one field, for the pasted text.
    pub form: Form<()>,
}

impl CheckSecret {
    /// Opens the check of this secret.
    #[must_use]
    pub fn of(secret: SecretId) -> Self {
        let form = Form::new([Part::secret((), "").pressed_by_enter()]);
        Self { secret, form }
    }

    fn compare(&mut self, shared: &mut Shared) -> Step {
        let Some(held) = shared.secrets.get_mut(self.secret) else { return Step::back() };
        let Some(field) = self.form.secret_mut() else { return Step::none() };
        let same = field.secret().map(|pasted| held.secret.is_same(&pasted));
        field.clear();
        match same {
            Err(why) => self.form.refuse((), why),
            Ok(false) => {
                self.form.refuse(
                    (),
                    "This does not match. Copy or save the secret again, then repeat the check.",
                );
            }
            Ok(true) => {
                held.stored = Some("checked: it matches".to_owned());
                let key = shared.key_in(Context::Secret, Action::CloseSecret);
                shared.notify(NoticeKind::Info, format!("It matches. {key} to close."));
                return Step::back();
            }
        }
        Step::none()
    }
}

impl Layer for CheckSecret {
    has_form!();

    fn is_over(&self, shared: &Shared) -> bool {
        shared.secrets.get(self.secret).is_none()
    }

    fn handle(&mut self, event: Event, cx: &mut Cx<'_>) -> Step {
        let Event::Action(action) = event else { return Step::none() };
        match self.form.act(action) {
            Outcome::Back => Step::back(),
            Outcome::Pressed(()) | Outcome::Submit => self.compare(cx.shared),
            _ => Step::none(),
        }
    }
}
