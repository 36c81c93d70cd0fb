//! Drafts of tokens in files: the API's JSON, which `axtok tokens show --json` also prints, or
//! TOML. Unknown members are errors: a misspelt one must not change the rights.

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

/// A token to create. Members that the draft does not set are `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// The token's name.
    pub name: Option<String>,
    /// What the token is for.
    pub description: Option<String>,
    /// The expiry in the form that `--expires` accepts, such as `90d`.
    pub expires: Option<String>,
    /// The rights.
    pub grants: Grants,
}

/// The state of a token whose expiry cannot be read.
const UNREAD: &str = State::Unknown.label();
/// The members that `axtok tokens show --json` adds to those of the API.
const OURS: [&str; 5] = ["id", "type", "state", "summary", "findings"];

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
    /// When the draft is invalid. The message quotes rights, but no other values.
    pub fn parse(text: &str) -> Result<Self, String> {
        match serde_json::from_str::<Unique>(text) {
            Ok(Unique(Value::Array(mut list))) if list.len() == 1 => {
                Self::of_json(&list.swap_remove(0))
            }
            Ok(Unique(Value::Array(list))) => {
                Err(format!("expected one token, found {}", list.len()))
            }
            Ok(Unique(value)) => Self::of_json(&value),
            // `unique` wrote this message, so it quotes no value.
            Err(e) if e.is_data() => Err(e.to_string()),
            Err(e) if text.trim_start().starts_with('{') => {
                Err(format!("line {}, column {}: invalid JSON", e.line(), e.column()))
            }
            Err(_) => Self::of_toml(text),
        }
    }

    fn of_json(value: &Value) -> Result<Self, String> {
        let members = value.as_object().ok_or("not a token")?;
        let text = |name: &str| match members.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(format!("{name} is not a string")),
        };
        let known = ["name", "description", "expiresAt"];
        let is_known = |name: &str| {
            known.contains(&name) || OURS.contains(&name) || name.ends_with("Capabilities")
        };
        if let Some(name) = members.keys().find(|name| !is_known(name)) {
            return Err(format!("{}: unknown member", SafeText::from(name.as_str())));
        }
        let list = format!("[{value}]");
        let token = wire::tokens(list.as_bytes()).and_then(|mut list| list.pop());
        let grants = token.ok_or("not a token")?.grants;
        // Some programs write the zero time for never. Never has to be explicit here.
        let expires = if members.get("state").and_then(Value::as_str) == Some(UNREAD) {
            // Empty, so that the user has to give an expiry: the original's is unknown.
            Some(String::new())
        } else {
            text("expiresAt")?.filter(|at| !at.starts_with("0001-"))
        };
        Ok(Self { name: text("name")?, description: text("description")?, expires, grants })
    }

    fn of_toml(text: &str) -> Result<Self, String> {
        let draft: Toml = toml::from_str(text).map_err(|e| {
            // Only the message, since the full error quotes the file.
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
    fn both_formats_give_the_same_draft() {
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
    fn unknown_rights_are_kept_and_mistakes_are_errors() {
        let newer = r#"[{"id":"x","type":"basic","newCapabilities":{"a":["b"]}}]"#;
        assert_eq!(Draft::parse(newer).unwrap().grants.unknown.len(), 1);
        let unread = r#"{"expiresAt":1795000000,"state":"unknown","orgCapabilities":{}}"#;
        assert_eq!(Draft::parse(unread).unwrap().expires.as_deref(), Some(""), "no default");
        for (text, words) in [
            (r#"{"datasetCapabilties":{}}"#, "datasetCapabilties: unknown member"),
            (r#"{"expiresAt":7}"#, "expiresAt is not a string"),
            ("[]", "expected one token, found 0"),
            ("7", "not a token"),
            ("{", "line 1, column 1: invalid JSON"),
            (
                "{\"datasetCapabilities\":{\n\"a\":{\"query\":[\"read\"]},\"a\":{}}}",
                "duplicate member a at line 2",
            ),
            (r#"{"name":"x","name":"y"}"#, "duplicate member name"),
            (
                r#"[{"orgCapabilities":{"users":["read"],"users":["delete"]}}]"#,
                "duplicate member users",
            ),
            ("[datasets]\na = ['query:read']\na = ['query:read']", "duplicate key"),
            ("naem = 'x'", "line 1"),
            (
                "\n[datasets]\na = ['query:raed']",
                "unknown right query:raed: did you mean query:read?",
            ),
        ] {
            let why = Draft::parse(text).unwrap_err();
            assert!(why.contains(words), "{text}: {why}");
        }
    }
}
