//! An organisation's own rules on the screens: seen while typing, and overridden with a reason.

use std::sync::Arc;

use axtok::{
    api::call::Call,
    app::{Effect, Msg},
    domain::{
        Policies,
        policy::{Override, Policy},
    },
};

use super::{app::App, bulk::accept_bulk_destination};

const RULES: &str = r#"
max-lifetime = "1y"
name = "^[a-z0-9-]+$"
description = "required"
forbid = ["org:rbac:*"]
"#;

fn policies(text: &str) -> Arc<Policies> {
    let policy = Policy::parse(text).unwrap();
    Arc::new(Policies { all: vec![("policy.toml".into(), policy)], unusable: None })
}

fn under(text: &str, width: u16, height: u16) -> App {
    let mut app = App::ready(width, height);
    app.msg(Msg::Policies(policies(text)));
    app
}

/// The only change that was sent, and what it overrides.
#[track_caller]
fn only(app: &App) -> Override {
    let mut all = overridden(app);
    assert_eq!(all.len(), 1);
    all.pop().flatten().unwrap()
}

/// The changes that were sent: what each overrides.
fn overridden(app: &App) -> Vec<Option<Override>> {
    let of = |effect: &Effect| match effect {
        Effect::Call {
            record: Some(record),
            call: Call::CreateToken(_) | Call::RegenerateToken(..),
            ..
        } => Some(record.overridden.clone()),
        _ => None,
    };
    app.waiting.iter().filter_map(of).collect()
}

fn codes(given: &Override) -> Vec<&str> {
    given.codes.iter().map(String::as_str).collect()
}

#[test]
fn a_draft_against_the_policy_is_seen_while_typing_and_sent_with_a_reason() {
    let mut app = under(RULES, 80, 24);
    app.keys("n").types("Edge").see("! policy: has a name that breaks the policy: ^[a-z0-9-]+$");
    app.see("! policy: has no description, which the policy requires");
    app.keys("Enter").types("prod-api").keys("Space Ctrl-s").see("Review").see("Reason");
    app.see("! low: has a name that breaks the policy: ^[a-z0-9-]+$ (choose a");
    // Enter twice must not send it.
    app.keys("Enter Enter");
    assert!(overridden(&app).is_empty());
    app.see("Enter why the policy does not count here").types("agreed with Kim");
    app.press("Enter Enter");
    let given = only(&app);
    assert_eq!(given.reason.raw(), "agreed with Kim");
    assert_eq!(codes(&given), ["policy/name", "policy/description"]);
    app.answer().see("Edge was created");
}

#[test]
fn a_draft_that_keeps_the_rules_has_no_field_for_a_reason() {
    let mut app = under(RULES, 80, 24);
    app.keys("n").not_see("policy").types("edge").see("has no description");
    app.keys("Enter").types("prod-api").keys("Space Enter Enter").types("for the edge");
    app.not_see("policy").keys("Ctrl-s").see("Review").not_see("Reason").press("Enter");
    assert_eq!(overridden(&app), [None]);
}

#[test]
fn regenerating_a_token_against_the_policy_needs_a_reason() {
    let mut app = under("max-lifetime = \"30d\"", 80, 24);
    app.keys("r").see("Regenerate").see("! policy: expires in 90 days, and the policy allows 30d");
    app.see("Reason").keys("Ctrl-s").see("Enter why the policy does not count here");
    assert!(overridden(&app).is_empty());
    app.types("until the move").press("Ctrl-s");
    let given = only(&app);
    assert_eq!(codes(&given), ["policy/max-lifetime"]);
    // With an expiry that the policy allows, none is asked for.
    let mut app = under("max-lifetime = \"30d\"", 80, 24);
    app.keys("r").press("Ctrl-u").types("30d").not_see("policy").not_see("Reason");
    app.press("Ctrl-s");
    assert_eq!(overridden(&app), [None]);
}

#[test]
fn several_tokens_are_regenerated_with_one_reason_for_those_that_break_the_policy() {
    let mut app = under("description = \"required\"", 80, 24);
    app.keys("/").types("mobile").keys("Enter Space Space r").see("Regenerate 2 tokens");
    app.see("! policy: 1 of 2 break it (description): mobile-ios").see("Reason");
    app.keys("Ctrl-s").see("Enter why the policy does not count here").types("older");
    app.keys("Ctrl-s");
    accept_bulk_destination(&mut app);
    let first = overridden(&app);
    let all: Vec<_> = first.iter().flatten().map(codes).collect();
    let name = app.model.shared.run.as_ref().unwrap().current().unwrap().token.name.to_string();
    let wanted: &[Vec<&str>] =
        if name == "mobile-ios" { &[vec!["policy/description"]] } else { &[] };
    assert_eq!(all, wanted, "{name}");
}

#[test]
fn a_policy_that_cannot_be_used_is_said_in_the_form() {
    let mut app = App::ready(80, 24);
    let unusable = Some("policy.toml, line 3: oops".to_owned());
    app.msg(Msg::Policies(Arc::new(Policies { unusable, ..Policies::default() })));
    app.keys("n").see("! policy: cannot be checked against the policy: policy.toml, line 3: oops");
    app.types("edge").keys("Enter").types("prod-api").keys("Space Ctrl-s").see("Reason");
}

#[test]
fn what_breaks_the_policy_is_in_list_detail_and_review_and_cannot_be_accepted() {
    let mut app = under(RULES, 80, 24);
    app.keys("/").types("policy").see("scim-bridge").see("mobile-ios").not_see("vector-prod");
    app.keys("Enter /").press("Ctrl-u").types("scim").keys("Ctrl-s");
    app.see("! high: has rights that the policy forbids: rbac:*");
    app.keys("g a 5").see("has rights that the policy forbids").keys("Enter").see("scim-bridge");
    app.keys("a").see("only an exemption in the policy's file ends it");
}

#[test]
fn rules_that_change_count_at_once() {
    let mut app = App::ready(80, 24);
    app.keys("/").types("policy").not_see("mobile-ios");
    app.msg(Msg::Policies(policies(RULES))).see("mobile-ios");
    app.msg(Msg::Policies(Arc::default())).not_see("mobile-ios");
    app.press("Enter").press("Ctrl-r");
    assert!(app.waiting.iter().any(|e| matches!(e, Effect::LoadPolicies { demo: true })));
}

#[test]
fn the_rules_are_read_again_before_a_token_is_sent() {
    let mut app = App::ready(80, 24);
    app.keys("n").types("edge").keys("Enter").types("prod-api").keys("Space").press("Ctrl-s");
    assert!(app.waiting.iter().any(|e| matches!(e, Effect::LoadPolicies { .. })));
    app.see("[▸ Create ]").not_see("Reason");
    app.msg(Msg::Policies(policies(RULES))).see(">Reason").see("has no description");
    app.press("Enter Enter");
    assert!(overridden(&app).is_empty(), "without a reason");
    let mut app = App::ready(80, 24);
    app.press("r");
    assert!(app.waiting.iter().any(|e| matches!(e, Effect::LoadPolicies { .. })));
    app.msg(Msg::Policies(policies("description = \"required\""))).see("Reason");
}

#[test]
fn a_run_does_not_send_what_a_new_policy_forbids() {
    let mut app = App::ready(80, 24);
    app.keys("/").types("mobile").keys("Enter Space Space r Ctrl-s");
    app.msg(Msg::Policies(policies("max-lifetime = \"1d\"")));
    accept_bulk_destination(&mut app);
    assert!(overridden(&app).is_empty(), "nothing was sent");
    app.see("the new token expires in 90 days, and the pol");
}

#[test]
fn a_reason_that_cannot_be_kept_sends_nothing() {
    let mut app = under(RULES, 80, 24);
    app.keys("n").types("edge").keys("Enter").types("prod-api").keys("Space Ctrl-s");
    app.types("agreed").press("Enter Enter").unrecorded("the disk is full");
    app.see("No journal").see("keep the reason").not_see("Send anyway");
}
