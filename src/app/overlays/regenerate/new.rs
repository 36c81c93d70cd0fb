//! What the new tokens of a regeneration are like.

use crate::{
    app::{run::Item, shared::Shared},
    domain::{ApiToken, Expiry, Grants, NewToken, policy::Subject, token::Renewal},
};

/// What the new tokens are like.
#[derive(Debug)]
pub enum New {
    /// Like the old ones.
    Same,
    /// A single token as a draft describes it, with its expiry.
    Drafted(Box<NewToken>),
    /// Like the old ones with other rights, one for each token.
    Edited(Vec<Grants>),
}

impl New {
    /// The name and the rights of the new token at this place; `None` if they stay the same.
    #[must_use]
    pub fn token<'a>(&'a self, at: usize, old: &'a [ApiToken]) -> Option<(&'a str, &'a Grants)> {
        match self {
            Self::Same => None,
            Self::Drafted(draft) => Some((&draft.name, &draft.grants)),
            Self::Edited(rights) => Some((old.get(at)?.name.raw(), rights.get(at)?)),
        }
    }

    /// The replacement of a single token. A draft has its own expiry.
    #[must_use]
    pub fn renewal(&self, old: &ApiToken, new_expiry: Expiry) -> Renewal {
        match self {
            Self::Same => old.renewed(None, new_expiry),
            Self::Drafted(draft) => Renewal::Replaced(draft.clone()),
            Self::Edited(rights) => old.renewed(rights.first(), new_expiry),
        }
    }

    /// The items of a run over these tokens.
    #[must_use]
    pub fn items(self, tokens: Vec<ApiToken>) -> Vec<Item> {
        let rights = if let Self::Edited(rights) = self { rights } else { Vec::new() };
        let mut rights = rights.into_iter();
        tokens.into_iter().map(|token| Item::new(token, rights.next())).collect()
    }

    /// Whether the list lacks one of these tokens by now, or has other rights for it than the
    /// new ones were made from.
    #[must_use]
    pub fn is_stale(&self, tokens: &[ApiToken], shared: &Shared) -> bool {
        let differs = |old: &ApiToken| {
            shared.data.token(&old.id).is_none_or(|listed| listed.grants != old.grants)
        };
        matches!(self, Self::Edited(_))
            && shared.data.tokens.value().is_some()
            && tokens.iter().any(differs)
    }

    /// What the organisation's rules are about: the new token for the one at this place, with
    /// this expiry.
    pub(super) fn subject<'a>(
        &'a self,
        at: usize,
        token: &'a ApiToken,
        expiry: Expiry,
    ) -> Subject<'a> {
        match self {
            Self::Drafted(draft) => draft.as_ref().into(),
            Self::Same => Subject { expiry: expiry.into(), ..token.into() },
            Self::Edited(rights) => {
                let grants = rights.get(at).unwrap_or(&token.grants);
                Subject { expiry: expiry.into(), grants, ..token.into() }
            }
        }
    }
}
