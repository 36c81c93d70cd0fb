//! Responses with a secret: the secret is found whatever surrounds it, nothing else is mistaken
//! for it, and the id is never lost.

use std::fmt;

use axum::http;
use reqwest::Response;
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

use super::{Answer, Call, Cap, Created, FailureKind, Reply, read};
use crate::{
    api::{
        Certainty,
        wire::{self, Find},
    },
    domain::{
        Expiry, Grants, NewToken, Secret, TokenId,
        token::{Regeneration, Renewal},
    },
};

/// How many truncated versions of each body are read.
const CUTS: usize = 8;

/// Reads a body as the response to a create.
///
/// # Panics
/// If anything but the first `token` of the outermost object is taken for the secret, truncation
/// changes the secret, or the result lacks the id or the secret that was found.
pub fn secret(body: &[u8]) {
    let found = wire::find(body, true);
    whole(body, &found);
    cut(body, &wire::find(body, false));
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

/// In a complete object, a full JSON parser finds the same secret.
fn whole(body: &[u8], found: &Find) {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let Ok(Members(members)) = serde_json::from_slice(body) else { return };
    let text = |name: &str| {
        let strings = members.iter().filter(|(n, v)| *n == name && v.get().starts_with('"'));
        let text: Option<String> = strings.map(|(_, v)| v.get()).next().map(|json| {
            // A string that is not valid text, such as a lone surrogate, does not count.
            serde_json::from_str(json).unwrap_or_default()
        });
        text.filter(|text| !text.is_empty())
    };
    let secret = text(r#""token""#).map(Secret::new);
    let id = text(r#""id""#).map(TokenId::new);
    if secret.is_some() || found.secret.is_none() {
        assert!(is_same(found, &Find { secret, id }), "secret and id are the outermost object's");
    } else {
        assert!(id.is_none() || id == found.id, "nested objects do not override the outermost id");
    }
}

/// Truncation may lose the secret or the id, but never changes them.
fn cut(body: &[u8], found: &Find) {
    for part in 1..=CUTS {
        let part = wire::find(&body[..body.len() * part / (CUTS + 1)], false);
        let or = |part: bool, same| !part || same;
        let same =
            part.secret.as_ref().zip(found.secret.as_ref()).is_some_and(|(a, b)| a.is_same(b));
        // A string that is not valid text hides later ones, truncated or not.
        assert!(or(part.secret.is_some(), same), "truncation does not change the secret");
        assert!(or(part.id.is_some(), part.id == found.id), "truncation does not change the id");
    }
}

/// Neither a text nor a value before the secret hides it.
fn planted(noise: &[u8]) {
    let text = serde_json::to_string(&String::from_utf8_lossy(noise)).unwrap_or_default();
    let is_value = serde_json::from_slice::<&RawValue>(noise).is_ok();
    let value = if is_value { noise } else { text.as_bytes() };
    let before = format!(r#"{{"name":{text},"row":{{{text}:["token",{text}]}},"value":"#);
    let after = br#","id":"planted-id","token":"planted"}"#;
    let body = [before.as_bytes(), value, after].concat();
    let Find { secret, id } = wire::find(&body, true);
    assert!(secret.is_some_and(|s| s.is_same(&Secret::new("planted".to_owned()))));
    assert!(id.is_some_and(|id| id.raw() == "planted-id"));
}

/// The result contains the secret that was found, or at least the id.
fn answered(body: &[u8], found: &Find) {
    for kind in ["application/json", "text/html"] {
        let is_json = kind == "application/json";
        let listed = wire::token(body).map(|token| token.id);
        let is_whole = listed.is_some();
        let id = found.id.clone().or(listed);
        let head = http::Response::builder().header("content-type", kind);
        match (reply(&create(), head, body), &found.secret) {
            (Ok(Reply::Created(created)), Some(there)) => {
                let Created { secret, id: present, warning, .. } = *created;
                assert!(secret.is_same(there));
                assert_eq!(present, id);
                assert_eq!(warning.is_none(), is_whole && is_json);
            }
            (Err(failure), None) if id.is_some() && is_json => {
                assert_eq!(failure.certainty, Certainty::SecretUnreadable { id });
            }
            (Err(failure), None) => assert_eq!(failure.certainty, Certainty::Unknown),
            (answer, _) => panic!("the result differs from what was found: {}", answer.is_ok()),
        }
    }
}

/// The id of the token to delete or regenerate.
const OLD: &str = "old";

/// Reads a response to a change: the first four bytes choose the call, the status and the headers,
/// the others are the body.
///
/// # Panics
/// If a change counts as done or refused although the API, as described, cannot have sent the
/// response.
pub fn replies(bytes: &[u8]) {
    let [call, high, low, headers, body @ ..] = bytes else { return };
    let status = 100 + (u16::from(*high) << 8 | u16::from(*low)) % 500;
    let mut head = http::Response::builder().status(status);
    let kind = ["application/json", "text/html; charset=utf-8", "text/plain"];
    let kind = kind.get(usize::from(headers & 3));
    if let Some(kind) = kind {
        head = head.header("content-type", *kind);
    }
    for (bit, name, value) in [
        (4, "x-axiom-trace-id", "abc"),
        (8, "server", "nginx"),
        (16, "content-encoding", "gzip"),
        (32, "x-ratelimit-scope", "user"),
    ] {
        if headers & bit != 0 {
            head = head.header(name, value);
        }
    }
    let code = member(body, "code").and_then(|code| serde_json::from_str::<i64>(code.get()).ok());
    let message = member(body, "message").and_then(text_of);
    let is_refusal = code.is_some() && message.is_some();
    let is_described = status == 200 || status == 201;
    let is_json = kind.is_none_or(|kind| kind.starts_with("application/json"));
    let call = match call % 3 {
        0 => create(),
        1 => regenerate(),
        _ => Call::DeleteToken(TokenId::new(OLD)),
    };
    match reply(&call, head, body) {
        Ok(Reply::Deleted) => {
            let is_unknown_token = status == 404
                && is_refusal
                && message.is_some_and(|message| !message.starts_with("path /"));
            assert!(
                status == 204 || is_unknown_token,
                "the API did not say that the token is gone"
            );
        }
        Ok(Reply::Created(created)) => {
            assert!((200..300).contains(&status), "a refusal creates nothing");
            let is_old = matches!(call, Call::RegenerateToken(..))
                && created.id.is_some_and(|id| id.raw() == OLD);
            assert!(!is_old, "the old token is not the new one");
        }
        Ok(other) => panic!("{other:?}"),
        Err(failure) => match failure.certainty {
            Certainty::SecretUnreadable { id } => {
                assert!(
                    is_described && is_json && id.is_some(),
                    "the API did not say that a token was created"
                );
            }
            Certainty::Rejected => {
                assert!((400..500).contains(&status), "only 4xx is a refusal");
                let is_apis = headers & (4 | 32) != 0 || is_refusal;
                assert!(is_apis || matches!(status, 429 | 430), "the API did not refuse");
            }
            Certainty::Unknown => {}
            Certainty::NotSent => panic!("the request was sent"),
        },
    }
}

fn create() -> Call {
    let (name, description) = ("n".to_owned(), String::new());
    let (expiry, grants) = (Expiry::Never, Grants::default());
    Call::CreateToken(Box::new(NewToken { name, description, expiry, grants }))
}

fn regenerate() -> Call {
    let old_ends = jiff::Timestamp::UNIX_EPOCH;
    let renewal = Renewal::Same { new_expiry: Expiry::Never };
    Call::RegenerateToken(TokenId::new(OLD), Box::new(Regeneration { old_ends, renewal }))
}

/// What the client makes of a response with this head and body.
fn reply(call: &Call, head: http::response::Builder, body: &[u8]) -> Answer {
    let response = head.body(body.to_vec()).map(Response::from);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    let (Ok(response), Ok(runtime)) = (response, runtime) else {
        return Err(super::Failure::new(FailureKind::Broken));
    };
    let size = body.len();
    runtime.block_on(read(call, response, Cap::whole(size)))
}

/// A member of a body that is one JSON object; the first if there are several.
fn member<'a>(body: &'a [u8], wanted: &str) -> Option<&'a RawValue> {
    let Members(members) = serde_json::from_slice(body).ok()?;
    let is_wanted =
        |name: &str| serde_json::from_str(name).is_ok_and(|name: String| name == wanted);
    members.into_iter().find(|(name, _)| is_wanted(name)).map(|(_, value)| value)
}

fn text_of(value: &RawValue) -> Option<String> {
    serde_json::from_str(value.get()).ok().filter(|text: &String| !text.is_empty())
}

/// An object's members, with their names as written, quotes included.
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
