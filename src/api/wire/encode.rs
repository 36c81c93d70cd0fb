//! Writes the bodies of create and regenerate.
//!
//! Capabilities are in the order of the table, verbs in the order `crud`, and unknown parts as
//! the text that was received. If such a text is not valid JSON, the request fails before it is
//! sent, so nothing is dropped silently.

use jiff::Timestamp;
use serde::{
    Serialize, Serializer,
    ser::{Error as _, SerializeMap},
};
use serde_json::value::RawValue;

use super::readable;
use crate::domain::{
    Capability, Expiry, Grants, NewToken, Regeneration, Resources, Rights, SafeText, Scope,
    Unknown, Verb, token::Renewal,
};

/// Go's zero time, which means "no expiry" in requests and responses.
const NO_EXPIRY: &str = "0001-01-01T00:00:00Z";

/// The body that creates a token. No expiry is expressed by omitting the member, as the API
/// description says. `None` if something is not valid JSON.
pub fn create(token: &NewToken) -> Option<Vec<u8>> {
    serde_json::to_vec(&creation(token)).ok()
}

/// Like [`create`], formatted for people.
pub fn create_readable(token: &NewToken) -> Option<String> {
    readable::text(&creation(token))
}

fn creation(token: &NewToken) -> Definition<'_> {
    Definition { token, expires_at: token.expiry.at().map(time) }
}

/// The body that regenerates a token. The expiry is always written, with the zero time for no
/// expiry: what the server does if it is missing is not known. `None` if something is not valid
/// JSON.
pub fn regenerate(regeneration: &Regeneration) -> Option<Vec<u8>> {
    serde_json::to_vec(&renewal(regeneration)).ok()
}

/// Like [`regenerate`], formatted for people.
pub fn regenerate_readable(regeneration: &Regeneration) -> Option<String> {
    readable::text(&renewal(regeneration))
}

fn renewal(regeneration: &Regeneration) -> RegenerateJson<'_> {
    let (new_expiry, definition) = match &regeneration.renewal {
        Renewal::Same { new_expiry } => (Some(explicit(*new_expiry)), None),
        Renewal::Replaced(token) => {
            let expires_at = Some(explicit(token.expiry));
            (None, Some(Definition { token, expires_at }))
        }
    };
    RegenerateJson {
        existing_token_expires_at: time(regeneration.old_ends),
        new_token_expires_at: new_expiry,
        new_token: definition,
    }
}

/// RFC 3339 in UTC, ending in `Z`.
fn time(at: Timestamp) -> String {
    at.to_string()
}

fn explicit(expiry: Expiry) -> String {
    expiry.at().map_or_else(|| NO_EXPIRY.to_owned(), time)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RegenerateJson<'a> {
    existing_token_expires_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    new_token_expires_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    new_token: Option<Definition<'a>>,
}

struct Definition<'a> {
    token: &'a NewToken,
    expires_at: Option<String>,
}

impl Serialize for Definition<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("name", &self.token.name)?;
        map.serialize_entry("description", &self.token.description)?;
        if let Some(at) = &self.expires_at {
            map.serialize_entry("expiresAt", at)?;
        }
        capabilities(&mut map, &self.token.grants, false)?;
        map.end()
    }
}

/// Writes the members of a token that contain its rights. Known scopes without rights are written
/// only if `empty` is set.
///
/// # Errors
/// If an unknown part is not valid JSON.
pub fn capabilities<M: SerializeMap>(
    map: &mut M,
    grants: &Grants,
    empty: bool,
) -> Result<(), M::Error> {
    let Grants { datasets, views, org, unknown } = grants;
    // A known scope can be among the unknown ones because its shape was unknown. Rights granted
    // since then replace it.
    let is_granted = |scope| match scope {
        Scope::Dataset => !datasets.is_empty(),
        Scope::View => !views.is_empty(),
        Scope::Org => !org.is_empty(),
    };
    for scope in Scope::ALL {
        let is_unknown = || unknown.iter().any(|u| u.name.raw() == scope.wire());
        if !is_granted(scope) && (!empty || is_unknown()) {
            continue;
        }
        match scope {
            Scope::Dataset => map.serialize_entry(scope.wire(), &RowsJson(scope, datasets))?,
            Scope::View => map.serialize_entry(scope.wire(), &RowsJson(scope, views))?,
            Scope::Org => map.serialize_entry(scope.wire(), &RightsJson(scope, org))?,
        }
    }
    let replaced = |name| Scope::ALL.into_iter().any(|s| s.wire() == name && is_granted(s));
    for scope in unknown.iter().filter(|s| !replaced(s.name.raw())) {
        map.serialize_entry(scope.name.raw(), &Raw(&scope.json))?;
    }
    Ok(())
}

struct RowsJson<'a>(Scope, &'a Resources);

impl Serialize for RowsJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rows = self.1.iter();
        serializer.collect_map(rows.map(|(name, rights)| (name.raw(), RightsJson(self.0, rights))))
    }
}

struct RightsJson<'a>(Scope, &'a Rights);

impl Serialize for RightsJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(scope, rights) = self;
        let mut map = serializer.serialize_map(None)?;
        for capability in scope.capabilities() {
            let verbs = VerbsJson(capability, rights);
            if !verbs.is_empty() {
                map.serialize_entry(capability.wire, &verbs)?;
            }
        }
        for unknown in rights.unknown() {
            if let Unknown::Capability { name, json } = unknown {
                // As above: a known capability can be here because its shape was unknown.
                let known = scope.capability(name.raw());
                if known.is_none_or(|c| VerbsJson(c, rights).is_empty()) {
                    map.serialize_entry(name.raw(), &Raw(json))?;
                }
            }
        }
        map.end()
    }
}

struct VerbsJson<'a>(&'a Capability, &'a Rights);

impl<'a> VerbsJson<'a> {
    fn unknown(&self) -> impl Iterator<Item = &'a SafeText> {
        let Self(wanted, rights) = *self;
        rights.unknown().iter().filter_map(move |unknown| match unknown {
            Unknown::Verb { capability, json } if *capability == wanted => Some(json),
            _ => None,
        })
    }

    fn is_empty(&self) -> bool {
        self.1.verbs(self.0).is_empty() && self.unknown().next().is_none()
    }
}

impl Serialize for VerbsJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let known = self.1.verbs(self.0).iter().map(Element::Known);
        serializer.collect_seq(known.chain(self.unknown().map(Element::Unknown)))
    }
}

enum Element<'a> {
    Known(Verb),
    Unknown(&'a SafeText),
}

impl Serialize for Element<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Known(verb) => serializer.serialize_str(verb.wire()),
            Self::Unknown(json) => Raw(json).serialize(serializer),
        }
    }
}

/// JSON text that is written exactly as it was received.
struct Raw<'a>(&'a SafeText);

impl Serialize for Raw<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value: &RawValue =
            serde_json::from_str(self.0.raw()).map_err(|_| S::Error::custom("not JSON"))?;
        value.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{api::wire, domain::grants::UnknownScope};

    fn created(grants: Grants) -> Option<String> {
        let expiry = Expiry::Never;
        let token = NewToken { name: "n".to_owned(), description: String::new(), expiry, grants };
        create(&token).map(|body| String::from_utf8(body).unwrap())
    }

    fn round_trip(capabilities: &str) -> String {
        let answer = format!(r#"{{"id":"x","name":"n","description":""{capabilities}}}"#);
        created(wire::token(answer.as_bytes()).unwrap().grants).unwrap()
    }

    #[test]
    fn known_rights_are_sent_in_table_order() {
        let sent = round_trip(
            r#","orgCapabilities":{"users":["delete","read"],"annotations":["create"]},
               "viewCapabilities":{"v":{"query":["read"]}},
               "datasetCapabilities":{"b":{"query":["read"],"ingest":["create"]},"*":{"trim":["update"]}}"#,
        );
        assert_eq!(
            sent,
            concat!(
                r#"{"name":"n","description":"","#,
                r#""datasetCapabilities":{"*":{"trim":["update"]},"b":{"ingest":["create"],"query":["read"]}},"#,
                r#""viewCapabilities":{"v":{"query":["read"]}},"#,
                r#""orgCapabilities":{"annotations":["create"],"users":["read","delete"]}}"#
            )
        );
    }

    #[test]
    fn a_known_right_replaces_an_unknown_value_of_the_same_name() {
        let mut grants = Grants::default();
        let json = SafeText::from("[1]");
        let name = SafeText::from("orgCapabilities");
        grants.unknown.push(UnknownScope { name, json: json.clone() });
        assert!(created(grants.clone()).unwrap().ends_with(r#""orgCapabilities":[1]}"#));
        grants.org.keep_unknown(Unknown::Capability { name: "users".into(), json });
        let users = Scope::Org.capability("users").unwrap();
        assert!(created(grants.clone()).unwrap().ends_with(r#""orgCapabilities":{"users":[1]}}"#));
        grants.org.set(users, crate::domain::Verbs::R).unwrap();
        assert!(created(grants).unwrap().ends_with(r#""orgCapabilities":{"users":["read"]}}"#));
    }

    #[test]
    fn invalid_json_fails_instead_of_being_dropped() {
        let mut grants = Grants::default();
        grants.org.keep_unknown(Unknown::Capability { name: "x".into(), json: "{".into() });
        assert_eq!(created(grants), None);
    }

    /// JSON as another program might write it, with unusual whitespace.
    fn any_json() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            Just("true".to_owned()),
            Just("1.0e5".to_owned()),
            Just("-0.0".to_owned()),
            Just("123456789012345678901234567890".to_owned()),
            Just(r#""\u00e9\/\n\ud83d\ude00""#.to_owned()),
            any::<String>().prop_map(|s| serde_json::to_string(&s).unwrap()),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 1..4)
                    .prop_map(|v| format!("[ {}]", v.join(" ,"))),
                prop::collection::vec(("[a-z\"\\\\]{1,4}", inner), 1..4).prop_map(|members| {
                    let members = members
                        .iter()
                        .map(|(k, v)| format!("{} :{v}", serde_json::to_string(k).unwrap()));
                    format!("{{{}\n}}", members.collect::<Vec<_>>().join(","))
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn unknown_parts_are_preserved_byte_for_byte(
            scope in "[a-z]{1,6}", name in "\\PC{1,8}",
            a in any_json(), b in any_json(), c in any_json(), d in any_json(),
        ) {
            prop_assume!(!["dataset", "view", "org"].contains(&scope.as_str()));
            let name = format!("x{name}");
            let key = serde_json::to_string(&name).unwrap();
            // In a list, so that it cannot be a known verb.
            let verb = format!("[{b}]");
            let unknown = format!(
                concat!(
                    r#","datasetCapabilities":{{{key}:{{"query":["read",{verb}],{key}:{a}}}}},"#,
                    r#""orgCapabilities":{{{key}:{c}}},"{scope}Capabilities":{d}"#
                ),
                key = key, verb = verb, a = a, c = c, d = d, scope = scope,
            );
            prop_assert_eq!(
                round_trip(&unknown),
                format!(r#"{{"name":"n","description":""{unknown}}}"#)
            );
        }
    }
}
