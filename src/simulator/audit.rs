//! The audit log: one dataset with events about tokens, which can be queried. **Assumed**: the
//! route and the shape of its responses follow what public clients do; the responses are marked
//! with `X-Assumed-Route: true`. Of the query language, only the dataset's name and the quoted
//! actions are understood.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{
    auth::{self, Caller},
    message::{Refusal, Response},
    routes::Operation,
    store::Store,
    time,
};
use crate::domain::{Verb, WILDCARD};

/// The dataset with the audit log.
const DATASET: &str = "axiom-audit";

/// One event in the log.
#[derive(Clone, Debug)]
pub(super) struct Event {
    pub at: Timestamp,
    pub action: String,
    pub actor: String,
    pub token: String,
    pub name: String,
}

impl Store {
    /// The events within the requested times, newest first.
    pub(super) fn query(
        &self,
        caller: Caller,
        body: &Map<String, Value>,
        now: Timestamp,
    ) -> Result<Response, Refusal> {
        let apl = body.get("apl").and_then(Value::as_str).unwrap_or_default();
        let dataset = apl.trim().strip_prefix("['").and_then(|rest| rest.split_once("']"));
        let Some((dataset, rest)) = dataset else {
            return Err(Refusal::new(400, "apl: expected ['dataset']"));
        };
        let org = &self.orgs[caller.org()];
        if !self.may_query(caller, dataset) {
            return Err(Refusal::forbidden(format!("missing capability query|read on {dataset}")));
        }
        if dataset != DATASET || !org.datasets.iter().any(|d| d.name == dataset) {
            return Err(Refusal::new(404, "dataset not found"));
        }
        let moment = |member: &str, otherwise: Timestamp| match body.get(member) {
            Some(Value::String(text)) => time::parse(text),
            _ => Ok(otherwise),
        };
        let from = moment("startTime", Timestamp::MIN)?;
        let to = moment("endTime", now)?;
        let asked = |e: &&Event| {
            (from..=to).contains(&e.at)
                && (!rest.contains('\'') || rest.contains(&format!("'{}'", e.action)))
        };
        let mut events: Vec<&Event> = org.audit.iter().filter(asked).collect();
        events.sort_by_key(|e| std::cmp::Reverse(e.at));
        Ok(Response::ok(&table(&events)).with("X-Assumed-Route", "true"))
    }

    /// The user needs the right to read the audit log; a token needs to query the dataset.
    fn may_query(&self, caller: Caller, dataset: &str) -> bool {
        match caller {
            Caller::Personal { .. } => auth::has(self, caller, "auditLog", Verb::Read),
            Caller::Api { org, token } => {
                let rows = &self.orgs[org].tokens[token].grants.dataset;
                let reads = |name: &str| {
                    let verbs = rows.get(name).and_then(|row| row.get("query"));
                    verbs.and_then(Value::as_array).is_some_and(|v| v.contains(&json!("read")))
                };
                reads(dataset) || reads(WILDCARD)
            }
        }
    }

    /// The name of a token, which may be deleted afterwards; empty if unknown.
    pub(super) fn name_of(&self, org: usize, id: &str) -> String {
        let token = self.orgs[org].tokens.iter().find(|t| t.id == id);
        token.map_or_else(String::new, |t| t.name.clone())
    }

    /// Records a change. A regeneration is recorded with the new token.
    pub(super) fn write_down(
        &mut self,
        caller: Caller,
        operation: Operation,
        (id, name): (&str, String),
        response: &Response,
        now: Timestamp,
    ) {
        let action = match operation {
            Operation::CreateToken => "createAPIToken",
            Operation::RegenerateToken => "regenerateAPIToken",
            Operation::DeleteToken => "deleteAPIToken",
            _ => return,
        };
        let made: Value = serde_json::from_slice(&response.body).unwrap_or_default();
        let member =
            |member: &str, otherwise: &str| made[member].as_str().unwrap_or(otherwise).to_owned();
        let (token, name) = (member("id", id), member("name", &name));
        let actor = match caller {
            Caller::Personal { .. } => self.user.email.clone(),
            Caller::Api { org, token } => self.orgs[org]
                .tokens
                .get(token)
                .map_or_else(|| "an API token".to_owned(), |t| format!("API token {}", t.name)),
        };
        let event = Event { at: now, action: action.to_owned(), actor, token, name };
        self.orgs[caller.org()].audit.push(event);
    }
}

fn table(events: &[&Event]) -> Value {
    let column = |of: &dyn Fn(&Event) -> String| -> Value {
        events.iter().map(|e| Value::String(of(e))).collect()
    };
    let field = |name: &str, kind: &str| json!({ "name": name, "type": kind });
    json!({
        "format": "tabular",
        "status": {
            "elapsedTime": 1000,
            "rowsExamined": events.len(),
            "rowsMatched": events.len(),
            "isPartial": false,
        },
        "tables": [{
            "name": "0",
            "sources": [{ "name": DATASET }],
            "fields": [
                field("_time", "datetime"),
                field("action", "string"),
                field("actor.email", "string"),
                field("resource.id", "string"),
                field("resource.name", "string"),
            ],
            "columns": [
                column(&|e| e.at.to_string()),
                column(&|e| e.action.clone()),
                column(&|e| e.actor.clone()),
                column(&|e| e.token.clone()),
                column(&|e| e.name.clone()),
            ],
        }],
    })
}
