//! Check: what was stored is pasted back, and compared.

use crate::{
    app::{
        effect::{Effect, Ticket},
        model::{Model, NoticeKind},
        overlays::{Overlay, reveal},
        secret_field::SecretField,
    },
    input::Action,
};

/// The overlay's state.
#[derive(Debug)]
pub struct CheckSecret {
    /// Which secret it is compared with.
    secret: Ticket,
    pub field: SecretField,
    pub error: Option<&'static str>,
}

impl CheckSecret {
    /// Compares with this secret.
    #[must_use]
    pub fn of(secret: Ticket) -> Self {
        Self { secret, field: SecretField::default(), error: None }
    }
}

/// Carries out an action.
pub fn perform(model: &mut Model, action: Action) -> Vec<Effect> {
    match action {
        Action::Back => drop(model.overlays.pop()),
        Action::Accept | Action::Submit => compare(model),
        _ => {}
    }
    Vec::new()
}

fn compare(model: &mut Model) {
    let Some(Overlay::CheckSecret(state)) = model.overlays.last() else { return };
    let number = state.secret;
    let secret = reveal::numbered(model, number).map(|r| std::sync::Arc::clone(&r.secret));
    let Some(Overlay::CheckSecret(state)) = model.overlays.last_mut() else { return };
    let same = state.field.secret().map(|pasted| secret.is_some_and(|s| s.is_same(&pasted)));
    state.field.clear();
    match same {
        Err(why) => state.error = Some(why),
        Ok(false) => state.error = Some("this is not it: copy or save it again, and check anew"),
        Ok(true) => {
            model.overlays.pop();
            if let Some(reveal) = reveal::numbered(model, number) {
                reveal.stored = Some("checked: what you pasted is it".to_owned());
            }
            model.notify(NoticeKind::Info, "What you pasted is it. Enter closes.");
        }
    }
}
