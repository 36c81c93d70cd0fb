//! The JSON of grants in the journal, which reads back unchanged; and a normal form of
//! grants for comparing.
//!
//! Known rights have the same form as in the API's JSON. Unknown ones are kept as text
//! beside them, including line breaks and order.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::domain::{
    Grants, Resources, Rights, SafeText, Scope, Target, Unknown, Verb, grants::UnknownScope,
};

type RightsJson = BTreeMap<String, Vec<String>>;
type RowsJson = BTreeMap<String, RightsJson>;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GrantsJson {
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    dataset_capabilities: RowsJson,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    view_capabilities: RowsJson,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    org_capabilities: RightsJson,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unknown: Vec<UnknownJson>,
}

/// Something unknown: with `capability`, a capability and its value; with `verb_of`, a
/// value in that capability's list; with neither, a whole scope.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct UnknownJson {
    scope: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    row: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    capability: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    verb_of: Option<String>,
    json: String,
}

impl GrantsJson {
    pub fn of(grants: &Grants) -> Self {
        let mut unknown = Vec::new();
        for (target, rights) in grants.rows() {
            unknown.extend(rights.unknown().iter().map(|u| unknown_of(&target, u)));
        }
        unknown.extend(grants.unknown.iter().map(|scope| UnknownJson {
            scope: scope.name.raw().to_owned(),
            row: None,
            capability: None,
            verb_of: None,
            json: scope.json.raw().to_owned(),
        }));
        Self {
            dataset_capabilities: rows_of(Scope::Dataset, &grants.datasets),
            view_capabilities: rows_of(Scope::View, &grants.views),
            org_capabilities: rights_of(Scope::Org, &grants.org),
            unknown,
        }
    }

    pub fn grants(&self) -> Grants {
        let mut grants = Grants {
            datasets: rows(Scope::Dataset, &self.dataset_capabilities),
            views: rows(Scope::View, &self.view_capabilities),
            org: rights(Scope::Org, &self.org_capabilities),
            unknown: Vec::new(),
        };
        for unknown in &self.unknown {
            keep(&mut grants, unknown);
        }
        grants
    }
}

fn unknown_of(target: &Target, unknown: &Unknown) -> UnknownJson {
    let row = match target {
        Target::Dataset(name) | Target::View(name) => Some(name.raw().to_owned()),
        Target::Org => None,
    };
    let (capability, verb_of, json) = match unknown {
        Unknown::Capability { name, json } => (Some(name.raw().to_owned()), None, json),
        Unknown::Verb { capability, json } => (None, Some(capability.wire.to_owned()), json),
    };
    let scope = target.scope().wire().to_owned();
    UnknownJson { scope, row, capability, verb_of, json: json.raw().to_owned() }
}

fn rows_of(scope: Scope, rows: &Resources) -> RowsJson {
    rows.iter()
        .map(|(name, rights)| (name.raw().to_owned(), rights_of(scope, rights)))
        .filter(|(_, rights)| !rights.is_empty())
        .collect()
}

fn rights_of(scope: Scope, rights: &Rights) -> RightsJson {
    let capabilities = scope.capabilities().iter().map(|c| (c, rights.verbs(c)));
    capabilities
        .filter(|(_, verbs)| !verbs.is_empty())
        .map(|(c, verbs)| (c.wire.to_owned(), verbs.iter().map(|v| v.wire().to_owned()).collect()))
        .collect()
}

fn rows(scope: Scope, json: &RowsJson) -> Resources {
    json.iter().map(|(name, row)| (SafeText::from(name.as_str()), rights(scope, row))).collect()
}

/// Rights that only a newer version knows become unknown rights, as if the API had sent
/// them.
fn rights(scope: Scope, json: &RightsJson) -> Rights {
    let mut rights = Rights::default();
    for (name, words) in json {
        let Some(capability) = scope.capability(name) else {
            let json = Value::from(words.clone()).to_string().into();
            rights.keep_unknown(Unknown::Capability { name: name.as_str().into(), json });
            continue;
        };
        for word in words {
            let known = Verb::parse(word)
                .is_some_and(|v| rights.set(capability, rights.verbs(capability).with(v)).is_ok());
            if !known {
                let json = Value::from(word.as_str()).to_string().into();
                rights.keep_unknown(Unknown::Verb { capability, json });
            }
        }
    }
    rights
}

fn keep(grants: &mut Grants, unknown: &UnknownJson) {
    let json = SafeText::from(unknown.json.as_str());
    let scope = Scope::ALL.into_iter().find(|s| s.wire() == unknown.scope);
    let target = match (scope, &unknown.row) {
        (Some(Scope::Org), _) => Some(Target::Org),
        (Some(scope), Some(row)) => Target::named(scope, row.as_str().into()),
        _ => None,
    };
    let part = match (&target, &unknown.capability, &unknown.verb_of) {
        (Some(_), Some(name), _) => {
            Some(Unknown::Capability { name: name.as_str().into(), json: json.clone() })
        }
        (Some(target), None, Some(name)) => Some(match target.scope().capability(name) {
            Some(capability) => Unknown::Verb { capability, json: json.clone() },
            None => Unknown::Capability {
                name: name.as_str().into(),
                json: format!("[{json}]", json = unknown.json).into(),
            },
        }),
        _ => None,
    };
    if let (Some(target), Some(part)) = (target, part) {
        let mut rights = grants.get(&target).cloned().unwrap_or_default();
        rights.keep_unknown(part);
        grants.put(&target, rights);
    } else {
        grants.unknown.push(UnknownScope { name: unknown.scope.as_str().into(), json });
    }
}

/// A normal form: grants that mean the same to the API are equal, whatever the order of
/// their members and verbs, and whichever of them this version of axtok knows.
pub fn meaning(grants: &Grants) -> Value {
    let mut all = Map::new();
    // Known scopes replace unknown ones of the same name, as in a request.
    for scope in &grants.unknown {
        all.insert(scope.name.raw().to_owned(), value(&scope.json));
    }
    for (scope, rows) in [(Scope::Dataset, &grants.datasets), (Scope::View, &grants.views)] {
        if !rows.is_empty() {
            let rows = rows.iter().map(|(n, r)| (n.raw().to_owned(), rights_meaning(scope, r)));
            all.insert(scope.wire().to_owned(), Value::Object(rows.collect()));
        }
    }
    if !grants.org.is_empty() {
        all.insert(Scope::Org.wire().to_owned(), rights_meaning(Scope::Org, &grants.org));
    }
    Value::Object(all)
}

fn rights_meaning(scope: Scope, rights: &Rights) -> Value {
    let mut known: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for capability in scope.capabilities() {
        for verb in rights.verbs(capability).iter() {
            known.entry(capability.wire).or_default().push(verb.wire().into());
        }
    }
    let mut all = Map::new();
    for unknown in rights.unknown() {
        match unknown {
            Unknown::Capability { name, json } => {
                all.insert(name.raw().to_owned(), sorted(value(json)));
            }
            Unknown::Verb { capability, json } => {
                known.entry(capability.wire).or_default().push(value(json));
            }
        }
    }
    let known = known.into_iter().map(|(name, verbs)| (name.to_owned(), sorted(verbs.into())));
    all.extend(known);
    Value::Object(all)
}

/// Sorts and deduplicates verbs, whose order has no meaning.
fn sorted(value: Value) -> Value {
    match value {
        Value::Array(mut verbs) => {
            verbs.sort_by_cached_key(Value::to_string);
            verbs.dedup();
            Value::Array(verbs)
        }
        other => other,
    }
}

/// Parses JSON. Invalid JSON, which the API never sends, becomes a string, so that it
/// equals nothing that the API sends.
fn value(json: &SafeText) -> Value {
    serde_json::from_str(json.raw()).unwrap_or_else(|_| json.raw().into())
}
