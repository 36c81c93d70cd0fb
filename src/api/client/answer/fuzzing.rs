//! The answer with a secret, in its two stages: the secret is found whatever
//! stands around it, nothing else is taken for it, and an id is never lost.

use std::fmt;

use axum::http;
use reqwest::Response;
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

use super::{Answer, Call, Cap, Created, Reply, FailureKind, read};
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

/// How often a body is also read cut off.
const CUTS: usize = 8;

/// Reads a body as the answer to a create.
///
/// # Panics
/// When something else than the first `token` of the outermost object is taken
/// for the secret, a cut makes another one of it, or an answer loses its id or
/// a secret that was found.
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
    let id = text(r#""id""#).map(TokenId::new);
    if secret.is_some() || found.secret.is_none() {
        assert!(is_same(found, &Find { secret, id }), "it is the outermost object's own");
    } else {
        assert!(id.is_none() || id == found.id, "nothing within overrides the outermost id");
    }
}

/// What was found before a cut is what there is, if it is found at all.
fn cut(body: &[u8], found: &Find) {
    for part in 1..=CUTS {
        let part = wire::find(&body[..body.len() * part / (CUTS + 1)], false);
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
    let Find { secret, id } = wire::find(&body, true);
    assert!(secret.is_some_and(|s| s.is_same(&Secret::new("planted".to_owned()))));
    assert!(id.is_some_and(|id| id.raw() == "planted-id"));
}

/// A secret that was found is handed on, and else the id at least.
fn answered(body: &[u8], found: &Find) {
    for kind in ["application/json", "text/html"] {
        let is_json = kind == "application/json";
        let listed = wire::token(body).map(|token| token.id);
        let is_whole = listed.is_some();
        let id = found.id.clone().or(listed);
        let head = http::Response::builder().header("content-type", kind);
        match (reply(&create(), head, body), &found.secret) {
            (Ok(Reply::Created(created)), Some(there)) => {
                let Created { secret, id: told, warning, .. } = *created;
                assert!(secret.is_same(there));
                assert_eq!(told, id);
                assert_eq!(warning.is_none(), is_whole && is_json);
            }
            (Err(failure), None) if id.is_some() && is_json => {
                assert_eq!(failure.certainty, Certainty::SecretUnreadable { id });
            }
            (Err(failure), None) => assert_eq!(failure.certainty, Certainty::Unknown),
            (answer, _) => panic!("found and handed on differ: {}", answer.is_ok()),
        }
    }
}

/// The id of the token that is deleted or regenerated.
const OLD: &str = "old";

/// Reads the reply to a change: the first four bytes choose the call, the status and
/// the headers, the rest is the body.
///
/// # Panics
/// When a change is called done, made or refused though the API as described cannot
/// have sent the reply.
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
            assert!(status == 204 || is_unknown_token, "nobody said that it is gone");
        }
        Ok(Reply::Created(created)) => {
            assert!((200..300).contains(&status), "a refusal makes nothing");
            let is_old = matches!(call, Call::RegenerateToken(..))
                && created.id.is_some_and(|id| id.raw() == OLD);
            assert!(!is_old, "the old token is not the new one");
        }
        Ok(other) => panic!("{other:?}"),
        Err(failure) => match failure.certainty {
            Certainty::SecretUnreadable { id } => {
                assert!(is_described && is_json && id.is_some(), "nobody said that it was made");
            }
            Certainty::Rejected => {
                assert!((400..500).contains(&status), "only a refusal refuses");
                let is_apis = headers & (4 | 32) != 0 || is_refusal;
                assert!(is_apis || matches!(status, 429 | 430), "the API did not refuse");
            }
            Certainty::Unknown => {}
            Certainty::NotSent => panic!("it was sent"),
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

/// The reply with this head and body, as the client reads it.
fn reply(call: &Call, head: http::response::Builder, body: &[u8]) -> Answer {
    let response = head.body(body.to_vec()).map(Response::from);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    let (Ok(response), Ok(runtime)) = (response, runtime) else {
        return Err(super::Failure::new(FailureKind::Broken));
    };
    let size = body.len();
    runtime.block_on(read(call, response, Cap::whole(size)))
}

/// The member of an object that is a whole body; of several, the first.
fn member<'a>(body: &'a [u8], wanted: &str) -> Option<&'a RawValue> {
    let Members(members) = serde_json::from_slice(body).ok()?;
    let is_wanted =
        |name: &str| serde_json::from_str(name).is_ok_and(|name: String| name == wanted);
    members.into_iter().find(|(name, _)| is_wanted(name)).map(|(_, value)| value)
}

fn text_of(value: &RawValue) -> Option<String> {
    serde_json::from_str(value.get()).ok().filter(|text: &String| !text.is_empty())
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
