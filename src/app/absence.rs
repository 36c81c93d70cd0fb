//! Coming back after a while: what is on the screen is old by then.

use super::{effect::Effect, model::Model, model::after, screens::Screen};
use crate::{api::call::Call, domain::SecretKind};

/// Milliseconds after which a list is fetched anew when one comes back to it.
pub const LONG_MS: i64 = 5 * 60 * 1000;

/// The terminal has the focus again, or the shell continued us: what was fetched
/// long ago is fetched anew. What is shown stays until the answer comes.
pub fn back(model: &mut Model) -> Vec<Effect> {
    let Some(listed) = model.data.listed else { return Vec::new() };
    if model.now < after(listed, LONG_MS) || model.data.tokens.load().is_some() {
        return Vec::new();
    }
    let mut effects = vec![model.fetch_tokens()];
    let on_profile = matches!(model.screen(), Some(Screen::Profile(_)));
    if on_profile && model.session.credential != SecretKind::Api {
        effects.push(model.fetch(Call::ListPersonalTokens));
    }
    effects
}
