//! Changes with an unknown outcome: axtok searches for the result and changes nothing
//! automatically.

use axtok::{
    api::{
        call::Call,
        error::{Certainty, FailureKind},
    },
    app::Effect,
    domain::{
        ApiToken, Expiry, Grants, NewToken, TokenId,
        choices::{Choice, Choices},
    },
    journal::{Asked, Entry, EntryId, Known, Location, Mark, Open},
};

use crate::app::App;

/// A create whose response was lost. `committed`: the server has created the token.
fn lost_create(committed: bool) -> App {
    let mut app = App::ready(80, 24);
    app.keys("n").types("ci-x").press("Tab Down Space Ctrl-s Enter");
    if committed {
        app.commit();
    }
    app.fail(Certainty::Unknown, FailureKind::Broken, None);
    app
}

/// Removes and returns the journal marks that wait to be written.
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
fn a_created_token_is_found_after_its_response_is_lost() {
    let mut app = lost_create(true);
    app.see("Outcome unknown").see("Searching the list, attempt 1 of 5");
    app.answer().see("This token matches").see("ci-x  id").see("Regenerate").see("[▸ Later ]");
    // Deleting the token from here settles the change.
    app.press("Tab Tab Enter").see("Delete ci-x").types("ci-x").keys("Enter");
    app.see("ci-x was deleted").not_see("Outcome unknown");
    assert_eq!(marks(&mut app), [Mark::Settled { why: None }]);
    assert!(app.model.shared.unconfirmed.is_empty());
}

#[test]
fn the_token_found_can_be_regenerated() {
    let mut app = lost_create(true);
    app.answer().press("Tab Enter").see("Regenerate ci-x").keys("Ctrl-s");
    app.see("ci-x was regenerated");
    assert_eq!(marks(&mut app), [Mark::Settled { why: None }]);
}

#[test]
fn an_absent_token_is_searched_for_five_times_and_never_called_not_created() {
    let mut app = lost_create(false);
    app.answer().see("Searching the list, attempt 1 of 5");
    for (seconds, attempt) in [(2, 2), (3, 3), (10, 4), (15, 5)] {
        assert!(app.calls().is_empty(), "too early for a search");
        app.later(seconds * 1000 - 1);
        assert!(app.calls().is_empty(), "too early for search {attempt}");
        app.later(1);
        assert_eq!(app.waiting.len(), 1, "search {attempt}");
        app.answer();
    }
    app.see("Not in the list yet, but it may still appear");
    assert!(app.later(600_000).calls().is_empty(), "no more automatic searches");
    assert_eq!(marks(&mut app), []);
    app.press("Tab Enter");
    assert_eq!(app.calls().len(), 1, "searched again");
}

#[test]
fn a_token_that_appears_late_is_found_by_the_next_search() {
    let mut app = lost_create(false);
    app.answer().later(2_000).answer().see("2 of 5");
    app.later(3_000).commit_late("ci-x");
    app.answer().see("This token matches");
    // The actions are offered immediately, and the two remaining searches still run.
    app.see("Regenerate").later(10_000).answer().later(15_000).answer().see("This token matches");
    assert_eq!(app.next_tick().filter(|_| app.model.shared.notice.is_none()), None);
}

#[test]
fn a_second_token_of_that_name_makes_the_match_ambiguous() {
    let mut app = lost_create(true);
    app.answer().see("This token matches").not_see("2 tokens");
    app.press("Tab Tab").later(2_000).commit_late("ci-x");
    app.answer().see("2 tokens match").see("> ci-x").see("[▸ Delete ]");
    assert_eq!(app.model.shared.unconfirmed[0].search.found.len(), 2);
}

#[test]
fn two_tokens_of_that_name_are_both_shown_and_neither_is_changed() {
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
fn a_delete_without_a_response_is_confirmed_by_the_list() {
    let mut app = App::ready(80, 24);
    app.press("d").types("load-tests").press("Enter").commit();
    app.fail(Certainty::Unknown, FailureKind::Timeout, None).see("Outcome unknown");
    app.answer().see("load-tests was deleted").not_see("Outcome unknown");
    assert_eq!(marks(&mut app), [Mark::Done { id: None }]);
}

#[test]
fn a_lost_regeneration_says_how_long_the_old_token_works() {
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
        panic!("the change is not a regeneration")
    };
    assert_eq!(name, "odd\u{200b}name", "the exact name on the server");
    app.see("This token matches").see("odd<U+200B>name");
}

#[test]
fn the_id_of_an_unreadable_secret_is_kept() {
    let mut app = App::ready(80, 24);
    app.keys("n").types("ci-x").press("Tab Down Space Ctrl-s Enter").commit();
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
        is_rotation: false,
        overridden: None,
    };
    Open { entry, last }
}

#[test]
fn an_undelivered_secret_from_an_earlier_session_is_asked_about_at_startup() {
    let mut app = App::new(80, 24);
    let tokens: &[ApiToken] = &[];
    assert!(tokens.is_empty() && app.model.shared.unconfirmed.is_empty());
    let id = Some(TokenId::new("id-7"));
    app.left_open = vec![open(&app, "left", Some(Mark::Done { id }))];
    app.answer().see("Is the secret stored?").see("left  id id-7").see("anyone confirmed");
    app.press("Tab Enter").not_see("Is the secret stored?").see("API tokens 40");
    assert_eq!(marks(&mut app), [Mark::Delivered { id: Some(TokenId::new("id-7")), to: None }]);
}

#[test]
fn an_interrupted_change_is_searched_for_and_can_be_dismissed() {
    let mut app = App::new(80, 24);
    app.left_open = vec![open(&app, "cut", None)];
    app.answer().see("axtok stopped");
    for seconds in [2, 3, 10, 15] {
        app.later(seconds * 1000).answer();
    }
    app.see("Not in the list yet").press("Shift-Tab Enter").not_see("Outcome unknown");
    assert_eq!(marks(&mut app), [Mark::Settled { why: None }]);
}

#[test]
fn a_change_in_another_organisation_waits_for_the_switch_there() {
    let mut app = App::new(80, 24);
    let mut left = open(&app, "cut", None);
    left.entry.location.org = Some("acme-labs-9q2z".to_owned());
    app.left_open = vec![left];
    app.answer()
        .see("API tokens 40")
        .see("1 change in another organisation is unconfirmed (g o to switch there).")
        .not_see("axtok stopped");
    app.keys("g o").see("! 1 unconfirmed");
    app.types("labs").keys("Enter").see("axtok stopped");
}

#[test]
fn each_change_in_another_organisation_is_told_once() {
    let start = |choices: &Choices, open_too: bool| {
        let mut app = App::new(80, 24);
        app.model.shared.choices = choices.clone();
        let mut left = open(&app, "cut", None);
        left.entry.location.org = Some("acme-labs-9q2z".to_owned());
        let mut later = left.clone();
        later.entry.at = app.model.shared.now + jiff::SignedDuration::from_secs(1);
        app.left_open = if open_too { vec![left, later] } else { vec![left] };
        app.answer();
        app
    };
    let mut first = start(&Choices::default(), false);
    first.see("1 change in another organisation is unconfirmed");
    let kept = |e: &Effect| matches!(e, Effect::KeepChoice(Choice::Told(_)));
    assert!(first.waiting.iter().any(kept), "the next session knows it");
    let told = first.model.shared.choices.clone();
    let mut again = start(&told, false);
    again.not_see("another organisation").keys("g o").see("! 1 unconfirmed");
    start(&told, true).see("Changes in other organisations are unconfirmed");
}

#[test]
fn the_demo_ignores_changes_on_real_servers() {
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
    app.keys("n").types("ci-x").press("Tab Down Space Ctrl-s Enter").answer();
    app.later(600).press("Esc").types("stored").press("Enter");
    assert!(matches!(marks(&mut app).as_slice(), [Mark::Delivered { id: Some(_), .. }]));
}

#[test]
fn without_the_journal_nothing_is_sent_unless_the_user_confirms() {
    let mut app = App::ready(80, 24);
    app.keys("n").types("ci-x").press("Tab Down Space Ctrl-s Enter");
    app.unrecorded("the disk is full").see("No journal").see("disk is full");
    app.press("Enter").see("[▸ Create ]").press("Enter").unrecorded("the disk is full");
    app.press("Tab Enter").answer().see("ci-x was created");
}

#[test]
fn the_form_keeps_its_text_while_its_change_is_unconfirmed() {
    let mut app = lost_create(true);
    app.answer().press("Enter").see("Still unconfirmed").see("ci-x");
    app.press("Esc").see("will be lost");
}

/// A create whose response was lost; the server created the token with `change` applied.
fn changed_by_the_server(change: impl FnOnce(&mut NewToken)) -> App {
    let mut app = App::ready(80, 24);
    app.keys("n").types("ci-x").press("Tab Down Space Ctrl-s Enter");
    let Some(Effect::Call { call: Call::CreateToken(new), .. }) =
        app.waiting.iter().find(|e| matches!(e, Effect::Call { record: Some(_), .. }))
    else {
        panic!("no create request was sent")
    };
    let mut made = (**new).clone();
    change(&mut made);
    app.create_elsewhere(made);
    app.fail(Certainty::Unknown, FailureKind::Broken, None).answer();
    app
}

#[test]
fn a_token_that_the_server_has_changed_is_a_probable_match() {
    let at = |text: &str| Expiry::At(text.parse().unwrap());
    let mut app = changed_by_the_server(|new| new.expiry = at("2026-12-01T00:00:00Z"));
    app.see("This is probably the token")
        .see("same name, different expiry")
        .see("Regenerate")
        .see("[▸ Later ]");
    assert_eq!(marks(&mut app), [], "nothing is done automatically");
    let mut app = changed_by_the_server(|new| new.expiry = at("2027-02-21T14:00:01Z"));
    app.see("This is probably the token");
    let mut app = changed_by_the_server(|new| new.description = "trimmed".to_owned());
    app.see("This is probably the token").see("same name, different description");
    let mut app = changed_by_the_server(|new| new.name = "CI-X".to_owned());
    app.see("This is probably the token").see("new, similar name");
}

#[test]
fn an_unrelated_new_token_is_shown_but_does_not_end_the_search() {
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
    // Deleting someone else's token does not settle our change.
    app.press("Enter").press("Esc Tab Enter /").types("renamed").press("Enter d").types("renamed");
    app.keys("Enter").see("renamed was deleted");
    assert_eq!(marks(&mut app), []);
    assert_eq!(app.model.shared.unconfirmed[0].search.found, []);

    // A later token of the right name replaces it.
    let mut app = changed_by_the_server(|new| new.name = "renamed".to_owned());
    app.later(2_000).commit_late("ci-x");
    app.answer().see("This token matches").not_see("renamed");
}

#[test]
fn our_own_later_tokens_are_not_candidates() {
    let mut app = lost_create(false);
    app.answer().press("Enter").see("Still unconfirmed").press("Esc Tab Enter");
    app.keys("n").types("later").press("Tab Down Space Ctrl-s Enter").answer();
    app.see("later was created");
    app.later(2_000).answer();
    assert_eq!(app.model.shared.unconfirmed[0].search.found, []);
}

#[test]
fn after_a_restart_new_tokens_are_still_recognised() {
    let mut app = App::new(80, 24);
    let mut left = open(&app, "cut", None);
    let listed = App::ready(80, 24);
    let tokens = listed.model.shared.data.tokens.value().unwrap();
    let before = tokens.iter().skip(1).map(|t| (&t.id, t.name.raw()));
    left.entry.known = Known::of(Some(before), "cut");
    app.left_open = vec![left];
    app.answer().see("A new token has appeared since").see(tokens[0].name.shown());
}
