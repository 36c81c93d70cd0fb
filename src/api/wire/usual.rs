//! A list of tokens in the shape that the API description has, read in one go.
//!
//! Anything out of the ordinary ends it, and whoever asked reads the list member
//! by member instead: that is lenient, and takes several times as long.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize,
    de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use super::{
    grants::{SUFFIX, scope_of},
    json::{Names, is_nothing},
    token::expiry_of,
};
use crate::domain::{
    ApiToken, Capability, Expiry, Grants, Resources, Rights, SafeText, Scope, TokenId, Unknown,
    Verb, grants::UnknownScope,
};

/// The list. `None` if something in it is not as described.
pub fn tokens(body: &[u8], names: &mut Names) -> Option<Vec<ApiToken>> {
    let mut json = serde_json::Deserializer::from_str(std::str::from_utf8(body).ok()?);
    let tokens = json.deserialize_seq(List(Reader { names, rows: Vec::new() })).ok()?;
    json.end().ok()?;
    Some(tokens)
}

/// A string, which lies in the body as it is unless something in it is escaped.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

/// A member's text; `null` is as good as none.
type Member<'a> = Option<Option<Text<'a>>>;

/// What a visitor was made for; the words are never seen.
fn expected(f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str("the usual shape")
}

/// What the tokens of a list share while they are read.
struct Reader<'a> {
    names: &'a mut Names,
    /// The memory of the rows before.
    rows: Vec<(SafeText, Rights)>,
}

struct List<'a>(Reader<'a>);

impl<'de> Visitor<'de> for List<'_> {
    type Value = Vec<ApiToken>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        expected(f)
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<Vec<ApiToken>, A::Error> {
        let mut tokens = Vec::new();
        while let Some(token) = list.next_element_seed(Token(&mut self.0))? {
            tokens.push(token);
        }
        Ok(tokens)
    }
}

struct Token<'a, 'n>(&'a mut Reader<'n>);

impl<'de> DeserializeSeed<'de> for Token<'_, '_> {
    type Value = ApiToken;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<ApiToken, D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Token<'_, '_> {
    type Value = ApiToken;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        expected(f)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<ApiToken, A::Error> {
        let (mut id, mut name, mut description): (Member<'_>, Member<'_>, Member<'_>) =
            Default::default();
        let mut expiry: Member<'_> = None;
        let mut grants = Grants::default();
        let mut scopes = [false; Scope::ALL.len()];
        while let Some(Text(member)) = members.next_key()? {
            match &*member {
                "id" => once(&mut id, members.next_value()?)?,
                "name" => once(&mut name, members.next_value()?)?,
                "description" => once(&mut description, members.next_value()?)?,
                "expiresAt" => once(&mut expiry, members.next_value()?)?,
                member if member.ends_with(SUFFIX) => {
                    let Some(scope) = scope_of(member) else {
                        let json: &RawValue = members.next_value()?;
                        if !is_nothing(json) {
                            let (name, json) = (self.0.names.shared(member), json.get().into());
                            grants.unknown.push(UnknownScope { name, json });
                        }
                        continue;
                    };
                    if std::mem::replace(&mut scopes[scope as usize], true) {
                        return Err(A::Error::custom("twice"));
                    }
                    match scope {
                        Scope::Dataset => {
                            grants.datasets = members.next_value_seed(Rows(scope, self.0))?;
                        }
                        Scope::View => {
                            grants.views = members.next_value_seed(Rows(scope, self.0))?;
                        }
                        Scope::Org => {
                            grants.org = members.next_value_seed(All(scope, self.0.names))?;
                        }
                    }
                }
                _ => drop(members.next_value::<IgnoredAny>()?),
            }
        }
        let expiry = match expiry.flatten() {
            None => Expiry::Never,
            Some(Text(at)) => expiry_of(&at).ok_or_else(|| A::Error::custom("not a time"))?,
        };
        let text =
            |member: Member<'de>| member.flatten().map(|Text(text)| text).unwrap_or_default();
        Ok(ApiToken {
            id: TokenId::new(&*text(id)),
            name: SafeText::from(&*text(name)),
            description: self.0.names.shared(&text(description)),
            expiry: expiry.into(),
            grants,
        })
    }
}

/// A member that may come once.
fn once<T, E: Error>(slot: &mut Option<T>, value: T) -> Result<(), E> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(E::custom("twice")),
    }
}

/// The rights by dataset or by view.
struct Rows<'a, 'n>(Scope, &'a mut Reader<'n>);

impl<'de> DeserializeSeed<'de> for Rows<'_, '_> {
    type Value = Resources;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Resources, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Rows<'_, '_> {
    type Value = Resources;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        expected(f)
    }

    fn visit_unit<E: Error>(self) -> Result<Resources, E> {
        Ok(Resources::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Resources, A::Error> {
        let Self(scope, Reader { names, rows }) = self;
        rows.clear();
        while let Some(Text(name)) = members.next_key()? {
            let name = names.shared(&name);
            rows.push((name, members.next_value_seed(All(scope, names))?));
        }
        Ok(Resources::take(rows))
    }
}

/// All that is granted on one thing.
struct All<'a>(Scope, &'a mut Names);

impl<'de> DeserializeSeed<'de> for All<'_> {
    type Value = Rights;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Rights, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for All<'_> {
    type Value = Rights;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        expected(f)
    }

    fn visit_unit<E: Error>(self) -> Result<Rights, E> {
        Ok(Rights::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Rights, A::Error> {
        let Self(scope, names) = self;
        let mut rights = Rights::default();
        while let Some(Text(member)) = members.next_key()? {
            if let Some(capability) = scope.capability(&member) {
                members.next_value_seed(Granted(&mut rights, capability))?;
                continue;
            }
            let json: &RawValue = members.next_value()?;
            if !is_nothing(json) {
                let (name, json) = (names.shared(&member), json.get().into());
                rights.keep_unknown(Unknown::Capability { name, json });
            }
        }
        Ok(rights)
    }
}

/// The verbs granted for a capability.
struct Granted<'a>(&'a mut Rights, &'static Capability);

impl<'de> DeserializeSeed<'de> for Granted<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Granted<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        expected(f)
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut verbs: A) -> Result<(), A::Error> {
        let Self(rights, capability) = self;
        while let Some(Text(word)) = verbs.next_element()? {
            // One that is not known is to be kept as it was written.
            let verb = Verb::parse(&word).ok_or_else(|| A::Error::custom("a new verb"))?;
            let verbs = rights.verbs(capability).with(verb);
            rights.set(capability, verbs).map_err(A::Error::custom)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn usual(body: &str) -> Option<Vec<ApiToken>> {
        tokens(body.as_bytes(), &mut Names::default())
    }

    fn lenient(body: &str) -> Option<Vec<ApiToken>> {
        crate::api::wire::token::lenient(body.as_bytes(), &mut Names::default())
    }

    /// As the API description has it, and what is added to it by a newer server.
    const USUAL: &str = r#"[
        {"id":"a","name":"caf\u00e9","description":null,"samlAuthenticated":false,
         "expiresAt":"2027-02-21T00:00:00Z",
         "datasetCapabilities":{"b":{"query":["read"],"ingest":["create"]},"*":{"share":["read"]}},
         "viewCapabilities":null,"orgCapabilities":{"users":["read","delete"],"trim":[]}},
        {"name":"b","expiresAt":null,"futureCapabilities":{"x":{"y":["z"]}},
         "orgCapabilities":{"future":["read"],"empty":[]},"datasetCapabilities":{"b":{}}}
    ]"#;

    #[test]
    fn the_usual_shape_is_read_as_by_the_lenient_reader() {
        let usual = usual(USUAL).unwrap();
        assert_eq!(usual, lenient(USUAL).unwrap());
        assert_eq!(usual[0].name.raw(), "café");
        assert_eq!(usual[0].grants.datasets.len(), 2);
        assert_eq!(usual[1].grants.unknown.len(), 1);
    }

    #[test]
    fn what_is_out_of_the_ordinary_is_left_to_the_lenient_reader() {
        for element in [
            "null",
            r#"{"id":7}"#,
            r#"{"expiresAt":"2026-11-27"}"#,
            r#"{"expiresAt":""}"#,
            r#"{"expiresAt":1795000000}"#,
            r#"{"id":"a","id":"b"}"#,
            r#"{"datasetCapabilities":{"a":["query"]}}"#,
            r#"{"orgCapabilities":{"users":["read","audit"]}}"#,
            r#"{"orgCapabilities":{"sharedAccessKeys":["delete"]}}"#,
            r#"{"orgCapabilities":{},"orgCapabilities":{"users":["read"]}}"#,
        ] {
            let body = format!("[{element}]");
            assert_eq!(usual(&body), None, "{element}");
            assert!(lenient(&body).is_some(), "{element}");
        }
        assert_eq!(usual(&format!("{USUAL} x")), None);
    }

    /// A value that may stand behind any name.
    fn any_value() -> impl Strategy<Value = String> {
        let words = prop::sample::select(vec![
            "null",
            "true",
            "7",
            "[]",
            "{}",
            r#""""#,
            r#""read""#,
            r#""2027-02-21T00:00:00Z""#,
            r#""2026-11-27""#,
            r#"["read"]"#,
            r#"["create", "read"]"#,
            r#"["read",null]"#,
            r#"["new"]"#,
        ]);
        words.prop_map(str::to_owned).prop_recursive(4, 32, 4, |inner| {
            prop_oneof![
                members(inner.clone()),
                prop::collection::vec(inner, 0..3).prop_map(|all| format!("[{}]", all.join(","))),
            ]
        })
    }

    fn members(value: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
        let name = prop::sample::select(vec![
            "id",
            "name",
            "description",
            "expiresAt",
            "datasetCapabilities",
            "viewCapabilities",
            "orgCapabilities",
            "newCapabilities",
            "query",
            "ingest",
            "users",
            "*",
            "logs",
        ]);
        let member = (name, value).prop_map(|(name, value)| format!("\"{name}\": {value}"));
        prop::collection::vec(member, 0..5).prop_map(|all| format!("{{{}}}", all.join(", ")))
    }

    #[test]
    fn what_is_unknown_and_said_twice_is_kept_once() {
        let body = r#"[{"id":"a","name":"n","orgCapabilities":{"future":7,"future":7}}]"#;
        let read = usual(body).unwrap();
        assert_eq!(read[0].grants.org.unknown().len(), 1);
        assert_eq!(Some(read), lenient(body));
    }

    proptest! {
        #[test]
        fn the_two_readers_never_disagree(tokens in prop::collection::vec(members(any_value()), 0..3)) {
            let body = format!("[{}]", tokens.join(","));
            if let Some(usual) = usual(&body) {
                prop_assert_eq!(Some(usual), lenient(&body));
            }
        }
    }
}
