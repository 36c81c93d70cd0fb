//! Refreshing when the terminal regains focus, and what a refresh leaves unchanged.

use axtok::{
    api::call::Call,
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
