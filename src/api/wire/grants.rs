//! Parses a token's rights.
//!
//! What the capability table knows becomes a right. A verb that a capability does not have, an
//! unknown capability or scope, and a value of another shape are kept as JSON text. `null`, `[]`
//! and `{}` grant nothing and are treated like a missing member.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::json::{Names, OrJson, Text, is_nothing};
use crate::domain::{
    Capability, Grants, Rights, SafeText, Scope, Unknown, Verb, grants::UnknownScope,
};

/// The suffix of a token's members that contain rights.
pub(super) const SUFFIX: &str = "Capabilities";

/// State shared by the tokens of a response while they are parsed.
#[derive(Debug, Default)]
pub struct Reader {
    pub names: Names,
    /// A reused buffer for rows.
    rows: Vec<(SafeText, Rights)>,
    /// Whether to keep the JSON of values whose shape the API does not describe. If not, such a
    /// value ends parsing, which is twice as fast.
    pub careful: bool,
}

impl Reader {
    /// Parses the value of a member that contains rights.
    pub fn take<'de, A: MapAccess<'de>>(
        &mut self,
        grants: &mut Grants,
        name: &str,
        members: &mut A,
    ) -> Result<(), A::Error> {
        let careful = self.careful;
        // If a member occurs twice, the rights of both are granted.
        let taken = match Scope::ALL.into_iter().find(|scope| scope.wire() == name) {
            None => Err(members.next_value()?),
            Some(scope @ Scope::Org) => {
                let rights = OrJson { seed: TargetRights(scope, self), careful };
                members.next_value_seed(rights)?.map(|rights| grants.org.add_all(&rights))
            }
            Some(scope) => {
                let rows = OrJson { seed: Rows(scope, self), careful };
                let all = match scope {
                    Scope::View => &mut grants.views,
                    _ => &mut grants.datasets,
                };
                members.next_value_seed(rows)?.map(|()| all.add(&mut self.rows))
            }
        };
        if let Err(json) = taken.or_else(something) {
            // An unknown scope, or a known one in an unknown shape: kept as a whole.
            let name = self.names.shared(name);
            grants.unknown.push(UnknownScope { name, json: json.get().into() });
        }
        Ok(())
    }
}

/// Returns the unknown JSON as an error, unless it grants nothing.
fn something(json: &RawValue) -> Result<(), &RawValue> {
    if is_nothing(json) { Ok(()) } else { Err(json) }
}

/// The text that serde requires of a visitor; never shown.
fn expected(f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str("the usual shape")
}

/// Parses the rights by dataset or view into the reader's rows.
struct Rows<'a>(Scope, &'a mut Reader);

impl<'de> DeserializeSeed<'de> for Rows<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        self.1.rows.clear();
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Rows<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        expected(f)
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let Self(scope, reader) = self;
        while let Some(Text(name)) = members.next_key()? {
            let name = reader.names.shared(&name);
            let rights = members.next_value_seed(TargetRights(scope, reader))?;
            reader.rows.push((name, rights));
        }
        Ok(())
    }
}

/// Parses the rights on one dataset or view, or on the organisation.
struct TargetRights<'a>(Scope, &'a mut Reader);

impl<'de> DeserializeSeed<'de> for TargetRights<'_> {
    type Value = Rights;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Rights, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for TargetRights<'_> {
    type Value = Rights;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        expected(f)
    }

    fn visit_unit<E: Error>(self) -> Result<Rights, E> {
        Ok(Rights::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Rights, A::Error> {
        match list.next_element::<IgnoredAny>()? {
            None => Ok(Rights::default()),
            Some(_) => Err(A::Error::custom("no object")),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Rights, A::Error> {
        let Self(scope, Reader { names, careful, .. }) = self;
        let mut rights = Rights::default();
        while let Some(Text(name)) = members.next_key()? {
            let taken = match scope.capability(&name) {
                Some(capability) => {
                    let seed = Granted { rights: &mut rights, capability, careful: *careful };
                    members.next_value_seed(OrJson { seed, careful: *careful })?
                }
                None => Err(members.next_value()?),
            };
            if let Err(json) = taken.or_else(something) {
                let (name, json) = (names.shared(&name), json.get().into());
                rights.keep_unknown(Unknown::Capability { name, json });
            }
        }
        Ok(rights)
    }
}

/// Parses the verbs of one capability.
struct Granted<'a> {
    rights: &'a mut Rights,
    capability: &'static Capability,
    careful: bool,
}

impl<'de> DeserializeSeed<'de> for Granted<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Granted<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        expected(f)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut verbs: A) -> Result<(), A::Error> {
        let Self { rights, capability, careful } = self;
        while let Some(taken) =
            verbs.next_element_seed(OrJson { seed: Word(rights, capability), careful })?
        {
            if let Err(json) = taken {
                rights.keep_unknown(Unknown::Verb { capability, json: json.get().into() });
            }
        }
        Ok(())
    }
}

/// Parses one verb that the capability has.
struct Word<'a>(&'a mut Rights, &'static Capability);

impl<'de> DeserializeSeed<'de> for Word<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_str(self)
    }
}

impl Visitor<'_> for Word<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        expected(f)
    }

    fn visit_str<E: Error>(self, word: &str) -> Result<(), E> {
        let Self(rights, capability) = self;
        let verb = Verb::parse(word).ok_or_else(|| E::custom("a new verb"))?;
        rights.set(capability, rights.verbs(capability).with(verb)).map_err(E::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Target, Verbs};

    fn read(name: &str, json: &str) -> Grants {
        let body = format!(r#"{{"id": "a", "{name}": {json}}}"#);
        crate::api::wire::token(body.as_bytes()).unwrap().grants
    }

    #[test]
    fn known_rights_are_parsed_in_any_order() {
        let grants = read("datasetCapabilities", r#"{"*":{"share":["delete","create"]}}"#);
        let share = Scope::Dataset.capability("share").unwrap();
        let verbs = grants.verbs(&Target::Dataset("*".into()), share);
        assert_eq!(verbs, Verbs::C.union(Verbs::D));
        assert!(!grants.has_unknown());
    }

    #[test]
    fn a_verb_outside_the_table_is_unknown() {
        let grants =
            read("datasetCapabilities", r#"{"a":{"query":["read","delete", {"x" : 1.0e5}]}}"#);
        let row = grants.datasets.get("a").unwrap();
        let query = Scope::Dataset.capability("query").unwrap();
        assert_eq!(row.verbs(query), Verbs::R);
        let unknown = |json: &str| Unknown::Verb { capability: query, json: json.into() };
        assert_eq!(row.unknown(), [unknown(r#""delete""#), unknown(r#"{"x" : 1.0e5}"#)]);
    }

    #[test]
    fn unknown_shapes_are_kept_unchanged() {
        let grants = read("orgCapabilities", r#"{"users":{"read":true},"future":7,"views":null}"#);
        let unknown =
            |name: &str, json: &str| Unknown::Capability { name: name.into(), json: json.into() };
        let kept = [unknown("users", r#"{"read":true}"#), unknown("future", "7")];
        assert_eq!(grants.org.unknown(), kept);

        for (name, json) in [
            ("orgCapabilities", r#"["all"]"#),
            ("datasetCapabilities", r#"{"a":["query"]}"#),
            ("edgeCapabilities", r#"{"x":{"y":["z"]}}"#),
        ] {
            let scope = UnknownScope { name: name.into(), json: json.into() };
            assert_eq!(read(name, json).unknown, [scope]);
        }
    }

    #[test]
    fn empty_values_grant_nothing() {
        for (name, json) in [
            ("datasetCapabilities", "null"),
            ("datasetCapabilities", r#"{"a":{},"b":null,"c":{"query":null,"trim":[]}}"#),
            ("futureCapabilities", "{}"),
            ("description", r#""x""#),
        ] {
            assert!(read(name, json).is_empty(), "{name} {json}");
        }
    }
}
