//! Validates request bodies. Reports only the first violation, with the messages and codes of the
//! framework that the API seems to use: 601 wrong type, 602 required, 606 not in the list. A
//! `null` member counts as absent; unknown members and capabilities are ignored.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{
    message::{Refusal, Request},
    scenario::Extra,
    time,
};
use crate::domain::{Scope, Verb};

const MAX_BODY: usize = 1 << 20;

/// A token's rights: capabilities with verbs for the organisation, and for each dataset and view
/// by name. Kept as JSON, so that unknown capabilities pass through unchanged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Grants {
    pub dataset: Map<String, Value>,
    pub view: Map<String, Value>,
    pub org: Map<String, Value>,
}

/// The token in a create or replace request.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Draft {
    pub name: String,
    pub description: String,
    pub expires: Option<Timestamp>,
    pub grants: Grants,
}

/// A regenerate request.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Renewal {
    pub old_ends: Timestamp,
    pub new: Renewed,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Renewed {
    Same { expires: Option<Timestamp> },
    Replaced(Draft),
}

/// Parses the body as a JSON object: 413, 415, or 400 on failure.
pub(super) fn body(request: &Request) -> Result<Map<String, Value>, Refusal> {
    if request.body.len() > MAX_BODY {
        return Err(Refusal::new(413, "http: request body too large"));
    }
    if request.body.is_empty() {
        return Err(required("body"));
    }
    if let Some(other) = request.header("content-type").filter(|t| !is_json(t)) {
        let message = format!("unsupported media type {other:?}, only [application/json] are");
        return Err(Refusal::new(415, message));
    }
    match serde_json::from_slice(&request.body) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(Value::Null) => Err(required("body")),
        Ok(other) => Err(wrong_type("body", "object", &other)),
        // The parser's own message can quote the body.
        Err(e) => Err(Refusal::new(
            400,
            format!("malformed JSON at line {}, column {}", e.line(), e.column()),
        )),
    }
}

fn is_json(content_type: &str) -> bool {
    let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind.is_empty() || kind == "application/json" || kind.ends_with("+json")
}

/// Validates bodies; `extra` has the capabilities beyond the table's.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub extra: &'a [Extra],
    /// Whether a regeneration cannot have both a new token and a new expiry.
    pub exclusive_renewal: bool,
}

impl<'a> Reader<'a> {
    pub fn draft(self, body: &Map<String, Value>) -> Result<Draft, Refusal> {
        self.draft_at(MemberPath::default(), body)
    }

    fn draft_at(self, place: MemberPath<'_>, body: &Map<String, Value>) -> Result<Draft, Refusal> {
        let draft = Draft {
            name: named(place, body)?,
            description: text(place, body, "description")?.unwrap_or_default(),
            expires: moment(place, body, "expiresAt")?,
            grants: Grants {
                dataset: self.by_name(place, body, Scope::Dataset)?,
                view: self.by_name(place, body, Scope::View)?,
                org: self.rights(
                    Scope::Org,
                    &place.at(Scope::Org.wire()),
                    body.get(Scope::Org.wire()),
                )?,
            },
        };
        let Grants { dataset, view, org } = &draft.grants;
        if dataset.is_empty() && view.is_empty() && org.is_empty() {
            return Err(Refusal::new(400, "at least one capability must be set"));
        }
        Ok(draft)
    }

    pub fn renewal(self, body: &Map<String, Value>) -> Result<Renewal, Refusal> {
        let place = MemberPath::default();
        let member = "existingTokenExpiresAt";
        let old_ends = moment(place, body, member)?.ok_or_else(|| required(member))?;
        let expires = moment(place, body, "newTokenExpiresAt")?;
        let new = match body.get("newToken").unwrap_or(&Value::Null) {
            Value::Null => Renewed::Same { expires },
            Value::Object(new) => {
                let has_both = body.get("newTokenExpiresAt").is_some_and(|v| !v.is_null());
                if has_both && self.exclusive_renewal {
                    let message = "newTokenExpiresAt cannot be set together with newToken";
                    return Err(Refusal::new(400, message));
                }
                // The token's own expiry counts if it has one (assumed).
                let draft = self.draft_at(MemberPath("newToken."), new)?;
                Renewed::Replaced(Draft { expires: draft.expires.or(expires), ..draft })
            }
            other => return Err(wrong_type("newToken", "object", other)),
        };
        Ok(Renewal { old_ends, new })
    }

    /// Rights by dataset or view; names without rights are dropped.
    fn by_name(
        self,
        place: MemberPath<'_>,
        body: &Map<String, Value>,
        scope: Scope,
    ) -> Result<Map<String, Value>, Refusal> {
        let at = place.at(scope.wire());
        let mut kept = Map::new();
        for (name, value) in object(&at, body.get(scope.wire()))?.into_iter().flatten() {
            let rights = self.rights(scope, &format!("{at}.{name}"), Some(value))?;
            if !rights.is_empty() {
                kept.insert(name.clone(), Value::Object(rights));
            }
        }
        Ok(kept)
    }

    /// The known capabilities of one object; those without verbs are dropped.
    fn rights(
        self,
        scope: Scope,
        at: &str,
        value: Option<&Value>,
    ) -> Result<Map<String, Value>, Refusal> {
        let mut kept = Map::new();
        for (name, value) in object(at, value)?.into_iter().flatten() {
            let Some(allowed) = self.allowed(scope, name) else { continue };
            let verbs = verbs(&format!("{at}.{name}"), value, &allowed)?;
            if !verbs.is_empty() {
                kept.insert(name.clone(), Value::Array(verbs));
            }
        }
        Ok(kept)
    }

    fn allowed(self, scope: Scope, name: &str) -> Option<Vec<&'a str>> {
        if let Some(capability) = scope.capability(name) {
            return Some(capability.verbs.iter().map(Verb::wire).collect());
        }
        let extra = self.extra.iter().find(|e| e.scope.is(scope) && e.name == name)?;
        Some(extra.actions.iter().map(String::as_str).collect())
    }
}

/// A list of verbs without duplicates.
fn verbs(at: &str, value: &Value, allowed: &[&str]) -> Result<Vec<Value>, Refusal> {
    let list = match value {
        Value::Null => return Ok(Vec::new()),
        Value::Array(list) => list,
        other => return Err(wrong_type(at, "array", other)),
    };
    let mut kept = Vec::new();
    for (i, verb) in list.iter().enumerate() {
        let at = format!("{at}.{i}");
        let Some(word) = verb.as_str() else { return Err(wrong_type(&at, "string", verb)) };
        if !allowed.contains(&word) {
            let choice = allowed.join(" ");
            return Err(Refusal::invalid(606, format!("{at} in body should be one of [{choice}]")));
        }
        if !kept.contains(verb) {
            kept.push(verb.clone());
        }
    }
    Ok(kept)
}

/// The member `name`, which is required but may be empty.
pub(super) fn name(body: &Map<String, Value>) -> Result<String, Refusal> {
    named(MemberPath::default(), body)
}

/// The member `description`; empty if absent.
pub(super) fn description(body: &Map<String, Value>) -> Result<String, Refusal> {
    Ok(text(MemberPath::default(), body, "description")?.unwrap_or_default())
}

fn named(place: MemberPath<'_>, body: &Map<String, Value>) -> Result<String, Refusal> {
    text(place, body, "name")?.ok_or_else(|| required(&place.at("name")))
}

fn text(
    place: MemberPath<'_>,
    body: &Map<String, Value>,
    member: &str,
) -> Result<Option<String>, Refusal> {
    match body.get(member).unwrap_or(&Value::Null) {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text.clone())),
        other => Err(wrong_type(&place.at(member), "string", other)),
    }
}

/// A time; Go's zero time counts as none.
fn moment(
    place: MemberPath<'_>,
    body: &Map<String, Value>,
    member: &str,
) -> Result<Option<Timestamp>, Refusal> {
    match body.get(member).unwrap_or(&Value::Null) {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(time::parse(text)?).filter(|at| !time::is_zero(*at))),
        other => Err(wrong_type(&place.at(member), "date-time", other)),
    }
}

fn object<'a>(
    at: &str,
    value: Option<&'a Value>,
) -> Result<Option<&'a Map<String, Value>>, Refusal> {
    match value.unwrap_or(&Value::Null) {
        Value::Null => Ok(None),
        Value::Object(members) => Ok(Some(members)),
        other => Err(wrong_type(at, "object", other)),
    }
}

/// The path to a member in the body: empty, or a prefix that ends with a full stop.
#[derive(Clone, Copy, Default)]
struct MemberPath<'a>(&'a str);

impl MemberPath<'_> {
    fn at(self, member: &str) -> String {
        format!("{}{member}", self.0)
    }
}

fn required(at: &str) -> Refusal {
    Refusal::invalid(602, format!("{at} in body is required"))
}

fn wrong_type(at: &str, wanted: &str, got: &Value) -> Refusal {
    let got = match got {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    Refusal::invalid(601, format!("{at} in body must be of type {wanted}: {got:?}"))
}

#[cfg(test)]
mod tests;
