//! The audit log: events that can be queried. The route and its responses are in the API
//! description, the dataset and the actions in the documentation. The names of the fields are those
//! of the vendor's own queries, and **assumed**, like everything that the log says about tokens.
//!
//! | module     | duty                                        |
//! |------------|---------------------------------------------|
//! | `apl`      | the part of the query language              |
//! | `run`      | runs a query on events                      |
//! | `table`    | the JSON of the result                      |
//! | `generate` | made-up events with a known truth           |

mod apl;
mod generate;
mod run;
mod table;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::{
    auth::{self, Caller},
    message::{Refusal, Request, Response},
    routes::Operation,
    store::{Org, Store},
    time,
};
use crate::domain::{Verb, WILDCARD};

pub use generate::Used;
pub(super) use generate::{Naming, Traffic, generate};

/// The dataset with the audit log.
const DATASET: &str = "axiom-audit";

/// Something in the log. What is not known is empty.
#[derive(Clone, Debug)]
pub(super) struct Event {
    pub at: Timestamp,
    pub action: String,
    /// How often it happened.
    pub times: u64,
    pub actor: Actor,
    /// The id and the name of what it was done to.
    pub resource: (String, String),
    pub datasets: Vec<String>,
    pub ingest: Option<Ingest>,
}

impl Event {
    /// The number of received bytes, if it has this spelling.
    fn bytes_as(&self, camel: bool) -> Value {
        let bytes = self.ingest.as_ref().filter(|ingest| ingest.spelling.is(camel));
        bytes.map_or(Value::Null, |ingest| ingest.bytes.into())
    }
}

/// Who did it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Actor {
    pub id: String,
    pub name: String,
    pub email: String,
}

/// What a dataset received in an hour.
#[derive(Clone, Debug)]
pub(super) struct Ingest {
    pub dataset: String,
    pub bytes: u64,
    pub spelling: Spelling,
}

/// How the member with the number is written: `hourlyIngestBytes` or `hourly_ingest_bytes`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Spelling {
    #[default]
    Camel,
    Snake,
    /// Both in one event; half of the generated events one way, half the other.
    Both,
}

impl Spelling {
    const fn is(self, camel: bool) -> bool {
        match self {
            Self::Camel => camel,
            Self::Snake => !camel,
            Self::Both => true,
        }
    }
}

/// A queried name: the steps of the view, and whether it is one.
struct Source {
    steps: Vec<apl::Step>,
    is_view: bool,
}

impl Store {
    /// Runs a query on the audit log or on a view of it.
    pub(super) fn query(
        &self,
        caller: Caller,
        request: &Request,
        body: &Map<String, Value>,
        now: Timestamp,
    ) -> Result<Response, Refusal> {
        if !request.query.split('&').any(|part| part == "format=tabular") {
            let message = "the simulator only supports format=tabular";
            return Err(Refusal::new(400, message));
        }
        let apl = body.get("apl").and_then(Value::as_str).unwrap_or_default();
        let query = apl::parse(apl)?;
        let org = &self.orgs[caller.org()];
        let name = query.dataset.as_str();
        let view = org.views.iter().any(|view| view.name == name);
        if !self.may_query(caller, name, view) {
            return Err(Refusal::forbidden(format!("missing capability query|read on {name}")));
        }
        let Source { mut steps, is_view } = source(org, name)?;
        steps.extend(query.steps);
        let moment = |member: &str, otherwise: Timestamp| match body.get(member) {
            Some(Value::String(text)) => time::parse(text),
            _ => Ok(otherwise),
        };
        let window = SignedDuration::from_secs(org.audit_window);
        let oldest = now.checked_sub(window).unwrap_or(Timestamp::MIN);
        let from = moment("startTime", Timestamp::MIN)?.max(oldest);
        let to = moment("endTime", Timestamp::MAX)?;
        let schema = run::Schema::of(&org.audit);
        let events: Vec<&Event> = org.audit.iter().filter(|e| (from..to).contains(&e.at)).collect();
        let examined = events.iter().map(|e| e.times).sum();
        let result = run::run(&schema, events, &steps, self.query_rows)?;
        let dataset = if is_view { DATASET } else { name };
        let asked = table::Asked { dataset, from, to: to.min(now), examined };
        Ok(Response::ok(&table::json(&result, &asked)))
    }

    /// The user needs the right to read the audit log, or may query what the role names. A token
    /// needs to query the dataset or the view.
    fn may_query(&self, caller: Caller, name: &str, is_view: bool) -> bool {
        match caller {
            Caller::Personal { .. } => {
                self.user.query_on.iter().any(|one| one == name)
                    || auth::has(self, caller, "auditLog", Verb::Read)
            }
            Caller::Api { org, token } => {
                let grants = &self.orgs[org].tokens[token].grants;
                let rows = if is_view { &grants.view } else { &grants.dataset };
                let reads = |name: &str| {
                    let verbs = rows.get(name).and_then(|row| row.get("query"));
                    verbs.and_then(Value::as_array).is_some_and(|v| v.contains(&json!("read")))
                };
                reads(name) || reads(WILDCARD)
            }
        }
    }

    /// The name of a token, which may be deleted afterwards; empty if unknown.
    pub(super) fn name_of(&self, org: usize, id: &str) -> String {
        let token = self.orgs[org].tokens.iter().find(|t| t.id == id).map(|t| &t.name);
        let personal = || self.personal.iter().find(|t| t.id == id).map(|t| &t.name);
        token.or_else(personal).cloned().unwrap_or_default()
    }

    /// Who the log says that a caller is.
    pub(super) fn actor(&self, caller: Caller) -> Actor {
        let (id, name, email) = match caller {
            Caller::Personal { .. } => {
                let user = &self.user;
                (&user.id, &user.name, user.email.clone())
            }
            Caller::Api { org, token } => {
                let token = &self.orgs[org].tokens[token];
                (&token.id, &token.name, String::new())
            }
        };
        Actor { id: id.clone(), name: name.clone(), email }
    }

    /// Records a change. A regeneration is recorded with the new token. `actor` is who sent it: a
    /// token may have deleted itself.
    pub(super) fn write_down(
        &mut self,
        (org, actor): (usize, Actor),
        operation: Operation,
        (id, name): (&str, String),
        response: &Response,
        now: Timestamp,
    ) {
        let action = match operation {
            Operation::CreateToken => "createAPIToken",
            Operation::RegenerateToken => "regenerateAPIToken",
            Operation::DeleteToken => "deleteAPIToken",
            Operation::CreatePersonal => "createPersonalToken",
            Operation::UpdatePersonal => "updatePersonalToken",
            Operation::DeletePersonal => "deletePersonalToken",
            _ => return,
        };
        let made: Value = serde_json::from_slice(&response.body).unwrap_or_default();
        let member =
            |member: &str, otherwise: &str| made[member].as_str().unwrap_or(otherwise).to_owned();
        self.orgs[org].audit.push(Event {
            at: now,
            action: action.to_owned(),
            times: 1,
            actor,
            resource: (member("id", id), member("name", &name)),
            datasets: Vec::new(),
            ingest: None,
        });
    }
}

/// What a name means: the log itself, or a view of it, whose query is run first.
fn source(org: &Org, name: &str) -> Result<Source, Refusal> {
    let not_found = || Refusal::new(404, "dataset not found");
    let view = org.views.iter().find(|view| view.name == name);
    let (dataset, steps) = match view {
        Some(view) if view.apl.is_empty() => {
            (view.datasets.first().cloned().unwrap_or_default(), Vec::new())
        }
        Some(view) => {
            let query = apl::parse(&view.apl)?;
            (query.dataset, query.steps)
        }
        None => (name.to_owned(), Vec::new()),
    };
    if !org.datasets.iter().any(|d| d.name == dataset) {
        return Err(not_found());
    }
    if dataset != DATASET {
        let message = format!("the simulator only has events in {DATASET}");
        return Err(Refusal::new(400, message));
    }
    Ok(Source { steps, is_view: view.is_some() })
}
