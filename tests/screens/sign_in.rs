//! Signing in, and switching to another organisation or deployment.

use crate::app::{App, NOW};
use axtok::{
    api::error::{Certainty, FailureKind},
    app::{Effect, Msg},
    domain::{
        Access, SecretKind,
        session::{DeploymentSummary, Session},
    },
    simulator::{Scenario, Store},
};

/// The app before anyone signs in.
pub fn signed_out(width: u16, height: u16) -> App {
    let store = Store::new(&Scenario::demo().seeded(1), NOW.parse().unwrap());
    App::begin(store, Session::none(), "", width, height)
}

/// Pastes a token, and presses Enter.
fn paste(app: &mut App, token: &str) {
    app.msg(Msg::Paste(format!(" {token}\n")));
    app.press("Enter");
}

fn personal(app: &App) -> String {
    app.store.personal_token().to_owned()
}

fn api(app: &App) -> String {
    app.store.api_token().to_owned()
}

/// The second organisation of the demo.
fn other_org(app: &mut App) -> String {
    app.keys("g o");
    let orgs = app.model.shared.data.orgs.value().unwrap();
    let other = orgs[1].id.to_string();
    app.keys("Esc");
    other
}

#[test]
fn without_a_credential_the_sign_in_page_opens() {
    let mut app = signed_out(80, 24);
    app.see("Sign in to Axiom").see("found no credential").see("[  Demo ]");
    let token = personal(&app);
    paste(&mut app, &token);
    app.not_see(&token).answer().see("Which organisation?");
    app.keys("Enter").see("API tokens 40").not_see("Sign in");
}

#[test]
fn a_typed_token_is_never_shown() {
    let mut app = signed_out(80, 24);
    app.types("xapt-12345678").not_see("xapt-12").not_see("12345678").see("13 characters");
    app.see("personal token");
}

#[test]
fn an_api_token_needs_no_choice_of_organisation() {
    let mut app = signed_out(80, 24);
    let token = api(&app);
    app.msg(Msg::Paste(token)).see("API token, 41 characters");
    app.keys("Enter").see("API tokens 40").see("API token");
    app.keys("g o").see("An API token belongs to one organisation");
}

#[test]
fn a_rejected_token_stays_in_its_field() {
    let mut app = signed_out(80, 24);
    paste(&mut app, "xapt-00000000-0000-0000-0000-000000000000");
    app.answer().see("does not accept this token (401)").see("41 characters");
    // A valid token signs in.
    let token = personal(&app);
    app.press("Ctrl-u").msg(Msg::Paste(token));
    app.keys("Enter").see("Which organisation?");
}

#[test]
fn an_invalid_token_is_not_sent() {
    for (token, words) in [
        ("", "paste a token first"),
        ("xapt-1 2", "white space"),
        ("xait-1", "ingest token cannot manage tokens"),
    ] {
        let mut app = signed_out(80, 24);
        app.msg(Msg::Paste(token.to_owned())).press("Enter");
        assert!(!app.waiting.iter().any(|e| matches!(e, Effect::Connect { .. })), "{token}");
        assert!(app.screen().to_lowercase().contains(words), "{words}\n{}", app.screen());
    }
}

#[test]
fn pasting_a_token_clears_the_error() {
    let mut app = signed_out(80, 24);
    app.press("Enter").see("Paste a token first");
    app.msg(Msg::Paste("xapt-1".to_owned())).see("personal token").not_see("Paste a token first");
}

#[test]
fn an_invalid_address_is_reported() {
    let mut app = signed_out(80, 24);
    let token = personal(&app);
    app.msg(Msg::Paste(token)).press("Tab Ctrl-u").types("api.example.test");
    app.keys("Enter").see("! The address: write https://").see("api.example.test");
}

#[test]
fn a_slow_sign_in_can_be_cancelled() {
    let mut app = signed_out(80, 24);
    let token = personal(&app);
    paste(&mut app, &token);
    app.later(400).see("Trying the token").press("Esc").see("Cancelled");
    app.answer().see("Sign in to Axiom").not_see("API tokens 40");
    assert!(
        app.waiting.iter().any(|e| matches!(e, Effect::Disconnect(_))),
        "the connection is dropped"
    );
}

#[test]
fn ctrl_c_quits_when_signed_out() {
    let mut app = signed_out(80, 24);
    app.press("Esc").see("Press Ctrl-c to quit");
    assert!(!app.wants_quit());
    assert!(app.press("Ctrl-c").wants_quit());
}

#[test]
fn saving_a_token_asks_for_a_name() {
    let mut app = signed_out(80, 24);
    let token = personal(&app);
    app.msg(Msg::Paste(token)).press("Tab Tab Space").see("[in ~/.axiom.toml]");
    app.press("Tab").press("Ctrl-u").types("work").keys("Enter").keys("Enter");
    app.see("API tokens 40");
    let kept = app.waiting.iter().find_map(|e| match e {
        Effect::Keep { name, org, .. } => Some((name.clone(), org.clone().unwrap().to_string())),
        _ => None,
    });
    assert_eq!(kept, Some(("work".to_owned(), app.store.org_id().to_owned())));
}

#[test]
fn switching_organisation_shows_its_tokens() {
    let mut app = App::ready(80, 24);
    let other = other_org(&mut app);
    app.keys("g o").see("Organisations and deployments").see("(current)");
    app.types(&other).keys("Enter").see("Switched to").see(&other).not_see("API tokens 40");
    app.keys("g o Enter").see(&other);
}

#[test]
fn an_answer_from_the_previous_organisation_is_dropped() {
    let mut app = App::ready(80, 24);
    let other = other_org(&mut app);
    app.press("Ctrl-r");
    let late = app.waiting.pop().unwrap();
    app.keys("g o").types(&other).keys("Enter");
    let shown = app.screen();
    app.waiting.push(late);
    app.answer();
    assert_eq!(app.screen(), shown);
}

#[test]
fn a_secret_from_the_previous_organisation_names_it() {
    let mut app = App::ready(80, 24);
    let other = other_org(&mut app);
    app.keys("n").types("ci-x").press("Tab Down Space Ctrl-s Enter");
    let create = app.waiting.pop().unwrap();
    app.press("Esc Esc").press("Tab Enter");
    app.keys("g o").types(&other).keys("Enter").see("Switched to");
    let tokens = app.model.shared.data.tokens.value().unwrap().len();
    app.waiting.push(create);
    app.answer().see("ci-x was created").see("which you have left").see("xaat-••");
    assert_eq!(
        app.model.shared.data.tokens.value().unwrap().len(),
        tokens,
        "the new token is not in this list"
    );
}

#[test]
fn switching_with_a_changed_draft_asks_first() {
    let mut app = App::ready(80, 24);
    let other = other_org(&mut app);
    // From the matrix, where no field has the focus.
    app.keys("n").types("draft").keys("Shift-Tab Space Tab Tab Enter").see("0 rows changed");
    app.keys("g o").types(&other).keys("Enter").see("will be lost");
    app.keys("Enter").keys("Esc Esc Esc").see("draft");
    app.keys("Enter g o").types(&other).keys("Enter Tab Enter").see("Switched to").not_see("draft");
}

#[test]
fn a_credential_rejected_mid_session_keeps_what_was_typed() {
    let mut app = App::ready(80, 24);
    app.model.shared.session.demo = false;
    app.keys("n").types("ci-x").press("Tab Down Space Ctrl-s").see("[▸ Create ]");
    app.press("Enter").fail(Certainty::Rejected, FailureKind::Status(401), None);
    app.see("Sign in to Axiom").see("no longer accepts this credential");
    let token = personal(&app);
    paste(&mut app, &token);
    // The organisation is known and not asked for again.
    app.answer().see("Signed in again");
    app.see("[▸ Create ]").see("ci-x").keys("Enter").see("ci-x was created");
}

#[test]
fn an_api_token_rejected_mid_session_keeps_the_draft() {
    let store = Store::new(&Scenario::demo().seeded(1), NOW.parse().unwrap());
    let token = store.api_token().to_owned();
    let session = Session {
        connection: Some(axtok::domain::session::ConnectionId::default()),
        deployment: "prod".into(),
        url: "https://api.example.test".to_owned(),
        credential: SecretKind::Api,
        ..Session::none()
    };
    let mut app = App::begin(store, session, &token, 80, 24);
    app.answer().keys("n").types("ci-x").press("Tab Down Space Ctrl-s Enter");
    app.fail(Certainty::Rejected, FailureKind::Status(401), None).see("Sign in to Axiom");
    // The token may belong to another organisation, so the pending request is not resent.
    paste(&mut app, &token);
    app.answer().see("New API token").see("ci-x").see("1 of ").not_see("[▸ Create ]");
}

#[test]
fn a_rejected_read_opens_the_sign_in_page_which_can_be_closed() {
    let mut app = App::ready(80, 24);
    app.press("Ctrl-r").fail(Certainty::Rejected, FailureKind::Status(401), None);
    app.see("Sign in to Axiom").press("Esc").see("API tokens 40");
}

#[test]
fn the_sign_in_page_never_covers_a_secret() {
    let mut app = App::ready(80, 24);
    app.keys("n").types("ci-x").press("Tab Down Space Ctrl-s Enter").answer();
    app.see("ci-x was created").later(600);
    app.waiting.clear();
    let effect = app.model.shared.fetch_tokens();
    app.waiting.push(effect);
    app.fail(Certainty::Rejected, FailureKind::Status(401), None).see("ci-x was created");
    app.press("Esc").types("stored").press("Enter").see("Sign in to Axiom");
}

#[test]
fn other_deployments_can_be_chosen() {
    let mut app = App::ready(80, 24);
    app.offers = vec![DeploymentSummary {
        name: "staging".into(),
        url: "https://staging.example.test".to_owned(),
        source: "settings",
        access: Access::ReadOnly,
    }];
    // A long address hides neither the name nor the [RO] flag.
    app.offers[0].url = format!("https://staging.{}.example.test", "long".repeat(20));
    app.keys("g o").see("staging").see("[RO]").types("stag").keys("Enter");
    app.see("Which organisation?").keys("Enter").see("staging · ").see("API tokens 40");
}

#[test]
fn a_failed_switch_to_a_deployment_changes_nothing() {
    let mut app = App::ready(80, 24);
    app.offers = vec![DeploymentSummary {
        name: "gone".into(),
        url: "https://gone.example.test".to_owned(),
        source: "settings",
        access: Access::Full,
    }];
    app.keys("g o");
    app.offers.clear();
    app.types("gone").keys("Enter").see("! There is no deployment gone.");
    app.keys("Esc").see("API tokens 40").see("Acme Inc (acme-4x1k) [DEMO]");
}

#[test]
fn a_personal_token_without_an_organisation_asks_for_one() {
    let store = Store::new(&Scenario::demo().seeded(1), NOW.parse().unwrap());
    let token = store.personal_token().to_owned();
    let session = Session {
        connection: Some(axtok::domain::session::ConnectionId::default()),
        deployment: "prod".into(),
        url: "https://api.example.test".to_owned(),
        credential: SecretKind::Personal,
        ..Session::none()
    };
    let mut app = App::begin(store, session, &token, 80, 24);
    app.answer().see("Which organisation?").press("Esc").see("No organisation was chosen");
}

#[test]
fn an_organisation_that_the_credential_cannot_access_is_reported() {
    let store = Store::new(&Scenario::demo().seeded(1), NOW.parse().unwrap());
    let token = store.personal_token().to_owned();
    let session = Session {
        connection: Some(axtok::domain::session::ConnectionId::default()),
        deployment: "prod".into(),
        url: "https://api.example.test".to_owned(),
        org: Some("nowhere".into()),
        credential: SecretKind::Personal,
        ..Session::none()
    };
    let mut app = App::begin(store, session, &token, 80, 24);
    app.answer().see("cannot access the organisation nowhere").see("Acme Inc");
    // The message does not claim that a right is missing.
    app.press("Esc")
        .see("Permission denied")
        .see("has no access to the organisation nowhere: g o")
        .not_see("right apiTokens:");
    app.press("n").not_see("Needs the right").keys("Esc g o");
    app.keys("Enter").see("Switched to Acme Inc").see("API tokens 40");
}

#[test]
fn another_address_is_another_deployment() {
    let mut app = App::ready(80, 24);
    app.model.shared.session.demo = false;
    app.press("Ctrl-r").fail(Certainty::Rejected, FailureKind::Status(401), None);
    let token = personal(&app);
    app.msg(Msg::Paste(token)).press("Tab Ctrl-u").types("https://h.example.test");
    app.keys("Enter").see("Which organisation?").keys("Enter").see("pasted · ");
}

/// A token is written to disk only by a deliberate choice.
#[test]
fn enter_skips_the_choice_of_saving_the_token() {
    let kept = |app: &App| match app.model.overlay() {
        Some(axtok::app::stack::Overlay::SignIn(page)) => page.is_kept(),
        _ => panic!("the sign-in page is not open"),
    };
    let mut app = signed_out(80, 24);
    app.types("xapt-1").press("Tab Tab").see("Space choose");
    app.press("Enter").see("[▸ Sign in ]");
    assert!(!kept(&app));
    for key in ["Space", "Right", "Left"] {
        app.press("Shift-Tab").press(key);
        assert!(kept(&app), "{key}");
        app.press("Enter").see("Name").see("~/.axiom.toml");
        assert!(kept(&app), "Enter does not change the choice");
        app.press("Shift-Tab").press(key).press("Enter").see("[▸ Sign in ]");
        assert!(!kept(&app), "{key}");
    }
}

#[test]
fn white_space_around_a_token_is_ignored() {
    let mut app = signed_out(80, 24);
    app.types("  xapt-12345678 ").see("personal token, 13 characters");
}

#[test]
fn the_sign_in_page_offers_deployments_if_there_are_any() {
    let mut app = signed_out(80, 24);
    app.not_see("Deployments").press("Up Up").see("[▸ Demo ]");
    app.model.shared.has_deployments = true;
    app.offers = vec![DeploymentSummary {
        name: "staging".into(),
        url: "https://staging.example.test".to_owned(),
        source: "settings",
        access: Access::Full,
    }];
    app.press("Tab").see("[▸ Deployments ]").keys("Enter").see("staging.example.test");
    app.press("Esc").see("Sign in to Axiom").keys("Enter").keys("Enter");
    app.see("Which organisation?").keys("Enter").see("staging · ").see("API tokens 40");
}

/// The app with this access.
fn with_access(access: Access) -> App {
    let mut app = App::ready(80, 24);
    app.model.shared.session.access = access;
    app.draw();
    app
}

#[test]
fn a_read_only_session_refuses_changes_and_says_so() {
    let mut app = with_access(Access::ReadOnly);
    app.see("[RO]");
    for key in ["n", "c", "r", "R", "d"] {
        app.press(key).see("Read-only session: :rw allows changes");
        app.press("Esc").not_see("Read-only session:");
    }
    app.keys("Enter").see("can ").press("d").see("Read-only session");
}

#[test]
fn read_only_is_lifted_by_typing_the_organisation_id() {
    let mut app = with_access(Access::ReadOnly);
    app.press(":").types("rw").see("Enter: allow changes").press("Enter").see("Allow changes?");
    app.types("yes").press("Enter").see("! Type acme-4x1k to confirm");
    let org = app.store.org_id().to_owned();
    app.press("Ctrl-u").types(&org).press("Enter").not_see("[RO]");
    app.press("d").see("This cannot be undone");
}

#[test]
fn read_only_is_lifted_for_that_organisation_only() {
    let mut app = App::ready(80, 24);
    let other = other_org(&mut app);
    app.model.shared.session.access = Access::ReadOnly;
    app.model.shared.session.usual_access = Access::ReadOnly;
    let org = app.store.org_id().to_owned();
    app.press(":").types("rw").press("Enter").types(&org).press("Enter").not_see("[RO]");
    app.keys("g o").types(&other).keys("Enter").see("[RO]");
    app.press("n").see("Read-only session: :rw allows changes");
}

#[test]
fn a_locked_session_stays_read_only() {
    let mut app = with_access(Access::Locked);
    app.press(":").types("rw").press("Enter").see("edit them to allow changes");
    app.press("d").see("locked by the settings");
}

#[test]
fn a_refused_right_is_remembered_until_a_refresh() {
    let mut app = App::ready(80, 24);
    let name = app.model.selected_token().unwrap().name.to_string();
    app.press("d").types(&name).press("Enter");
    app.fail(Certainty::Rejected, FailureKind::Status(403), Some("missing capability"))
        .see("Refused");
    app.press("Enter Esc d")
        .see("Needs the right apiTokens:delete, which this credential lacks (403).");
    app.press("r").see("Regenerate").press("Esc");
    app.press("?").see("apiTokens:delete").press("Esc");
    // A refresh forgets it: the right may have been granted since.
    app.keys("Ctrl-r").press("d").see("This cannot be undone");
}
