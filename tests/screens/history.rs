//! The history: what the journal says, and what can be done about unfinished changes.

use axtok::{
    app::{Effect, Msg, stack::Overlay},
    domain::{Expiry, Grants, SafeText, TokenId},
    input::Action,
    journal::{Asked, Entry, EntryId, Known, Location, Mark, RecordedChange, Step},
};
use jiff::Timestamp;

use crate::{
    app::App,
    snapshots::{SIZES, compare},
};

/// Where the session of these tests is.
const URL: &str = "https://api.example.test";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A change at the session's address, in this organisation.
fn change(app: &App, when: &str, asked: Asked, marks: &[Mark]) -> RecordedChange {
    let org = app.model.shared.session.org.as_ref().map(|org| org.raw().to_owned());
    let location = Location { deployment: "prod".to_owned(), url: URL.to_owned(), org };
    let (id, known) = (EntryId::from(when), Known::default());
    let entry =
        Entry { id, at: at(when), location, asked, known, is_rotation: false, overridden: None };
    RecordedChange::replayed(entry, marks.iter().cloned())
}

fn create(name: &str) -> Asked {
    let (name, description) = (name.to_owned(), "for tests".to_owned());
    let expiry = Expiry::At(at("2027-02-21T00:00:00Z"));
    Asked::Create { name, description, expiry, grants: Grants::default() }
}

fn regenerate(name: &str) -> Asked {
    let Asked::Create { name, description, expiry, grants } = create(name) else { unreachable!() };
    let (old, old_ends) = (TokenId::new("old-1"), at("2026-11-25T00:00:00Z"));
    Asked::Regenerate { old, old_ends, name, description, expiry, grants }
}

fn done(id: &str) -> Mark {
    Mark::Done { id: Some(TokenId::new(id)) }
}

fn delivered(to: &str) -> Mark {
    Mark::Delivered { id: None, to: Some(to.to_owned()) }
}

/// A journal with a change of each kind, oldest first.
fn journal(app: &App) -> Vec<RecordedChange> {
    let why = "found and deleted in the console".to_owned();
    let rotation = |when, name, marks: &[Mark]| {
        let mut made = change(app, when, regenerate(name), marks);
        made.entry.is_rotation = true;
        made
    };
    let stuck = Mark::Stuck { step: Step::Prove, why: "the store returned another value".into() };
    let proven = [done("t-4"), delivered("command `pass insert`"), Mark::Proven];
    let failed = [done("t-5"), delivered("command `vault kv put`"), stuck];
    let rotations = [
        rotation("2026-11-20T09:00:00Z", "ci-edge", &proven),
        rotation("2026-11-21T09:00:00Z", "grafana-reader", &failed),
    ];
    let delete = Asked::Delete { id: TokenId::new("t-9"), name: "load-tests".to_owned() };
    let description = "my laptop".to_owned();
    let personal = Asked::CreatePersonal { name: "laptop".to_owned(), description };
    let closed = [Mark::Unknown, Mark::Settled { why: Some(why) }];
    let mut elsewhere = change(app, "2026-11-22T10:00:00Z", create("ci-eu"), &[Mark::Unknown]);
    elsewhere.entry.location.org = Some("other-1x2y".to_owned());
    "staging".clone_into(&mut elsewhere.entry.location.deployment);
    let [proven, failed] = rotations;
    let lost = Mark::Unreadable { id: Some(TokenId::new("t-8")) };
    vec![
        change(app, "2026-08-01T08:00:00Z", delete, &[Mark::Done { id: None }]),
        change(app, "2026-09-01T08:00:00Z", create("ci-old"), &closed),
        change(app, "2026-10-01T08:00:00Z", personal, &[done("p-1"), delivered("file ~/laptop")]),
        change(app, "2026-11-01T08:00:00Z", create("refused"), &[Mark::Rejected]),
        proven,
        failed,
        elsewhere,
        change(app, "2026-11-23T13:30:00Z", create("ci-lost"), &[lost]),
        change(app, "2026-11-23T13:58:00Z", create("ci-x"), &[done("t-7"), delivered("file ~/x")]),
    ]
}

/// The history over a journal with a change of each kind. Not in the demo, which has none.
pub fn history(app: &mut App) -> &mut App {
    app.model.shared.session.demo = false;
    app.journal = Ok(journal(app));
    app.keys("g h")
}

fn opened(width: u16, height: u16) -> App {
    let mut app = App::ready(width, height);
    history(&mut app);
    app
}

/// The app with this journal.
fn with(journal: impl FnOnce(&App) -> Vec<RecordedChange>) -> App {
    let mut app = App::ready(80, 24);
    app.model.shared.session.demo = false;
    app.journal = Ok(journal(&app));
    app.keys("g h");
    app
}

/// Removes and returns the journal marks that wait to be written.
fn marks(app: &mut App) -> Vec<(EntryId, Mark)> {
    let mut marks = Vec::new();
    app.waiting.retain(|effect| match effect {
        Effect::Mark { entry, mark } => {
            marks.push((entry.clone(), mark.clone()));
            false
        }
        _ => true,
    });
    marks
}

#[test]
fn history_at_each_size() {
    for (width, height) in SIZES.into_iter().chain([(200, 60)]) {
        let mut app = opened(width, height);
        compare("history", &app);
        app.keys("j");
        compare("history_open", &app);
    }
    compare("history_elsewhere", opened(80, 24).press("j j"));
    compare("history_stuck", opened(80, 24).press("j j j"));
    compare("history_details", opened(80, 24).press("j j j Enter"));
    compare("history_close", opened(80, 24).press("j x"));
}

#[test]
fn the_history_is_newest_first_and_says_where_secrets_went() {
    let mut app = opened(200, 60);
    app.see("[History]").see("9 changes").see("! 2 open");
    let screen = app.screen();
    let order = ["ci-x", "ci-lost", "ci-eu", "grafana-reader", "ci-edge", "refused", "laptop"];
    let places: Vec<_> = order.map(|name| screen.find(name).unwrap()).into();
    assert!(places.is_sorted(), "{screen}");
    app.see("file ~/x").press("j j j").see("command `vault kv put`");
    app.see("prove: the store returned another value").press("G k").see("closed");
    app.see("found and deleted in the console");
}

#[test]
fn a_filter_narrows_the_names_and_the_open_ones_can_be_shown_alone() {
    let mut app = opened(80, 24);
    app.press("/").types("ci-").press("Enter").see("5 of 9").not_see("load-tests");
    app.press("Esc").see("9 changes").press("!").see("2 of 9").see("only open");
    app.see("ci-lost").see("ci-eu").not_see("grafana-reader");
    app.press("/").types("zzz").see("Nothing matches").press("Esc").see("ci-lost");
    app.press("!").see("9 changes");
}

#[test]
fn the_cursor_stays_on_its_entry_when_the_journal_has_more() {
    let mut app = opened(80, 24);
    app.press("j j j").see(">! 2 d ago     regenerate  grafana-reader");
    let newer = change(&app, "2026-11-23T13:59:00Z", create("newer"), &[Mark::Rejected]);
    app.journal.as_mut().unwrap().push(newer);
    app.keys("Ctrl-r").see("newer").see(">! 2 d ago     regenerate  grafana-reader");
}

#[test]
fn an_open_entry_is_closed_with_a_reason() {
    let mut app = opened(80, 24);
    app.press("x").see("This change is finished: nothing to close.");
    app.press("j x").see("Why is nothing left to do about ci-lost?");
    app.press("Enter").see("Enter a reason").types("deleted it by hand").press("Enter");
    let [(entry, mark)] = marks(&mut app).try_into().unwrap();
    assert_eq!(mark, Mark::Settled { why: Some("deleted it by hand".to_owned()) });
    assert_eq!(entry, app.journal.as_ref().unwrap()[7].entry.id);
    // The journal is read again after the mark.
    assert!(app.waiting.iter().any(|effect| matches!(effect, Effect::LoadHistory(_))));
}

#[test]
fn an_open_entry_of_this_place_has_the_dialog_about_unconfirmed_changes() {
    let mut app = opened(80, 24);
    app.keys("j Enter").see("ci-lost").see("Regenerate").see("Delete").see("Dismiss");
    assert!(matches!(app.model.overlay(), Some(Overlay::Unconfirmed(_))));
    app.press("Shift-Tab Enter").not_see("Dismiss");
    assert_eq!(marks(&mut app).len(), 1, "dismissed");
    assert!(app.model.shared.unconfirmed.is_empty());
}

#[test]
fn an_entry_of_another_organisation_says_where_to_switch() {
    let mut app = opened(80, 24);
    app.press("j j").see("in staging (other-1x2y): g o to switch there");
    app.press("Enter").see("create ci-eu").see("staging (other-1x2y)").press("Esc");
    app.press("x").see("Why is nothing left to do about ci-eu?");
}

#[test]
fn a_change_in_progress_or_with_its_secret_here_cannot_be_closed() {
    let mut app = with(|app| {
        let mut running = change(app, "2026-11-23T13:59:00Z", create("busy"), &[]);
        running.is_running = true;
        vec![running]
    });
    app.see("in progress").press("x").see("This change is in progress: wait for its end.");
    let held = app.model.shared.in_flight.len();
    assert_eq!(held, 0);
}

#[test]
fn the_journal_is_read_again_once_after_changes_during_a_read() {
    let mut app = App::ready(80, 24);
    app.model.shared.session.demo = false;
    app.press("g h");
    app.press("Ctrl-r Ctrl-r Ctrl-r");
    let reads = |app: &App| {
        app.waiting.iter().filter(|effect| matches!(effect, Effect::LoadHistory(_))).count()
    };
    assert_eq!(reads(&app), 1);
    app.see("Reading the journal");
    let Some(at) = app.waiting.iter().position(|e| matches!(e, Effect::LoadHistory(_))) else {
        panic!("nothing is read")
    };
    let Effect::LoadHistory(asker) = app.waiting.remove(at) else { unreachable!() };
    let old = vec![change(&app, "2026-11-01T08:00:00Z", create("first"), &[])];
    app.msg(Msg::History { asker, result: Ok(old) }).see("first");
    assert_eq!(reads(&app), 1, "and once more");
    app.answer().see("axtok has not changed any token from this computer yet.");
    // An answer for a screen that has closed changes nothing.
    app.press("Ctrl-r Esc").answer().not_see("History");
}

#[test]
fn a_journal_that_cannot_be_read_says_why() {
    let mut app = App::ready(80, 24);
    app.model.shared.session.demo = false;
    app.journal = Err("the journal /x/journal.jsonl cannot be used: permission denied".to_owned());
    app.keys("g h").see("The journal /x/journal.jsonl cannot be used: permission denied");
    app.press("Enter").see("No change is selected.");
    app.journal = Ok(journal(&app));
    app.keys("Ctrl-r").see("ci-lost");
}

#[test]
fn the_demo_has_no_history() {
    let mut app = App::ready(80, 24);
    app.press("g h").see("The demo keeps no journal");
    assert!(!app.waiting.iter().any(|effect| matches!(effect, Effect::LoadHistory(_))));
}

#[test]
fn names_in_the_journal_may_be_hostile() {
    let name = "\u{1b}]0;title\u{7}\u{202e}evil\nsecond";
    let mut app = with(|app| {
        vec![
            change(app, "2026-11-01T08:00:00Z", create(name), &[delivered(name)]),
            change(app, "2026-11-02T08:00:00Z", create(&"wide 漢字 ".repeat(40)), &[]),
        ]
    });
    for keys in ["k", "j", "Enter", "Esc"] {
        let screen = app.press(keys).screen();
        assert!(!screen.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{screen}");
    }
    app.see(SafeText::from(name).shown().split_whitespace().next().unwrap());
}

#[test]
fn ten_thousand_changes_are_one_screen() {
    let mut app = with(|app| {
        let one = |i: i64| {
            let at = Timestamp::from_second(1_760_000_000 + i * 60).unwrap().to_string();
            change(app, &at, create(&format!("token-{i}")), &[done("t"), delivered("file")])
        };
        (0..10_000).map(one).collect()
    });
    app.see("10000 changes").see("token-9999").press("G").see("token-0");
    app.press("/").types("token-777").press("Enter").see("11 of 10000").see("token-777");
    assert!(app.model.enabled(Action::CopyId).is_ok());
}
