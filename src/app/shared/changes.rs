//! Changes to tokens, and the pairs of old and new tokens from regenerations.

use std::collections::HashSet;

use super::{Shared, Topic};
use crate::{
    api::call::Created,
    app::{delete_target::DeleteTarget, in_flight::InFlightChange, time::after},
    domain::{ApiToken, Expiry, PersonalToken, SafeText, TokenId},
    journal::{Difference, Location, Rotation, differences, personal_differences},
    ops::change::Intent,
};

/// Milliseconds for which the list may still lack a new token.
const LATE_MS: i64 = 60_000;

impl Shared {
    /// Whether a change to this token is in flight.
    #[must_use]
    pub fn is_busy(&self, token: &TokenId) -> bool {
        self.in_flight.iter().any(|f| f.intent.is_about(token))
    }

    /// The API token or personal token with this id, as last listed.
    #[must_use]
    pub fn delete_target(&self, id: &TokenId) -> Option<DeleteTarget> {
        let api = self.data.token(id).cloned().map(|token| DeleteTarget::Api(vec![token]));
        api.or_else(|| self.data.personal_token(id).cloned().map(DeleteTarget::Personal))
    }

    /// The latest regeneration in this organisation with this token as the old or the new
    /// one, while the old one works.
    #[must_use]
    pub fn rotation(&self, id: &TokenId) -> Option<&Rotation> {
        let org = self.session.org.as_ref().map(SafeText::raw);
        self.rotations.iter().rev().find(|r| {
            r.has(id) && r.old_ends > self.server_now() && r.is_at(&self.session.url, org)
        })
    }

    /// The regeneration that replaced this token.
    #[must_use]
    pub fn replaced(&self, id: &TokenId) -> Option<&Rotation> {
        self.rotation(id).filter(|r| r.old == *id)
    }

    /// The tokens that a regeneration has replaced and that still work.
    #[must_use]
    pub fn replaced_tokens(&self) -> Vec<&TokenId> {
        let old = self.rotations.iter().map(|r| &r.old);
        old.filter(|old| self.replaced(old).is_some()).collect()
    }

    /// Records that a change has regenerated a token.
    pub fn rotated(&mut self, change: &InFlightChange, new: Option<TokenId>) {
        let Intent::Regenerate { old, old_ends, .. } = &change.intent else { return };
        let session = &change.session;
        let location = Location {
            deployment: session.deployment.raw().to_owned(),
            url: session.url.clone(),
            org: session.org.as_ref().map(|org| org.raw().to_owned()),
        };
        let (at, old, old_ends) = (self.now, old.clone(), *old_ends);
        let name = change.intent.name().raw().to_owned();
        self.rotations.push(Rotation::new(location, at, name, (old, old_ends), new));
    }

    /// Forgets pairs whose new token is not in the list, because somebody deleted it. Recent
    /// pairs stay: the list may show a new token late.
    pub fn prune_rotations(&mut self) {
        if self.data.tokens.value().is_none() || self.rotations.is_empty() {
            return;
        }
        let listed: HashSet<&TokenId> = self.data.listed_tokens().iter().map(|t| &t.id).collect();
        let (url, org) = (&self.session.url, self.session.org.as_ref().map(SafeText::raw));
        let now = self.now;
        self.rotations.retain(|r| {
            let is_gone = r.new.as_ref().is_some_and(|new| !listed.contains(new));
            !is_gone || !r.is_at(url, org) || now < after(r.at, LATE_MS)
        });
    }

    /// Forgets the pairs that this deleted token belongs to.
    pub fn forget_rotations(&mut self, gone: &TokenId) {
        self.rotations.retain(|r| r.old != *gone && r.new.as_ref() != Some(gone));
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
