//! Refreshing when the terminal regains focus, and what a refresh leaves unchanged.

use axtok::{
    api::{
        call::Call,
        error::{Certainty, FailureKind},
    },
    app::{Msg, stack::Screen},
    domain::{Expiry, NewToken},
};

use crate::app::App;

const FIVE_MINUTES: i64 = 5 * 60 * 1000;

/// The screen line of the cursor.
fn cursor_line(app: &App) -> usize {
    app.screen().lines().position(|l| l.starts_with('>')).unwrap()
}

fn selected(app: &App) -> String {
    app.model.selected_token().unwrap().id.raw().to_owned()
}

/// Another user creates a token whose name sorts first.
fn create_token_sorted_first(app: &mut App) {
    let new = NewToken {
        name: "aaa-made-meanwhile".to_owned(),
        description: String::new(),
        expiry: Expiry::Never,
        grants: app.model.selected_token().unwrap().grants.clone(),
    };
    app.create_elsewhere(new);
}

#[test]
fn focus_after_five_minutes_refreshes_the_list_and_keeps_it_on_screen() {
    for msg in [|| Msg::FocusGained, || Msg::Resumed] {
        let mut app = App::ready(80, 24);
        app.later(FIVE_MINUTES - 1_000).msg(msg());
        assert_eq!(app.calls(), [], "the list is still fresh");
        app.later(1_000).msg(msg()).see("API tokens 40");
        assert_eq!(app.calls(), [Call::ListTokens]);
        app.msg(msg());
        assert_eq!(app.calls(), [], "a refresh is already in flight");
    }
}

#[test]
fn the_profile_refreshes_personal_tokens_too() {
    let mut app = App::ready(80, 24);
    app.keys("g p").later(FIVE_MINUTES).msg(Msg::FocusGained);
    assert_eq!(app.calls(), [Call::ListTokens, Call::ListPersonalTokens]);
}

#[test]
fn nothing_is_fetched_without_a_session() {
    let mut app = App::new(80, 24);
    app.calls();
    app.model.shared.data = axtok::app::shared::Data::default();
    app.later(FIVE_MINUTES).msg(Msg::FocusGained);
    assert_eq!(app.calls(), []);
}

#[test]
fn a_refresh_keeps_the_selected_token_and_its_line() {
    for keys in ["j j j", "G", "G k k k", "PageDown PageDown k k"] {
        let mut app = App::ready(80, 24);
        app.keys("s").keys(keys);
        let before = (selected(&app), cursor_line(&app));
        create_token_sorted_first(&mut app);
        app.later(FIVE_MINUTES).msg(Msg::FocusGained).answer().see("API tokens 41");
        let scrolled =
            matches!(&app.model.stack.screens()[0].kind, Screen::ApiTokens(s) if s.list.top > 0);
        assert_eq!(selected(&app), before.0, "{keys}");
        assert!(scrolled, "{keys}");
        assert_eq!(cursor_line(&app), before.1, "{keys}");
    }
}

#[test]
fn an_old_list_says_when_it_was_fetched() {
    let mut app = App::ready(80, 24);
    app.later(FIVE_MINUTES - 1).not_see("as of");
    let wake = app.model.next_wake().unwrap();
    assert_eq!(app.model.shared.now.duration_until(wake).as_millis(), 1, "the loop wakes for it");
    app.later(1).see("4 expired · as of 14:00 UTC").see("/ filter");
    assert_eq!(app.model.next_wake(), None, "and then sleeps");
    app.keys("Enter").see("as of 14:00 UTC").keys("Esc g a").see("Access review");
    app.keys("Esc").later(24 * 60 * 60 * 1000).see("as of 23 Nov 14:00 UTC");
    app.keys("Ctrl-r").not_see("as of");
}

#[test]
fn a_list_whose_refresh_failed_says_so_until_a_refresh_works() {
    let lost = |app: &mut App| {
        app.fail(Certainty::NotSent, FailureKind::Timeout, None).answer();
    };
    let mut app = App::ready(120, 24);
    app.later(60_000).press("Ctrl-r");
    lost(&mut app);
    app.later(10_000).see("! as of 14:00 UTC, refresh failed");
    // A new token from a response does not make the rest of the list current.
    app.keys("g a").see("Access review · ! as of 14:00 UTC");
    app.keys("Esc Enter").see("! as of 14:00 UTC, refresh failed").keys("Esc");
    app.keys("Ctrl-r").not_see("as of").keys("g p").not_see("as of");
    app.later(60_000).press("Ctrl-r");
    let personal = |e: &axtok::app::Effect| {
        matches!(e, axtok::app::Effect::Call { call: Call::ListPersonalTokens, .. })
    };
    let at = app.waiting.iter().position(personal).unwrap();
    app.waiting.swap(0, at);
    lost(&mut app);
    app.later(10_000).see("Personal tokens 3 · ! as of 14:01 UTC, refresh failed");
}

/// The filter that is being typed is more important than the mark.
#[test]
fn the_mark_on_an_old_list_leaves_room_for_the_filter() {
    let mut app = App::ready(46, 24);
    app.later(FIVE_MINUTES).keys("/").types("prod").see("/ prod").see(" · old");
}
