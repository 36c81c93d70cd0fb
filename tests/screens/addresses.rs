//! Answers reach whoever asked for them, and nobody else: not the dialog that is
//! in front by then, and not with what its fields say by then.

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

/// A filled-in form, one Enter before the request.
fn filled(app: &mut App) -> &mut App {
    named(app, "ci-x")
}

fn named<'a>(app: &'a mut App, name: &str) -> &'a mut App {
    app.press("n")
        .answer_reads()
        .types(name)
        .press("Tab Tab Tab Tab j Space Ctrl-s")
        .see("[▸ Create ]")
}

/// A secret is on the screen and takes keys.
fn secret(app: &mut App) -> &mut App {
    filled(app).keys("Enter").later(600).see("ci-x was created")
}

/// Two secrets are on the screen: of the token that was asked for first and left,
/// and over it that of the second.
fn two_secrets() -> App {
    let mut app = App::ready(80, 24);
    filled(&mut app).press("Enter Esc");
    app.see("No longer waiting").press("Esc Tab Enter");
    named(&mut app, "ci-y").press("Enter").answer().later(600);
    let names: Vec<_> = secrets(&app.model).map(|s| s.name.to_string()).collect();
    assert_eq!(names, ["ci-x", "ci-y"]);
    app
}

/// The secrets on the screen, the lowest first.
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

/// The dialogs whose checks wait, the oldest first.
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
fn what_was_checked_is_where_the_secret_goes() {
    for (key, place) in [
        ("f", Destination::File("/tmp/a".to_owned())),
        ("|", Destination::Command("/tmp/a".to_owned())),
    ] {
        let mut app = App::ready(80, 24);
        secret(&mut app).press(key).types("/tmp/a").press("Enter").see("Checking");
        app.types("/b:?q").press("Backspace Backspace Backspace Ctrl-u Left Tab Space");
        app.msg(Msg::Paste("/tmp/elsewhere".to_owned())).press("Enter").not_see("elsewhere");
        app.checked(&Ok(()));
        assert_eq!(delivery(&app), Some(place), "{key}");
        assert_eq!(checks(&mut app), [], "one check was asked for");
    }
}

#[test]
fn what_is_typed_on_after_the_check_is_no_command_about_the_secret() {
    let mut app = App::ready(80, 24);
    secret(&mut app).press("f").types("/tmp/a").press("Enter").checked(&Ok(()));
    app.delivered(&Ok("Saved to /tmp/a.".to_owned())).types("ryrtq").press("Enter Esc");
    app.see("Saved to /tmp/a").see("••••").see("ci-x was created");
    assert!(app.waiting.iter().all(|e| !matches!(e, Effect::Copy(_) | Effect::Try { .. })));
    app.later(600).press("Enter").not_see("ci-x was created");
}

#[test]
fn what_is_refused_can_be_mended_where_it_was_typed() {
    let mut app = App::ready(80, 24);
    secret(&mut app).press("f").types("/tmp/a").press("Enter").types("b");
    app.checked(&Err("nothing is ever written over".to_owned())).see("Nothing is ever written");
    app.see("/tmp/a").types("b").press("Enter").checked(&Ok(()));
    assert_eq!(delivery(&app), Some(Destination::File("/tmp/ab".to_owned())));
}

#[test]
fn a_dialog_that_was_left_delivers_nothing_and_its_successor_waits_for_its_own_answer() {
    let mut app = App::ready(80, 24);
    secret(&mut app).press("f").types("/tmp/a").press("Enter Esc f").types("/tmp/b");
    let askers = checks(&mut app);
    app.msg(Msg::Checked { asker: askers[0], result: Ok(()) }).see("/tmp/b");
    assert_eq!(delivery(&app), None);
    app.press("Enter");
    let later = checks(&mut app);
    app.msg(Msg::Checked { asker: askers[0], result: Ok(()) }).see("Checking");
    assert_eq!(delivery(&app), None, "the first answer twice is no answer to the second");
    app.msg(Msg::Checked { asker: later[0], result: Ok(()) });
    assert_eq!(delivery(&app), Some(Destination::File("/tmp/b".to_owned())));
}

#[test]
fn the_place_for_the_next_secret_is_the_one_that_was_checked() {
    let mut app = App::ready(80, 24);
    filled(&mut app).press("Ctrl-o Tab").types("/tmp/a").press("Enter").types("b").press("Tab");
    app.checked(&Ok(())).see("goes to the new file /tmp/a").not_see("/tmp/ab");
    // Left while it is looked at: nothing was chosen.
    app.press("Ctrl-o").types("c").press("Enter Esc").see("goes to the new file /tmp/a");
    app.checked(&Ok(())).see("goes to the new file /tmp/a").not_see("/tmp/ac");
}

#[test]
fn help_over_a_check_loses_neither_the_answer_nor_the_dialog() {
    let mut app = App::ready(80, 24);
    secret(&mut app).press("f").types("/tmp/a").press("Enter");
    app.press("F1");
    app.checked(&Ok(()));
    assert_eq!(delivery(&app), Some(Destination::File("/tmp/a".to_owned())));
}

#[test]
fn a_secret_that_comes_over_the_dialog_is_not_the_one_that_is_given_away() {
    let mut app = App::ready(80, 24);
    filled(&mut app).press("Enter Esc").press("Esc Tab Enter");
    named(&mut app, "ci-y").press("Enter");
    // The later one is answered first.
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
fn what_is_said_of_one_secret_is_not_said_of_the_other() {
    let mut app = two_secrets();
    // The upper one is given away; the lower one was already on its way.
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
fn two_deliveries_on_their_way_are_told_apart_whichever_comes_first() {
    for lower_first in [true, false] {
        let mut app = App::ready(80, 24);
        // Each has a place of its own, chosen before it was sent.
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
fn what_is_compared_and_closed_is_the_secret_that_was_asked_about() {
    let mut app = two_secrets();
    let entries: Vec<EntryId> = secrets(&app.model).filter_map(|s| s.entry.clone()).collect();
    let values: Vec<String> = secrets(&app.model).map(|s| s.secret.expose().to_owned()).collect();
    app.press("v").msg(Msg::Paste(values[0].clone())).press("Enter").see("This does not match");
    app.msg(Msg::Paste(values[1].clone())).press("Enter").see("It matches");
    app.press("Enter").later(600).see("ci-x was created").press("Enter");
    app.types("stored").press("Enter").not_see("was created");
    let told: Vec<EntryId> = app
        .waiting
        .iter()
        .filter_map(|e| match e {
            Effect::Mark { entry, mark: Mark::Delivered { .. } } => Some(entry.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(told, [entries[1].clone(), entries[0].clone()]);
}

#[test]
fn quitting_from_a_dialog_over_a_secret_closes_the_secret_not_the_dialog() {
    let mut app = App::ready(80, 24);
    secret(&mut app).press("f");
    axtok::app::update::quit(&mut app.model);
    app.later(0).see("Have you stored the secret?").types("stored").press("Enter");
    assert_eq!(secrets(&app.model).count(), 0, "it was said to be stored");
}

#[test]
fn a_delivery_that_fails_after_its_dialog_was_closed_is_said() {
    let mut app = App::ready(80, 24);
    secret(&mut app).press("f").types("/tmp/x").press("Enter").checked(&Ok(())).later(600);
    app.press("Esc").types("stored").press("Enter");
    app.delivered(&Err("the disk is full".to_owned())).see("was not delivered").see("disk is full");
}

#[test]
fn a_failure_later_does_not_move_the_next_secret() {
    let mut app = App::ready(80, 24);
    filled(&mut app).press("Ctrl-o Tab").types("/tmp/x").press("Enter").checked(&Ok(()));
    app.press("Enter Esc").press("Esc Tab Enter");
    named(&mut app, "ci-y").see("shown once");
    app.fail(Certainty::Rejected, FailureKind::Status(400), Some("no")).press("Enter");
    app.see("ci-y").see("shown once").not_see("/tmp/x");
    // Not sent for want of the journal: the same.
    app.press("Enter Esc").press("Esc Tab Enter");
    named(&mut app, "ci-z").see("shown once");
    app.unrecorded("the disk is full").press("Enter").see("ci-z").see("shown once");
}

#[test]
fn a_change_that_is_sent_without_the_journal_belongs_to_the_dialog_that_asked_for_it() {
    let mut app = App::ready(80, 24);
    filled(&mut app).press("Ctrl-o Tab").types("/tmp/x").press("Enter").checked(&Ok(()));
    app.press("Enter Esc").press("Esc Tab Enter");
    named(&mut app, "ci-y").unrecorded("the disk is full").see("No journal");
    app.press("Tab Enter").see("ci-y").see("[▸ Create ]");
    app.answer().later(600).see("ci-x was created");
    assert_eq!(delivery(&app), Some(Destination::File("/tmp/x".to_owned())));
    app.delivered(&Ok("Saved to /tmp/x.".to_owned())).press("Enter");
    // The dialog about the other one is still open, and can be sent.
    app.see("ci-y").see("[▸ Create ]").keys("Enter").later(600).see("ci-y was created");
}

#[test]
fn an_answer_closes_the_form_that_was_sent_and_no_other() {
    let mut app = App::ready(80, 24);
    filled(&mut app).press("Enter Esc").press("Esc Tab Enter");
    app.press("n").answer_reads().types("another").see("another");
    app.answer().see("ci-x was created");
    let form = app.form().map(|form| form.form.text(Field::Name).to_owned());
    assert_eq!(form.as_deref(), Some("another"), "it was not what was sent");
}

#[test]
fn a_form_that_was_changed_since_it_was_sent_stays() {
    let mut app = App::ready(80, 24);
    filled(&mut app).press("Enter Esc Esc").press("Enter");
    let open = app.form().is_some();
    assert!(open, "the form is still there");
    app.press("Tab Tab").types("-changed");
    app.answer().later(600).see("ci-x was created");
    assert_eq!(app.form().unwrap().form.text(Field::Name), "ci-x-changed");
}

#[test]
fn a_place_that_was_chosen_is_for_one_secret() {
    let mut app = App::ready(80, 24);
    filled(&mut app).press("Ctrl-o Tab").types("/tmp/a").press("Enter").checked(&Ok(()));
    app.see("goes to the new file /tmp/a").press("Enter Esc Esc Enter");
    app.press("Tab Tab").types("-2");
    app.answer();
    assert_eq!(delivery(&app), Some(Destination::File("/tmp/a".to_owned())));
    app.delivered(&Ok("Saved to /tmp/a.".to_owned())).later(600).press("Esc");
    assert_eq!(app.form().unwrap().form.text(Field::Name), "ci-x-2");
    app.press("Ctrl-s").see("[▸ Create ]").not_see("/tmp/a");
}

#[test]
fn the_destination_of_a_run_is_the_one_that_was_checked() {
    let mut app = App::ready(80, 24);
    app.press("/").types("never").press("Enter Space Space r Tab Tab Tab").types("/tmp/a");
    app.press("Ctrl-s").types("b").press("Esc r Tab Tab Tab").types("/tmp/b").press("Ctrl-s");
    // The first one's answer is not the second one's.
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
fn a_list_of_places_that_is_opened_again_has_each_deployment_once() {
    let offers = Ok(vec![offer("staging-eu"), offer("prod-eu")]);
    let mut app = App::ready(80, 24);
    app.press("g o Esc g o").deployments(&offers).not_see("staging-eu");
    app.deployments(&offers).see("staging-eu");
    assert_eq!((occurrences(&app, "staging-eu"), occurrences(&app, "prod-eu")), (1, 1));
    // Nor does an error of the first one show in the second.
    let mut app = App::ready(80, 24);
    app.press("g o Esc g o").deployments(&Err("line 3".to_owned())).not_see("ine 3");
    app.deployments(&offers).see("staging-eu").not_see("ine 3");
}

#[test]
fn deployments_that_come_late_reach_their_list_under_another_dialog() {
    let mut app = App::ready(80, 24);
    app.press("g o F1").see("Keys that work here").deployments(&Ok(vec![offer("staging-eu")]));
    app.press("Esc").see("staging-eu");
}

#[test]
fn rows_that_come_late_do_not_change_what_enter_chooses() {
    let mut app = App::ready(80, 24);
    app.press("g o Down Down Down Down").see(">   Sign in with another token");
    app.deployments(&Ok(vec![offer("staging-eu"), offer("prod-eu")]));
    app.see(">   Sign in with another token").press("Enter").see("Sign in to Axiom");

    let mut app = App::ready(80, 24);
    app.keys("c Tab Tab Tab Tab Enter p").types("token ").press("Down");
    let list = app.screen();
    let row = list.lines().find(|line| line.contains("> token ")).unwrap().trim().to_owned();
    let (own, _) = Preset::of("token mine", &axtok::domain::Grants::default());
    app.presets(&Ok(vec![own]));
    app.see("token mine (yours)").see(row.trim_matches('│').trim());
}

#[test]
fn presets_that_are_opened_again_are_listed_once() {
    let (own, _) = Preset::of("mine", &axtok::domain::Grants::default());
    let presets = Ok(vec![own]);
    let mut app = App::ready(80, 24);
    app.keys("c Tab Tab Tab Tab Enter p Esc p").types("mine").presets(&presets);
    app.not_see("mine (yours)").presets(&presets).see("mine (yours)");
    let Some(Overlay::Presets(list)) = app.model.overlay() else { panic!() };
    assert_eq!(list.shown.len(), 1, "the filter shows it once");
}

#[test]
fn a_credential_that_was_kept_names_its_own_session_only() {
    let mut app = App::ready(80, 24);
    let before = app.model.shared.session.deployment.clone();
    let result = Ok(("elsewhere".to_owned(), "Kept as elsewhere in ~/.axiom.toml.".to_owned()));
    app.msg(Msg::Kept { connection: ConnectionId(4711), result }).see("Kept as elsewhere");
    assert_eq!(app.model.shared.session.deployment, before);
}
