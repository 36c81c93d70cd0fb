//! Fetched data. Layers refer to tokens by id, not by position, so that changes to the
//! list do not affect them.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use foldhash::fast::RandomState;
use jiff::Timestamp;

use super::super::{
    effect::{LayerId, Ticket},
    remote::{Load, Remote},
};
use crate::{
    api::error::Failure,
    domain::{
        ApiToken, Dataset, Expiry, Org, PersonalToken, TokenId, User, View, audit::AuditLog,
        confirm::Confirmation, usage::Usage,
    },
};

/// A part of the shared data whose changes layers are notified about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    /// The API tokens.
    Tokens,
    /// The names of datasets.
    Datasets,
    /// The names of views.
    Views,
    /// The organisations that the credential can access.
    Orgs,
    /// The user that the credential belongs to.
    User,
    /// The user's personal tokens.
    Personal,
    /// The audit log's entries about tokens.
    Audit,
    /// What tokens do, from the audit log.
    Usage,
    /// The accepted findings.
    Accepted,
    /// The unconfirmed changes.
    Unconfirmed,
    /// The journal has new lines.
    Journal,
    /// The plan for rotations, the pairs of old and new tokens, and the rotation in progress.
    Rotations,
    /// The server's clock, which decides when tokens expire.
    Clock,
}

/// When a list was fetched.
#[derive(Clone, Debug)]
pub struct Age {
    /// When the request was sent whose response is shown, on this computer's clock.
    pub at: Timestamp,
    /// Why the refresh after it failed, if one did.
    pub failed: Option<Failure>,
}

/// The data fetched from the server.
#[derive(Debug, Default)]
pub struct Data {
    /// The API tokens. A user of positions in this list must keep the `Arc`, so that the
    /// positions stay valid.
    pub tokens: Remote<Arc<Vec<ApiToken>>>,
    /// The position of each token in that list.
    positions: HashMap<TokenId, usize, RandomState>,
    /// When the tokens were last requested.
    pub listed: Option<Timestamp>,
    /// The datasets.
    pub datasets: Remote<Vec<Dataset>>,
    /// The views.
    pub views: Remote<Vec<View>>,
    /// The organisations that the credential can access.
    pub orgs: Remote<Vec<Org>>,
    /// The user that the credential belongs to.
    pub user: Remote<User>,
    /// The user's personal tokens.
    pub personal: Remote<Vec<PersonalToken>>,
    /// The audit log; fetched on demand only.
    pub audit: Remote<AuditLog>,
    /// What the tokens do; fetched on demand, or with the list if the settings say so.
    pub usage: Remote<Box<Usage>>,
    /// The layer that asked for the audit log.
    pub audit_asker: Option<LayerId>,
    /// When each list was fetched.
    pub ages: BTreeMap<Topic, Age>,
}

impl Data {
    /// The API tokens; empty if there is no list.
    #[must_use]
    pub fn listed_tokens(&self) -> &[ApiToken] {
        self.tokens.value().map_or(&[], |tokens| tokens.as_slice())
    }

    /// The position of a token in [`Self::tokens`].
    #[must_use]
    pub fn position(&self, id: &TokenId) -> Option<usize> {
        self.positions.get(id).copied()
    }

    /// The token with this id, as last listed.
    #[must_use]
    pub fn token(&self, id: &TokenId) -> Option<&ApiToken> {
        self.tokens.value()?.get(self.position(id)?)
    }

    /// What confirms a change that ends these tokens.
    #[must_use]
    pub fn confirmation(&self, tokens: &[ApiToken]) -> Confirmation {
        let all = self.listed_tokens().iter().map(|t| (&t.name, &t.id));
        Confirmation::of(tokens.iter().map(|t| (&t.name, &t.id)), &all)
    }

    /// The personal token with this id, as last listed.
    #[must_use]
    pub fn personal_token(&self, id: &TokenId) -> Option<&PersonalToken> {
        self.personal.value()?.iter().find(|t| t.id == *id)
    }

    /// The requests in progress.
    #[must_use]
    pub const fn loads(&self) -> [Option<Load>; 8] {
        [
            self.tokens.load(),
            self.datasets.load(),
            self.views.load(),
            self.orgs.load(),
            self.user.load(),
            self.personal.load(),
            self.audit.load(),
            self.usage.load(),
        ]
    }

    /// The topic that the response to this ticket belongs to, and the request; `None` if
    /// nothing waits for it.
    #[must_use]
    pub fn awaits(&self, ticket: Ticket) -> Option<(Topic, Load)> {
        const TOPICS: [Topic; 8] = [
            Topic::Tokens,
            Topic::Datasets,
            Topic::Views,
            Topic::Orgs,
            Topic::User,
            Topic::Personal,
            Topic::Audit,
            Topic::Usage,
        ];
        let found = TOPICS.into_iter().zip(self.loads());
        found
            .filter_map(|(topic, load)| Some((topic, load?)))
            .find(|(_, load)| load.ticket == ticket)
    }

    /// Stores the response to a request for the tokens; see [`Remote::resolve`].
    pub fn settle_tokens(&mut self, answer: Result<Vec<ApiToken>, Failure>) -> Option<Failure> {
        let failure = self.tokens.resolve(answer.map(Arc::new));
        self.index_positions();
        failure
    }

    /// Adds a new token to the list.
    pub fn insert_token(&mut self, token: &ApiToken) {
        if let Some(tokens) = self.tokens.value_mut()
            && !self.positions.contains_key(&token.id)
        {
            self.positions.insert(token.id.clone(), tokens.len());
            Arc::make_mut(tokens).push(token.clone());
        }
    }

    /// Sets a token's expiry.
    pub fn set_expiry(&mut self, id: &TokenId, expiry: Expiry) {
        let at = self.position(id);
        if let (Some(at), Some(tokens)) = (at, self.tokens.value_mut())
            && let Some(token) = Arc::make_mut(tokens).get_mut(at)
        {
            token.expiry = expiry.into();
        }
    }

    /// Removes deleted tokens from the list.
    pub fn remove_tokens(&mut self, gone: &[TokenId]) {
        let gone: std::collections::HashSet<&TokenId> = gone.iter().collect();
        if let Some(tokens) = self.tokens.value_mut() {
            Arc::make_mut(tokens).retain(|t| !gone.contains(&t.id));
        }
        self.index_positions();
    }

    fn index_positions(&mut self) {
        // Reversed, so that the first of two tokens with the same id wins.
        let all = self.listed_tokens().iter().enumerate().rev();
        self.positions = all.map(|(at, token)| (token.id.clone(), at)).collect();
    }
}
