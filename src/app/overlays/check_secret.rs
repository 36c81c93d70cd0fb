//! Check: what was stored is pasted back, and compared.

use crate::{
    app::{
        effect::SecretId,
        layer::{Cx, Event, Hint, Layer, Step},
        notice::NoticeKind,
        secret_field::SecretField,
        shared::Shared,
    },
    input::Action,
};

/// The overlay's state.
#[derive(Debug)]
pub struct CheckSecret {
    /// Which secret it is compared with.
    secret: SecretId,
    pub field: SecretField,
    pub error: Option<&'static str>,
}

impl CheckSecret {
    /// Compares with this secret.
    #[must_use]
    pub fn of(secret: SecretId) -> Self {
        Self { secret, field: SecretField::default(), error: None }
    }

    fn compare(&mut self, shared: &mut Shared) -> Step {
        let Some(held) = shared.secrets.get_mut(self.secret) else { return Step::back() };
        let same = self.field.secret().map(|pasted| held.secret.is_same(&pasted));
        self.field.clear();
        match same {
            Err(why) => self.error = Some(why),
            Ok(false) => self.error = Some("this is not it: copy or save it again, and check anew"),
            Ok(true) => {
                held.stored = Some("checked: what you pasted is it".to_owned());
                shared.notify(NoticeKind::Info, "What you pasted is it. Enter closes.");
                return Step::back();
            }
        }
        Step::none()
    }
}

impl Layer for CheckSecret {
    fn is_typing(&self) -> bool {
        true
    }

    fn secret_mut(&mut self) -> Option<&mut SecretField> {
        Some(&mut self.field)
    }

    fn hints(&self, _shared: &Shared) -> Vec<Hint> {
        vec![(Action::Accept, "compare"), (Action::Back, "back")]
    }

    fn is_over(&self, shared: &Shared) -> bool {
        shared.secrets.get(self.secret).is_none()
    }

    fn handle(&mut self, event: Event, cx: &mut Cx<'_>) -> Step {
        match event {
            Event::Action(Action::Back) => Step::back(),
            Event::Action(Action::Accept | Action::Submit) => self.compare(cx.shared),
            _ => Step::none(),
        }
    }
}
