use super::*;
use crate::domain::{Grants, Scope, Target, TokenExpiry, Verbs};

const NOW: &str = "2026-11-23T14:00:00Z";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn token(id: &str, expiry: impl Into<TokenExpiry>) -> ApiToken {
    ApiToken {
        id: TokenId::new(id),
        name: id.into(),
        description: "".into(),
        expiry: expiry.into(),
        grants: Grants::default(),
    }
}

fn until(id: &str, expires: &str) -> ApiToken {
    token(id, Expiry::At(at(expires)))
}

fn due(tokens: &[ApiToken], replaced: &[&str], within: &str) -> Vec<String> {
    let is_replaced = |id: &TokenId| replaced.contains(&id.raw());
    let due = due_tokens(tokens, is_replaced, &Within::parse(within).unwrap(), at(NOW));
    due.iter().map(|due| due.id.raw().to_owned()).collect()
}

#[test]
fn tokens_are_due_before_and_shortly_after_their_expiry() {
    let tokens = [
        token("never", Expiry::Never),
        token("unread", TokenExpiry::Unread("\"soon\"".into())),
        until("in 14 days", "2026-12-07T14:00:00Z"),
        until("in more", "2026-12-07T14:00:01Z"),
        until("now", NOW),
        until("almost 7 days ago", "2026-11-16T14:00:01Z"),
        until("7 days ago", "2026-11-16T14:00:00Z"),
    ];
    assert_eq!(due(&tokens, &[], "14d"), ["almost 7 days ago", "now", "in 14 days"]);
    assert_eq!(due(&tokens, &[], "1h"), ["almost 7 days ago", "now"]);
    assert_eq!(
        due(&tokens, &[], "9000y"),
        ["almost 7 days ago", "now", "in 14 days", "in more"],
        "a length beyond the last year"
    );
}

#[test]
fn replaced_tokens_are_not_due() {
    let mut ingests = Grants::default();
    let ingest = Scope::Dataset.capability("ingest").unwrap();
    ingests.set(&Target::Dataset("web".into()), ingest, Verbs::C).unwrap();
    let named = |token: ApiToken| ApiToken { name: "ci".into(), ..token };
    let other = |token: ApiToken| ApiToken { grants: ingests.clone(), ..token };
    let old = named(until("old", "2026-11-25T14:00:00Z"));
    let ended = named(until("ended", "2026-11-22T14:00:00Z"));
    let is_due = |new: ApiToken| due(&[old.clone(), ended.clone(), new], &[], "14d");
    assert_eq!(is_due(named(until("new", "2027-02-21T14:00:00Z"))), [""; 0]);
    assert_eq!(is_due(named(token("new", Expiry::Never))), [""; 0]);
    // Another name, other rights, or a token that is due itself replaces none.
    for new in [
        until("new", "2027-02-21T14:00:00Z"),
        other(named(until("new", "2027-02-21T14:00:00Z"))),
        named(token("new", TokenExpiry::Unread("7".into()))),
    ] {
        assert_eq!(is_due(new), ["ended", "old"]);
    }
    let twins = is_due(named(until("new", "2026-11-30T14:00:00Z")));
    assert_eq!(twins, ["ended", "old", "new"]);
    assert_eq!(due(&[old, ended], &["ended"], "14d"), ["old"]);
}

fn batch(due: DueToken) -> Batch {
    let place = Place {
        deployment: "prod".into(),
        url: "https://api.axiom.co".to_owned(),
        org: Some("acme".to_owned()),
    };
    Batch { program: vec!["page".to_owned()], place, due: vec![due], now: at(NOW) }
}

fn one(name: &str, expires: &str) -> DueToken {
    DueToken { id: TokenId::new("id-1"), name: name.into(), expires: at(expires) }
}

#[test]
fn the_program_is_told_what_is_due_and_when() {
    for (expires, state, days) in [
        ("2026-12-07T14:00:00Z", "expiring", "14"),
        ("2026-11-25T13:59:59.5Z", "expiring", "1"),
        ("2026-11-23T14:00:01Z", "expiring", "0"),
        ("2026-11-23T14:00:00Z", "expired", "0"),
        ("2026-11-23T13:59:59Z", "expired", "-1"),
        ("2026-11-17T14:00:00Z", "expired", "-6"),
    ] {
        let it = one("ci", expires);
        let facts = batch(it.clone()).facts(&it);
        let fact = |name: &str| &facts.iter().find(|(n, _)| *n == name).unwrap().1;
        assert_eq!(
            (fact("AXTOK_TOKEN_STATE").as_str(), fact("AXTOK_DAYS_LEFT").as_str()),
            (state, days)
        );
        let whole = expires.replace(".5Z", "Z");
        assert_eq!(*fact("AXTOK_TOKEN_EXPIRES"), whole, "{expires}");
    }
    let it = one("ci\u{0}\u{1b}[2J\n", NOW);
    let facts = batch(it.clone()).facts(&it);
    assert_eq!(facts[0], ("AXTOK_TOKEN_NAME", "ci<U+0000><U+001B>[2J<U+000A>".to_owned()));
    // The system refuses variables above 128 KiB.
    let long = one(&"x".repeat(200_000), NOW);
    assert!(batch(long.clone()).facts(&long)[0].1.len() < 10_000);
}

#[test]
fn a_report_is_about_one_token_with_one_expiry() {
    let it = one("ci", "2026-12-01T00:00:00Z");
    let here = batch(it.clone());
    let reported = Reported::new(&here, &it);
    assert!(reported.is_about(&here.place, &it));
    assert!(reported.is_about(&here.place, &one("renamed", "2026-12-01T00:00:00Z")));
    assert!(!reported.is_about(&here.place, &one("ci", "2026-12-02T00:00:00Z")), "extended");
    let at_place = |org: Option<&str>, url: &str| {
        let place =
            Place { org: org.map(str::to_owned), url: url.to_owned(), ..here.place.clone() };
        reported.is_about(&place, &it)
    };
    assert!(at_place(None, "https://api.axiom.co"), "the organisation is not known");
    assert!(!at_place(Some("labs"), "https://api.axiom.co"));
    assert!(!at_place(Some("acme"), "https://api.eu.axiom.co"));
    assert!(!reported.is_over(at("2026-12-31T00:00:00Z")));
    assert!(reported.is_over(at("2026-12-31T00:00:01Z")));
}

#[test]
fn the_default_length_is_that_of_the_state() {
    assert_eq!(Within::default().name(), format!("{}d", super::super::token::EXPIRING_DAYS));
    assert_eq!(Within::parse(" 2w ").unwrap().until(at(NOW)), at("2026-12-07T14:00:00Z"));
    for wrong in ["", "never", "0d", "5m", "2027-01-01", "14", "-1d"] {
        assert_eq!(Within::parse(wrong), None, "{wrong}");
    }
}
