//! Loading: what is loading, for how long, and that the app stays usable meanwhile.

use axtok::{
    api::call::Call,
    app::{Effect, Msg},
    domain::Scope,
};

use crate::app::App;

/// Answers the calls that `wanted` picks and leaves the others pending.
fn answer_only(app: &mut App, wanted: impl Fn(&Call) -> bool) -> &mut App {
    let is_other = |e: &Effect| matches!(e, Effect::Call { call, .. } if !wanted(call));
    let others: Vec<_> = app.waiting.extract_if(.., |e| is_other(e)).collect();
    app.answer();
    app.waiting.extend(others);
    app
}

/// Opens a form whose datasets and views are still loading.
fn form(app: &mut App) -> &mut App {
    app.press("n");
    app
}

#[test]
fn loading_is_shown_after_300_ms_with_its_seconds() {
    let mut app = App::new(80, 24);
    app.later(299).not_see("Loading");
    app.later(1).see(" Loading the API tokens").not_see("second");
    app.later(700).see("Loading the API tokens, 1 second");
    app.later(11_000).see("Loading the API tokens, 12 seconds");
}

#[test]
fn a_spinner_moves_four_times_a_second_at_most() {
    let mut app = App::new(80, 24);
    app.later(1_000);
    let wake = app.model.next_wake().unwrap().as_millisecond();
    assert_eq!(wake - app.model.shared.now.as_millisecond(), 250);
}

#[test]
fn other_screens_work_while_the_list_loads() {
    let mut app = App::new(80, 24);
    app.later(2_000).press("g p").see("Profile").see("loading the API tokens, 2 seconds");
    app.press("Esc").press("n").see("New API token").press("Esc").see("Loading the API tokens");
    app.press("q");
    assert!(app.later(400).press("q").wants_quit());
}

#[test]
fn tokens_are_shown_before_the_profile_is_loaded() {
    let mut app = App::new(80, 24);
    answer_only(&mut app, |call| *call == Call::ListTokens).see("load-tests");
    app.later(2_000).see("◐ loading your profile, 2 seconds").keys("j");
    app.answer().not_see("loading");
}

#[test]
fn the_matrix_works_while_the_datasets_load_and_says_that_more_are_coming() {
    let mut app = App::ready(80, 24);
    // A clone already has the names of its rights.
    app.keys("/").types("ci-ingest-edge").keys("Enter").press("c Shift-Tab Space Tab Tab Enter");
    app.later(2_000).see("1 Datasets 3…").see("; more rows are coming");
    app.see("Loading the datasets, 2 seconds");
    app.press("j Space").see("~");
    let changed = app.form().unwrap().matrix().changed_rows();
    answer_only(&mut app, |call| *call == Call::ListDatasets);
    app.see("1 Datasets 60").not_see("more rows are coming").see("2 Views 0…");
    let matrix = app.form().unwrap().matrix();
    assert_eq!(matrix.changed_rows(), changed, "changes made meanwhile are kept");
    assert_eq!(matrix.part, Scope::Dataset);
    app.answer().see("2 Views 6");
}

#[test]
fn a_refresh_behind_the_form_is_shown_in_the_last_line() {
    let mut app = App::ready(80, 24);
    app.keys("n").later(1_000).not_see("refreshing");
    app.keys("Esc");
    form(&mut app).later(3_000).see("◐ refreshing the datasets, 3 seconds");
    app.answer().not_see("refreshing");
}

#[test]
fn a_change_left_in_flight_stays_visible() {
    let mut app = App::ready(80, 24);
    app.keys("n").types("slow-one").keys("Tab Down Space Ctrl-s").press("Enter");
    app.later(2_000).see("Creating, 2 seconds").not_see("creating slow-one");
    app.press("Esc").see("No longer waiting");
    app.later(7_000).see("◐ creating slow-one, 9 seconds");
    app.answer().later(600).see("slow-one was created").not_see("creating slow-one");
}

#[test]
fn the_loading_text_leaves_room_for_the_keys() {
    for (width, height) in [(40, 10), (60, 15), (80, 24)] {
        let mut app = App::ready(width, height);
        app.press("Ctrl-r g p").later(60_000).see("? all keys").see("refreshing");
    }
}

#[test]
fn focus_and_resize_do_not_end_the_loading_text() {
    let mut app = App::new(80, 24);
    app.later(2_000).msg(Msg::FocusLost).msg(Msg::FocusGained);
    app.resize(100, 30).see("Loading the API tokens, 2 seconds");
}

#[test]
fn organisations_that_arrive_late_are_listed() {
    let mut app = App::new(80, 24);
    app.press("g o").see(">   Sign in with another token").not_see("Acme Labs");
    answer_only(&mut app, |call| *call == Call::ListOrgs).see("Acme Labs");
    app.see("> • Acme Inc").types("labs").see(">   Acme Labs");
}
