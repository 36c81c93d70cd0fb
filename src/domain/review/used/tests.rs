//! Findings from evidence by hand.

use super::*;
use crate::domain::{
    Expiry, SafeText, TokenId, User, Verbs,
    audit::AuditAction,
    review::{Inventory, narrower, survey},
    usage::{
        Evidence,
        example::{ago, deed, log, now, with_events},
    },
};

/// A token with these rights, such as `("prod", "query", Verbs::R)`; an empty name is the
/// organisation.
fn token(id: &str, rights: &[(&str, &str, Verbs)]) -> ApiToken {
    let mut grants = Grants::default();
    for (place, wire, verbs) in rights {
        let target = match place.strip_prefix("view/") {
            Some(view) => Target::View(view.into()),
            None if place.is_empty() => Target::Org,
            None => Target::Dataset((*place).into()),
        };
        grants.set(&target, target.scope().capability(wire).unwrap(), *verbs).unwrap();
    }
    ApiToken {
        id: TokenId::new(id),
        name: id.into(),
        description: "".into(),
        expiry: Expiry::parse("80d", now()).unwrap().into(),
        grants,
    }
}

const READS: &[(&str, &str, Verbs)] = &[("a", "query", Verbs::R), ("b", "query", Verbs::R)];

fn user(email: &str) -> User {
    User { id: "u".into(), name: "n".into(), email: email.into(), role: None }
}

/// The findings from the log, as `id code: why`.
fn found(tokens: &[ApiToken], evidence: Evidence, users: Option<&[User]>) -> Vec<String> {
    let users = users.map(<[User]>::to_vec);
    let usage = Usage::new(tokens, Some(&[]), Evidence { users, ..evidence });
    let inventory = Inventory { usage: Some(&usage), ..Inventory::default() };
    let codes = [UNUSED_TOKEN, UNUSED_RIGHT, CREATOR_LEFT];
    let items = survey(tokens, inventory, now());
    let items = items.iter().filter(|i| codes.contains(&i.finding.code));
    items.map(|i| format!("{} {}: {}", tokens[i.token].id, i.finding.code, i.finding.why)).collect()
}

#[test]
fn what_was_not_used_is_found_with_window_and_naming() {
    let tokens = [token("used", READS), token("partly", READS), token("unused", READS)];
    let queried = |id, names: &[&str]| deed(id, "runAPLQuery", names, 2);
    let deeds = vec![queried("used", &["a", "b"]), queried("partly", &["a"])];
    let expected = [
        "unused unused-token: was not seen in the log of the last 30 days (tokens recognised by id)",
        "partly unused-right: has rights not used in 30 days (tokens recognised by id): query:read on b",
    ];
    assert_eq!(found(&tokens, log(30, deeds), None), expected);
}

#[test]
fn a_sentence_lists_few_rights_and_counts_the_rest() {
    let rights = [
        ("a", "query", Verbs::R),
        ("b", "query", Verbs::R),
        ("c", "query", Verbs::R),
        ("d", "query", Verbs::R),
        ("e", "query", Verbs::R),
        ("view/v", "query", Verbs::R),
        ("", "monitors", Verbs::C.union(Verbs::D)),
    ];
    let tokens = [token("t", &rights)];
    let deeds = vec![deed("t", "runAPLQuery", &["e"], 2)];
    let [all] = &found(&tokens, log(30, deeds.clone()), None)[..] else { panic!("one finding") };
    let (_, rights) = all.split_once("): ").unwrap();
    assert_eq!(rights, "query:read on a, b, c and 1 more; query:read on view v; 2 more");
    let tokens = [token("t", &[("*", "query", Verbs::R), ("*", "trim", Verbs::U)])];
    let [all] = &found(&tokens, log(3, deeds), None)[..] else { panic!("one finding") };
    let (_, rights) = all.split_once("in 3 days (tokens recognised by id): ").unwrap();
    assert_eq!(rights, "query:read beyond e; trim:update on all datasets");
}

#[test]
fn what_cannot_be_known_is_no_finding() {
    let other = token("other", READS);
    let queried = |id| vec![deed(id, "runAPLQuery", &["a", "b"], 2)];
    let tokens = |it: ApiToken| [it, other.clone()];
    // Nobody is named, so that even an empty log proves nothing.
    for deeds in [Vec::new(), queried("a person")] {
        assert_eq!(found(&tokens(token("t", READS)), log(30, deeds), None), [""; 0]);
    }
    let ingest = token("t", &[("sent-to", "ingest", Verbs::C)]);
    assert_eq!(found(&tokens(ingest.clone()), log(30, queried("other")), None), [""; 0]);
    let quiet = token("t", &[("never-sent-to", "ingest", Verbs::C)]);
    assert_eq!(found(&tokens(quiet), log(30, queried("other")), None).len(), 1);
    let mut cut = log(30, queried("other"));
    cut.deeds.is_complete = false;
    assert_eq!(found(&tokens(token("t", READS)), cut, None), [""; 0]);
    let young = &[(AuditAction::Created, "t", "jo@acme.test", 3)];
    let young = with_events(log(30, queried("other")), young);
    assert_eq!(found(&tokens(token("t", READS)), young, None), [""; 0]);
    let mut unknown = log(30, queried("other"));
    unknown.events = None;
    assert_eq!(found(&tokens(token("t", READS)), unknown, None), [""; 0]);
    let mut future = token("t", READS);
    let json = SafeText::from("[\"read\"]");
    future
        .grants
        .org
        .keep_unknown(crate::domain::Unknown::Capability { name: "future".into(), json });
    assert!(!found(&tokens(future), log(30, queried("other")), None)[0].contains("unused-token"));
}

#[test]
fn a_personal_token_of_the_same_name_makes_no_token_young() {
    let tokens = [token("t", READS), token("other", READS)];
    let deeds = || vec![deed("other", "runAPLQuery", &["a", "b"], 2)];
    let made = |action| with_events(log(30, deeds()), &[(action, "t", "gone@acme.test", 3)]);
    let here = [user("jo@acme.test")];
    let personal = found(&tokens, made(AuditAction::PersonalCreated), Some(&here));
    assert_eq!(personal.len(), 1);
    assert!(personal[0].contains("unused-token"), "{personal:?}");
    let created = found(&tokens, made(AuditAction::Created), Some(&here));
    assert_eq!(
        created,
        ["t creator-left: was created on 20 Nov 2026 by gone@acme.test, who is no longer a user"]
    );
}

#[test]
fn only_a_complete_list_of_users_shows_who_has_left() {
    let tokens = [token("t", READS)];
    let events = [
        (AuditAction::Created, "t", "gone@acme.test", 20),
        (AuditAction::Regenerated, "t", "Jo@Acme.test", 10),
    ];
    let left = |users: Option<&[User]>, events: &[(AuditAction, &str, &str, i64)]| {
        found(&tokens, with_events(log(30, Vec::new()), events), users)
    };
    let (jo, ann) = (user("jo@acme.test"), user("ann@acme.test"));
    // Whoever regenerated it last has its secret.
    assert_eq!(left(Some(std::slice::from_ref(&jo)), &events), [""; 0]);
    let one = left(Some(std::slice::from_ref(&ann)), &events);
    assert_eq!(
        one,
        ["t creator-left: was regenerated on 13 Nov 2026 by Jo@Acme.test, who is no longer a user"]
    );
    assert_eq!(left(None, &events), [""; 0]);
    assert_eq!(left(Some(&[]), &events), [""; 0]);
    assert_eq!(left(Some(&[ann.clone(), user(" ")]), &events), [""; 0], "one has no address");
    let by_token = [(AuditAction::Created, "t", "terraform", 20)];
    assert_eq!(left(Some(&[ann]), &by_token), [""; 0], "a name is not an address");
    assert_eq!(ago(20).to_string(), "2026-11-03T14:00:00Z");
}

#[test]
fn the_fix_for_unused_rights_is_the_narrowed_token() {
    let tokens = [token("t", READS)];
    let evidence = log(30, vec![deed("t", "runAPLQuery", &["a"], 2)]);
    let usage = Usage::new(&tokens, Some(&[]), evidence);
    let inventory = Inventory { usage: Some(&usage), ..Inventory::default() };
    let draft = narrower(&tokens[0], UNUSED_RIGHT, inventory).unwrap();
    assert_eq!(draft.summary(), "can query a");
    assert_eq!(narrower(&tokens[0], UNUSED_RIGHT, Inventory::default()), None);
    let after = [ApiToken { grants: draft, ..tokens[0].clone() }];
    assert_eq!(found(&after, log(30, vec![deed("t", "runAPLQuery", &["a"], 2)]), None), [""; 0]);
}

#[test]
fn what_could_not_be_checked_is_said() {
    assert_eq!(unchecked(None), [UNUSED_TOKEN, UNUSED_RIGHT, CREATOR_LEFT]);
    let tokens = [token("t", READS)];
    let users = Some(vec![user("jo@acme.test")]);
    let nobody = Usage::new(&tokens, None, Evidence { users, ..log(30, Vec::new()) });
    assert_eq!(unchecked(Some(&nobody)), [UNUSED_TOKEN, UNUSED_RIGHT]);
    let named = Usage::new(&tokens, None, log(30, vec![deed("t", "runAPLQuery", &["a"], 2)]));
    assert_eq!(unchecked(Some(&named)), [CREATOR_LEFT]);
}
