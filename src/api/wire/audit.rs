//! The audit log: an APL query and its response. The dataset and the names of the actions are
//! documented. The route, the response's shape and its field names are assumed from public
//! clients. An event that cannot be parsed is skipped.

use std::borrow::Cow;

use jiff::Timestamp;
use serde_json::value::RawValue;

use super::json::{Members, list, text};
use crate::domain::{
    TokenId,
    audit::{AuditAction, AuditEvent},
};

/// The largest number of events requested.
const LIMIT: usize = 1000;
/// Fields that may name the actor or the token, best first (assumed).
const ACTOR: [&str; 4] = ["actor.email", "actor.name", "actor.id", "actor"];
const TOKEN: [&str; 3] = ["resource.id", "resourceId", "target.id"];
const NAME: [&str; 3] = ["resource.name", "resourceName", "target.name"];

/// The body that queries actions on API tokens in a time span.
pub fn audit_query(since: Timestamp, until: Timestamp) -> Option<Vec<u8>> {
    let actions: Vec<_> =
        AuditAction::ALL.iter().map(|action| format!("'{}'", action.wire())).collect();
    let apl = format!(
        "['axiom-audit'] | where action in ({}) | sort by _time desc | limit {LIMIT}",
        actions.join(", ")
    );
    let body = serde_json::json!({
        "apl": apl,
        "startTime": since.to_string(),
        "endTime": until.to_string(),
    });
    serde_json::to_vec(&body).ok()
}

/// Parses the response, in the tabular or the older format. `None` if it is neither.
pub fn audit_events(body: &[u8]) -> Option<Vec<AuditEvent>> {
    let answer = Members::of_body(body)?;
    match (answer.get("tables"), answer.get("matches")) {
        (Some(tables), _) => tabular(tables),
        (None, Some(matches)) => older(matches),
        (None, None) => None,
    }
}

fn owned(value: &RawValue) -> Option<String> {
    text(value).map(Cow::into_owned)
}

/// Parses the tabular format: columns of values, and the names of the fields.
fn tabular(tables: &RawValue) -> Option<Vec<AuditEvent>> {
    let Some(table) = list(tables)?.into_iter().next() else { return Some(Vec::new()) };
    let table = Members::of(table)?;
    let names: Option<Vec<String>> = list(table.get("fields")?)?
        .into_iter()
        .map(|field| Members::of(field).and_then(|f| f.text("name")).or_else(|| owned(field)))
        .collect();
    let names = names?;
    let columns: Option<Vec<Vec<&RawValue>>> = match table.get("columns") {
        Some(columns) if columns.get() != "null" => list(columns)?.into_iter().map(list).collect(),
        _ => Some(Vec::new()),
    };
    let columns = columns?;
    let rows = columns.iter().map(Vec::len).max().unwrap_or(0);
    let event = |row: usize| {
        read(|name| {
            let column = names.iter().position(|n| n == name)?;
            owned(columns.get(column)?.get(row)?)
        })
    };
    Some((0..rows).filter_map(event).collect())
}

/// Parses the older format: a list of matches, each with a data object.
fn older(matches: &RawValue) -> Option<Vec<AuditEvent>> {
    let Some(all) = Some(matches).filter(|m| m.get() != "null") else { return Some(Vec::new()) };
    let event = |one: &RawValue| {
        let one = Members::of(one)?;
        let data = Members::of(one.get("data")?)?;
        read(|name| one.text(name).or_else(|| within(&data, name)))
    };
    Some(list(all)?.into_iter().filter_map(event).collect())
}

/// A member by its name, or by a dotted path of names.
fn within(object: &Members<'_>, name: &str) -> Option<String> {
    object.text(name).or_else(|| {
        let (first, rest) = name.split_once('.')?;
        within(&Members::of(object.get(first)?)?, rest)
    })
}

/// One event, if it is about an API token.
fn read(get: impl Fn(&str) -> Option<String>) -> Option<AuditEvent> {
    let first = |names: &[&str]| names.iter().find_map(|name| get(name));
    Some(AuditEvent {
        at: get("_time")?.parse().ok()?,
        action: AuditAction::parse(&get("action")?)?,
        actor: first(&ACTOR).unwrap_or_default().into(),
        token: TokenId::new(first(&TOKEN)?),
        name: first(&NAME).unwrap_or_default().into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invalid_response_is_not_an_empty_log() {
        for body in ["", "[]", "{}", "{\"tables\":{}}", "{\"tables\":[{\"columns\":[]}]}"] {
            assert_eq!(audit_events(body.as_bytes()), None, "{body}");
        }
        for body in [
            "{\"tables\":[]}",
            "{\"tables\":[{\"fields\":[],\"columns\":null}]}",
            "{\"matches\":null}",
            "{\"matches\":[]}",
        ] {
            assert_eq!(audit_events(body.as_bytes()), Some(Vec::new()), "{body}");
        }
    }

    #[test]
    fn a_row_that_cannot_be_parsed_affects_no_other_row() {
        let body = br#"{"tables":[{"fields":[{"name":"_time"},{"name":"action"},
            {"name":"resource.id"}],"columns":[
            ["2026-11-23T09:00:00Z","no time","2026-11-23T09:00:00Z","2026-11-23T09:00:00Z"],
            ["createAPIToken","createAPIToken","flyToTheMoon","deleteAPIToken"],
            ["a","b","c",null]]}]}"#;
        let events = audit_events(body).unwrap();
        assert_eq!(events.len(), 1);
        assert_eq!((events[0].token.raw(), events[0].actor.raw()), ("a", ""));
    }
}
