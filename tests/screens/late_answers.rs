//! An answer reaches only the dialog that asked for it, even if another dialog is in front by then
//! or its fields have changed.

use crate::{app::App, bulk::answer_change};
use axtok::{
    api::error::{Certainty, FailureKind},
    app::{Effect, LayerId, Model, Msg, screens::new_token::Field, shared::Held, stack::Overlay},
    domain::{
        Access,
        destination::{BulkDestination, Destination},
        preset::Preset,
        session::{ConnectionId, DeploymentSummary},
    },
    journal::{EntryId, Mark},
};

/// Fills in and reviews a new token; Enter sends the request.
fn filled(app: &mut App) -> &mut App {
    named(app, "ci-x")
}

fn named<'a>(app: &'a mut App, name: &str) -> &'a mut App {
    app.press("n").answer_reads().types(name).press("Tab Down Space Ctrl-s").see("[▸ Create ]")
}

/// Shows a new secret, ready for keys.
fn secret(app: &mut App) -> &mut App {
    filled(app).keys("Enter").later(600).see("ci-x was created")
}

/// Two secrets on the screen: ci-x, whose dialog was left before the answer, and ci-y above it.
fn two_secrets() -> App {
    let mut app = App::ready(80, 24);
    filled(&mut app).press("Enter Esc");
    app.see("No longer waiting").press("Esc Tab Enter");
    named(&mut app, "ci-y").press("Enter").answer().later(600);
    let names: Vec<_> = secrets(&app.model).map(|s| s.name.to_string()).collect();
    assert_eq!(names, ["ci-x", "ci-y"]);
    app
}

/// The secrets on the screen, bottom dialog first.
fn secrets(model: &Model) -> impl Iterator<Item = &Held> {
    model.stack.overlays().iter().filter_map(|placed| match &placed.kind {
        Overlay::Reveal(dialog) => model.shared.secrets.get(dialog.secret),
        _ => None,
    })
}

fn delivery(app: &App) -> Option<Destination> {
    app.waiting.iter().find_map(|e| match e {
        Effect::Deliver { destination, .. } => Some(destination.clone()),
        _ => None,
    })
}

/// Removes the pending checks; returns their dialogs, oldest first.
fn checks(app: &mut App) -> Vec<LayerId> {
    let asker = |e: &Effect| match e {
        Effect::CheckDestination { asker, .. } => Some(*asker),
        _ => None,
    };
    let askers = app.waiting.iter().filter_map(asker).collect();
    app.waiting.retain(|e| asker(e).is_none());
    askers
}

#[test]
fn a_secret_goes_to_the_destination_that_was_checked() {
    for (key, destination) in [
        ("f", Destination::File("/tmp/a".to_owned())),
        ("|", Destination::Command("/tmp/a".to_owned())),
    ] {
        let mut app = App::ready(80, 24);
        secret(&mut app).press(key).types("/tmp/a").press("Enter").see("Checking");
        app.types("/b:?q").press("Backspace Backspace Backspace Ctrl-u Left Tab Space");
        app.msg(Msg::Paste("/tmp/elsewhere".to_owned())).press("Enter").not_see("elsewhere");
        app.checked(&Ok(()));
        assert_eq!(delivery(&app), Some(destination), "{key}");
        assert_eq!(checks(&mut app), [], "there was only one check");
    }
}

#[test]
fn keys_typed_after_the_check_do_not_act_on_the_secret() {
    let mut app = App::ready(80, 24);
    secret(&mut app).press("f").types("/tmp/a").press("Enter").checked(&Ok(()));
    app.delivered(&Ok("Saved to /tmp/a.".to_owned())).types("ryrtq").press("Enter Esc");
    app.see("Saved to /tmp/a").see("••••").see("ci-x was created");
    assert!(app.waiting.iter().all(|e| !matches!(e, Effect::Copy(_) | Effect::Try { .. })));
    app.later(600).press("Enter").not_see("ci-x was created");
}

#[test]
fn a_rejected_entry_can_be_corrected_in_place() {
    let mut app = App::ready(80, 24);
    secret(&mut app).press("f").types("/tmp/a").press("Enter").types("b");
    app.checked(&Err("nothing is ever written over".to_owned())).see("Nothing is ever written");
    app.see("/tmp/a").types("b").press("Enter").checked(&Ok(()));
    assert_eq!(delivery(&app), Some(Destination::File("/tmp/ab".to_owned())));
}

#[test]
fn a_closed_dialog_delivers_nothing_and_the_next_waits_for_its_own_check() {
    let mut app = App::ready(80, 24);
    secret(&mut app).press("f").types("/tmp/a").press("Enter Esc f").types("/tmp/b");
    let askers = checks(&mut app);
    app.msg(Msg::Checked { asker: askers[0], result: Ok(()) }).see("/tmp/b");
    assert_eq!(delivery(&app), None);
    app.press("Enter");
    let later = checks(&mut app);
    app.msg(Msg::Checked { asker: askers[0], result: Ok(()) }).see("Checking");
    assert_eq!(delivery(&app), None, "repeating the first answer does not answer the second check");
    app.msg(Msg::Checked { asker: later[0], result: Ok(()) });
    assert_eq!(delivery(&app), Some(Destination::File("/tmp/b".to_owned())));
}

#[test]
fn the_next_secret_goes_to_the_checked_destination() {
    let mut app = App::ready(80, 24);
    filled(&mut app).press("Ctrl-o Tab").types("/tmp/a").press("Enter").types("b").press("Tab");
    app.checked(&Ok(())).see("goes to the new file /tmp/a").not_see("/tmp/ab");
    // Esc during the check keeps the previous choice.
    app.press("Ctrl-o").types("c").press("Enter Esc").see("goes to the new file /tmp/a");
    app.checked(&Ok(())).see("goes to the new file /tmp/a").not_see("/tmp/ac");
}

#[test]
fn opening_help_during_a_check_keeps_the_answer_and_the_dialog() {
    let mut app = App::ready(80, 24);
    secret(&mut app).press("f").types("/tmp/a").press("Enter");
    app.press("F1");
    app.checked(&Ok(()));
    assert_eq!(delivery(&app), Some(Destination::File("/tmp/a".to_owned())));
}

#[test]
fn a_secret_that_appears_during_a_check_is_not_the_one_delivered() {
    let mut app = App::ready(80, 24);
    filled(&mut app).press("Enter Esc").press("Esc Tab Enter");
    named(&mut app, "ci-y").press("Enter");
    // The second request is answered first.
    let first = app.waiting.iter().position(|e| matches!(e, Effect::Call { record: Some(_), .. }));
    let first = app.waiting.remove(first.unwrap());
    app.answer().later(600).see("ci-y was created");
    app.press("f").types("/tmp/y").press("Enter");
    app.waiting.push(first);
    app.answer().see("ci-x was created").checked(&Ok(()));
    let mine: Vec<_> = secrets(&app.model).map(|s| s.is_delivering).collect();
    assert_eq!(mine, [true, false], "ci-y is being stored, ci-x is not");
}

#[test]
fn results_for_one_secret_do_not_show_on_another() {
    let mut app = two_secrets();
    // The upper secret is delivered and tried.
    app.press("f").types("/tmp/y").press("Enter").checked(&Ok(())).later(600);
    app.press("t");
    app.tried(&Ok("It works: the server knows it.".to_owned()));
    let tried: Vec<_> = secrets(&app.model).map(|s| s.tried.is_some()).collect();
    assert_eq!(tried, [false, true]);
    app.delivered(&Ok("Saved to /tmp/y.".to_owned()));
    let stored: Vec<_> = secrets(&app.model).map(|s| s.stored.is_some()).collect();
    assert_eq!(stored, [false, true]);
    app.see("Saved to /tmp/y").press("Enter").later(600);
    app.see("ci-x was created").not_see("Saved to").not_see("It works");
    app.press("Enter").see("Have you stored the secret?");
}

#[test]
fn two_pending_deliveries_can_finish_in_either_order() {
    for lower_first in [true, false] {
        let mut app = App::ready(80, 24);
        // Each has its own destination, chosen before sending.
        filled(&mut app).press("Ctrl-o Tab").types("/tmp/x").press("Enter").checked(&Ok(()));
        app.press("Enter Esc").press("Esc Tab Enter");
        named(&mut app, "ci-y").press("Ctrl-o Tab").types("/tmp/y").press("Enter").checked(&Ok(()));
        app.press("Enter").answer().later(600);
        let mut sent: Vec<_> = Vec::new();
        app.waiting.retain(|e| match e {
            Effect::Deliver { id, destination: Destination::File(path), .. } => {
                sent.push((*id, path.clone()));
                false
            }
            _ => true,
        });
        assert_eq!(sent.len(), 2);
        if !lower_first {
            sent.reverse();
        }
        for (id, path) in sent {
            app.msg(Msg::Delivered { id, result: Ok(format!("Saved to {path}.")) });
        }
        for state in secrets(&app.model) {
            let wanted = format!("/tmp/{}", &state.name.shown()[3..]);
            assert!(state.stored.as_ref().unwrap().contains(&wanted), "{}", state.name);
        }
    }
}

#[test]
fn comparing_and_closing_apply_to_the_secret_in_front() {
    let mut app = two_secrets();
    let entries: Vec<EntryId> = secrets(&app.model).filter_map(|s| s.entry.clone()).collect();
    let values: Vec<String> = secrets(&app.model).map(|s| s.secret.expose().to_owned()).collect();
    app.press("v").msg(Msg::Paste(values[0].clone())).press("Enter").see("This does not match");
    app.msg(Msg::Paste(values[1].clone())).press("Enter").see("It matches");
    app.press("Enter").later(600).see("ci-x was created").press("Enter");
    app.types("stored").press("Enter").not_see("was created");
    let delivered: Vec<EntryId> = app
        .waiting
        .iter()
        .filter_map(|e| match e {
            Effect::Mark { entry, mark: Mark::Delivered { .. } } => Some(entry.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(delivered, [entries[1].clone(), entries[0].clone()]);
}

#[test]
fn quitting_from_a_dialog_over_a_secret_closes_the_secret() {
    let mut app = App::ready(80, 24);
    secret(&mut app).press("f");
    axtok::app::update::quit(&mut app.model);
    app.later(0).see("Have you stored the secret?").types("stored").press("Enter");
    assert_eq!(secrets(&app.model).count(), 0, "it was confirmed as stored");
}

#[test]
fn a_delivery_that_fails_after_its_dialog_closed_is_reported() {
    let mut app = App::ready(80, 24);
    secret(&mut app).press("f").types("/tmp/x").press("Enter").checked(&Ok(())).later(600);
    app.press("Esc").types("stored").press("Enter");
    app.delivered(&Err("the disk is full".to_owned())).see("was not delivered").see("disk is full");
}

#[test]
fn a_late_failure_does_not_change_where_the_next_secret_goes() {
    let mut app = App::ready(80, 24);
    filled(&mut app).press("Ctrl-o Tab").types("/tmp/x").press("Enter").checked(&Ok(()));
    app.press("Enter Esc").press("Esc Tab Enter");
    named(&mut app, "ci-y").see("shown once");
    app.fail(Certainty::Rejected, FailureKind::Status(400), Some("no")).press("Enter");
    app.see("ci-y").see("shown once").not_see("/tmp/x");
    // Likewise when the journal cannot be written and nothing is sent.
    app.press("Enter Esc").press("Esc Tab Enter");
    named(&mut app, "ci-z").see("shown once");
    app.unrecorded("the disk is full").press("Enter").see("ci-z").see("shown once");
}

#[test]
fn a_change_sent_without_the_journal_belongs_to_the_dialog_that_requested_it() {
    let mut app = App::ready(80, 24);
    filled(&mut app).press("Ctrl-o Tab").types("/tmp/x").press("Enter").checked(&Ok(()));
    app.press("Enter Esc").press("Esc Tab Enter");
    named(&mut app, "ci-y").unrecorded("the disk is full").see("No journal");
    app.press("Tab Enter").see("ci-y").see("[▸ Create ]");
    app.answer().later(600).see("ci-x was created");
    assert_eq!(delivery(&app), Some(Destination::File("/tmp/x".to_owned())));
    app.delivered(&Ok("Saved to /tmp/x.".to_owned())).press("Enter");
    // The other dialog is still open and can be sent.
    app.see("ci-y").see("[▸ Create ]").keys("Enter").later(600).see("ci-y was created");
}

#[test]
fn an_answer_closes_only_the_form_that_was_sent() {
    let mut app = App::ready(80, 24);
    filled(&mut app).press("Enter Esc").press("Esc Tab Enter");
    app.press("n").answer_reads().types("another").see("another");
    app.answer().see("ci-x was created");
    let form = app.form().map(|form| form.form.text(Field::Name).to_owned());
    assert_eq!(form.as_deref(), Some("another"), "this form was not sent");
}

#[test]
fn a_form_edited_after_sending_stays_open() {
    let mut app = App::ready(80, 24);
    filled(&mut app).press("Enter Esc Esc").press("Enter");
    let open = app.form().is_some();
    assert!(open, "the form is still there");
    app.press("Shift-Tab").types("-changed");
    app.answer().later(600).see("ci-x was created");
    assert_eq!(app.form().unwrap().form.text(Field::Name), "ci-x-changed");
}

#[test]
fn a_chosen_destination_applies_to_one_secret() {
    let mut app = App::ready(80, 24);
    filled(&mut app).press("Ctrl-o Tab").types("/tmp/a").press("Enter").checked(&Ok(()));
    app.see("goes to the new file /tmp/a").press("Enter Esc Esc Enter");
    app.press("Shift-Tab").types("-2");
    app.answer();
    assert_eq!(delivery(&app), Some(Destination::File("/tmp/a".to_owned())));
    app.delivered(&Ok("Saved to /tmp/a.".to_owned())).later(600).press("Esc");
    assert_eq!(app.form().unwrap().form.text(Field::Name), "ci-x-2");
    app.press("Ctrl-s").see("[▸ Create ]").not_see("/tmp/a");
}

#[test]
fn a_bulk_run_uses_the_destination_that_was_checked() {
    let mut app = App::ready(80, 24);
    app.press("/").types("never").press("Enter Space Space r").types("/tmp/a");
    app.press("Ctrl-s").types("b").press("Esc r").types("/tmp/b").press("Ctrl-s");
    // The first dialog's answer does not count for the second.
    app.bulk_destination_checked(&Ok(())).not_see("Regenerating 2");
    app.types("c").bulk_destination_checked(&Ok(())).see("Regenerating 2");
    answer_change(&mut app);
    let destination = app.waiting.iter().find_map(|e| match e {
        Effect::BulkDeliver { destination, .. } => Some(destination.clone()),
        _ => None,
    });
    assert_eq!(destination, Some(BulkDestination::Folder("/tmp/b".to_owned())));
}

fn offer(name: &str) -> DeploymentSummary {
    DeploymentSummary {
        name: name.into(),
        url: "https://api.example.test".to_owned(),
        source: "settings",
        access: Access::Full,
    }
}

fn occurrences(app: &App, text: &str) -> usize {
    app.screen().matches(text).count()
}

#[test]
fn reopening_the_organisation_list_shows_each_deployment_once() {
    let offers = Ok(vec![offer("staging-eu"), offer("prod-eu")]);
    let mut app = App::ready(80, 24);
    app.press("g o Esc g o").deployments(&offers).not_see("staging-eu");
    app.deployments(&offers).see("staging-eu");
    assert_eq!((occurrences(&app, "staging-eu"), occurrences(&app, "prod-eu")), (1, 1));
    // Nor does an error from the first load show in the second list.
    let mut app = App::ready(80, 24);
    app.press("g o Esc g o").deployments(&Err("line 3".to_owned())).not_see("ine 3");
    app.deployments(&offers).see("staging-eu").not_see("ine 3");
}

#[test]
fn deployments_that_load_late_reach_their_list_under_another_dialog() {
    let mut app = App::ready(80, 24);
    app.press("g o F1").see("Keys that work here").deployments(&Ok(vec![offer("staging-eu")]));
    app.press("Esc").see("staging-eu");
}

#[test]
fn rows_that_load_late_do_not_change_the_selection() {
    let mut app = App::ready(80, 24);
    app.press("g o Down Down Down Down").see(">   Sign in with another token");
    app.deployments(&Ok(vec![offer("staging-eu"), offer("prod-eu")]));
    app.see(">   Sign in with another token").press("Enter").see("Sign in to Axiom");

    let mut app = App::ready(80, 24);
    app.keys("j c Tab Enter p").types("token ").press("Down");
    let list = app.screen();
    let row = list.lines().find(|line| line.contains("> token ")).unwrap().trim().to_owned();
    let (own, _) = Preset::of("token mine", &axtok::domain::Grants::default());
    app.presets(&Ok(vec![own]));
    app.see("token mine (yours)").see(row.trim_matches('│').trim());
}

#[test]
fn reopening_the_presets_lists_each_once() {
    let (own, _) = Preset::of("mine", &axtok::domain::Grants::default());
    let presets = Ok(vec![own]);
    let mut app = App::ready(80, 24);
    app.keys("j c Tab Enter p Esc p").types("mine").presets(&presets);
    app.not_see("mine (yours)").presets(&presets).see("mine (yours)");
    let Some(Overlay::Presets(list)) = app.model.overlay() else { panic!() };
    assert_eq!(list.shown.len(), 1, "the filter shows it once");
}

#[test]
fn saving_a_credential_renames_only_its_own_session() {
    let mut app = App::ready(80, 24);
    let before = app.model.shared.session.deployment.clone();
    let result = Ok(("elsewhere".to_owned(), "Kept as elsewhere in ~/.axiom.toml.".to_owned()));
    app.msg(Msg::Kept { connection: ConnectionId(4711), result }).see("Kept as elsewhere");
    assert_eq!(app.model.shared.session.deployment, before);
}
