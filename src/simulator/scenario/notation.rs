//! The short forms in scenarios: expiries, rights, the base of the personal-token routes.

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::domain::{Capability, Scope, Verb};

/// When a seeded token expires.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) enum Expires {
    #[default]
    Never,
    /// This many seconds after the start of the run.
    In(i64),
    At(Timestamp),
}

impl Expires {
    pub fn at(self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Never => None,
            Self::In(seconds) => {
                let later = now.checked_add(SignedDuration::from_secs(seconds));
                Some(later.unwrap_or(Timestamp::MAX))
            }
            Self::At(at) => Some(at),
        }
    }
}

impl TryFrom<String> for Expires {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text == "never" {
            return Ok(Self::Never);
        }
        if let Ok(at) = text.parse() {
            return Ok(Self::At(at));
        }
        seconds(&text)
            .map(Self::In)
            .ok_or("an expiry must be like \"4d\", \"-21d\" or \"never\", or a time")
    }
}

fn seconds(text: &str) -> Option<i64> {
    let unit = match text.chars().next_back()? {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        'w' => 7 * 86_400,
        'y' => 365 * 86_400,
        _ => return None,
    };
    text[..text.len() - 1].parse::<i64>().ok()?.checked_mul(unit)
}

/// A length of time: `30d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Length(i64);

impl Length {
    /// How far back the audit log can be queried, unless an organisation says otherwise.
    pub const AUDIT_WINDOW: Self = Self(3 * 86_400);

    pub const fn seconds(self) -> i64 {
        self.0
    }
}

impl TryFrom<String> for Length {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let length = seconds(&text).filter(|seconds| *seconds > 0).map(Self);
        length.ok_or("a length of time must be like \"30d\" or \"12h\"")
    }
}

/// The base path of the assumed personal-token routes; `None` turns them off.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct PersonalRoutes(Option<String>);

impl PersonalRoutes {
    pub fn base(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

impl Default for PersonalRoutes {
    fn default() -> Self {
        Self(Some("/v1/tokens/personal".to_owned()))
    }
}

impl TryFrom<String> for PersonalRoutes {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.as_str() {
            "off" => Ok(Self(None)),
            base if base.starts_with('/') && !base.ends_with('/') => Ok(Self(Some(text))),
            _ => Err("personal_routes must be a path like \"/v1/tokens/personal\", or \"off\""),
        }
    }
}

/// `["query:read", "share:*"]` in the API's format. `*` means all rights of the scope,
/// `capability:*` all verbs of a known capability.
pub(super) fn rights<'a>(
    scope: Scope,
    rights: impl IntoIterator<Item = &'a str>,
) -> Map<String, Value> {
    let mut map = Map::new();
    for right in rights {
        match right.split_once(':') {
            None if right == "*" => {
                for capability in scope.capabilities() {
                    grant(&mut map, capability.wire, all(capability));
                }
            }
            None => grant(&mut map, right, Vec::new()),
            Some((name, "*")) => {
                grant(&mut map, name, scope.capability(name).map(all).unwrap_or_default());
            }
            Some((name, verb)) => grant(&mut map, name, vec![verb]),
        }
    }
    map
}

fn all(capability: &Capability) -> Vec<&'static str> {
    capability.verbs.iter().map(Verb::wire).collect()
}

fn grant(map: &mut Map<String, Value>, name: &str, verbs: Vec<&str>) {
    let held = map.entry(name).or_insert_with(|| json!([]));
    if let Value::Array(held) = held {
        for verb in verbs {
            if !held.iter().any(|v| v == verb) {
                held.push(verb.into());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expiries_are_relative_to_now() {
        let now: Timestamp = "2026-11-23T14:00:00Z".parse().unwrap();
        let at = |text: &str| {
            let expires = Expires::try_from(text.to_owned())?;
            Ok::<_, &str>(expires.at(now).map(|at| at.to_string()))
        };
        let some = |text: &str| Ok(Some(text.to_owned()));
        assert_eq!(at("never"), Ok(None));
        assert_eq!(at("4d"), some("2026-11-27T14:00:00Z"));
        assert_eq!(at("-21d"), some("2026-11-02T14:00:00Z"));
        assert_eq!(at("90m"), some("2026-11-23T15:30:00Z"));
        assert_eq!(at("2027-01-01T00:00:00Z"), some("2027-01-01T00:00:00Z"));
        assert_eq!(at("99999y"), Ok(Some(Timestamp::MAX.to_string())));
        for bad in ["", "d", "4", "4 d", "soon", "9999999999999999999d", "9999999999999999y", "4日"]
        {
            assert!(at(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn rights_notation_expands_to_maps() {
        let short = ["query:read", "share:*", "query:read", "warp:drive", "later:*"];
        let map = Value::Object(rights(Scope::Dataset, short));
        let share = ["create", "read", "delete"];
        let long = json!({ "query": ["read"], "share": share, "warp": ["drive"], "later": [] });
        assert_eq!(map, long);
        assert_eq!(rights(Scope::Org, ["*"]).len(), 15);
    }
}
