//! A token that differs from the request: its dialog and the list of the run say how.

use axtok::{
    api::call::{Created, Reply},
    app::{Effect, Msg},
    domain::{
        ApiToken, Expiry, Grants, Scope, Secret, SecretKind, Target, TokenId, Verbs,
        token::PresentMembers,
    },
};

use crate::{
    app::App,
    bulk::{accept_bulk_destination, deliver_bulk},
};

const ALL: PresentMembers =
    PresentMembers { name: true, description: true, expiry: true, rights: true };

/// Answers the pending change with the requested token after `change` has altered it.
fn answered(app: &mut App, change: impl FnOnce(&mut ApiToken)) {
    let at = app.waiting.iter().position(|e| matches!(e, Effect::Call { record: Some(_), .. }));
    let Effect::Call { ticket, record, .. } = app.waiting.remove(at.unwrap()) else { panic!() };
    let (axtok::journal::Asked::Create { name, description, expiry, grants }
    | axtok::journal::Asked::Regenerate { name, description, expiry, grants, .. }) =
        record.unwrap().asked
    else {
        panic!("no token is created")
    };
    let mut token = ApiToken {
        id: TokenId::new("id-made"),
        name: name.into(),
        description: description.into(),
        expiry: expiry.into(),
        grants,
    };
    change(&mut token);
    let secret = Secret::new("xaat-11111111-1111-4111-8111-111111111111".to_owned());
    assert_eq!(secret.kind(), SecretKind::Api);
    let id = Some(token.id.clone());
    let created = Created { secret, id, token: Some(token), warning: None, present: ALL };
    let answer = Ok(Reply::Created(Box::new(created)));
    app.msg(Msg::Replied { ticket, answer, entry: None });
}

fn grant_delete_users(grants: &mut Grants) {
    let users = Scope::Org.capability("users").unwrap();
    grants.set(&Target::Org, users, Verbs::D).unwrap();
}

fn created(width: u16, height: u16, change: impl FnOnce(&mut ApiToken)) -> App {
    let mut app = App::ready(width, height);
    app.keys("n").types("ci-x").press("Tab Down Space Ctrl-s Enter");
    answered(&mut app, change);
    app
}

#[test]
fn the_secret_dialog_says_what_differs_from_the_request() {
    for (width, height) in [(60, 15), (80, 24), (200, 60)] {
        let mut app = created(width, height, |t| t.expiry = Expiry::Never.into());
        app.see("ci-x was created").see("Not as requested: expiry is never instead of");
        app.see("21 Feb").see("2027 14:00 UTC").see("xaat-");
        let mut app = created(width, height, |t| grant_delete_users(&mut t.grants));
        app.see("Not as requested: also grants users:delete");
        let mut app = created(width, height, |t| t.name = "ci-y".into());
        app.see("ci-y was created").see("name is \"ci-y\" instead of \"ci-x\"");
        let mut app = created(width, height, |_| {});
        app.see("ci-x was created").not_see("as asked");
    }
}

#[test]
fn a_replacement_and_a_regeneration_are_compared_too() {
    let mut app = App::ready(80, 24);
    app.press("/").types("ci-ingest").press("Enter r Ctrl-s");
    answered(&mut app, |t| t.description = "other".into());
    app.see("description is \"other\" instead of");

    let mut app = App::ready(80, 24);
    app.keys("R Shift-Tab Shift-Tab Shift-Tab Shift-Tab").types("-2").keys("Ctrl-s");
    app.see("Changes, besides a new id").press("Ctrl-s");
    answered(&mut app, |t| t.expiry = Expiry::Never.into());
    app.see("Not as requested: expiry is never");
}

#[test]
fn a_run_reports_tokens_that_differ_from_the_request() {
    let mut app = App::ready(80, 24);
    app.press("/").types("ci-").press("Enter Space Space r").types("/tmp/depot");
    app.press("Ctrl-s");
    accept_bulk_destination(&mut app);
    answered(&mut app, |t| t.expiry = Expiry::Never.into());
    deliver_bulk(&mut app, Ok("/tmp/depot/one"));
    app.see("expiry is never instead of");
    answered(&mut app, |t| t.id = TokenId::new("id-two"));
    deliver_bulk(&mut app, Ok("/tmp/depot/two"));
    app.see("1 is not as requested").see("expiry is never instead of");
    let report = app.model.shared.run.as_ref().unwrap().report();
    assert!(report[0].words.starts_with("! not as requested: expiry is never"), "{report:?}");
    assert!(report.iter().all(|line| line.result == "done" || line.words.is_empty()));
}
