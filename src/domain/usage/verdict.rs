//! The verdict on each right of a token, and the narrower rights that follow.

use jiff::Timestamp;
use serde::Serialize;

use super::{Naming, Usage, actions};
use crate::domain::{
    capability::{Capability, Scope, Verb, Verbs},
    grants::{Grants, Target, WILDCARD},
    token::ApiToken,
};

/// Why it cannot be known whether a right is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Unknowable {
    /// The log does not name tokens.
    NotNamed,
    /// The log has no entries for this right.
    NotLogged,
    /// The dataset received events; the log does not say from which token.
    AnyToken,
    /// The log has no numbers of received events.
    NoIngest,
    /// Several tokens have this name, and one of them used the right.
    SharedName,
    /// An actor without a name used the right.
    Nameless,
    /// The server did not return all entries.
    Incomplete,
    /// The token is younger than the queried part of the log, or its age is not known.
    Young,
}

impl Unknowable {
    /// The reason, as in "can't be known: reads and settings leave no trace".
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::NotNamed => "the log does not name tokens",
            Self::NotLogged => "its use leaves no trace in the log",
            Self::AnyToken => "events arrived, but not from which token",
            Self::NoIngest => "the log has no numbers of received events",
            Self::SharedName => "a token of the same name used it",
            Self::Nameless => "somebody without a name used it",
            Self::Incomplete => "the log was not read to its end",
            Self::Young => "the token is younger than the log",
        }
    }

    /// The reason in a few words, for a column.
    #[must_use]
    pub const fn short(self) -> &'static str {
        match self {
            Self::NotNamed => "log names no tokens",
            Self::NotLogged => "leaves no trace",
            Self::AnyToken => "ingest not logged by token",
            Self::NoIngest => "no ingest numbers",
            Self::SharedName => "name is shared",
            Self::Nameless => "nameless actors",
            Self::Incomplete => "log incomplete",
            Self::Young => "too young",
        }
    }

    /// Whether the right itself can never be judged, for any token.
    #[must_use]
    pub const fn is_of_right(self) -> bool {
        matches!(self, Self::NotLogged)
    }
}

/// Whether a right is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It was used.
    Used {
        /// How many times.
        times: u64,
        /// When it was last used.
        last: Timestamp,
    },
    /// It was not used in the window.
    NotSeen,
    /// It cannot be known.
    Unknown(Unknowable),
}

/// A right of a token, with its verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RightUse {
    /// What the right applies to.
    pub target: Target,
    /// The capability.
    pub capability: &'static Capability,
    /// The verb.
    pub verb: Verb,
    /// Whether it is used.
    pub verdict: Verdict,
}

impl Usage {
    /// Whether a token used a right that it has.
    #[must_use]
    pub fn verdict(
        &self,
        token: &ApiToken,
        target: &Target,
        capability: &Capability,
        verb: Verb,
    ) -> Verdict {
        use Unknowable as Why;
        let own = self.tokens.get(&token.id).and_then(|t| t.on(target, capability, verb));
        if let Some(count) = own {
            return Verdict::Used { times: count.times, last: count.last };
        }
        let is_ingest = capability.scope == Scope::Dataset && capability.wire == "ingest";
        let used_by = |trace: &super::Trace| trace.on(target, capability, verb).is_some();
        let why = if self.naming == Naming::Nobody {
            Why::NotNamed
        } else if is_ingest {
            match self.received_by(target) {
                None => Why::NoIngest,
                Some(true) => Why::AnyToken,
                Some(false) if self.may_be_young(token) => Why::Young,
                Some(false) => return Verdict::NotSeen,
            }
        } else if !actions::is_logged(capability, verb) {
            Why::NotLogged
        } else if self.shared.get(&token.name).is_some_and(used_by) {
            Why::SharedName
        } else if used_by(&self.strangers) {
            Why::Nameless
        } else if !self.is_complete {
            Why::Incomplete
        } else if self.may_be_young(token) {
            Why::Young
        } else {
            return Verdict::NotSeen;
        };
        Verdict::Unknown(why)
    }

    /// Whether the dataset, or any for `*`, received events. `None` if that is not known.
    fn received_by(&self, target: &Target) -> Option<bool> {
        let received = self.received.as_ref()?;
        let name = target.name()?;
        let bytes = |name| received.get(name).is_some_and(|bytes| *bytes > 0.0);
        Some(if name.raw() == WILDCARD { received.keys().any(bytes) } else { bytes(name) })
    }

    /// All known rights of a token, with their verdicts.
    pub fn of<'a>(&'a self, token: &'a ApiToken) -> impl Iterator<Item = RightUse> + 'a {
        token.grants.rows().flat_map(move |(target, rights)| {
            let rights = rights.clone();
            target.scope().capabilities().iter().flat_map(move |capability| {
                let target = target.clone();
                rights.verbs(capability).iter().map(move |verb| RightUse {
                    verdict: self.verdict(token, &target, capability, verb),
                    target: target.clone(),
                    capability,
                    verb,
                })
            })
        })
    }

    /// Whether nothing was seen of a token although it would be in the log: no right was
    /// used, at least one can be judged, the others leave no trace at all, and axtok knows
    /// all of them.
    #[must_use]
    pub fn is_unused(&self, token: &ApiToken) -> bool {
        if self.last(token).is_some() || token.grants.has_unknown() {
            return false;
        }
        let mut is_one_judged = false;
        for right in self.of(token) {
            match right.verdict {
                Verdict::NotSeen => is_one_judged = true,
                Verdict::Unknown(why) if why.is_of_right() => {}
                Verdict::Unknown(_) | Verdict::Used { .. } => return false,
            }
        }
        is_one_judged
    }

    /// The token's rights without those that were not seen. `*` with queries that all have a
    /// name becomes the queried datasets or views. `None` if nothing changes.
    #[must_use]
    pub fn narrowed(&self, token: &ApiToken) -> Option<Grants> {
        let mut grants = token.grants.clone();
        for RightUse { target, capability, verb, verdict } in self.of(token) {
            if verdict == Verdict::NotSeen {
                let left = grants.verbs(&target, capability).minus(Verbs::from_iter([verb]));
                // Cannot fail: a subset of the verbs that it had.
                let _ = grants.set(&target, capability, left);
            }
            let is_all = target.name().is_some_and(|name| name.raw() == WILDCARD);
            if is_all && matches!(verdict, Verdict::Used { .. }) {
                self.name_used(token, &mut grants, &target, capability, verb);
            }
        }
        (grants != token.grants).then_some(grants)
    }

    /// Moves a right from `*` to the datasets or views that it was used on.
    fn name_used(
        &self,
        token: &ApiToken,
        grants: &mut Grants,
        all: &Target,
        capability: &'static Capability,
        verb: Verb,
    ) {
        let is_judged = self.is_complete
            && actions::is_logged(capability, verb)
            && !self.may_be_young(token)
            && self.strangers.on(all, capability, verb).is_none()
            && self.shared.get(&token.name).is_none_or(|t| t.on(all, capability, verb).is_none());
        let names = self.tokens.get(&token.id).and_then(|t| t.names(capability, verb));
        let (true, Some(names)) = (is_judged, names) else { return };
        let set = |grants: &mut Grants, target: &Target, verbs| {
            // Cannot fail: the capability has the verb.
            let _ = grants.set(target, capability, verbs);
        };
        for name in names {
            let Some(target) = Target::named(all.scope(), name.clone()) else { continue };
            let verbs = grants.verbs(&target, capability).with(verb);
            set(grants, &target, verbs);
        }
        let left = grants.verbs(all, capability).minus(Verbs::from_iter([verb]));
        set(grants, all, left);
    }
}
