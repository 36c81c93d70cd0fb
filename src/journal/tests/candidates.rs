//! Candidates for the result of an entry.

use Likeness::{Exact, Possible, Probable};

use super::*;
use crate::domain::{ApiToken, PersonalToken, Target, TokenExpiry};

fn query() -> &'static crate::domain::Capability {
    Scope::Dataset.capability("query").unwrap()
}

/// The token that [`create`] requests, with a change.
fn token(id: &str, change: impl FnOnce(&mut ApiToken)) -> ApiToken {
    let Asked::Create { name, description, expiry, grants } = create("ci").asked else { panic!() };
    let (id, expiry) = (TokenId::new(id), expiry.into());
    let mut token =
        ApiToken { id, name: name.into(), description: description.into(), expiry, grants };
    change(&mut token);
    token
}

fn regenerate() -> Entry {
    let mut entry = create("ci");
    let Asked::Create { name, description, expiry, grants } = entry.asked else { panic!() };
    let (old, old_ends) = (TokenId::new("old"), entry.at);
    entry.asked = Asked::Regenerate { old, old_ends, name, description, expiry, grants };
    entry
}

/// The ids of the exact candidates.
fn found(entry: &Entry, tokens: &[ApiToken]) -> Vec<String> {
    let exact = sorted(entry, tokens).into_iter().filter(|(_, how)| *how == Exact);
    exact.map(|(id, _)| id).collect()
}

/// The ids of all candidates with their likeness.
fn sorted(entry: &Entry, tokens: &[ApiToken]) -> Vec<(String, Likeness)> {
    let all = candidates(entry, tokens).into_iter();
    all.map(|(token, how)| (token.id.raw().to_owned(), how)).collect()
}

/// The same entry, with a list of the tokens that existed before.
fn after_listing(mut entry: Entry, before: &[ApiToken]) -> Entry {
    let name = name(&entry).to_owned();
    entry.known = Known::of(Some(before.iter().map(|t| (&t.id, t.name.raw()))), &name);
    entry
}

#[test]
fn a_candidate_is_new_and_matches_the_request() {
    let at = |text: &str| TokenExpiry::Known(Expiry::At(text.parse().unwrap()));
    let tokens = [
        token("same", |_| {}),
        token("before", |_| {}),
        token("old", |_| {}),
        token("name", |t| t.name = "CI".into()),
        token("description", |t| t.description = "".into()),
        token("fraction", |t| t.expiry = at("2027-02-21T00:00:00.999Z")),
        token("offset", |t| t.expiry = at("2027-02-21T01:00:00+01:00")),
        token("second", |t| t.expiry = at("2027-02-21T00:00:01Z")),
        token("never", |t| t.expiry = Expiry::Never.into()),
        token("fewer", |t| t.grants = Grants::default()),
        token("more", |t| {
            t.grants.set(&Target::Dataset("x".into()), query(), Verbs::R).unwrap();
        }),
        token("unknown", |t| {
            let (name, json) = ("later".into(), "[]".into());
            t.grants.org.keep_unknown(Unknown::Capability { name, json });
        }),
        token("again", |_| {}),
    ];
    assert_eq!(found(&create("ci"), &tokens), ["same", "old", "fraction", "offset", "again"]);
    assert_eq!(found(&regenerate(), &tokens), ["same", "fraction", "offset", "again"]);
    assert_eq!(found(&create("other"), &tokens), [""; 0]);
    assert_eq!(found(&delete("ci"), &tokens), [""; 0]);
    let personal = Asked::CreatePersonal { name: "ci".into(), description: "for tests".into() };
    assert_eq!(found(&entry(personal), &tokens), [""; 0]);
}

#[test]
fn a_new_token_that_the_server_altered_is_a_probable_match() {
    let at = |text: &str| TokenExpiry::Known(Expiry::At(text.parse().unwrap()));
    let old = [token("before", |_| {}), token("other", |t| t.name = "other".into())];
    let entry = after_listing(create("ci"), &old);
    let changes: [fn(&mut ApiToken); 9] = [
        |t| t.expiry = Expiry::Never.into(),
        |t| t.expiry = TokenExpiry::Unread("7".into()),
        |t| t.description = "for".into(),
        |t| t.grants = Grants::default(),
        |t| {
            t.grants.set(&Target::Dataset("x".into()), query(), Verbs::R).unwrap();
        },
        |t| t.name = " ci ".into(),
        |t| t.name = "CI".into(),
        |t| (t.description, t.grants) = ("".into(), Grants::default()),
        |t| t.name = "ci\u{a0}".into(),
    ];
    let mut made: Vec<_> = changes.into_iter().map(|change| token("new", change)).collect();
    made.push(token("new", |t| t.expiry = at("2027-02-21T00:00:01Z")));
    made.push(token("new", |t| t.expiry = at("2026-12-21T00:00:00Z")));
    for new in made {
        let list = [old[0].clone(), new, old[1].clone()];
        assert_eq!(sorted(&entry, &list), [("new".to_owned(), Probable)]);
    }
}

#[test]
fn any_new_token_is_a_possible_match_while_none_is_exact() {
    let old = [token("before", |t| t.name = "other".into())];
    let stranger = token("stranger", |t| t.name = "quite other".into());
    let list = [stranger.clone(), old[0].clone()];
    for entry in [create("ci"), regenerate()] {
        let entry = after_listing(entry, &old);
        assert_eq!(sorted(&entry, &list), [("stranger".to_owned(), Possible)]);
    }
    let entry = after_listing(create("ci"), &old);
    let list = [stranger, token("near", |t| t.grants = Grants::default()), token("same", |_| {})];
    let both = [("same".to_owned(), Exact), ("near".to_owned(), Probable)];
    assert_eq!(sorted(&entry, &list), both, "an exact match rules out the stranger");
    assert_eq!(sorted(&after_listing(delete("ci"), &old), &list), []);
}

#[test]
fn without_an_earlier_list_no_match_is_exact() {
    let mut entry = create("ci");
    entry.known = Known::of(None::<std::iter::Empty<_>>, "ci");
    let list = [
        token("same", |_| {}),
        token("near", |t| t.expiry = Expiry::Never.into()),
        token("other", |t| t.name = "other".into()),
    ];
    let sure = [("same".to_owned(), Probable), ("near".to_owned(), Possible)];
    assert_eq!(sorted(&entry, &list), sure);
}

#[test]
fn never_matches_only_never() {
    let mut asked = create("ci");
    if let Asked::Create { expiry, .. } = &mut asked.asked {
        *expiry = Expiry::Never;
    }
    let tokens = [token("ends", |_| {}), token("never", |t| t.expiry = Expiry::Never.into())];
    assert_eq!(found(&asked, &tokens), ["never"]);
}

#[test]
fn names_are_compared_raw_not_as_displayed() {
    let tokens = [token("hidden", |t| t.name = "ci\u{200b}".into())];
    assert_eq!(found(&create("ci"), &tokens), [""; 0]);
    assert_eq!(found(&create("ci\u{200b}"), &tokens), ["hidden"]);
    assert_eq!(found(&create("ci<U+200B>"), &tokens), [""; 0]);
}

#[test]
fn unknown_parts_match_even_if_the_server_formats_them_differently() {
    let share = Scope::Dataset.capability("share").unwrap();
    let with = |parts: &[Unknown], scopes: &[(&str, &str)]| {
        let mut grants = Grants::default();
        let mut rights = Rights::default();
        rights.set(share, Verbs::C).unwrap();
        for part in parts {
            rights.keep_unknown(part.clone());
        }
        grants.put(&Target::Dataset("logs".into()), rights);
        for (name, json) in scopes {
            let (name, json) = ((*name).into(), (*json).into());
            grants.unknown.push(UnknownScope { name, json });
        }
        grants
    };
    let verb = |json: &str| Unknown::Verb { capability: share, json: json.into() };
    let capability =
        |name: &str, json: &str| Unknown::Capability { name: name.into(), json: json.into() };

    let mut asked = create("ci");
    if let Asked::Create { grants, .. } = &mut asked.asked {
        let parts = [verb(r#""lend""#), capability("b", r#"["x", "y"]"#), capability("a", "{}")];
        let scopes = [("edgeCapabilities", r#"{"b":1,"a":2}"#), ("viewCapabilities", "[1]")];
        *grants = with(&parts, &scopes);
    }
    let parts = [capability("a", "{ }"), capability("b", r#"["y","x"]"#), verb("\"\\u006cend\"")];
    let scopes = [("viewCapabilities", "[ 1 ]"), ("edgeCapabilities", r#"{"a":2,"b":1}"#)];
    let tokens = [
        token("same", |t| t.grants = with(&parts, &scopes)),
        token("other verb", |t| t.grants = with(&[verb("\"x\"")], &scopes)),
        token("no verb", |t| t.grants = with(&parts[..2], &scopes)),
        token("no scope", |t| t.grants = with(&parts, &scopes[..1])),
    ];
    assert_eq!(found(&asked, &tokens), ["same"]);
}

#[test]
fn personal_tokens_match_by_name_and_description() {
    let personal = |id: &str, name: &str, description: &str| PersonalToken {
        id: TokenId::new(id),
        name: name.into(),
        description: description.into(),
    };
    let tokens = [
        personal("same", "ci", "for tests"),
        personal("before", "ci", "for tests"),
        personal("name", "ci2", "for tests"),
        personal("description", "ci", ""),
        personal("again", "ci", "for tests"),
    ];
    let found = |entry: &Entry| -> Vec<_> {
        let all = personal_candidates(entry, &tokens).into_iter().filter(|(_, how)| *how == Exact);
        all.map(|(t, _)| t.id.raw().to_owned()).collect()
    };
    let asked = Asked::CreatePersonal { name: "ci".into(), description: "for tests".into() };
    assert_eq!(found(&entry(asked)), ["same", "again"]);
    assert_eq!(found(&create("ci")), [""; 0]);
    let gone = Asked::DeletePersonal { id: TokenId::new("same"), name: "ci".into() };
    assert_eq!(found(&entry(gone)), [""; 0]);
}
