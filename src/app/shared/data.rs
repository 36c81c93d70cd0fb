//! What was fetched. A token is found by its id: lists keep ids, not positions,
//! so that nothing has to be moved along when the list of tokens changes.

use std::{collections::HashMap, sync::Arc};

use foldhash::fast::RandomState;
use jiff::Timestamp;

use super::super::{
    effect::{LayerId, Ticket},
    remote::{Load, Remote},
};
use crate::{
    api::error::Failure,
    domain::{ApiToken, Dataset, Expiry, Org, PersonalToken, TokenId, User, View, audit::AuditLog},
};

/// Something shared, of which layers are told when it changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    Tokens,
    Datasets,
    Views,
    Orgs,
    User,
    Personal,
    Audit,
    /// Which findings are accepted.
    Accepted,
    /// Changes of which it is not known how they ended.
    Unconfirmed,
    /// The server's clock, by which tokens end.
    Clock,
}

/// What was fetched.
#[derive(Debug, Default)]
pub struct Data {
    /// Who looks at positions in it keeps the list itself, so that they mean the same
    /// tokens for good.
    pub tokens: Remote<Arc<Vec<ApiToken>>>,
    /// Where each token stands in that list.
    positions: HashMap<TokenId, usize, RandomState>,
    /// When they were asked for last.
    pub listed: Option<Timestamp>,
    pub datasets: Remote<Vec<Dataset>>,
    pub views: Remote<Vec<View>>,
    pub orgs: Remote<Vec<Org>>,
    pub user: Remote<User>,
    pub personal: Remote<Vec<PersonalToken>>,
    /// Asked for on demand only.
    pub audit: Remote<AuditLog>,
    /// Who asked for it.
    pub audit_asker: Option<LayerId>,
    pub stale: Stale,
}

/// Why lists could not be fetched again; those from before are still here.
#[derive(Clone, Debug, Default)]
pub struct Stale {
    pub datasets: Option<Failure>,
    pub views: Option<Failure>,
}

impl Data {
    /// The tokens that were listed; none if there is no list.
    #[must_use]
    pub fn listed_tokens(&self) -> &[ApiToken] {
        self.tokens.value().map_or(&[], |tokens| tokens.as_slice())
    }

    /// The position of a token in the list.
    #[must_use]
    pub fn position(&self, id: &TokenId) -> Option<usize> {
        self.positions.get(id).copied()
    }

    /// The token with this id, as last listed.
    #[must_use]
    pub fn token(&self, id: &TokenId) -> Option<&ApiToken> {
        self.tokens.value()?.get(self.position(id)?)
    }

    /// The personal token with this id, as last listed.
    #[must_use]
    pub fn personal_token(&self, id: &TokenId) -> Option<&PersonalToken> {
        self.personal.value()?.iter().find(|t| t.id == *id)
    }

    /// The requests that are on their way.
    #[must_use]
    pub const fn loads(&self) -> [Option<Load>; 7] {
        [
            self.tokens.load(),
            self.datasets.load(),
            self.views.load(),
            self.orgs.load(),
            self.user.load(),
            self.personal.load(),
            self.audit.load(),
        ]
    }

    /// What a request fills, if it is still waited for.
    #[must_use]
    pub fn awaits(&self, ticket: Ticket) -> Option<Topic> {
        const TOPICS: [Topic; 7] = [
            Topic::Tokens,
            Topic::Datasets,
            Topic::Views,
            Topic::Orgs,
            Topic::User,
            Topic::Personal,
            Topic::Audit,
        ];
        let found = TOPICS.into_iter().zip(self.loads());
        found
            .filter_map(|(topic, load)| Some((topic, load?)))
            .find_map(|(topic, load)| (load.ticket == ticket).then_some(topic))
    }

    /// Takes the answer to a request for the tokens.
    pub fn settle_tokens(&mut self, answer: Result<Vec<ApiToken>, Failure>) -> Option<Failure> {
        let failure = self.tokens.resolve(answer.map(Arc::new));
        self.find_places();
        failure
    }

    /// Puts a token into the list that an answer has told of.
    pub fn insert_token(&mut self, token: &ApiToken) {
        if let Some(tokens) = self.tokens.value_mut()
            && !self.positions.contains_key(&token.id)
        {
            self.positions.insert(token.id.clone(), tokens.len());
            Arc::make_mut(tokens).push(token.clone());
        }
    }

    /// A token ends then.
    pub fn set_expiry(&mut self, id: &TokenId, expiry: Expiry) {
        let at = self.position(id);
        if let (Some(at), Some(tokens)) = (at, self.tokens.value_mut())
            && let Some(token) = Arc::make_mut(tokens).get_mut(at)
        {
            token.expiry = expiry.into();
        }
    }

    /// Takes tokens that are gone out of the list.
    pub fn remove_tokens(&mut self, gone: &[TokenId]) {
        let gone: std::collections::HashSet<&TokenId> = gone.iter().collect();
        if let Some(tokens) = self.tokens.value_mut() {
            Arc::make_mut(tokens).retain(|t| !gone.contains(&t.id));
        }
        self.find_places();
    }

    fn find_places(&mut self) {
        // Of two with the same id the first is meant.
        let all = self.listed_tokens().iter().enumerate().rev();
        self.positions = all.map(|(at, token)| (token.id.clone(), at)).collect();
    }
}
