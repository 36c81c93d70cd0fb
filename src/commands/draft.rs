//! Drafts of tokens in files: the API's JSON, as `axtok tokens show --json`
//! prints it too, or TOML. A member that nobody knows is refused: a misspelt
//! one must not mean fewer rights, or more.

mod unique;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use unique::Unique;

use super::rights::grant_all;
use crate::{
    api::wire,
    domain::{Grants, Rights, SafeText, Scope, Target, token::State},
};

/// A token that is to be made, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    pub name: Option<String>,
    pub description: Option<String>,
    /// As a person would type it.
    pub expires: Option<String>,
    pub grants: Grants,
}

/// The state of a token whose expiry cannot be read.
const UNREAD: &str = State::Unknown.label();
/// What `axtok tokens show --json` prints beside the API's members.
const OURS: [&str; 5] = ["id", "kind", "state", "summary", "findings"];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Toml {
    name: Option<String>,
    description: Option<String>,
    expires: Option<String>,
    #[serde(default)]
    org: Vec<String>,
    #[serde(default)]
    datasets: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    views: BTreeMap<String, Vec<String>>,
}

impl Draft {
    /// Reads JSON or TOML.
    ///
    /// # Errors
    /// With what is wrong. No value is repeated but rights.
    pub fn parse(text: &str) -> Result<Self, String> {
        match serde_json::from_str::<Unique>(text) {
            Ok(Unique(Value::Array(mut list))) if list.len() == 1 => {
                Self::of_json(&list.swap_remove(0))
            }
            Ok(Unique(Value::Array(list))) => {
                Err(format!("{} tokens, where one is needed", list.len()))
            }
            Ok(Unique(value)) => Self::of_json(&value),
            // The text is our own, see `unique`.
            Err(e) if e.is_data() => Err(e.to_string()),
            Err(e) if text.trim_start().starts_with('{') => {
                Err(format!("line {}, column {}: this is not JSON", e.line(), e.column()))
            }
            Err(_) => Self::of_toml(text),
        }
    }

    fn of_json(value: &Value) -> Result<Self, String> {
        let members = value.as_object().ok_or("this is no token")?;
        let text = |name: &str| match members.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(format!("{name} is no text")),
        };
        let known = ["name", "description", "expiresAt"];
        let is_known = |name: &str| {
            known.contains(&name) || OURS.contains(&name) || name.ends_with("Capabilities")
        };
        if let Some(name) = members.keys().find(|name| !is_known(name)) {
            return Err(format!("{} is no member of a token", SafeText::from(name.as_str())));
        }
        let list = format!("[{value}]");
        let token = wire::tokens(list.as_bytes()).and_then(|mut list| list.pop());
        let grants = token.ok_or("this is no token")?.grants;
        // The zero time is how some write never; we want that said.
        let expires = if members.get("state").and_then(Value::as_str) == Some(UNREAD) {
            // Neither the original's nor the usual one: it has to be said.
            Some(String::new())
        } else {
            text("expiresAt")?.filter(|at| !at.starts_with("0001-"))
        };
        Ok(Self { name: text("name")?, description: text("description")?, expires, grants })
    }

    fn of_toml(text: &str) -> Result<Self, String> {
        let draft: Toml = toml::from_str(text).map_err(|e| {
            // Only the message: the full error quotes the file.
            let at = e.span().map_or(0, |span| span.start);
            let line = text.get(..at).map_or(1, |before| before.matches('\n').count() + 1);
            format!("line {line}: {}", SafeText::from(e.message()))
        })?;
        let mut grants = Grants::default();
        for (scope, rows) in [(Scope::Dataset, &draft.datasets), (Scope::View, &draft.views)] {
            for (name, list) in rows {
                if let Some(target) = Target::named(scope, SafeText::from(name.as_str())) {
                    grants.put(&target, rights(scope, list)?);
                }
            }
        }
        grants.org = rights(Scope::Org, &draft.org)?;
        let Toml { name, description, expires, .. } = draft;
        Ok(Self { name, description, expires, grants })
    }
}

fn rights(scope: Scope, list: &[String]) -> Result<Rights, String> {
    let mut rights = Rights::default();
    for text in list {
        grant_all(&mut rights, scope, text)
            .map_err(|error| error.message.trim_start_matches("--").to_owned())?;
    }
    Ok(rights)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_say_the_same() {
        let toml = "name = 'ci'\nexpires = '30d'\norg = ['users:read']\n[datasets]\n\
                    prod = ['query:read', 'ingest:create']\n'*' = ['query:*']\n[views]\nv = ['*']\n";
        let json = r#"{"name":"ci","expiresAt":"30d","orgCapabilities":{"users":["read"]},
            "datasetCapabilities":{"prod":{"query":["read"],"ingest":["create"]},"*":{"query":["read"]}},
            "viewCapabilities":{"v":{"query":["read"],"sharedLinks":["create"]}}}"#;
        let toml = Draft::parse(toml).unwrap();
        let json = Draft::parse(json).unwrap();
        assert_eq!(toml.grants.datasets, json.grants.datasets);
        assert_eq!((&toml.name, &toml.expires), (&json.name, &json.expires));
        assert_eq!(toml.grants.org, json.grants.org);
        assert_eq!(toml.grants.views.get("v"), Some(&Rights::full(Scope::View)));
    }

    #[test]
    fn what_a_newer_server_knows_is_kept_and_mistakes_are_refused() {
        let newer = r#"[{"id":"x","kind":"basic","newCapabilities":{"a":["b"]}}]"#;
        assert_eq!(Draft::parse(newer).unwrap().grants.unknown.len(), 1);
        let unread = r#"{"expiresAt":1795000000,"state":"unknown","orgCapabilities":{}}"#;
        assert_eq!(Draft::parse(unread).unwrap().expires.as_deref(), Some(""), "it is asked for");
        for (text, words) in [
            (r#"{"datasetCapabilties":{}}"#, "datasetCapabilties is no member"),
            (r#"{"expiresAt":7}"#, "expiresAt is no text"),
            ("[]", "0 tokens"),
            ("7", "no token"),
            ("{", "line 1, column 1: this is not JSON"),
            (
                "{\"datasetCapabilities\":{\n\"a\":{\"query\":[\"read\"]},\"a\":{}}}",
                "a is there twice at line 2",
            ),
            (r#"{"name":"x","name":"y"}"#, "name is there twice"),
            (
                r#"[{"orgCapabilities":{"users":["read"],"users":["delete"]}}]"#,
                "users is there twice",
            ),
            ("[datasets]\na = ['query:read']\na = ['query:read']", "duplicate key"),
            ("naem = 'x'", "line 1"),
            (
                "\n[datasets]\na = ['query:raed']",
                "query:raed is no right here: did you mean query:read?",
            ),
        ] {
            let why = Draft::parse(text).unwrap_err();
            assert!(why.contains(words), "{text}: {why}");
        }
    }
}
