//! Made-up events of an organisation, from rights that are used by design: the truth that a reader
//! of the log should find. The same in every run.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::{
    super::{
        ids,
        store::{Org, Token},
    },
    Actor, Event, Ingest, Spelling,
};
use crate::domain::WILDCARD;

/// How the log names tokens. Which of these the real one does is not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::simulator) enum Naming {
    /// By id and name.
    #[default]
    Id,
    /// By name only.
    Name,
    /// Half of the events by id and name, the others not at all.
    Half,
    /// Not at all.
    Nobody,
}

/// What to generate.
#[derive(Clone, Copy, Debug)]
pub(in crate::simulator) struct Traffic {
    /// How many events at least; each use is there once in any case.
    pub events: u64,
    pub actors: Naming,
    /// Whether people have an e-mail address in the log.
    pub emails: bool,
    pub bytes: Spelling,
    /// The events are from this many seconds before the start.
    pub seconds: i64,
    pub seed: u64,
}

/// A right that a token uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Used {
    /// The token's id.
    pub token: String,
    /// The dataset or view of the right, or `*`; empty for a right in the organisation.
    pub target: String,
    /// The right, such as `query:read`.
    pub right: String,
    /// The datasets or views that it was used on.
    pub on: Vec<String>,
    /// When it was last used.
    pub last: Timestamp,
}

/// Rights and the actions that use them.
const ACTIONS: [(&str, &str, &str); 18] = [
    ("annotations", "create", "createAnnotation"),
    ("annotations", "delete", "deleteAnnotation"),
    ("dashboards", "create", "createDashboard"),
    ("dashboards", "update", "updateDashboard"),
    ("dashboards", "delete", "deleteDashboard"),
    ("datasets", "create", "createDataset"),
    ("datasets", "update", "updateDataset"),
    ("datasets", "delete", "deleteDataset"),
    ("monitors", "create", "createMonitor"),
    ("monitors", "update", "updateMonitor"),
    ("monitors", "delete", "deleteMonitor"),
    ("notifiers", "create", "createNotifier"),
    ("notifiers", "update", "updateNotifier"),
    ("notifiers", "delete", "deleteNotifier"),
    ("users", "update", "updateUser"),
    ("views", "create", "createView"),
    ("views", "update", "updateView"),
    ("views", "delete", "deleteView"),
];

/// Adds events to the log of an organisation, and what they were made from.
pub(in crate::simulator) fn generate(
    traffic: Traffic,
    org: &mut Org,
    people: &[Actor],
    now: Timestamp,
) {
    let mut dice = Dice { traffic, state: traffic.seed, now };
    let mut made = Made::default();
    let datasets: Vec<&str> = org.datasets.iter().map(|d| d.name.as_str()).collect();
    for token in &org.tokens {
        // One in eight does nothing.
        if dice.pick(8) > 0 {
            dice.uses(token, org, &datasets, &mut made);
        }
    }
    for person in people {
        let email = if traffic.emails { person.email.clone() } else { String::new() };
        let actor = Actor { email, ..person.clone() };
        for _ in 0..datasets.len().min(20) {
            let dataset = datasets[dice.pick(datasets.len())].to_owned();
            made.events.push(dice.event("runAPLQuery", actor.clone(), vec![dataset]));
        }
    }
    for (at, dataset) in made.ingested.iter().enumerate() {
        let spelling = match traffic.bytes {
            Spelling::Both if at % 2 == 0 => Spelling::Camel,
            Spelling::Both => Spelling::Snake,
            one => one,
        };
        let mut event = dice.event("usageCalculated", Actor::default(), Vec::new());
        let bytes = 1 + dice.pick(1 << 30) as u64;
        event.ingest = Some(Ingest { dataset: dataset.clone(), bytes, spelling });
        made.received.push(event);
    }
    let count = made.events.len().max(1) as u64;
    for (at, event) in made.events.iter_mut().enumerate() {
        let more = u64::from((at as u64) < traffic.events % count);
        event.times = (traffic.events / count + more).max(1);
    }
    org.audit.append(&mut made.events);
    org.audit.append(&mut made.received);
    org.truth.append(&mut made.truth);
}

#[derive(Default)]
struct Made {
    events: Vec<Event>,
    received: Vec<Event>,
    /// Datasets that received something.
    ingested: Vec<String>,
    truth: Vec<Used>,
}

struct Dice {
    traffic: Traffic,
    state: u64,
    now: Timestamp,
}

impl Dice {
    fn pick(&mut self, below: usize) -> usize {
        usize::try_from(ids::next(&mut self.state) % below.max(1) as u64).unwrap_or(0)
    }

    fn event(&mut self, action: &str, actor: Actor, datasets: Vec<String>) -> Event {
        let ago = self.pick(usize::try_from(self.traffic.seconds).unwrap_or(0));
        let ago = SignedDuration::from_secs(i64::try_from(ago).unwrap_or(0) + 1);
        Event {
            at: self.now.checked_sub(ago).unwrap_or(self.now),
            action: action.to_owned(),
            times: 1,
            actor,
            resource: Default::default(),
            datasets,
            ingest: None,
        }
    }

    fn actor(&mut self, token: &Token) -> Actor {
        let is_named = match self.traffic.actors {
            Naming::Id | Naming::Name => true,
            Naming::Half => self.pick(2) == 0,
            Naming::Nobody => false,
        };
        if !is_named {
            return Actor::default();
        }
        let by_id = self.traffic.actors != Naming::Name;
        let id = if by_id { token.id.clone() } else { String::new() };
        Actor { id, name: token.name.clone(), email: String::new() }
    }

    /// Three of four rights of a token, if their use has an action or is ingestion.
    fn uses(&mut self, token: &Token, org: &Org, datasets: &[&str], made: &mut Made) {
        let has = |rights: &Value, capability: &str, verb: &str| {
            rights[capability].as_array().is_some_and(|verbs| verbs.iter().any(|v| v == verb))
        };
        for (target, rights) in &token.grants.dataset {
            let on = |dice: &mut Self| match target.as_str() {
                WILDCARD if datasets.is_empty() => Vec::new(),
                WILDCARD => (0..=dice.pick(3))
                    .map(|_| datasets[dice.pick(datasets.len())].to_owned())
                    .collect(),
                name => vec![name.to_owned()],
            };
            if has(rights, "query", "read") && self.pick(4) > 0 {
                let on = on(self);
                self.query(token, target, on, made);
            }
            if has(rights, "ingest", "create") && self.pick(4) > 0 {
                let on = on(self);
                made.ingested.extend(on.iter().cloned());
                made.truth.push(used(token, target, "ingest:create", on, self.now));
            }
        }
        for (target, rights) in &token.grants.view {
            if has(rights, "query", "read") && self.pick(4) > 0 {
                let view = org.views.iter().find(|view| view.name == *target);
                // The log may name the view or what it reads.
                let on = match view {
                    Some(view) if !view.datasets.is_empty() && self.pick(2) == 0 => {
                        view.datasets.clone()
                    }
                    _ => vec![target.clone()],
                };
                self.query(token, target, on, made);
            }
        }
        for (capability, verb, action) in ACTIONS {
            let rights = Value::Object(token.grants.org.clone());
            if has(&rights, capability, verb) && self.pick(4) > 0 {
                let actor = self.actor(token);
                let event = self.event(action, actor, Vec::new());
                let right = format!("{capability}:{verb}");
                made.truth.push(used(token, "", &right, Vec::new(), event.at));
                made.events.push(event);
            }
        }
    }

    /// One query of all datasets, or one of each.
    fn query(&mut self, token: &Token, target: &str, on: Vec<String>, made: &mut Made) {
        let parts = if self.pick(2) == 0 {
            vec![on.clone()]
        } else {
            on.iter().map(|one| vec![one.clone()]).collect()
        };
        let from = made.events.len();
        for part in parts {
            let actor = self.actor(token);
            made.events.push(self.event("runAPLQuery", actor, part));
        }
        let last = made.events[from..].iter().map(|event| event.at).max().unwrap_or(self.now);
        made.truth.push(used(token, target, "query:read", on, last));
    }
}

fn used(token: &Token, target: &str, right: &str, on: Vec<String>, last: Timestamp) -> Used {
    let (token, target) = (token.id.clone(), target.to_owned());
    Used { token, target, right: right.to_owned(), on, last }
}
