//! The JSON that commands print. README.md describes it; what is in it stays,
//! new members may come. Text is as it came from the server: JSON escapes what
//! could harm a terminal.

use std::fmt::Write as _;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::{
    api::wire,
    domain::{
        ApiToken, Dataset, Expiry, Grants, NewToken, Org, PersonalToken, review, token::State,
    },
};

/// An array, one element a line.
#[must_use]
pub fn array(elements: &[Value]) -> String {
    let lines: Vec<String> = elements.iter().map(line).collect();
    if lines.is_empty() { "[]\n".to_owned() } else { format!("[\n{}\n]\n", lines.join(",\n")) }
}

/// One value on one line. What hides or moves text is escaped too, which JSON
/// does not ask for.
#[must_use]
pub fn line(value: &Value) -> String {
    let mut out = String::new();
    for c in value.to_string().chars() {
        if c.is_ascii() || crate::domain::SafeText::from(format!("x{c}")).shown().ends_with(c) {
            out.push(c);
        } else {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
    out
}

/// An API token.
#[must_use]
pub fn token(token: &ApiToken, now: Timestamp) -> Value {
    let mut all = capabilities(&token.grants);
    let findings = review::findings(&token.grants, token.expiry, now);
    let findings = findings.iter().map(|f| {
        json!({
            "code": f.code, "severity": f.severity.label(), "why": f.why, "narrower": f.narrower,
        })
    });
    let state = match token.state(now) {
        State::Expired => "expired",
        State::Expiring => "expiring",
        State::Active => "active",
    };
    for (name, value) in [
        ("id", json!(token.id.raw())),
        ("name", json!(token.name.raw())),
        ("description", json!(token.description.raw())),
        ("kind", json!(token.kind().label())),
        ("state", json!(state)),
        ("expiresAt", expiry(token.expiry)),
        ("summary", json!(token.grants.summary())),
        ("findings", findings.collect()),
    ] {
        all.insert(name.to_owned(), value);
    }
    Value::Object(all)
}

/// A time, or null for never.
#[must_use]
pub fn expiry(expiry: Expiry) -> Value {
    expiry.at().map_or(Value::Null, |at| json!(at.to_string()))
}

/// What is granted, as the API has it; the three known scopes are always there.
fn capabilities(grants: &Grants) -> Map<String, Value> {
    let token = NewToken {
        name: String::new(),
        description: String::new(),
        expiry: Expiry::Never,
        grants: grants.clone(),
    };
    let sent = wire::create(&token).and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let Some(Value::Object(mut all)) = sent else { return Map::new() };
    all.retain(|name, _| name.ends_with("Capabilities"));
    for scope in crate::domain::Scope::ALL {
        all.entry(scope.wire()).or_insert_with(|| json!({}));
    }
    all
}

/// A personal token.
#[must_use]
pub fn personal(token: &PersonalToken) -> Value {
    json!({
        "id": token.id.raw(),
        "name": token.name.raw(),
        "description": token.description.raw(),
    })
}

/// A dataset.
#[must_use]
pub fn dataset(dataset: &Dataset) -> Value {
    json!({ "name": dataset.name.raw(), "description": dataset.description.raw() })
}

/// An organisation; the role is null for an API token.
#[must_use]
pub fn org(org: &Org) -> Value {
    let role = org.role.as_ref().map(crate::domain::SafeText::raw);
    json!({ "id": org.id.raw(), "name": org.name.raw(), "role": role })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_harm_a_terminal_is_escaped() {
        let value = json!(["\u{1b}[2J", "a\u{202e}b", "日本", "\u{e0041}", "e\u{301}"]);
        let text = line(&value);
        assert_eq!(
            text,
            r#"["\u001b[2J","a\u202eb","日本","\udb40\udc41","é"]"#.replace('é', "e\u{301}")
        );
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }

    #[test]
    fn an_empty_array_is_one_line() {
        assert_eq!(array(&[]), "[]\n");
        assert_eq!(array(&[json!(1), json!(2)]), "[\n1,\n2\n]\n");
    }
}
