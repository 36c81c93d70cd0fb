//! Which candidates are offered.

use super::*;

fn named(all: &[(&str, &str)]) -> Vec<Named> {
    let named =
        |(id, name): &(&str, &str)| Named { id: Some((*id).to_owned()), name: (*name).to_owned() };
    all.iter().map(named).collect()
}

fn shown(all: &[CompletionCandidate]) -> Vec<String> {
    let text = |c: &CompletionCandidate| match c.get_help() {
        Some(help) => format!("{} ({help})", c.get_value().to_str().unwrap()),
        None => c.get_value().to_str().unwrap().to_owned(),
    };
    all.iter().map(text).collect()
}

#[test]
fn tokens_are_offered_by_name_or_by_id_if_the_name_is_ambiguous() {
    let all = named(&[
        ("id-1", "ci"),
        ("id-2", "twin"),
        ("id-3", "twin"),
        ("id-4", "hid\u{200b}den"),
        ("id-5", "two\nlines"),
        ("id-6", "-flag"),
        ("id-7", " "),
        ("id-8", "id-1"),
        ("id-9", "hid<U+200B>den"),
    ]);
    let offered = |word| shown(&tokens(&all, word));
    assert_eq!(
        offered(""),
        [
            "ci (id-1)",
            "id-2 (twin)",
            "id-3 (twin)",
            "id-4 (hid<U+200B>den)",
            "id-5 (two<U+000A>lines)",
            "id-6 (-flag)",
            "id-7 ( )",
            "id-8 (id-1)",
            "id-9 (hid<U+200B>den)",
        ]
    );
    assert_eq!(offered("c"), ["ci (id-1)"]);
    assert_eq!(offered("id-1"), ["id-1 (ci)"], "a typed id is completed");
    assert!(offered("nobody").is_empty());
    let odd = named(&[("-x", "-x"), ("\u{1b}[2J", "\u{1b}[2J")]);
    assert!(tokens(&odd, "").is_empty(), "neither can be typed");
}

#[test]
fn many_tokens_are_handled() {
    let all: Vec<_> = (0..10_000)
        .map(|i| Named { id: Some(format!("id-{i}")), name: format!("name-{}", i / 2) })
        .collect();
    assert_eq!(tokens(&all, "id-777").len(), 11);
}

#[test]
fn a_row_completes_a_name_then_its_rights() {
    let all =
        named(&[("", "prod-api"), ("", "a=b"), ("", "hid\u{202e}den"), ("", " x "), ("", "*")]);
    let offered = |word, preset| shown(&rows(Scope::Dataset, &all, word, preset));
    assert_eq!(offered("", false), ["prod-api=", "a=b=", "*= (all datasets, including new ones)"]);
    assert_eq!(offered("", true)[0], "prod-api", "the preset has rights");
    assert_eq!(offered("prod-api=q", false), ["prod-api=query:read (Query)"]);
    assert_eq!(offered("a=b=q", false), ["a=b=query:read (Query)"]);
    assert_eq!(offered("a=", false)[0], "a=b=");
    let views = shown(&rows(Scope::View, &all, "x=", false));
    assert_eq!(views, ["x=query:read (Query)", "x=share: (Share)"]);
    assert_eq!(shown(&things(Scope::Dataset, &all, "p")), ["prod-api"]);
    assert_eq!(shown(&things(Scope::View, &all, "")), ["prod-api", "a=b"]);
}

#[test]
fn rights_come_from_the_table() {
    let offered = |list| shown(&rights(Scope::Org, "", list));
    assert_eq!(offered("us"), ["users: (Users)"]);
    assert_eq!(
        offered("users:"),
        ["create", "read", "update", "delete", "*"].map(|v| format!("users:{v} (Users)"))
    );
    assert_eq!(offered("users:read,bil"), ["users:read,billing: (Billing)"]);
    assert_eq!(offered("users:read,aud"), ["users:read,auditLog:read (Audit log)"]);
    assert_eq!(offered("").len(), Scope::Org.capabilities().len());
    assert!(offered("nothing").is_empty());
    assert_eq!(shown(&capabilities(Scope::Org, "api")), ["apiTokens (API tokens)"]);
    // Everything that is offered in full can be said.
    for scope in Scope::ALL {
        for capability in scope.capabilities() {
            for candidate in rights(scope, "", &format!("{}:", capability.wire)) {
                let mut granted = crate::domain::Rights::default();
                let right = candidate.get_value().to_str().unwrap();
                let granted = crate::domain::preset::grant(&mut granted, scope, right);
                assert!(granted.is_ok(), "{right}");
            }
        }
    }
}

#[test]
fn deployments_are_offered_by_name() {
    let all = ["prod", "pre prod", "pre\u{7}"].map(str::to_owned);
    assert_eq!(shown(&deployments(&all, "pr")), ["prod", "pre prod"]);
}
