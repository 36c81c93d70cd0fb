//! What becomes of a secret that is held: delivered, covered, acknowledged.

use super::{
    effect::{Effect, SecretId},
    layer::Step,
    notice::NoticeKind,
    shared::Shared,
};

/// It is stored: its dialog closes, and nobody holds it any more.
pub fn acknowledge(shared: &mut Shared, secret: SecretId) -> Step {
    let Some(held) = shared.secrets.let_go(secret) else { return Step::none() };
    // Its cells must not stay on the terminal.
    let effects: Vec<Effect> = [Effect::Redraw].into_iter().chain(held.mark_delivered()).collect();
    effects.into()
}

/// A secret was taken, or why not. On failure it is still in its dialog.
pub fn delivered(
    shared: &mut Shared,
    secret: SecretId,
    result: Result<String, String>,
) -> Vec<Effect> {
    let Some(held) = shared.secrets.get_mut(secret).filter(|held| held.is_delivering) else {
        // Its dialog was closed meanwhile, as stored or because its token is gone.
        if let Err(why) = result {
            let text = format!("A secret whose dialog you closed was not taken: {why}");
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
            let text = format!("The secret of {} was not taken: it is still here.", held.name);
            shared.notify(NoticeKind::Warning, text);
            Vec::new()
        }
    }
}

/// Covers every secret: the terminal is out of sight, or was.
pub fn cover_all(shared: &mut Shared) {
    if shared.secrets.cover() {
        shared.notify(NoticeKind::Info, "The secret was covered.");
    }
}
