//! The profile, and the life cycle of a personal token.

use crate::app::{App, NOW};
use axtok::{
    api::{
        call::Call,
        error::{Certainty, FailureKind},
    },
    app::{CopyText, Effect, Msg},
    domain::{Access, SecretKind, session::Session},
    simulator::{Scenario, Store},
};

fn profile() -> App {
    let mut app = App::ready(80, 24);
    app.keys("g p");
    app
}

/// The text that was copied, if any.
fn copied(app: &mut App) -> Option<String> {
    app.waiting.drain(..).find_map(|effect| match effect {
        Effect::Copy(CopyText::Plain { text, .. }) => Some(text),
        _ => None,
    })
}

#[test]
fn the_profile_shows_the_user_and_the_organisation() {
    let mut app = profile();
    app.see("Profile").see("jo@acme.test").see("admin").see("Acme Inc").see("Personal tokens");
    let org = app.store.org_id().to_owned();
    app.see(&org).press("y o");
    assert_eq!(copied(&mut app).unwrap(), org);
    app.see("Prefer an API token");
}

#[test]
fn a_personal_token_is_created_shown_once_and_deleted() {
    let mut app = profile();
    let before = app.model.shared.data.personal.value().unwrap().len();
    app.press("n").see("New personal token").see("everything that you can");
    app.types("laptop-2").press("Enter").types("for the CLI").press("Tab Tab Enter").answer();
    app.see("laptop-2 was created").see("xapt-••••").see("X-Axiom-Org-Id");
    app.later(600).press("Esc").types("stored").press("Enter");
    app.answer().see(&format!("Personal tokens {}", before + 1)).see("for the CLI");
    // The cursor is on the new token, whose id distinguishes it from another of the same name.
    let id = app.personal().unwrap().id.short();
    app.see(&format!("laptop-2                    {id}  for the CLI"));
    app.keys("d").see("Delete laptop-2").see("everything that its user can");
    app.not_see("Regenerate instead").press("Enter").see("or laptop-2 to delete it");
    app.types("laptop-2").keys("Enter").see("laptop-2 was deleted");
    app.see(&format!("Personal tokens {before}"));
}

#[test]
fn the_cursor_stays_on_its_token_when_another_is_deleted() {
    let mut app = profile();
    app.press("j");
    let selected = app.personal().unwrap().id.clone();
    app.press("g g");
    let first = app.personal().unwrap().name.to_string();
    app.press("d").types(&first).press("Enter j");
    app.answer();
    assert_eq!(app.personal().unwrap().id, selected);
}

#[test]
fn a_name_is_required_and_leaving_asks_first() {
    let mut app = profile();
    app.press("n Ctrl-s").see("! ").see("New personal token");
    app.types("x").press("Tab").types("about").press("Esc").see("will be lost");
    app.press("Enter").see("about").press("Esc Tab Enter").not_see("New personal token");
    assert!(app.calls().is_empty(), "nothing was sent");
}

#[test]
fn a_rejected_credential_keeps_what_was_typed() {
    let mut app = profile();
    app.model.shared.session.demo = false;
    app.press("n").types("laptop-2").press("Tab").types("for the CLI").press("Ctrl-s");
    app.fail(Certainty::Rejected, FailureKind::Status(401), None).see("Sign in to Axiom");
    let token = app.store.personal_token().to_owned();
    app.msg(Msg::Paste(token)).keys("Enter").see("Signed in again");
    app.see("laptop-2").see("for the CLI").keys("Ctrl-s").see("laptop-2 was created");
}

#[test]
fn an_unstored_secret_can_be_dropped_by_deleting_its_token() {
    let mut app = profile();
    app.press("n").types("oops").press("Ctrl-s").answer().later(600);
    app.press("Esc").see("Have you stored the secret?").press("Tab Tab Enter").see("Delete oops");
    app.types("oops").keys("Enter").see("oops was deleted").not_see("xapt-");
}

#[test]
fn missing_personal_token_routes_are_reported_and_the_rest_works() {
    for status in [404, 405] {
        let mut app = App::ready(80, 24);
        app.model.shared.session.console = Some("https://app.axiom.co/settings/profile".to_owned());
        app.press("g p");
        let at = app
            .waiting
            .iter()
            .position(|e| matches!(e, Effect::Call { call: Call::ListPersonalTokens, .. }));
        app.waiting.swap(0, at.unwrap());
        app.fail(Certainty::Rejected, FailureKind::Status(status), None).answer();
        app.see("no routes for personal tokens").see("personal-tokens-path").see("jo@acme.test");
        let screen = app.screen();
        let link = app.places.link.clone().unwrap();
        let row = screen.lines().nth(usize::from(link.y)).unwrap();
        assert_eq!(row.find(&link.url), Some(usize::from(link.x)), "the link is where it is drawn");
        app.press("?");
        assert_eq!(app.places.link, None, "a dialog covers it");
        app.press("Esc");
        app.see("https://app.axiom.co/settings/profile").press("y a");
        assert!(copied(&mut app).unwrap().starts_with("https://app.axiom.co"));
        app.press("n").see("This deployment has no routes for personal tokens.");
        app.keys("g t").see("API tokens 40");
    }
}

#[test]
fn an_api_token_belongs_to_no_user() {
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
    app.answer().keys("g p").see("belongs to no user").see("sign in with a personal");
    app.press("n").see("Sign in with a personal token");
    assert!(app.calls().is_empty());
}

#[test]
fn creating_an_api_token_instead_is_one_key_away() {
    let mut app = profile();
    app.keys("a").see("New API token").keys("Esc").see("Personal tokens");
    app.press("q").not_see("Personal tokens").see("API tokens 40");
}

#[test]
fn a_read_only_session_refuses_to_create_and_delete() {
    let mut app = profile();
    app.model.shared.session.access = Access::ReadOnly;
    for key in ["n", "d", "a"] {
        app.press(key).see("Read-only session: :rw allows changes");
    }
}

#[test]
fn going_to_the_profile_with_a_changed_draft_asks_first() {
    let mut app = App::ready(80, 24);
    app.keys("n").types("draft").keys("Shift-Tab Space Tab Tab Enter").press("g p");
    app.see("will be lost").press("Enter").see("0 rows changed");
}
