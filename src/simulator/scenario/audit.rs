//! The audit log in a scenario: events one by one, or made up.

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::notation::{Expires, Length};
use crate::simulator::{
    audit::{Actor, Event, Ingest, Naming, Spelling, Traffic},
    store::Org,
};

/// Stands for every token, and for every dataset.
const ALL: &str = "*";

/// Events of the audit log.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct AuditSeed {
    pub at: Expires,
    /// Any action; the documented ones have a meaning.
    pub action: String,
    /// An e-mail address, or a token's name, which adds its id. `*` is every token.
    pub actor: String,
    pub actor_id: Option<String>,
    pub actor_name: Option<String>,
    pub actor_email: Option<String>,
    /// The name of the token that it was done to; its id is looked up unless it is given.
    pub token: String,
    pub id: Option<String>,
    /// The datasets or views of one event.
    pub datasets: Vec<String>,
    /// An event for each of these datasets. `*` is every dataset.
    pub each: Vec<String>,
    /// What a dataset received.
    pub bytes: Option<u64>,
    pub bytes_spelling: Spelling,
    /// How often it happened.
    pub count: u64,
    /// The time between two of them, back from `at`; all at once if absent.
    pub every: Option<Length>,
}

impl Default for AuditSeed {
    fn default() -> Self {
        Self {
            at: Expires::Never,
            action: String::new(),
            actor: String::new(),
            actor_id: None,
            actor_name: None,
            actor_email: None,
            token: String::new(),
            id: None,
            datasets: Vec::new(),
            each: Vec::new(),
            bytes: None,
            bytes_spelling: Spelling::default(),
            count: 1,
            every: None,
        }
    }
}

/// Made-up events.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct TrafficSeed {
    pub events: u64,
    pub actors: Naming,
    pub emails: bool,
    pub bytes_spelling: Spelling,
    pub window: Length,
    pub seed: u64,
}

impl Default for TrafficSeed {
    fn default() -> Self {
        Self {
            events: 0,
            actors: Naming::default(),
            emails: true,
            bytes_spelling: Spelling::default(),
            window: Length::AUDIT_WINDOW,
            seed: 0,
        }
    }
}

impl TrafficSeed {
    pub const fn traffic(&self) -> Traffic {
        Traffic {
            events: self.events,
            actors: self.actors,
            emails: self.emails,
            bytes: self.bytes_spelling,
            seconds: self.window.seconds(),
            seed: self.seed,
        }
    }
}

impl AuditSeed {
    /// The events of this line. `people` are the users of the organisation.
    pub fn events(&self, org: &Org, people: &[Actor], now: Timestamp) -> Vec<Event> {
        let at = self.at.at(now).unwrap_or(now);
        let (moments, times) = match self.every {
            Some(every) => ((0..self.count).map(|n| every.before(at, n)).collect(), 1),
            None => (vec![at], self.count),
        };
        let mut each: Vec<&str> = self.each.iter().map(String::as_str).collect();
        if each == [ALL] {
            each = org.datasets.iter().map(|d| d.name.as_str()).collect();
        }
        let mut places: Vec<Vec<String>> =
            each.into_iter().map(|one| vec![one.to_owned()]).collect();
        if self.each.is_empty() {
            places.push(self.datasets.clone());
        }
        let known = || org.tokens.iter().find(|t| t.name == self.token).map(|t| t.id.clone());
        let id = self.id.clone().or_else(known).unwrap_or_default();
        let mut events = Vec::new();
        for actor in self.actors(org, people) {
            for place in &places {
                let ingest = self.bytes.map(|bytes| Ingest {
                    dataset: place.first().cloned().unwrap_or_default(),
                    bytes,
                    spelling: self.bytes_spelling,
                });
                let datasets = if ingest.is_some() { Vec::new() } else { place.clone() };
                events.extend(moments.iter().map(|at| Event {
                    at: *at,
                    action: self.action.clone(),
                    times,
                    actor: actor.clone(),
                    resource: (id.clone(), self.token.clone()),
                    datasets: datasets.clone(),
                    ingest: ingest.clone(),
                }));
            }
        }
        events
    }

    fn actors(&self, org: &Org, people: &[Actor]) -> Vec<Actor> {
        let of = |token: &crate::simulator::store::Token| Actor {
            id: token.id.clone(),
            name: token.name.clone(),
            email: String::new(),
        };
        let shown = self.actor.as_str();
        if shown == ALL {
            return org.tokens.iter().map(of).collect();
        }
        let person = || people.iter().find(|person| person.email == shown).cloned();
        let token = || org.tokens.iter().find(|token| token.name == shown).map(of);
        let stranger = || {
            let is_email = shown.contains('@');
            let only = |yes: bool| if yes { shown.to_owned() } else { String::new() };
            Actor { email: only(is_email), name: only(!is_email), ..Actor::default() }
        };
        let known = if shown.is_empty() {
            Actor::default()
        } else {
            person().or_else(token).unwrap_or_else(stranger)
        };
        vec![Actor {
            id: self.actor_id.clone().unwrap_or(known.id),
            name: self.actor_name.clone().unwrap_or(known.name),
            email: self.actor_email.clone().unwrap_or(known.email),
        }]
    }
}

impl Length {
    /// This much before a time, `times` times.
    fn before(self, at: Timestamp, times: u64) -> Timestamp {
        let seconds = self.seconds().saturating_mul(i64::try_from(times).unwrap_or(i64::MAX));
        at.checked_sub(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MIN)
    }
}
