//! Refreshes old data when the user comes back to the program.

use super::{
    effect::Effect,
    shared::{Shared, Topic},
    time::{LONG_MS, after},
};
use crate::{api::call::Call, domain::SecretKind};

/// The terminal has the focus again, or the shell continued the program: refreshes the
/// lists if they are old. The old data stays on the screen until the response arrives.
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
