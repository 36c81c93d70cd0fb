//! Changes to tokens, and the pairs of old and new tokens from regenerations.

use super::{Shared, Topic};
use crate::{
    api::call::Created,
    app::{delete_target::DeleteTarget, in_flight::InFlightChange},
    domain::{ApiToken, Expiry, PersonalToken, TokenId},
    journal::{Difference, EntryId, Location, Rotation, differences, personal_differences},
    ops::change::Intent,
};

impl Shared {
    /// Whether a change to this token is in flight.
    #[must_use]
    pub fn is_busy(&self, token: &TokenId) -> bool {
        let is_rotating = || self.rotations.run.as_ref().is_some_and(|run| run.has(token));
        self.in_flight.iter().any(|f| f.intent.is_about(token)) || is_rotating()
    }

    /// The API token or personal token with this id, as last listed.
    #[must_use]
    pub fn delete_target(&self, id: &TokenId) -> Option<DeleteTarget> {
        let api = self.data.token(id).cloned().map(|token| DeleteTarget::Api(vec![token]));
        api.or_else(|| self.data.personal_token(id).cloned().map(DeleteTarget::Personal))
    }

    /// Records that a change has regenerated a token.
    pub fn rotated(
        &mut self,
        change: &InFlightChange,
        new: Option<TokenId>,
        entry: Option<EntryId>,
    ) {
        let Intent::Regenerate { old, old_ends, .. } = &change.intent else { return };
        let session = &change.session;
        let location = Location {
            deployment: session.deployment.raw().to_owned(),
            url: session.url.clone(),
            org: session.org.as_ref().map(|org| org.raw().to_owned()),
        };
        let (at, old, old_ends) = (self.now, old.clone(), *old_ends);
        let name = change.intent.name().raw().to_owned();
        let pair = Rotation::new(location, at, name, (old, old_ends), new);
        self.rotations.own.extend(entry.clone());
        let pair = Rotation { entry, ..pair };
        self.rotations.contents.rotations.push(pair);
        self.touch(Topic::Rotations);
    }

    /// Forgets the pairs that this deleted token belongs to.
    pub fn forget_rotations(&mut self, gone: &TokenId) {
        self.rotations.contents.rotations.retain(|r| !r.has(gone));
        self.touch(Topic::Rotations);
    }

    /// Adds a new token to the list without waiting for a refresh.
    pub fn insert_token(&mut self, token: Option<&ApiToken>) {
        if let Some(token) = token {
            self.data.insert_token(token);
            self.touch(Topic::Tokens);
        }
    }

    /// Sets the expiry of an old token.
    pub fn shorten(&mut self, old: &TokenId, expiry: Expiry) {
        self.data.set_expiry(old, expiry);
        self.touch(Topic::Tokens);
    }

    /// Removes deleted tokens from the list.
    pub fn drop_tokens(&mut self, gone: &[TokenId]) {
        self.data.remove_tokens(gone);
        self.touch(Topic::Tokens);
    }
}

/// How a new token differs from the request.
#[must_use]
pub fn not_as_asked(
    created: &Created<ApiToken>,
    change: Option<&InFlightChange>,
) -> Vec<Difference> {
    let asked = change.and_then(|change| change.asked.as_ref());
    let both = asked.zip(created.token.as_ref());
    both.map(|(asked, token)| differences(asked, token, created.present)).unwrap_or_default()
}

/// How a new personal token differs from the request.
#[must_use]
pub fn personal_not_as_asked(
    created: &Created<PersonalToken>,
    change: Option<&InFlightChange>,
) -> Vec<Difference> {
    let asked = change.and_then(|change| change.asked.as_ref());
    let both = asked.zip(created.token.as_ref());
    both.map(|(asked, token)| personal_differences(asked, token)).unwrap_or_default()
}
