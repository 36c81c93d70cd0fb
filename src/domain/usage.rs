//! What tokens do, from the audit log: which rights were used, which were not seen, and which
//! leave no trace.
//!
//! The log is not made for this, so a verdict is careful: a right is only called unused if
//! its use would be in the log, if the log names tokens at all, and if nobody used it who
//! could be the token.

mod actions;
mod asking;
mod describe;
mod overall;
mod trace;
mod verdict;

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

pub use actions::Action;
pub use asking::Asking;
pub use describe::{Class, Line, NOT_SEEN, UNKNOWN};
pub use overall::Overall;
pub use trace::LastUse;
pub use verdict::{RightUse, Unknowable, Verdict};

use super::{
    audit::{AuditAction, AuditEvent, AuditLog, Rows, Window},
    org::{User, View},
    safe_text::SafeText,
    token::{ApiToken, TokenId},
};
use trace::{Places, Trace};

/// Who did something, as the log names them. A name that the log leaves out is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Actor {
    /// The id.
    pub id: SafeText,
    /// The name.
    pub name: SafeText,
    /// The address of a person.
    pub email: SafeText,
}

/// What one actor did, aggregated by the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed {
    /// Who did it.
    pub actor: Actor,
    /// What was done.
    pub action: &'static Action,
    /// The datasets or views that it was done with, if the log says so.
    pub datasets: Vec<SafeText>,
    /// How many times.
    pub times: u64,
    /// When it was last done.
    pub last: Timestamp,
}

/// The events that a dataset received.
#[derive(Clone, Debug, PartialEq)]
pub struct Received {
    /// The dataset's name.
    pub dataset: SafeText,
    /// How much it received, in bytes.
    pub bytes: f64,
}

/// What was found in the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// The part of the log that was queried.
    pub window: Window,
    /// What was done, and by whom.
    pub deeds: Rows<Deed>,
    /// What the datasets received; `None` if it is not known.
    pub received: Option<Rows<Received>>,
    /// Who created, regenerated and deleted tokens; `None` if it is not known.
    pub events: Option<AuditLog>,
    /// The users of the organisation; `None` if they cannot be listed.
    pub users: Option<Vec<User>>,
}

/// How the log names tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Naming {
    /// By their id.
    ById,
    /// By their name; none by its id.
    ByName,
    /// Not at all, as far as can be seen.
    Nobody,
}

impl Naming {
    /// How a verdict says it: `by id`. `None` if there is no verdict.
    #[must_use]
    pub const fn label(self) -> Option<&'static str> {
        match self {
            Self::ById => Some("by id"),
            Self::ByName => Some("by name"),
            Self::Nobody => None,
        }
    }
}

/// What tokens did, ready for questions about each.
#[derive(Clone, Debug)]
pub struct Usage {
    /// The part of the log that was queried.
    pub window: Window,
    /// How the log names tokens.
    pub naming: Naming,
    /// By token.
    tokens: HashMap<TokenId, Trace>,
    /// By a name that several tokens have.
    shared: HashMap<SafeText, Trace>,
    /// Of actors that could be any token.
    strangers: Trace,
    /// Bytes by dataset; `None` if the log has no such numbers.
    received: Option<HashMap<SafeText, f64>>,
    /// Whether the log was read to its end.
    is_complete: bool,
    events: Option<AuditLog>,
    /// The addresses of the users, in lower case; `None` if they are not known.
    users: Option<HashSet<String>>,
    /// The tokens that were listed when the log was read.
    listed: HashSet<TokenId>,
    /// Tokens that were created or regenerated in the window, by id and by name; `None` if that
    /// is not known.
    young: Option<(HashSet<TokenId>, HashSet<SafeText>)>,
}

impl Usage {
    /// Assigns what the log says to tokens. `views` are those of the organisation, `None` if
    /// they are not known.
    #[must_use]
    pub fn new(tokens: &[ApiToken], views: Option<&[View]>, evidence: Evidence) -> Self {
        let Evidence { window, deeds, received, events, users } = evidence;
        let mut by_name: HashMap<&SafeText, Vec<&TokenId>> = HashMap::new();
        for token in tokens {
            by_name.entry(&token.name).or_default().push(&token.id);
        }
        let by_id: HashMap<&str, &TokenId> = tokens.iter().map(|t| (t.id.raw(), &t.id)).collect();
        let places = Places::new(views);
        let mut usage = Self {
            window,
            naming: Naming::Nobody,
            tokens: HashMap::new(),
            shared: HashMap::new(),
            strangers: Trace::default(),
            received: received.filter(|r| r.is_complete && !r.rows.is_empty()).map(|r| {
                let mut bytes = HashMap::new();
                for row in r.rows {
                    *bytes.entry(row.dataset).or_default() += row.bytes;
                }
                bytes
            }),
            is_complete: deeds.is_complete,
            young: events.as_ref().filter(|log| log.is_complete).map(|log| {
                let made = log.events().iter().filter(|e| {
                    matches!(e.action, AuditAction::Created | AuditAction::Regenerated)
                });
                // The log may name tokens by another id than the list does.
                made.map(|e| (e.token.clone(), e.name.clone())).unzip()
            }),
            events,
            users: users.and_then(|users| addresses(&users)),
            listed: tokens.iter().map(|token| token.id.clone()).collect(),
        };
        for deed in &deeds.rows {
            let Actor { id, name, email } = &deed.actor;
            let named = by_id.get(id.raw()).or_else(|| by_id.get(name.raw()));
            if let Some(&id) = named {
                usage.naming = Naming::ById;
                usage.tokens.entry(id.clone()).or_default().add(deed, &places);
            } else if !email.is_empty() {
                // A person.
            } else if let Some(ids) = by_name.get(name).filter(|_| !name.is_empty()) {
                if usage.naming == Naming::Nobody {
                    usage.naming = Naming::ByName;
                }
                let trace = match ids.as_slice() {
                    [id] => usage.tokens.entry((*id).clone()).or_default(),
                    _ => usage.shared.entry(name.clone()).or_default(),
                };
                trace.add(deed, &places);
            } else if name.is_empty() {
                usage.strangers.add(deed, &places);
            }
            // Another name is that of a deleted token, or of no token.
        }
        usage
    }

    /// When a token did something last, and what.
    #[must_use]
    pub fn last(&self, token: &ApiToken) -> Option<&LastUse> {
        self.tokens.get(&token.id)?.last()
    }

    /// Who created a token or its last regeneration, and when, if that is in the window.
    #[must_use]
    pub fn creation(&self, token: &ApiToken) -> Option<&AuditEvent> {
        let mut events = self.events.as_ref()?.of(&token.id);
        events.find(|event| event.action != AuditAction::Deleted)
    }

    /// Who created a token, if that person is no longer a user of the organisation.
    #[must_use]
    pub fn departed_creator(&self, token: &ApiToken) -> Option<&SafeText> {
        let creator = &self.creation(token)?.actor;
        let users = self.users.as_ref()?;
        let address = address(creator);
        // The log names tokens and the server itself without an address.
        (address.contains('@') && !users.contains(&address)).then_some(creator)
    }

    /// Whether [`departed_creator`](Self::departed_creator) can know somebody.
    #[must_use]
    pub const fn knows_users(&self) -> bool {
        self.users.is_some() && self.events.is_some()
    }

    /// What could not be asked, or was not answered in full, as notes.
    #[must_use]
    pub fn gaps(&self) -> Vec<&'static str> {
        let gaps = [
            (!self.is_complete, "the log was not read to its end, so no right is called unused"),
            (self.young.is_none(), "token ages are not known, so no right is called unused"),
            (self.received.is_none(), "the log has no numbers of received events"),
            (self.users.is_none(), "the users could not be listed: creators are not checked"),
        ];
        gaps.into_iter().filter(|(is_gap, _)| *is_gap).map(|(_, gap)| gap).collect()
    }

    /// Whether a token may be younger than the window. Then it cannot be called unused.
    fn may_be_young(&self, token: &ApiToken) -> bool {
        let Some((ids, names)) = &self.young else { return true };
        !self.listed.contains(&token.id) || ids.contains(&token.id) || names.contains(&token.name)
    }
}

/// The addresses of the users. `None` if one has none in the list: it may be any in the log.
fn addresses(users: &[User]) -> Option<HashSet<String>> {
    let all = users.iter().map(|user| Some(address(&user.email)).filter(|a| !a.is_empty()));
    all.collect::<Option<HashSet<_>>>().filter(|all| !all.is_empty())
}

fn address(text: &SafeText) -> String {
    text.raw().trim().to_lowercase()
}

#[cfg(test)]
pub(crate) mod example;
#[cfg(test)]
mod tests;
