//! Pairs of an old and a new token from a regeneration, and how far the rotation is.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};

use super::entry::{EntryId, Location};
use crate::domain::{Fingerprint, TokenId};

/// How long the list may lack a new token.
const LATE: SignedDuration = SignedDuration::from_secs(60);

/// A completed regeneration: both tokens work until `old_ends`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotation {
    /// The journal's entry; `None` if it was not recorded, as in the demo.
    pub entry: Option<EntryId>,
    /// Where the token was regenerated.
    pub location: Location,
    /// When the regeneration was requested.
    pub at: Timestamp,
    /// The new token's name, as requested.
    pub name: String,
    /// The old token's id.
    pub old: TokenId,
    /// The new token's id; `None` if the response did not say.
    pub new: Option<TokenId>,
    /// When the old token stops working.
    pub old_ends: Timestamp,
    /// Whether it is part of a rotation with proof, which a later run may continue.
    pub is_planned: bool,
    /// How far it is.
    pub stage: Stage,
    /// The step that failed last and why, if none has succeeded since.
    pub stuck: Option<(Step, String)>,
    /// Recognises the new secret when it is read back from its store.
    pub print: Option<Fingerprint>,
    /// Where the secret went, in words.
    pub place: Option<String>,
}

/// How far a rotation is. Each stage includes those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// The new token exists.
    Made,
    /// The delivery has begun, so the store may have the secret.
    Delivering,
    /// The store has accepted the secret, or the admin has stored it.
    Delivered,
    /// The secret was read back, and the server accepts it.
    Proven,
    /// The users of the token are well.
    Probed,
}

/// A step of a rotation that can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Regenerate the token.
    Regenerate,
    /// Send the secret to its store.
    Deliver,
    /// Read it back and use it.
    Prove,
    /// Check the users of the token.
    Probe,
    /// Delete the old token.
    EndOld,
}

impl Step {
    /// All steps, in their order.
    pub const ALL: [Self; 5] =
        [Self::Regenerate, Self::Deliver, Self::Prove, Self::Probe, Self::EndOld];

    /// The name, in the journal, in JSON and on screens.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Regenerate => "regenerate",
            Self::Deliver => "deliver",
            Self::Prove => "prove",
            Self::Probe => "probe",
            Self::EndOld => "end-old",
        }
    }

    /// The step with this name.
    #[must_use]
    pub fn parse(label: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.label() == label)
    }
}

impl Rotation {
    /// A regeneration whose response has just arrived.
    #[must_use]
    pub fn new(
        location: Location,
        at: Timestamp,
        name: String,
        (old, old_ends): (TokenId, Timestamp),
        new: Option<TokenId>,
    ) -> Self {
        let (entry, stuck, print, place) = (None, None, None, None);
        let (is_planned, stage) = (false, Stage::Made);
        Self {
            entry,
            location,
            at,
            name,
            old,
            new,
            old_ends,
            is_planned,
            stage,
            stuck,
            print,
            place,
        }
    }

    /// Whether this token is the old or the new one.
    #[must_use]
    pub fn has(&self, id: &TokenId) -> bool {
        self.old == *id || self.new.as_ref() == Some(id)
    }

    /// Whether it still matters: the old token works, or a step of the rotation failed.
    #[must_use]
    pub fn lasts(&self, now: Timestamp) -> bool {
        self.old_ends > now || self.stuck.is_some()
    }

    /// Whether it happened at this address and, where both are known, in this
    /// organisation.
    #[must_use]
    pub fn is_at(&self, url: &str, org: Option<&str>) -> bool {
        self.location.is_at(url, org)
    }
}

/// The tokens that were replaced at this address and in this organisation, whether they still
/// work or not. A token whose successor is not listed any more counts as replaced no longer.
#[must_use]
pub fn replaced<'a>(
    rotations: &'a [Rotation],
    (url, org): (&str, Option<&str>),
    is_listed: impl Fn(&TokenId) -> bool,
    now: Timestamp,
) -> HashSet<&'a TokenId> {
    let is_it = |pair: &&Rotation| {
        let is_new = now.duration_since(pair.at) <= LATE;
        pair.is_at(url, org) && (is_new || pair.new.as_ref().is_none_or(&is_listed))
    };
    rotations.iter().filter(is_it).map(|pair| &pair.old).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_replaced_while_its_successor_is_listed() {
        let at: Timestamp = "2026-11-01T00:00:00Z".parse().unwrap();
        let pair = |old: &str, new: Option<&str>, org: &str| {
            let location = Location {
                deployment: "prod".to_owned(),
                url: "https://api.axiom.co".to_owned(),
                org: Some(org.to_owned()),
            };
            let old = (TokenId::new(old), at);
            Rotation::new(location, at, "ci".to_owned(), old, new.map(TokenId::new))
        };
        let all = [
            pair("a", Some("b"), "acme"),
            pair("c", Some("deleted"), "acme"),
            pair("d", None, "acme"),
            pair("e", Some("b"), "labs"),
        ];
        let olds = |url: &str, org: Option<&str>, now: &str| {
            let is_listed = |id: &TokenId| id.raw() == "b";
            let found = replaced(&all, (url, org), is_listed, now.parse().unwrap());
            let mut found: Vec<_> = found.into_iter().map(TokenId::raw).collect();
            found.sort_unstable();
            found
        };
        let (here, later) = ("https://api.axiom.co", "2026-11-23T14:00:00Z");
        assert_eq!(olds(here, Some("acme"), later), ["a", "d"]);
        assert_eq!(olds(here, None, later), ["a", "d", "e"]);
        assert_eq!(olds("https://other.test", None, later), [""; 0]);
        // The list may be older than the regeneration.
        assert_eq!(olds(here, Some("acme"), "2026-11-01T00:00:59Z"), ["a", "c", "d"]);
    }
}
