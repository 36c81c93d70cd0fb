//! Coming back after a while: what is on the screen is old by then.

use super::{
    effect::Effect,
    shared::{Shared, Topic},
    time::after,
};
use crate::{api::call::Call, domain::SecretKind};

/// Milliseconds after which a list is fetched anew when one comes back to it.
pub const LONG_MS: i64 = 5 * 60 * 1000;

/// The terminal has the focus again, or the shell continued us: what was fetched
/// long ago is fetched anew. What is shown stays until the answer comes.
pub fn back(shared: &mut Shared, shown: &[Topic]) -> Vec<Effect> {
    let Some(listed) = shared.data.listed else { return Vec::new() };
    if shared.now < after(listed, LONG_MS) || shared.data.tokens.load().is_some() {
        return Vec::new();
    }
    let mut effects = vec![shared.fetch_tokens()];
    if shown.contains(&Topic::Personal) && shared.session.credential != SecretKind::Api {
        effects.push(shared.fetch(Call::ListPersonalTokens));
    }
    effects
}
