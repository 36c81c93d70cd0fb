//! When it is not known how a change ended: it is looked for, and nothing is
//! done by itself.

use axtok::{
    api::{
        call::Call,
        error::{Certainty, FailureKind},
    },
    app::Effect,
    domain::{ApiToken, Expiry, Grants, NewToken, TokenId},
    journal::{Asked, Entry, EntryId, Known, Location, Mark, Open},
};

use crate::app::App;

/// A create was sent, and no answer came. `committed`: the server has done it.
fn lost_create(committed: bool) -> App {
    let mut app = App::ready(80, 24);
    app.keys("n").types("ci-x").press("Tab Tab Tab Tab j Space Ctrl-s Enter");
    if committed {
        app.commit();
    }
    app.fail(Certainty::Unknown, FailureKind::Broken, None);
    app
}

/// The marks that were to be written.
fn marks(app: &mut App) -> Vec<Mark> {
    let mut marks = Vec::new();
    app.waiting.retain(|effect| match effect {
        Effect::Mark { mark, .. } => {
            marks.push(mark.clone());
            false
        }
        _ => true,
    });
    marks
}

#[test]
fn a_lost_reply_is_looked_for_and_found() {
    let mut app = lost_create(true);
    app.see("Outcome unknown").see("Searching the list, attempt 1 of 5");
    app.answer().see("This token matches").see("ci-x  id").see("Regenerate").see("[▸ Later ]");
    // It can be deleted from there, and is settled by that.
    app.press("Tab Tab Enter").see("Delete ci-x").types("ci-x").keys("Enter");
    app.see("ci-x was deleted").not_see("Outcome unknown");
    assert_eq!(marks(&mut app), [Mark::Settled]);
    assert!(app.model.shared.unconfirmed.is_empty());
}

#[test]
fn it_can_be_given_a_new_secret() {
    let mut app = lost_create(true);
    app.answer().press("Tab Enter").see("Regenerate ci-x").keys("Ctrl-s");
    app.see("ci-x was regenerated");
    assert_eq!(marks(&mut app), [Mark::Settled]);
}

#[test]
fn what_is_not_seen_is_looked_for_five_times_and_never_called_not_created() {
    let mut app = lost_create(false);
    app.answer().see("Searching the list, attempt 1 of 5");
    for (seconds, appearance) in [(2, 2), (3, 3), (10, 4), (15, 5)] {
        assert!(app.calls().is_empty(), "not before its time");
        app.later(seconds * 1000 - 1);
        assert!(app.calls().is_empty(), "not before look {appearance}");
        app.later(1);
        assert_eq!(app.waiting.len(), 1, "look {appearance}");
        app.answer();
    }
    app.see("Not in the list yet, but it may still appear");
    assert!(app.later(600_000).calls().is_empty(), "no more by itself");
    assert_eq!(marks(&mut app), []);
    app.press("Tab Enter");
    assert_eq!(app.calls().len(), 1, "looked again");
}

#[test]
fn what_appears_late_is_found_at_its_look() {
    let mut app = lost_create(false);
    app.answer().later(2_000).answer().see("2 of 5");
    app.later(3_000).commit_late("ci-x");
    app.answer().see("This token matches");
    // What can be done is offered at once, and the other two looks are taken.
    app.see("Regenerate").later(10_000).answer().later(15_000).answer().see("This token matches");
    assert_eq!(app.model.next_wake().filter(|_| app.model.shared.notice.is_none()), None);
}

#[test]
fn one_of_the_same_name_that_is_seen_first_is_not_taken_for_ours() {
    let mut app = lost_create(true);
    app.answer().see("This token matches").not_see("2 tokens");
    app.press("Tab Tab").later(2_000).commit_late("ci-x");
    app.answer().see("2 tokens match").see("> ci-x").see("[▸ Delete ]");
    assert_eq!(app.model.shared.unconfirmed[0].search.found.len(), 2);
}

#[test]
fn two_of_the_name_are_both_shown_and_none_is_touched() {
    let mut app = lost_create(true);
    app.commit_late("ci-x");
    app.answer().see("2 tokens match").see("> ci-x");
    app.press("j Tab Tab Enter").see("Delete ci-x");
    app.press("Esc Esc").see("Still unconfirmed");
    assert_eq!(app.model.shared.unconfirmed.len(), 1);
    app.press("Ctrl-s").see("a token of this name is unconfirmed").see("[▸ Back ]");
    assert!(app.calls().is_empty());
}

#[test]
fn a_delete_whose_reply_is_lost_is_gone_when_the_list_says_so() {
    let mut app = App::ready(80, 24);
    app.press("d").types("hackday-2025").press("Enter").commit();
    app.fail(Certainty::Unknown, FailureKind::Timeout, None).see("Outcome unknown");
    app.answer().see("hackday-2025 was deleted").not_see("Outcome unknown");
    assert_eq!(marks(&mut app), [Mark::Done { id: None }]);
}

#[test]
fn a_lost_regeneration_says_until_when_the_old_one_works() {
    let mut app = App::ready(80, 24);
    app.press("/").types("ci-ingest").press("Enter r Ctrl-s").commit();
    app.fail(Certainty::Unknown, FailureKind::Broken, None).answer();
    app.see("This token matches").see("The old token").see("works until ");
}

#[test]
fn a_name_with_hidden_characters_is_found_again() {
    let mut app = App::ready(80, 24);
    let new = NewToken {
        name: "odd\u{200b}name".to_owned(),
        description: String::new(),
        expiry: Expiry::Never,
        grants: app.model.selected_token().unwrap().grants.clone(),
    };
    app.create_elsewhere(new);
    app.keys("Ctrl-r").press("/").types("odd name").press("Enter r").see("Regenerate odd");
    app.press("Ctrl-s").commit();
    app.fail(Certainty::Unknown, FailureKind::Broken, None).answer();
    let Asked::Regenerate { name, .. } = &app.model.shared.unconfirmed[0].search.entry.asked else {
        panic!("it was to be regenerated")
    };
    assert_eq!(name, "odd\u{200b}name", "as the server has it");
    app.see("This token matches").see("odd<U+200B>name");
}

#[test]
fn a_secret_that_could_not_be_read_keeps_its_id() {
    let mut app = App::ready(80, 24);
    app.keys("n").types("ci-x").press("Tab Tab Tab Tab j Space Ctrl-s Enter").commit();
    let id = Some(TokenId::new("id-9"));
    app.fail(Certainty::SecretUnreadable { id }, FailureKind::Unreadable, None).answer();
    app.see("the secret could not be read").see("id-9").see("Regenerate");
}

fn open(app: &App, name: &str, last: Option<Mark>) -> Open {
    let asked = Asked::Create {
        name: name.to_owned(),
        description: String::new(),
        expiry: Expiry::Never,
        grants: Grants::default(),
    };
    let location = Location {
        deployment: "demo".to_owned(),
        url: "https://api.example.test".to_owned(),
        org: Some(app.store.org_id().to_owned()),
    };
    let entry = Entry {
        id: EntryId::new(),
        at: app.model.shared.now,
        location,
        asked,
        known: Known::default(),
    };
    Open { entry, last }
}

#[test]
fn what_an_earlier_run_left_is_asked_about_at_the_start() {
    let mut app = App::new(80, 24);
    let tokens: &[ApiToken] = &[];
    assert!(tokens.is_empty() && app.model.shared.unconfirmed.is_empty());
    let id = Some(TokenId::new("id-7"));
    app.left_open = vec![open(&app, "left", Some(Mark::Done { id }))];
    app.answer().see("Is the secret stored?").see("left  id id-7").see("anyone confirmed");
    app.press("Tab Enter").not_see("Is the secret stored?").see("API tokens 40");
    assert_eq!(marks(&mut app), [Mark::Delivered { id: Some(TokenId::new("id-7")) }]);
}

#[test]
fn what_was_cut_off_is_looked_for_and_can_be_let_be() {
    let mut app = App::new(80, 24);
    app.left_open = vec![open(&app, "cut", None)];
    app.answer().see("axtok stopped");
    for seconds in [2, 3, 10, 15] {
        app.later(seconds * 1000).answer();
    }
    app.see("Not in the list yet").press("Shift-Tab Enter").not_see("Outcome unknown");
    assert_eq!(marks(&mut app), [Mark::Settled]);
}

#[test]
fn what_was_left_elsewhere_waits_until_one_is_there() {
    let mut app = App::new(80, 24);
    let mut left = open(&app, "cut", None);
    left.entry.location.org = Some("acme-labs-9q2z".to_owned());
    app.left_open = vec![left];
    app.answer()
        .see("API tokens 40")
        .see("1 change in another organisation is unconfirmed (g o to switch there).")
        .not_see("axtok stopped");
    app.keys("g o").types("labs").keys("Enter").see("axtok stopped");
}

#[test]
fn the_demo_says_nothing_of_what_real_servers_were_asked() {
    let mut app = App::new(80, 24);
    app.model.shared.session.demo = true;
    let mut left = open(&app, "cut", None);
    left.entry.location.url = "https://api.axiom.co".to_owned();
    app.left_open = vec![left];
    app.answer().see("API tokens 40").not_see("go there to see").not_see("axtok stopped");
}

#[test]
fn a_stored_secret_is_marked_as_delivered() {
    let mut app = App::ready(80, 24);
    app.keys("n").types("ci-x").press("Tab Tab Tab Tab j Space Ctrl-s Enter").answer();
    app.later(600).press("Esc").types("stored").press("Enter");
    assert!(matches!(marks(&mut app).as_slice(), [Mark::Delivered { id: Some(_) }]));
}

#[test]
fn without_the_journal_nothing_is_sent_unless_the_admin_says_so() {
    let mut app = App::ready(80, 24);
    app.keys("n").types("ci-x").press("Tab Tab Tab Tab j Space Ctrl-s Enter");
    app.unrecorded("the disk is full").see("No journal").see("disk is full");
    app.press("Enter").see("[▸ Create ]").press("Enter").unrecorded("the disk is full");
    app.press("Tab Enter").answer().see("ci-x was created");
}

#[test]
fn what_was_typed_stays_in_the_form() {
    let mut app = lost_create(true);
    app.answer().press("Enter").see("Still unconfirmed").see("ci-x");
    app.press("Esc").see("will be lost");
}

/// A create was sent and its reply lost; the server made this instead.
fn changed_by_the_server(change: impl FnOnce(&mut NewToken)) -> App {
    let mut app = App::ready(80, 24);
    app.keys("n").types("ci-x").press("Tab Tab Tab Tab j Space Ctrl-s Enter");
    let Some(Effect::Call { call: Call::CreateToken(new), .. }) =
        app.waiting.iter().find(|e| matches!(e, Effect::Call { record: Some(_), .. }))
    else {
        panic!("it was sent")
    };
    let mut made = (**new).clone();
    change(&mut made);
    app.create_elsewhere(made);
    app.fail(Certainty::Unknown, FailureKind::Broken, None).answer();
    app
}

#[test]
fn a_token_that_the_server_has_changed_is_called_probable() {
    let at = |text: &str| Expiry::At(text.parse().unwrap());
    let mut app = changed_by_the_server(|new| new.expiry = at("2026-12-01T00:00:00Z"));
    app.see("This is probably the token")
        .see("same name, different expiry")
        .see("Regenerate")
        .see("[▸ Later ]");
    assert_eq!(marks(&mut app), [], "nothing is done by itself");
    let mut app = changed_by_the_server(|new| new.expiry = at("2027-02-21T14:00:01Z"));
    app.see("This is probably the token");
    let mut app = changed_by_the_server(|new| new.description = "trimmed".to_owned());
    app.see("This is probably the token").see("same name, different description");
    let mut app = changed_by_the_server(|new| new.name = "CI-X".to_owned());
    app.see("This is probably the token").see("new, similar name");
}

#[test]
fn whatever_is_new_is_shown_as_possible_and_looked_past() {
    let mut app = changed_by_the_server(|new| new.name = "renamed".to_owned());
    app.see("A new token has appeared since")
        .see("renamed  id")
        .see("new since then, different name");
    app.not_see("Regenerate");
    for seconds in [2, 3, 10, 15] {
        app.later(seconds * 1000).answer();
    }
    app.see("No token of that name found").see("Search again").see("Dismiss").see("[▸ Later ]");
    app.not_see("Regenerate");
    assert_eq!(app.model.shared.unconfirmed[0].search.found.len(), 1);
    // It was someone else's: that it is deleted does not settle ours.
    app.press("Enter").press("Esc Tab Enter /").types("renamed").press("Enter d").types("renamed");
    app.keys("Enter").see("renamed was deleted");
    assert_eq!(marks(&mut app), []);
    assert_eq!(app.model.shared.unconfirmed[0].search.found, []);

    // One of the name, seen later, takes its place.
    let mut app = changed_by_the_server(|new| new.name = "renamed".to_owned());
    app.later(2_000).commit_late("ci-x");
    app.answer().see("This token matches").not_see("renamed");
}

#[test]
fn what_we_made_ourselves_is_no_candidate() {
    let mut app = lost_create(false);
    app.answer().press("Enter").see("Still unconfirmed").press("Esc Tab Enter");
    app.keys("n").types("later").press("Tab Tab Tab Tab j Space Ctrl-s Enter").answer();
    app.see("later was created");
    app.later(2_000).answer();
    assert_eq!(app.model.shared.unconfirmed[0].search.found, []);
}

#[test]
fn after_a_restart_what_is_new_is_still_told_from_what_is_old() {
    let mut app = App::new(80, 24);
    let mut left = open(&app, "cut", None);
    let listed = App::ready(80, 24);
    let tokens = listed.model.shared.data.tokens.value().unwrap();
    let before = tokens.iter().skip(1).map(|t| (&t.id, t.name.raw()));
    left.entry.known = Known::of(Some(before), "cut");
    app.left_open = vec![left];
    app.answer().see("A new token has appeared since").see(tokens[0].name.shown());
}
