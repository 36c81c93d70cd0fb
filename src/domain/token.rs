//! API tokens: listed ones, and requests to create and regenerate them.

use std::fmt;

use jiff::Timestamp;
use serde::Serialize;

use super::{
    capability::{Scope, Verbs},
    expiry::{Expiry, TokenExpiry},
    grants::Grants,
    safe_text::SafeText,
};

/// A token counts as expiring in the last days before its expiry: this many.
pub const EXPIRING_DAYS: i64 = 14;

/// A token's id. Its format is not documented, so it is opaque.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TokenId(SafeText);

impl TokenId {
    /// The id as the server sent it.
    #[must_use]
    pub fn new(raw: impl Into<SafeText>) -> Self {
        Self(raw.into())
    }

    /// The unchanged id, for the API.
    #[must_use]
    pub fn raw(&self) -> &str {
        self.0.raw()
    }

    /// The first and last four characters: `7f3c…a91f`.
    #[must_use]
    pub fn short(&self) -> String {
        let shown: Vec<char> = self.0.shown().chars().collect();
        match shown.len() {
            0..=12 => shown.into_iter().collect(),
            n => {
                let head: String = shown[..4].iter().collect();
                let tail: String = shown[n - 4..].iter().collect();
                format!("{head}…{tail}")
            }
        }
    }
}

impl fmt::Display for TokenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An API token, as the server lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiToken {
    /// The token's id.
    pub id: TokenId,
    /// The token's name; not unique.
    pub name: SafeText,
    /// The description; may be empty.
    pub description: SafeText,
    /// When the token stops working.
    pub expiry: TokenExpiry,
    /// What the token may do.
    pub grants: Grants,
}

/// Which members of a token a response contains. Members that are left out are unknown,
/// not empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "one for each member")]
pub struct PresentMembers {
    /// The response has the name.
    pub name: bool,
    /// The response has the description.
    pub description: bool,
    /// The response has the expiry.
    pub expiry: bool,
    /// The response has at least one scope's rights.
    pub rights: bool,
}

/// The type of token that the console shows. The API has no such field: it is inferred.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Ingest only.
    Basic,
    /// Any other rights.
    Advanced,
}

impl Kind {
    /// The lower-case name, on screens and in JSON.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Basic => "basic",
            Self::Advanced => "advanced",
        }
    }

    /// Infers the type: basic is ingest into datasets and nothing else.
    #[must_use]
    pub fn of(grants: &Grants) -> Self {
        let ingest = &Scope::Dataset.capabilities()[0];
        let only_ingest = grants.datasets.iter().all(|(_, rights)| {
            rights.verbs(ingest) == Verbs::C && rights.count() == 1 && rights.unknown().is_empty()
        });
        let basic = only_ingest
            && !grants.datasets.is_empty()
            && grants.views.is_empty()
            && grants.org.is_empty()
            && grants.unknown.is_empty();
        if basic { Self::Basic } else { Self::Advanced }
    }
}

/// A token's state at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// No longer works.
    Expired,
    /// Works, and expires within the next 14 days.
    Expiring,
    /// Works, and expires later or never.
    Active,
    /// The expiry cannot be read.
    Unknown,
}

impl State {
    /// The state's name in JSON and in tables.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::Expiring => "expiring",
            Self::Active => "active",
            Self::Unknown => "unknown",
        }
    }
}

impl ApiToken {
    /// The type that the console shows for this token.
    #[must_use]
    pub fn kind(&self) -> Kind {
        Kind::of(&self.grants)
    }

    /// What a new token like this one is, with these rights or else its own.
    #[must_use]
    pub fn renewed(&self, rights: Option<&Grants>, new_expiry: Expiry) -> Renewal {
        rights.map_or(Renewal::Same { new_expiry }, |grants| {
            Renewal::Replaced(Box::new(NewToken {
                name: self.name.raw().to_owned(),
                description: self.description.raw().to_owned(),
                expiry: new_expiry,
                grants: grants.clone(),
            }))
        })
    }

    /// The state at `now`.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> State {
        match self.expiry.known() {
            None => State::Unknown,
            Some(expiry) if expiry.is_past(now) => State::Expired,
            Some(expiry) if expiry.is_within_days(now, EXPIRING_DAYS) => State::Expiring,
            Some(_) => State::Active,
        }
    }
}

/// Sorts positions of tokens by rank, lowest first, then by name ignoring case.
pub fn sort(positions: &mut [usize], tokens: &[ApiToken], rank: &dyn Fn(usize) -> u64) {
    positions.sort_by_cached_key(|at| {
        let name = tokens.get(*at).map(|token| token.name.shown().to_lowercase());
        (rank(*at), name, *at)
    });
}

/// A request to create an API token, or the definition that replaces one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewToken {
    /// The token's name; not empty.
    pub name: String,
    /// The description; may be empty.
    pub description: String,
    /// When the token stops working.
    pub expiry: Expiry,
    /// What the token may do.
    pub grants: Grants,
}

/// A request to regenerate a token: the new token has a new id and secret, and both tokens
/// work until `old_ends`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Regeneration {
    /// When the old token stops working; required by the API.
    pub old_ends: Timestamp,
    /// What the new token is like.
    pub renewal: Renewal,
}

/// What the new token of a regeneration is like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Renewal {
    /// Like the old token, with another expiry.
    Same {
        /// The new token's expiry. Always sent, since it is not known what the server does
        /// without it.
        new_expiry: Expiry,
    },
    /// A new definition, which includes the expiry.
    Replaced(Box<NewToken>),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Target, Unknown};

    fn with(dataset: &str, capability: &str, verbs: Verbs) -> Grants {
        let mut grants = Grants::default();
        let capability = Scope::Dataset.capability(capability).unwrap();
        grants.set(&Target::Dataset(dataset.into()), capability, verbs).unwrap();
        grants
    }

    #[test]
    fn basic_tokens_only_ingest_into_datasets() {
        let mut grants = with("a", "ingest", Verbs::C);
        assert_eq!(Kind::of(&grants), Kind::Basic);
        grants.org.set(&Scope::Org.capabilities()[0], Verbs::R).unwrap();
        assert_eq!(Kind::of(&grants), Kind::Advanced);
        assert_eq!(Kind::of(&with("a", "query", Verbs::R)), Kind::Advanced);
        assert_eq!(Kind::of(&Grants::default()), Kind::Advanced);

        let mut newer = with("a", "ingest", Verbs::C);
        let mut rights = newer.datasets.get("a").unwrap().clone();
        let capability = &Scope::Dataset.capabilities()[0];
        rights.keep_unknown(Unknown::Verb { capability, json: "\"stream\"".into() });
        newer.put(&Target::Dataset("a".into()), rights);
        assert_eq!(Kind::of(&newer), Kind::Advanced, "an unknown verb is not basic");
    }

    #[test]
    fn short_ids_keep_both_ends() {
        assert_eq!(TokenId::new("7f3c0000-1111-a91f").short(), "7f3c…a91f");
        assert_eq!(TokenId::new("short").short(), "short");
    }

    #[test]
    fn state_follows_the_clock() {
        let at: Timestamp = "2026-11-23T14:00:00Z".parse().unwrap();
        let token = ApiToken {
            id: TokenId::new("x"),
            name: "x".into(),
            description: "".into(),
            expiry: Expiry::At(at).into(),
            grants: Grants::default(),
        };
        let days = |n: i64| Timestamp::from_second(at.as_second() - n * 86_400).unwrap();
        assert_eq!(token.state(days(0)), State::Expired);
        assert_eq!(token.state(days(14)), State::Expiring);
        assert_eq!(token.state(days(15)), State::Active);
    }
}
