//! Check: what was stored is pasted back, and compared.

use crate::{
    app::{
        effect::Effect,
        model::{Model, NoticeKind},
        overlays::Overlay,
        secret_field::SecretField,
    },
    input::Action,
};

/// The overlay's state.
#[derive(Debug, Default)]
pub struct CheckSecret {
    pub field: SecretField,
    pub error: Option<&'static str>,
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
    let secret = model.overlays.iter().rev().find_map(|o| match o {
        Overlay::Reveal(state) => Some(std::sync::Arc::clone(&state.secret)),
        _ => None,
    });
    let Some(Overlay::CheckSecret(state)) = model.overlays.last_mut() else { return };
    let same = state.field.secret().map(|pasted| secret.is_some_and(|s| s.is_same(&pasted)));
    state.field.clear();
    match same {
        Err(why) => state.error = Some(why),
        Ok(false) => state.error = Some("this is not it: copy or save it again, and check anew"),
        Ok(true) => {
            model.overlays.pop();
            if let Some(Overlay::Reveal(reveal)) = model.overlays.last_mut() {
                reveal.stored = Some("checked: what you pasted is it".to_owned());
            }
            model.notify(NoticeKind::Info, "What you pasted is it. Enter closes.");
        }
    }
}
