//! The answer with a secret, in its two stages: the secret is found whatever
//! stands around it, nothing else is taken for it, and an id is never lost.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use super::{Accepted, Created, Failure, Trouble, created};
use crate::{
    api::{
        Class,
        wire::{self, Find},
    },
    domain::{ApiToken, Secret},
};

/// How often a body is also read cut off.
const CUTS: usize = 8;

/// Reads a body as the answer to a create.
///
/// # Panics
/// When something else than the first `token` of the outermost object is taken
/// for the secret, a cut makes another one of it, or an answer loses its id or
/// a secret that was found.
pub fn secret(body: &[u8]) {
    let found = wire::find(body);
    whole(body, &found);
    cut(body, &found);
    planted(body);
    answered(body, &found);
}

fn is_same(one: &Find, other: &Find) -> bool {
    let same = match (&one.secret, &other.secret) {
        (Some(one), Some(other)) => one.is_same(other),
        (one, other) => one.is_none() && other.is_none(),
    };
    same && one.id == other.id
}

/// Of a whole object, a parser that knows all of JSON finds the same.
fn whole(body: &[u8], found: &Find) {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let Ok(Members(members)) = serde_json::from_slice(body) else { return };
    let text = |name: &str| {
        let strings = members.iter().filter(|(n, v)| *n == name && v.get().starts_with('"'));
        let text: Option<String> = strings.map(|(_, v)| v.get()).next().map(|json| {
            // One that is no text, such as half a pair of surrogates, is none.
            serde_json::from_str(json).unwrap_or_default()
        });
        text.filter(|text| !text.is_empty())
    };
    let secret = text(r#""token""#).map(Secret::new);
    let id = text(r#""id""#).map(crate::domain::TokenId::new);
    assert!(is_same(found, &Find { secret, id }), "it is the outermost object's own");
}

/// What was found before a cut is what there is, if it is found at all.
fn cut(body: &[u8], found: &Find) {
    for part in 1..=CUTS {
        let part = wire::find(&body[..body.len() * part / (CUTS + 1)]);
        let or = |part: bool, same| !part || same;
        let same =
            part.secret.as_ref().zip(found.secret.as_ref()).is_some_and(|(a, b)| a.is_same(b));
        // A string that is no text hides later ones, in whole and in part.
        assert!(or(part.secret.is_some(), same), "a cut makes no secret");
        assert!(or(part.id.is_some(), part.id == found.id), "a cut makes no id");
    }
}

/// Neither text nor a value before it hides a secret.
fn planted(noise: &[u8]) {
    let text = serde_json::to_string(&String::from_utf8_lossy(noise)).unwrap_or_default();
    let is_value = serde_json::from_slice::<&RawValue>(noise).is_ok();
    let value = if is_value { noise } else { text.as_bytes() };
    let before = format!(r#"{{"name":{text},"row":{{{text}:["token",{text}]}},"value":"#);
    let after = br#","id":"planted-id","token":"planted"}"#;
    let body = [before.as_bytes(), value, after].concat();
    let Find { secret, id } = wire::find(&body);
    assert!(secret.is_some_and(|s| s.is_same(&Secret::new("planted".to_owned()))));
    assert!(id.is_some_and(|id| id.raw() == "planted-id"));
}

/// A secret that was found is handed on, and else the id at least.
fn answered(body: &[u8], found: &Find) {
    for (trouble, is_json) in [(None, true), (None, false), (Some(Trouble::Broken), true)] {
        let bytes = Zeroizing::new(body.to_vec());
        let body = super::Body { bytes, trouble };
        let accepted = Accepted { body, is_json, trace_id: None };
        let token = wire::token(&accepted.body.bytes);
        let listed = token.as_ref().map(|t: &ApiToken| t.id.clone());
        let id = found.id.clone().or(listed);
        match (created(&accepted, token, |token| &token.id), &found.secret) {
            (Ok(Created { secret, id: told, token, warning, told: _ }), Some(there)) => {
                assert!(secret.is_same(there));
                assert_eq!(told, id);
                let as_it_should_be = token.is_some() && trouble.is_none() && is_json;
                assert_eq!(warning.is_none(), as_it_should_be);
            }
            (Err(lost), None) => {
                let Failure { class, .. } = lost.into_failure();
                assert_eq!(class, Class::SecretUnreadable { id });
            }
            (answer, _) => panic!("found and handed on differ: {}", answer.is_ok()),
        }
    }
}

/// An object's members, the names as they are written.
struct Members<'a>(Vec<(&'a str, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some((name, value)) = map.next_entry::<&RawValue, _>()? {
                    members.push((name.get(), value));
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Object)
    }
}
