//! What is known about the use of a token as a whole.

use jiff::Timestamp;

use super::{Unknowable, Usage, Verdict};
use crate::domain::token::ApiToken;

/// Whether a token is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overall {
    /// It did something in the window.
    Used,
    /// Nothing was seen of it, although its use would be in the log.
    Unused,
    /// It cannot be known.
    Unknown(Unknowable),
}

impl Overall {
    /// The word for a column. [`Unknowable::short`] has the reason for the last one.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Used => "used",
            Self::Unused => "unused",
            Self::Unknown(_) => "unknown",
        }
    }
}

impl Usage {
    /// Whether a token is used.
    #[must_use]
    pub fn overall(&self, token: &ApiToken) -> Overall {
        if self.last(token).is_some() {
            return Overall::Used;
        }
        if self.is_unused(token) {
            return Overall::Unused;
        }
        let unknown = |right: super::RightUse| match right.verdict {
            Verdict::Unknown(why) => Some(why),
            Verdict::Used { .. } | Verdict::NotSeen => None,
        };
        let why = self.of(token).filter_map(unknown).find(|why| !why.is_of_right());
        Overall::Unknown(why.unwrap_or(Unknowable::NotLogged))
    }

    /// The moment since which nothing was seen of a token: its last use, or the start of the
    /// window if it is unused. `None` if it may have done something since that the log does
    /// not show.
    #[must_use]
    pub fn idle_since(&self, token: &ApiToken) -> Option<Timestamp> {
        let Some(last) = self.last(token) else {
            return self.is_unused(token).then_some(self.window.since);
        };
        if !self.is_complete || token.grants.has_unknown() {
            return None;
        }
        let mut since = last.at;
        for right in self.of(token) {
            match right.verdict {
                Verdict::Unknown(why) if !why.is_of_right() && why != Unknowable::Young => {
                    return None;
                }
                _ => {}
            }
            // Others may have been this token.
            let others = [Some(&self.strangers), self.shared.get(&token.name)];
            for trace in others.into_iter().flatten() {
                let count = trace.on(&right.target, right.capability, right.verb);
                since = count.map_or(since, |count| since.max(count.last));
            }
        }
        Some(since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        Capability, Expiry, Grants, Scope, Target, TokenId, Verbs,
        usage::{
            Actor, Deed,
            example::{ago, deed, log, now},
        },
    };

    fn capability(wire: &str) -> &'static Capability {
        Scope::Dataset.capability(wire).unwrap()
    }

    fn token(id: &str, rights: &[(&str, &str, Verbs)]) -> ApiToken {
        let mut grants = Grants::default();
        for (name, wire, verbs) in rights {
            let target = Target::Dataset((*name).into());
            grants.set(&target, capability(wire), *verbs).unwrap();
        }
        ApiToken {
            id: TokenId::new(id),
            name: "twin".into(),
            description: "".into(),
            expiry: Expiry::parse("80d", now()).unwrap().into(),
            grants,
        }
    }

    const READS: (&str, &str, Verbs) = ("a", "query", Verbs::R);
    const SENDS: (&str, &str, Verbs) = ("sent-to", "ingest", Verbs::C);

    fn queried(id: &str, name: &str, days: i64) -> Deed {
        let actor = Actor { id: id.into(), name: name.into(), email: "".into() };
        Deed { actor, ..deed(id, "runAPLQuery", &["a"], days) }
    }

    #[test]
    fn a_token_is_idle_since_it_was_last_seen_unless_it_may_have_done_more() {
        let idle = |tokens: &[ApiToken], deeds: Vec<Deed>| {
            Usage::new(tokens, Some(&[]), log(30, deeds)).idle_since(&tokens[0])
        };
        let one = token("1", &[READS]);
        let other = token("2", &[READS]);
        let both = [one.clone(), other];
        assert_eq!(idle(&both, vec![queried("1", "", 20)]), Some(ago(20)));
        assert_eq!(idle(&both, vec![queried("2", "", 20)]), Some(ago(30)));
        // Its name or somebody without a name was seen later.
        let deeds = |later| vec![queried("1", "", 20), later];
        assert_eq!(idle(&both, deeds(queried("", "twin", 4))), Some(ago(4)));
        assert_eq!(idle(&both, deeds(queried("", "", 3))), Some(ago(3)));
        // It may have sent events.
        let sender = [token("1", &[READS, SENDS])];
        assert_eq!(idle(&sender, vec![queried("1", "", 20)]), None);
        let mut cut = log(30, vec![queried("1", "", 20)]);
        cut.deeds.is_complete = false;
        assert_eq!(Usage::new(&both, Some(&[]), cut).idle_since(&one), None);
    }

    #[test]
    fn a_token_is_used_unused_or_unknown_for_a_reason() {
        let tokens = [
            token("1", &[READS, SENDS]),
            token("2", &[READS]),
            token("3", &[READS, SENDS]),
            token("4", &[("a", "share", Verbs::C)]),
            token("5", &[]),
        ];
        let usage = Usage::new(&tokens, Some(&[]), log(30, vec![queried("1", "", 20)]));
        let all: Vec<_> = tokens.iter().map(|token| usage.overall(token)).collect();
        let unknown = Overall::Unknown;
        let trace = unknown(Unknowable::NotLogged);
        let any = unknown(Unknowable::AnyToken);
        assert_eq!(all, [Overall::Used, Overall::Unused, any, trace, trace]);
        let nobody = Usage::new(&tokens, Some(&[]), log(30, Vec::new()));
        assert_eq!(nobody.overall(&tokens[1]), unknown(Unknowable::NotNamed));
    }
}
