//! The audit log: APL queries and their responses.
//!
//! The route, the response's shape, the dataset and the names of the actions are documented.
//! The fields are those of the vendor's own queries. A row that cannot be parsed is skipped,
//! and then the answer does not count as complete.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::json::{Members, list, text, written};
use crate::{
    api::call::LogAnswer,
    domain::{
        SafeText, TokenId,
        audit::{AuditAction, AuditEvent, LogQuery, LogQuestion, Rows},
        usage::{Action, Actor, Deed, Received},
    },
};

/// Most events to ask for.
const EVENTS: usize = 1000;
/// Most aggregated rows to ask for.
const ROWS: usize = 200_000;
/// Fields that may name the actor of an event or the token, best first (the last ones assumed).
const ACTOR: [&str; 4] = ["actor.email", "actor.name", "actor.id", "actor"];
const TOKEN: [&str; 3] = ["resource.id", "resourceId", "target.id"];
const NAME: [&str; 3] = ["resource.name", "resourceName", "target.name"];

/// The body of a query of the log in this dataset or view.
pub fn log_query(query: LogQuery, dataset: &str) -> Option<Vec<u8>> {
    let LogQuery { window, question } = query;
    // A name in APL is a string in brackets.
    let dataset = dataset.replace('\\', "\\\\").replace('\'', "\\'");
    let rest = match question {
        LogQuestion::Events => format!(
            "where action in ({}) | sort by _time desc | limit {EVENTS}",
            quoted(AuditAction::ALL.iter().map(|action| action.wire()))
        ),
        // A query of a field that no event has had fails, and these are of some events only.
        LogQuestion::Deeds => format!(
            "where action in ({}) \
             | extend datasets = ensure_field('properties.datasets', typeof(string)) \
             | summarize times = count(), last = max(_time) by action, ['actor.id'], \
             ['actor.name'], ['actor.email'], datasets | limit {ROWS}",
            quoted(Action::ALL.iter().map(|action| action.name))
        ),
        // The number has two spellings.
        LogQuestion::Received => format!(
            "where action == 'usageCalculated' | extend bytes = coalesce(\
             toreal(ensure_field('properties.hourlyIngestBytes', typeof(real))), \
             toreal(ensure_field('properties.hourly_ingest_bytes', typeof(real)))), \
             dataset = ensure_field('properties.dataset', typeof(string)) \
             | summarize bytes = sum(bytes) by dataset | limit {ROWS}"
        ),
    };
    let body = serde_json::json!({
        "apl": format!("['{dataset}'] | {rest}"),
        "startTime": window.since.to_string(),
        "endTime": window.until.to_string(),
    });
    serde_json::to_vec(&body).ok()
}

fn quoted<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.map(|name| format!("'{name}'")).collect::<Vec<_>>().join(", ")
}

/// Parses the response, in the tabular or the older format. `None` if it is neither.
pub fn log_answer(query: LogQuery, body: &[u8]) -> Option<LogAnswer> {
    let answer = Members::of_body(body)?;
    Some(match query.question {
        LogQuestion::Events => LogAnswer::Events(rows(&answer, EVENTS, event)?),
        LogQuestion::Deeds => LogAnswer::Deeds(rows(&answer, ROWS, deed)?),
        LogQuestion::Received => LogAnswer::Received(rows(&answer, ROWS, received)?),
    })
}

/// A value of a row, by the name of its field.
type Get<'a> = dyn Fn(&str) -> Option<&'a RawValue> + 'a;

/// What a row is.
enum Row<T> {
    Known(T),
    /// Nothing that was asked for.
    Other,
    /// It cannot be parsed.
    Broken,
}

/// Reads all rows. The older format is an object for each row.
fn rows<T>(
    answer: &Members<'_>,
    limit: usize,
    read: impl Fn(&Get<'_>) -> Row<T>,
) -> Option<Rows<T>> {
    let all = match (answer.get("tables"), answer.get("matches")) {
        (Some(tables), _) => tabular(tables, &read)?,
        (None, Some(matches)) => older(matches, &read)?,
        (None, None) => return None,
    };
    let status = answer.get("status").and_then(Members::of);
    let status = |name: &str| status.as_ref().map(|s| s.written(name)).unwrap_or_default();
    let is_cut = all.len() >= limit
        || status("numGroups").parse().is_ok_and(|groups: usize| groups > all.len())
        || ["isPartial", "isEstimate"].iter().any(|flag| status(flag) == "true")
        || all.iter().any(|row| matches!(row, Row::Broken));
    let known = |row| if let Row::Known(value) = row { Some(value) } else { None };
    Some(Rows { rows: all.into_iter().filter_map(known).collect(), is_complete: !is_cut })
}

/// Parses the tabular format: columns of values, and the names of the fields.
fn tabular<T>(tables: &RawValue, read: impl Fn(&Get<'_>) -> Row<T>) -> Option<Vec<Row<T>>> {
    let tables: Option<Vec<_>> = list(tables)?.into_iter().map(Members::of).collect();
    // The server adds a table of totals.
    let table = tables?.into_iter().find(|table| table.written("name") != "_totals");
    let Some(table) = table else { return Some(Vec::new()) };
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
    let count = columns.iter().map(Vec::len).max().unwrap_or(0);
    let row = |row: usize| {
        read(&|name: &str| {
            let column = names.iter().position(|n| n == name)?;
            columns.get(column)?.get(row).copied()
        })
    };
    Some((0..count).map(row).collect())
}

/// Parses the older format: a list of matches, each with a data object.
fn older<T>(matches: &RawValue, read: impl Fn(&Get<'_>) -> Row<T>) -> Option<Vec<Row<T>>> {
    let Some(all) = Some(matches).filter(|m| m.get() != "null") else { return Some(Vec::new()) };
    let row = |one: &RawValue| {
        let Some(one) = Members::of(one) else { return Row::Broken };
        let data = one.get("data").and_then(Members::of);
        read(&|name: &str| one.get(name).or_else(|| within(data.as_ref()?, name)))
    };
    Some(list(all)?.into_iter().map(row).collect())
}

/// A member by its name, or by a dotted path of names.
fn within<'a>(object: &Members<'a>, name: &str) -> Option<&'a RawValue> {
    object.get(name).or_else(|| {
        let (first, rest) = name.split_once('.')?;
        within(&Members::of(object.get(first)?)?, rest)
    })
}

fn owned(value: &RawValue) -> Option<String> {
    text(value).map(Cow::into_owned)
}

/// An event about a token.
fn event(get: &Get<'_>) -> Row<AuditEvent> {
    let first = |names: &[&str]| names.iter().find_map(|name| get(name).and_then(owned));
    let Some(action) = get("action").and_then(owned) else { return Row::Broken };
    let Some(action) = AuditAction::parse(&action) else { return Row::Other };
    let at = get("_time").and_then(owned).and_then(|at| at.parse().ok());
    let (Some(at), Some(token)) = (at, first(&TOKEN)) else { return Row::Broken };
    Row::Known(AuditEvent {
        at,
        action,
        actor: first(&ACTOR).unwrap_or_default().into(),
        token: TokenId::new(token),
        name: first(&NAME).unwrap_or_default().into(),
    })
}

fn deed(get: &Get<'_>) -> Row<Deed> {
    let Some(action) = get("action").and_then(owned) else { return Row::Broken };
    let Some(action) = Action::named(&action) else { return Row::Other };
    let member = |name| SafeText::from(get(name).map(written).unwrap_or_default());
    let actor =
        Actor { id: member("actor.id"), name: member("actor.name"), email: member("actor.email") };
    let times = get("times").and_then(number).unwrap_or(1.0);
    let last = get("last").and_then(owned).and_then(|at| at.parse().ok());
    let Some(last) = last else { return Row::Broken };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
    let times = times as u64;
    let datasets = get("datasets").or_else(|| get("properties.datasets"));
    let datasets = datasets.map(names).unwrap_or_default();
    Row::Known(Deed { actor, action, datasets, times, last })
}

fn received(get: &Get<'_>) -> Row<Received> {
    let dataset = get("dataset").or_else(|| get("properties.dataset"));
    let dataset = dataset.and_then(owned).filter(|name| !name.is_empty());
    match (dataset, get("bytes").and_then(number)) {
        (Some(dataset), Some(bytes)) => Row::Known(Received { dataset: dataset.into(), bytes }),
        // Without the dataset, or with another spelling of the number.
        _ => Row::Broken,
    }
}

/// A list of names: an array, an array as text, or one name.
fn names(value: &RawValue) -> Vec<SafeText> {
    let elements = |value: &RawValue| {
        let all = list(value)?;
        Some(all.into_iter().filter_map(owned).map(SafeText::from).collect::<Vec<_>>())
    };
    if let Some(names) = elements(value) {
        return names;
    }
    let Some(name) = owned(value).filter(|name| !name.is_empty()) else { return Vec::new() };
    let parsed: Option<&RawValue> = serde_json::from_str(&name).ok();
    parsed.and_then(elements).unwrap_or_else(|| vec![name.as_str().into()])
}

fn number(value: &RawValue) -> Option<f64> {
    written(value).parse().ok().filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests;
