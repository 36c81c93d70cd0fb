//! The end of a secret's stay in the program: delivered, hidden, acknowledged.

use super::{
    effect::{Effect, SecretId},
    layer::Step,
    notice::NoticeKind,
    shared::Shared,
};

/// The user confirms that a secret is stored: forgets it and closes its dialog.
pub fn acknowledge(shared: &mut Shared, secret: SecretId) -> Step {
    let Some(held) = shared.secrets.release(secret) else { return Step::none() };
    // Redraw, so that no trace of it stays on the terminal.
    let effects: Vec<Effect> = [Effect::Redraw].into_iter().chain(held.mark_delivered()).collect();
    effects.into()
}

/// Handles the result of a delivery. After a failure the secret stays in its dialog.
pub fn delivered(
    shared: &mut Shared,
    secret: SecretId,
    result: Result<String, String>,
) -> Vec<Effect> {
    let Some(held) = shared.secrets.get_mut(secret).filter(|held| held.is_delivering) else {
        // The dialog was closed since: the secret is stored, or its token was deleted.
        if let Err(why) = result {
            let text = format!("A secret whose dialog you closed was not delivered: {why}");
            shared.notify(NoticeKind::Warning, text);
        }
        return Vec::new();
    };
    held.is_delivering = false;
    match result {
        Ok(words) => {
            held.stored = Some(words);
            held.mark_delivered().into_iter().collect()
        }
        Err(why) => {
            held.notes.push(format!("! {why}"));
            let text = format!("The secret of {} was not delivered: it is still here.", held.name);
            shared.notify(NoticeKind::Warning, text);
            Vec::new()
        }
    }
}

/// Hides every secret, because the terminal is or was out of the user's sight.
pub fn cover_all(shared: &mut Shared) {
    if shared.secrets.cover() {
        shared.notify(NoticeKind::Info, "The secret is hidden.");
    }
}
