//! Lists: what was read can be sent again, and means the same.

use jiff::Timestamp;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::meaning::{HasTwice, granted};
use crate::{
    api::wire,
    app::screens::new_token::NewTokenForm,
    domain::{ApiToken, Expiry, Grants, NewToken, Scope, Target, Unknown},
};

/// Reads a body as each of the responses that it could be.
///
/// # Panics
/// If a list and its parsed form differ in length, if the result depends on chunk sizes, if a
/// token cannot be sent again, or if what would be sent differs from the list.
pub fn lists(body: &[u8]) {
    let objects = objects(body);
    let tokens = wire::tokens(body);
    assert!(in_parts(body) == tokens, "a list is the same in chunks of any size");
    if let Some(tokens) = tokens {
        assert_eq!(Some(tokens.len()), objects, "no token is dropped or invented");
        tokens.iter().for_each(sent_again);
        complete(body, &tokens);
    }
    if let Some(token) = wire::token(body) {
        assert!(!token.id.raw().is_empty());
        sent_again(&token);
    }
    let personal = wire::personal_tokens(body);
    assert!(personal.is_none_or(|all| Some(all.len()) == objects));
    let at_most = |count: usize| assert!(objects.is_some_and(|objects| count <= objects));
    if let Some(all) = wire::datasets(body) {
        at_most(all.len());
        assert!(all.iter().all(|dataset| !dataset.name.is_empty()));
    }
    if let Some(all) = wire::views(body) {
        at_most(all.len());
        assert!(all.iter().all(|view| !view.name.is_empty()));
    }
    if let Some(all) = wire::orgs(body) {
        at_most(all.len());
        assert!(all.iter().all(|org| !org.id.is_empty() && !org.name.is_empty()));
    }
    let is_user = wire::user(body).is_some();
    assert_eq!(is_user, wire::is_object(body));
    message(body);
}

/// The list of tokens, read in chunks as from a server; the size of the chunks depends on the
/// body's length.
fn in_parts(body: &[u8]) -> Option<Vec<ApiToken>> {
    let mut list = wire::TokenList::default();
    for part in body.chunks(1 + body.len() % 61) {
        list.push(part);
        while list.read(2)? == 2 {}
    }
    list.finish()
}

/// How many elements of a list are not null; `None` if it is not a list.
fn objects(body: &[u8]) -> Option<usize> {
    let all: Option<Vec<Option<IgnoredAny>>> = serde_json::from_slice(body).ok()?;
    Some(all.into_iter().flatten().flatten().count())
}

/// A token can be cloned and sent as a request for the same rights.
fn sent_again(token: &ApiToken) {
    let ApiToken { name, description, expiry, grants, .. } = token;
    let cloned = NewTokenForm::clone_of(token);
    assert_eq!(cloned.matrix().grants(), grants, "a clone drops nothing");
    let asks = cloned.expiry(Timestamp::UNIX_EPOCH).is_none();
    assert_eq!(asks, expiry.is_unread(), "an unreadable expiry must be asked for");
    let new = NewToken {
        name: name.raw().to_owned(),
        description: description.raw().to_owned(),
        // An unreadable expiry is never sent: a clone asks for another.
        expiry: expiry.known().unwrap_or(Expiry::Never),
        grants: grants.clone(),
    };
    let Some(sent) = wire::create(&new) else { panic!("it cannot be sent") };
    let list = [b"[", sent.as_slice(), b"]"].concat();
    let read = wire::tokens(&list).unwrap_or_default();
    let [read] = read.as_slice() else { panic!("it cannot be read again") };
    assert_eq!((&read.name, &read.description), (name, description));
    assert_eq!(read.expiry, new.expiry.into());
    assert_eq!(grants.difference(&read.grants), [], "the known rights are the same");
    assert_eq!(read.grants.difference(grants), [], "and nothing more");
    assert_eq!(unknown(&read.grants), unknown(grants), "the unknown rights too");
    let again = wire::create(&NewToken { grants: read.grants.clone(), ..new.clone() });
    assert!(again.is_some_and(|again| again == sent), "it is written the same way");
    readable(&new, &sent);
}

/// Everything that was granted, known or not, is in what would be sent.
fn complete(body: &[u8], tokens: &[ApiToken]) {
    let twice = serde_json::from_slice(body).is_ok_and(|HasTwice(twice)| twice);
    let Ok(all) = serde_json::from_slice::<Option<Vec<Value>>>(body) else { return };
    let all = all.into_iter().flatten().filter(|element| !element.is_null());
    for (listed, token) in all.zip(tokens).filter(|_| !twice) {
        let new = NewToken {
            name: String::new(),
            description: String::new(),
            expiry: Expiry::Never,
            grants: token.grants.clone(),
        };
        let sent = wire::create(&new).unwrap_or_default();
        let sent: Value = serde_json::from_slice(&sent).unwrap_or_default();
        assert_eq!(granted(&sent), granted(&listed), "what was granted is sent");
    }
}

/// The readable form has the same content as what is sent.
fn readable(new: &NewToken, sent: &[u8]) {
    let Some(shown) = wire::create_readable(new) else { panic!("it cannot be shown") };
    let value = |json| serde_json::from_slice::<Value>(json).ok();
    assert_eq!(value(shown.as_bytes()), value(sent));
}

/// The unknown rights, sorted. If a name occurs twice, once in a known shape and once in another,
/// only the known one is sent.
fn unknown(grants: &Grants) -> Vec<String> {
    let mut all = Vec::new();
    for (target, rights) in grants.rows() {
        let scope = target.scope();
        let row = match &target {
            Target::Dataset(name) | Target::View(name) => name.raw(),
            Target::Org => "",
        };
        let has_verbs = |name: &str| {
            scope.capability(name).is_some_and(|c| {
                let verb =
                    |u: &Unknown| matches!(u, Unknown::Verb { capability, .. } if *capability == c);
                !rights.verbs(c).is_empty() || rights.unknown().iter().any(verb)
            })
        };
        for unknown in rights.unknown() {
            let (name, json) = match unknown {
                Unknown::Capability { name, .. } if has_verbs(name.raw()) => continue,
                Unknown::Capability { name, json } => (name.raw(), json),
                Unknown::Verb { capability, json } => (capability.wire, json),
            };
            all.push(format!("{scope:?} {row:?} {name:?} {}", json.raw()));
        }
    }
    let granted = |name: &str| match Scope::ALL.into_iter().find(|s| s.wire() == name) {
        Some(Scope::Dataset) => !grants.datasets.is_empty(),
        Some(Scope::View) => !grants.views.is_empty(),
        Some(Scope::Org) => !grants.org.is_empty(),
        None => false,
    };
    let scopes = grants.unknown.iter().filter(|scope| !granted(scope.name.raw()));
    all.extend(scopes.map(|scope| format!("{:?} {}", scope.name.raw(), scope.json.raw())));
    all.sort();
    all
}

/// A server's message is short and contains no secret.
fn message(body: &[u8]) {
    let Some(message) = wire::message(body) else { return };
    assert!(message.shown().chars().count() <= 300);
    for prefix in ["xaat-", "xapt-", "xait-"] {
        for (at, _) in message.shown().match_indices(prefix) {
            let next = message.shown()[at + prefix.len()..].chars().next();
            assert!(next.is_none_or(|c| !c.is_ascii_alphanumeric()), "a secret is hidden");
        }
    }
}
