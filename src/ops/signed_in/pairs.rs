//! Which tokens belong together after a regeneration, as far as the journal knows.

use std::{collections::HashSet, sync::PoisonError};

use super::SignedIn;
use crate::{
    domain::{
        ApiToken, SafeText, TokenId,
        due::{DueToken, Within, due_tokens},
    },
    journal::{self, Rotation},
};

/// One of two tokens of a regeneration that both work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Half {
    /// Whether it is the old token.
    pub is_old: bool,
    /// The other token; `None` if the response did not say its id.
    pub other: Option<TokenId>,
}

impl Half {
    /// The word for it.
    #[must_use]
    pub const fn label(&self) -> &'static str {
        if self.is_old { "old" } else { "new" }
    }
}

impl SignedIn {
    /// The latest regeneration of this token, if its grace period has not ended.
    #[must_use]
    pub fn replaced(&self, old: &TokenId) -> Option<Rotation> {
        self.pair(|r| r.old == *old)
    }

    /// The regeneration that made this token, if the old one still works.
    #[must_use]
    pub fn replacing(&self, new: &TokenId) -> Option<Rotation> {
        self.pair(|r| r.new.as_ref() == Some(new))
    }

    /// Reads from the journal which tokens belong together. If it cannot be read, none do.
    pub async fn learn_pairs(&self) {
        if self.session.demo {
            return;
        }
        if let Ok(contents) = self.ops.journal_contents().await {
            let mut rotations = self.rotations.lock().unwrap_or_else(PoisonError::into_inner);
            *rotations = contents.rotations;
        }
    }

    /// Which half of a regeneration this token is, while both work.
    #[must_use]
    pub fn half(&self, token: &TokenId) -> Option<Half> {
        let old = self.replaced(token).map(|pair| Half { is_old: true, other: pair.new });
        old.or_else(|| {
            let pair = self.replacing(token)?;
            Some(Half { is_old: false, other: Some(pair.old) })
        })
    }

    /// Those of these tokens that are due. Reads from the journal which ones were replaced.
    pub async fn due(&self, tokens: &[ApiToken], within: &Within) -> Vec<DueToken> {
        self.learn_pairs().await;
        let listed: HashSet<&TokenId> = tokens.iter().map(|token| &token.id).collect();
        let (now, org) = (self.now(), self.session.org.as_ref().map(SafeText::raw));
        let rotations = self.rotations.lock().unwrap_or_else(PoisonError::into_inner);
        let is_listed = |id: &TokenId| listed.contains(id);
        let replaced = journal::replaced(&rotations, (&self.session.url, org), is_listed, now);
        due_tokens(tokens, |id| replaced.contains(id), within, now)
    }

    fn pair(&self, has: impl Fn(&Rotation) -> bool) -> Option<Rotation> {
        let (now, org) = (self.now(), self.session.org.as_ref().map(SafeText::raw));
        let rotations = self.rotations.lock().unwrap_or_else(PoisonError::into_inner);
        let is_it = |r: &&Rotation| has(r) && r.old_ends > now && r.is_at(&self.session.url, org);
        rotations.iter().rev().find(is_it).cloned()
    }
}
